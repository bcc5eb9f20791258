package web

import (
	"net/http"
	"net/url"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// SharePath is where the bytes behind links are served, each link below it.
const SharePath = "/v1/share"

// Links makes absolute addresses of this server.
type Links struct {
	Public *url.URL // where it is reached from outside; nil: where the request has reached it
}

// Share is the whole address of a link that was just made, its token included. Headers that a proxy may have set are
// not believed.
func (l Links) Share(r *http.Request, s catalog.Share) string {
	base := l.Public
	if base == nil {
		base = &url.URL{Scheme: "http", Host: r.Host}
		if r.TLS != nil {
			base.Scheme = "https"
		}
	}
	link := base.JoinPath(SharePath, s.ID)
	link.RawQuery = url.Values{"token": {s.Token}}.Encode()
	link.Fragment = ""
	return link.String()
}
