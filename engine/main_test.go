package engine_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"testing"

	"github.com/sheafdocs/sheaf/engine"
	"github.com/sheafdocs/sheaf/engine/catalog"
	"github.com/sheafdocs/sheaf/engine/enginetest"
)

// victimCommand makes the test binary an agent that TestKill ends with SIGKILL.
const victimCommand = "test-victim"

func TestMain(m *testing.M) {
	if len(os.Args) == 5 && os.Args[1] == victimCommand {
		if err := runVictim(os.Args[2], os.Args[3], os.Args[4]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	if len(os.Args) == 3 && os.Args[1] == heldCommand {
		os.Exit(runHeld(os.Args[2]))
	}
	if len(os.Args) == 6 && os.Args[1] == offlineCommand {
		if err := askOffline(os.Args[2], os.Args[3], os.Args[4], os.Args[5]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	enginetest.Main(m)
}

// heldCommand makes the test binary an extraction child that reads nothing before somebody writes to a named pipe.
const heldCommand = "test-held"

func runHeld(pipe string) int {
	if os.Getenv("SHEAF_EXTRACT_CONFINED") != "" { // it has waited, and can see no pipe any more
		return engine.ExtractChild(os.Stdin, os.Stdout)
	}
	f, err := os.Open(pipe) // until it has a writer
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer f.Close()
	return engine.ExtractChild(os.Stdin, os.Stdout)
}

// offlineCommand makes the test binary index a folder, ask one question and print the answer as JSON.
const offlineCommand = "test-offline"

func askOffline(dataDir, folder, assets, question string) error {
	return withEngine(dataDir, folder, assets, func(ctx context.Context, e *engine.Engine) error {
		answer, err := e.Ask(ctx, catalog.Question{Text: question})
		if err != nil {
			return err
		}
		return json.NewEncoder(os.Stdout).Encode(answer)
	})
}

// runVictim watches folder and prints "settled" when nothing is pending.
func runVictim(dataDir, folder, assets string) error {
	return withEngine(dataDir, folder, assets, func(context.Context, *engine.Engine) error {
		_, err := fmt.Println("settled")
		return err
	})
}

// withEngine runs an engine on a folder until nothing is pending, calls use, and shuts down.
func withEngine(dataDir, folder, assets string, use func(context.Context, *engine.Engine) error) (err error) {
	e, err := engine.Open(context.Background(), engine.Options{DataDir: dataDir, Assets: assets, Steady: true})
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(catalog.WithActor(context.Background(), e.LocalOwner()))
	done := make(chan error, 1)
	go func() { done <- e.Run(ctx) }()
	defer func() {
		cancel()
		err = errors.Join(err, <-done, e.Close())
	}()
	if _, _, err := e.AddFolder(ctx, engine.FolderSpec{Path: folder}); err != nil {
		return err
	}
	if err := e.Wait(ctx); err != nil {
		return err
	}
	return use(ctx, e)
}
