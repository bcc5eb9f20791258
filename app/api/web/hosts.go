package web

import (
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
)

// Hosts refuses requests that name another host than the one that listens (DNS rebinding) and requests that come from
// pages of another origin.
type Hosts struct {
	port   string
	public string // host[:port] of --public-url; empty: none
	any    bool   // listening beyond loopback: any literal address is ours
	own    map[string]bool
}

// NewHosts derives the rules from the address that was bound, the host name of this machine and the public URL, which
// may be nil.
func NewHosts(bound net.Addr, machine string, public *url.URL) *Hosts {
	h := &Hosts{own: map[string]bool{"localhost": true, "127.0.0.1": true, "::1": true}}
	host, port, err := net.SplitHostPort(bound.String())
	if err == nil {
		h.port = port
		h.own[host] = true
	}
	if ip, err := netip.ParseAddr(host); err == nil && !ip.IsLoopback() {
		h.any = true
		if machine != "" {
			h.own[strings.ToLower(machine)] = true
		}
	}
	if public != nil {
		h.public = strings.ToLower(public.Host)
	}
	return h
}

func (h *Hosts) wrap(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case !h.Allows(r.Host):
			refuse(w, http.StatusMisdirectedRequest, "This is not the address that Sheaf listens on.")
		case isAPI(r.URL.Path) && !isLink(r.URL.Path) && crossOrigin(r):
			refuse(w, http.StatusForbidden, "Requests from other sites are refused.")
		default:
			next.ServeHTTP(w, r)
		}
	})
}

// Allows reports whether a Host header names this server.
func (h *Hosts) Allows(header string) bool {
	header = strings.ToLower(header)
	if h.public != "" && header == h.public {
		return true
	}
	host, port, err := net.SplitHostPort(header)
	if err != nil {
		host, port = strings.Trim(header, "[]"), ""
	}
	if port != h.port && !(port == "" && (h.port == "80" || h.port == "443")) {
		return false
	}
	if h.own[host] {
		return true
	}
	_, err = netip.ParseAddr(host)
	return h.any && err == nil
}

// isLink tells the addresses that people send each other: whoever follows one comes from another site, and the address
// itself is all the credential there is.
func isLink(path string) bool { return strings.HasPrefix(path, SharePath+"/") }

// crossOrigin reports whether a browser says that the request comes from a page of another origin.
func crossOrigin(r *http.Request) bool {
	switch r.Header.Get("Sec-Fetch-Site") {
	case "cross-site", "same-site":
		return true
	}
	origin := r.Header.Get("Origin")
	if origin == "" {
		return false
	}
	u, err := url.Parse(origin)
	return err != nil || !strings.EqualFold(u.Host, r.Host)
}

// refuse answers before any family is known.
func refuse(w http.ResponseWriter, status int, sentence string) {
	Write(w, status, map[string]any{"error": map[string]any{"code": "denied", "message": sentence}})
}
