package peer

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// TestSilentConnectionsAreGivenUp asks servers that stop in the middle: of an answer, and of taking what is sent.
func TestSilentConnectionsAreGivenUp(t *testing.T) {
	t.Parallel()
	client := &http.Client{Transport: &watched{&http.Transport{}, 200 * time.Millisecond}}
	over := make(chan struct{})
	halves := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		io.WriteString(w, "half")
		w.(http.Flusher).Flush()
		<-over
	}))
	defer halves.Close()
	defer close(over)
	response, err := client.Get(halves.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if got, err := io.ReadAll(response.Body); err == nil || string(got) != "half" {
		t.Errorf("half an answer: %q, %v", got, err)
	}
	deaf, err := net.Listen("tcp", "127.0.0.1:0") // takes connections and reads nothing
	if err != nil {
		t.Fatal(err)
	}
	defer deaf.Close()
	endless := io.LimitReader(zeros{}, 1<<30)
	if _, err := client.Post("http://"+deaf.Addr().String(), "", endless); err == nil {
		t.Error("sent a gigabyte to somebody who reads nothing")
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { return len(p), nil }

// TestSlowSendersAreNotGivenUp: what holds the bytes back here, as a limit does, is no silence of the connection.
func TestSlowSendersAreNotGivenUp(t *testing.T) {
	t.Parallel()
	const silence = 100 * time.Millisecond
	client := &http.Client{Transport: &watched{&http.Transport{}, silence}}
	takes := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(w, r.Body)
	}))
	defer takes.Close()
	response, err := client.Post(takes.URL, "", &held{strings.NewReader("slowly"), time.NewTimer(5 * silence)})
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if got, err := io.ReadAll(response.Body); err != nil || string(got) != "slowly" {
		t.Errorf("%q, %v", got, err)
	}
}

// held is a reader that nothing comes from for a while.
type held struct {
	io.Reader
	until *time.Timer
}

func (h *held) Read(p []byte) (int, error) {
	if h.until != nil {
		<-h.until.C
		h.until = nil
	}
	return h.Reader.Read(p)
}
