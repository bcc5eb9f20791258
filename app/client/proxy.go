package client

import (
	"net/http"
	"net/http/httputil"
	"net/url"
)

// Proxy returns a handler that hands every request on to the server with this client's token and its answer back as it
// comes. What a caller says about itself (its token, origin and host) is dropped: whoever reaches the handler acts as
// the token's user.
func (c *Client) Proxy() (http.Handler, error) {
	base, err := url.Parse(c.base)
	if err != nil {
		return nil, err
	}
	return &httputil.ReverseProxy{
		Transport:     c.http.Transport,
		FlushInterval: -1,
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(base)
			for _, name := range []string{"Origin", "Referer", "Sec-Fetch-Site", "Sec-Fetch-Mode", "Sec-Fetch-Dest", "X-Api-Key"} {
				r.Out.Header.Del(name)
			}
			r.Out.Header.Set("Authorization", "Bearer "+c.token)
		},
		ErrorHandler: func(w http.ResponseWriter, _ *http.Request, _ error) {
			w.Header().Set("Content-Type", "application/json; charset=utf-8")
			w.WriteHeader(http.StatusBadGateway)
			_, _ = w.Write([]byte(`{"error":{"code":"unavailable","message":"The agent that this window shows has ended. Close the window and open it again.","fields":[]}}`))
		},
	}, nil
}
