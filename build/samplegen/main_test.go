package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

// TestSamplesAreFresh fails when a document in build/samples is not what its text makes.
func TestSamplesAreFresh(t *testing.T) {
	t.Parallel()
	documents, err := makeAll()
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range documents {
		got, err := os.ReadFile(filepath.Join("..", "samples", name))
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("build/samples/%s is stale (%v); run make samples", name, err)
		}
	}
}
