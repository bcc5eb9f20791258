package web

import (
	"net"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// FuzzDecode holds that no body panics, that every refusal is Invalid, and that what is accepted has every name once and
// is text throughout.
func FuzzDecode(f *testing.F) {
	for _, body := range []string{`{}`, `{"query":1}`, `[[[`, `null`, `{"workspaceIds":[1,null],"limit":1e400}`, "\x00", `{"deep":{"size":{}}}`,
		`{"a":{"b":1,"\u0062":2}}`, `{"raw":"\ud83d\ude00\\\u0000"}`, "{\"\xff\":[]}", ` { "a" : [ 1 , "x" , { } ] } `, `{"lines":[{"name":null}],"inner":{}}`} {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		var v struct {
			order
			Search catalog.SearchRequest `json:"search"`
			Deep   struct {
				Size *float64 `json:"size"`
			} `json:"deep"`
		}
		err := DecodeBytes(body, &v)
		switch {
		case err != nil && catalog.CodeOf(err) != catalog.Invalid:
			t.Errorf("%q: %v", body, err)
		case err == nil && (repeats(body) || !utf8.Valid(body) || strings.Contains(v.order.Query, "\x00")):
			t.Errorf("%q is accepted", body)
		}
	})
}

// FuzzHosts holds that a name which is not ours is never let in on loopback.
func FuzzHosts(f *testing.F) {
	for _, host := range []string{"localhost:1", "[::1]:1", "127.0.0.1.evil:1", "[localhost]:1", ":1", "localhost:1:1", "LOCALHOST:01"} {
		f.Add(host)
	}
	hosts := NewHosts(&net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 1}, "desk", nil)
	f.Fuzz(func(t *testing.T, header string) {
		if !hosts.Allows(header) {
			return
		}
		name, port, err := net.SplitHostPort(header)
		if err != nil || port != "1" {
			t.Fatalf("%q is let in", header)
		}
		if ip := net.ParseIP(name); ip == nil && len(name) != len("localhost") || ip != nil && !ip.IsLoopback() {
			t.Errorf("%q is let in", header)
		}
	})
}
