// Package client speaks the desk API to whoever owns the data directory: a running agent over the network, or the
// program itself through InProcess. Answers are catalog types; every failure is a catalog.Error with the code and the
// sentence that the server gave, or Unavailable when it cannot be reached.
//
// A Client is safe for use from any goroutine.
package client

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/tls"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// Client is a caller of one server.
type Client struct {
	base  string // without a trailing slash
	token string
	http  *http.Client
}

// New returns a client of the server at address ("http://127.0.0.1:7450/"). token may be empty. certificate is the
// SHA-256 of the server's own certificate in hex, which is then the only one accepted; empty means the usual rules.
func New(address, token, certificate string) *Client {
	transport := &http.Transport{
		DialContext:         (&net.Dialer{Timeout: 5 * time.Second}).DialContext,
		MaxIdleConnsPerHost: 4,
		IdleConnTimeout:     30 * time.Second,
	}
	if certificate != "" {
		transport.TLSClientConfig = pinned(certificate)
	}
	return Over(transport, address, token)
}

// Over returns a client that sends its requests through transport.
func Over(transport http.RoundTripper, address, token string) *Client {
	refuse := func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &Client{base: strings.TrimRight(address, "/"), token: token, http: &http.Client{Transport: transport, CheckRedirect: refuse}}
}

// Close drops idle connections.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// pinned accepts exactly the certificate with this fingerprint, whatever name it carries: the agent's own file vouches
// for it, and an agent is reached by its address.
func pinned(fingerprint string) *tls.Config {
	return &tls.Config{
		InsecureSkipVerify: true, // replaced by the comparison below
		VerifyConnection: func(s tls.ConnectionState) error {
			if len(s.PeerCertificates) == 0 {
				return errors.New("no certificate")
			}
			sum := sha256.Sum256(s.PeerCertificates[0].Raw)
			if hex.EncodeToString(sum[:]) != fingerprint {
				return errors.New("another certificate than the agent's own")
			}
			return nil
		},
	}
}

// Healthy reports whether the server answers /healthz with 200.
func (c *Client) Healthy(ctx context.Context) bool {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, c.base+"/healthz", nil)
	if err != nil {
		return false
	}
	answer, err := c.http.Do(r)
	if err != nil {
		return false
	}
	defer answer.Body.Close()
	return answer.StatusCode == http.StatusOK
}

// call sends in as JSON (nil: no body) and reads the answer into out (nil: ignored).
func (c *Client) call(ctx context.Context, method, path string, in, out any) (status int, err error) {
	var body io.Reader
	if in != nil {
		raw, err := json.Marshal(in)
		if err != nil {
			return 0, catalog.WrapError(catalog.Invalid, "The request cannot be written as JSON.", err)
		}
		body = bytes.NewReader(raw)
	}
	answer, err := c.send(ctx, method, path, "application/json", body)
	if err != nil {
		return 0, err
	}
	defer answer.Body.Close()
	if out != nil && answer.StatusCode != http.StatusNoContent {
		if err := json.NewDecoder(answer.Body).Decode(out); err != nil {
			return answer.StatusCode, c.unreachable(ctx, err)
		}
	}
	return answer.StatusCode, nil
}

// send returns the answer of a request that succeeded; its body must be closed.
func (c *Client) send(ctx context.Context, method, path, media string, body io.Reader) (*http.Response, error) {
	r, err := http.NewRequestWithContext(ctx, method, c.base+"/api/desk"+path, body)
	if err != nil {
		return nil, catalog.WrapError(catalog.Invalid, "The request has an impossible address.", err)
	}
	if body != nil {
		r.Header.Set("Content-Type", media)
	}
	if c.token != "" {
		r.Header.Set("Authorization", "Bearer "+c.token)
	}
	answer, err := c.http.Do(r)
	if err != nil {
		return nil, c.unreachable(ctx, err)
	}
	if answer.StatusCode >= 200 && answer.StatusCode < 300 {
		return answer, nil
	}
	defer answer.Body.Close()
	return nil, refusal(answer)
}

// refusal reads the error of an answer that is no success.
func refusal(answer *http.Response) error {
	var said struct {
		Error struct {
			Code    catalog.Code         `json:"code"`
			Message string               `json:"message"`
			Fields  []catalog.FieldError `json:"fields"`
		} `json:"error"`
	}
	raw, _ := io.ReadAll(io.LimitReader(answer.Body, 1<<20))
	if json.Unmarshal(raw, &said) != nil || said.Error.Code == "" {
		return catalog.Errorf(catalog.Unavailable, "The server answered %s, which is no answer of Sheaf's.", answer.Status)
	}
	return &catalog.Error{Code: said.Error.Code, Message: said.Error.Message, Fields: said.Error.Fields}
}

func (c *Client) unreachable(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return &catalog.Error{Code: catalog.Unavailable, Message: "The agent at " + c.base + "/ cannot be reached; it may have just ended.", Err: err}
}

// with appends query parameters that are not empty.
func with(path string, pairs ...string) string {
	values := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			values.Set(pairs[i], pairs[i+1])
		}
	}
	if len(values) == 0 {
		return path
	}
	return path + "?" + values.Encode()
}
