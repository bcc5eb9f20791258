// Package llm asks language models that speak OpenAI's chat completions: llama.cpp, Ollama (under /v1), LM Studio, vLLM
// and the hosted services. It sends what it is given and nothing else, follows no redirect, and never logs a key or a text.
//
// A Client keeps no state of a conversation and is safe for concurrent use.
package llm

import (
	"context"
	"errors"
	"io"
	"math"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	openai "github.com/sashabaranov/go-openai"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

const (
	// maxReply bounds a reply in bytes, whatever the model was asked for.
	maxReply = 1 << 18
	// connecting is how long a service may take to be reached.
	connecting = 5 * time.Second
)

// Client asks one model of one service.
type Client struct {
	api   *openai.Client
	idle  func() // closes connections that are kept open
	model string
	where string // host, for sentences
}

// New makes a client; key may be empty. Invalid when the address cannot be one.
func New(baseURL, model, key string) (*Client, error) {
	address, err := CheckURL(baseURL)
	if err != nil {
		return nil, err
	}
	config := openai.DefaultConfig(key)
	config.BaseURL = strings.TrimSuffix(address.String(), "/")
	transport := &http.Transport{
		Proxy: http.ProxyFromEnvironment, DialContext: (&net.Dialer{Timeout: connecting}).DialContext, TLSHandshakeTimeout: connecting, ForceAttemptHTTP2: true,
	}
	config.HTTPClient = &http.Client{
		Transport: transport,
		CheckRedirect: func(*http.Request, []*http.Request) error {
			return errors.New("the service redirects, which is not followed")
		},
	}
	return &Client{api: openai.NewClientWithConfig(config), idle: transport.CloseIdleConnections, model: model, where: address.Host}, nil
}

// Close ends connections that are kept open for the next question.
func (c *Client) Close() { c.idle() }

// CheckURL reads the address of a service. Invalid with a sentence for people when it is none.
func CheckURL(baseURL string) (*url.URL, error) {
	address, err := url.Parse(strings.TrimSpace(baseURL))
	if err != nil || address.Scheme != "http" && address.Scheme != "https" || address.Host == "" {
		return nil, catalog.Errorf(catalog.Invalid, "The address of a language model looks like http://127.0.0.1:11434/v1.")
	}
	if address.User != nil || address.RawQuery != "" || address.Fragment != "" {
		return nil, catalog.Errorf(catalog.Invalid, "The address of a language model has no user, question mark or #: give a key as the key.")
	}
	return address, nil
}

// Local reports whether an address is this machine, so that no text leaves it.
func Local(baseURL string) bool {
	address, err := CheckURL(baseURL)
	if err != nil {
		return false
	}
	ip := net.ParseIP(address.Hostname())
	return address.Hostname() == "localhost" || ip != nil && ip.IsLoopback()
}

// Chat asks for a reply and returns it whole; told, when not nil, is called with each piece as it arrives and may end it
// with an error. Unavailable when the service cannot be reached, refuses or breaks off.
func (c *Client) Chat(ctx context.Context, p catalog.Prompt, told func(piece string) error) (string, error) {
	stream, err := c.api.CreateChatCompletionStream(ctx, openai.ChatCompletionRequest{
		Model: c.model,
		//lint:ignore SA1019 the name that services on this machine know
		MaxTokens:   p.MaxTokens,
		Temperature: math.SmallestNonzeroFloat32, // 0 would be left out, and be whatever the service likes
		Messages: []openai.ChatCompletionMessage{
			{Role: openai.ChatMessageRoleSystem, Content: p.System},
			{Role: openai.ChatMessageRoleUser, Content: p.User},
		},
	})
	if err != nil {
		return "", c.sentence(ctx, err)
	}
	defer stream.Close()
	var reply strings.Builder
	for {
		chunk, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return reply.String(), nil
		}
		if err != nil {
			return "", c.sentence(ctx, err)
		}
		if len(chunk.Choices) == 0 {
			continue
		}
		piece := chunk.Choices[0].Delta.Content
		if reply.Len()+len(piece) > maxReply {
			return reply.String(), nil
		}
		reply.WriteString(piece)
		if told != nil && piece != "" {
			if err := told(piece); err != nil {
				return "", err
			}
		}
	}
}

// Models returns the names of the models that the service offers. Errors as Chat.
func (c *Client) Models(ctx context.Context) ([]string, error) {
	list, err := c.api.ListModels(ctx)
	if err != nil {
		return nil, c.sentence(ctx, err)
	}
	names := make([]string, len(list.Models))
	for i, m := range list.Models {
		names[i] = m.ID
	}
	return names, nil
}

// sentence says what went wrong for people; what the service wrote is kept for nobody, since it may repeat the question.
func (c *Client) sentence(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		if errors.Is(ctx.Err(), context.DeadlineExceeded) {
			return catalog.Errorf(catalog.Unavailable, "The language model at %s did not answer in time.", c.where)
		}
		return ctx.Err()
	}
	status := 0
	var refused *openai.APIError
	var failed *openai.RequestError
	switch {
	case errors.As(err, &refused):
		status = refused.HTTPStatusCode
	case errors.As(err, &failed):
		status = failed.HTTPStatusCode
	}
	switch {
	case status == http.StatusUnauthorized || status == http.StatusForbidden:
		return catalog.Errorf(catalog.Unavailable, "The language model at %s refuses the key. Enter another one in the settings.", c.where)
	case status == http.StatusNotFound:
		return catalog.Errorf(catalog.Unavailable, "The service at %s has no model %q, or its address does not end in /v1.", c.where, c.model)
	case status == http.StatusTooManyRequests:
		return catalog.Errorf(catalog.Unavailable, "The language model at %s takes no more requests for now.", c.where)
	case status != 0:
		return catalog.Errorf(catalog.Unavailable, "The language model at %s failed (HTTP %d).", c.where, status)
	}
	return catalog.WrapError(catalog.Unavailable, "The language model at "+c.where+" cannot be reached or broke off.", err)
}
