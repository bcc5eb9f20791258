package peer

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"sync"
	"time"

	"github.com/hashicorp/go-retryablehttp"

	"github.com/sheafdocs/sheaf/engine/catalog"
	"github.com/sheafdocs/sheaf/sync/protocol"
)

// remote speaks HTTP with the hub.
type remote struct {
	base   string
	client *retryablehttp.Client
	mu     sync.Mutex
	token  string
}

// quickRetries wait this long between attempts of one request. Everything longer is Run's back-off, which a person sees.
const (
	quickRetry   = 200 * time.Millisecond
	slowestRetry = 2 * time.Second
	mostSilence  = time.Minute // of a connection in the middle of a body
)

func newRemote(config Config) *remote {
	client := retryablehttp.NewClient()
	transport := config.Transport
	if transport == nil {
		transport = http.DefaultTransport
	}
	client.HTTPClient = &http.Client{Transport: &watched{transport, mostSilence}, CheckRedirect: refuseRedirect}
	client.Logger = nil
	client.RetryMax = config.Retries
	client.RetryWaitMin, client.RetryWaitMax = quickRetry, slowestRetry
	client.CheckRetry = retryUnanswered
	client.ErrorHandler = retryablehttp.PassthroughErrorHandler
	return &remote{base: config.Remote.URL + protocol.Base, client: client, token: config.Remote.Token}
}

// refuseRedirect keeps the token where it was meant to go.
func refuseRedirect(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// retryUnanswered tries a request again when no answer came. Every request of the protocol may come twice. An answer,
// whatever it says, is for the caller: a hub that is overloaded is not asked again at once.
func retryUnanswered(ctx context.Context, _ *http.Response, err error) (bool, error) {
	if ctx.Err() != nil {
		return false, ctx.Err()
	}
	return err != nil, nil
}

func (r *remote) setToken(token string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.token = token
}

// Failed is an answer that is no success.
type Failed struct {
	Status int
	protocol.Failure
	After time.Duration // what Retry-After says
}

func (f *Failed) Error() string {
	return fmt.Sprintf("the remote answered %d: %s", f.Status, f.Message)
}

// statusOf is the status of an answer that was no success, 0 when there was none.
func statusOf(err error) int {
	if failed, ok := errors.AsType[*Failed](err); ok {
		return failed.Status
	}
	return 0
}

// call sends a request with a JSON body (nil: none) and reads a JSON answer.
func (r *remote) call(ctx context.Context, method, path string, query url.Values, body, into any) error {
	response, err := r.send(ctx, method, path, query, body)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return catalog.WrapError(catalog.Unavailable, "The remote was cut off in the middle of an answer.", err)
	}
	if response.StatusCode != http.StatusOK {
		return failure(response, text)
	}
	if err := json.Unmarshal(text, into); err != nil {
		return catalog.WrapError(catalog.Unavailable, "The remote's answer is not what it should be. Something between may have changed it.", err)
	}
	return nil
}

func (r *remote) send(ctx context.Context, method, path string, query url.Values, body any) (*http.Response, error) {
	var raw any
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return nil, err
		}
		raw = retryablehttp.ReaderFunc(func() (io.Reader, error) { return bytes.NewReader(text), nil })
	}
	address := r.base + path
	if len(query) > 0 {
		address += "?" + query.Encode()
	}
	request, err := retryablehttp.NewRequestWithContext(ctx, method, address, raw)
	if err != nil {
		return nil, catalog.WrapError(catalog.Invalid, "The remote's address is not one.", err)
	}
	r.sign(request.Request)
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	response, err := r.client.Do(request)
	if err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, catalog.WrapError(catalog.Unavailable, "The remote cannot be reached.", err)
	}
	return response, nil
}

func (r *remote) sign(request *http.Request) {
	r.mu.Lock()
	defer r.mu.Unlock()
	request.Header.Set(protocol.Header, protocol.Spoken.String())
	request.Header.Set("Authorization", "Bearer "+r.token)
}

// failure reads an answer that is no success. One that is not the protocol's own (from a proxy) is known by its status.
func failure(response *http.Response, text []byte) error {
	failed := &Failed{Status: response.StatusCode}
	if json.Unmarshal(text, &failed.Failure) != nil || failed.Message == "" {
		failed.Failure = protocol.Failure{Message: http.StatusText(response.StatusCode)}
	}
	if seconds, err := strconv.Atoi(response.Header.Get("Retry-After")); err == nil && seconds > 0 {
		failed.After = time.Duration(seconds) * time.Second
	}
	return failed
}

// path is that of a feed, with what follows.
func path(feed, rest string) string { return "/feeds/" + url.PathEscape(feed) + rest }
