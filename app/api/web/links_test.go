package web

import (
	"crypto/tls"
	"net/http/httptest"
	"net/url"
	"testing"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

func TestLinksAreAbsolute(t *testing.T) {
	t.Parallel()
	share := catalog.Share{ID: "dsx_iCAA1uoowAFi9rcu", Token: "OFWb98"}
	for _, test := range []struct {
		public string
		secure bool
		want   string
	}{
		{"", false, "http://127.0.0.1:7450/v1/share/dsx_iCAA1uoowAFi9rcu?token=OFWb98"},
		{"", true, "https://127.0.0.1:7450/v1/share/dsx_iCAA1uoowAFi9rcu?token=OFWb98"},
		{"https://sheaf.example.org", false, "https://sheaf.example.org/v1/share/dsx_iCAA1uoowAFi9rcu?token=OFWb98"},
		{"https://example.org/sheaf/", false, "https://example.org/sheaf/v1/share/dsx_iCAA1uoowAFi9rcu?token=OFWb98"},
		{"http://example.org/?a=b#c", true, "http://example.org/v1/share/dsx_iCAA1uoowAFi9rcu?token=OFWb98"},
	} {
		var links Links
		if test.public != "" {
			links.Public, _ = url.Parse(test.public)
		}
		r := httptest.NewRequest("GET", "http://127.0.0.1:7450/v1/datasets", nil)
		r.Header.Set("X-Forwarded-Host", "evil.example.org")
		r.Header.Set("X-Forwarded-Proto", "gopher")
		r.Header.Set("Forwarded", "host=evil.example.org;proto=gopher")
		r.TLS = nil
		if test.secure {
			r.TLS = &tls.ConnectionState{}
		}
		if got := links.Share(r, share); got != test.want {
			t.Errorf("%q: %s, want %s", test.public, got, test.want)
		}
	}
}
