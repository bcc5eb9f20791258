package check

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"time"

	"golang.org/x/net/websocket"
)

// inspector talks to the page of a real WebKit window through its remote inspector, which the window offers at the
// address in WEBKIT_INSPECTOR_HTTP_SERVER.
type inspector struct {
	socket *websocket.Conn
	page   string // target id of the page
	next   int
}

type inspectorMessage struct {
	ID     int    `json:"id,omitempty"`
	Method string `json:"method,omitempty"`
	Params struct {
		TargetInfo struct {
			ID   string `json:"targetId"`
			Type string `json:"type"`
		} `json:"targetInfo"`
		Message string `json:"message"`
	} `json:"params"`
	Result struct {
		Result struct {
			Value       json.RawMessage `json:"value"`
			Description string          `json:"description"`
		} `json:"result"`
		WasThrown bool `json:"wasThrown"`
	} `json:"result"`
}

var socketPath = regexp.MustCompile(`/socket/\d+/\d+/\w+`)

// inspect connects as soon as the window offers a page.
func inspect(ctx context.Context, address string) (*inspector, error) {
	var last error
	for {
		if i, err := connect(ctx, address); err == nil {
			return i, nil
		} else {
			last = err
		}
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("the window offers no page at %s: %w", address, last)
		case <-time.After(100 * time.Millisecond):
		}
	}
}

func connect(ctx context.Context, address string) (*inspector, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+address+"/", nil)
	if err != nil {
		return nil, err
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	list, err := io.ReadAll(answer.Body)
	if err != nil {
		return nil, err
	}
	path := socketPath.Find(list)
	if path == nil {
		return nil, errors.New("no page is listed yet")
	}
	socket, err := websocket.Dial("ws://"+address+string(path), "", "http://"+address)
	if err != nil {
		return nil, err
	}
	i := &inspector{socket: socket}
	return i, i.findPage()
}

// findPage waits for the target that is a page.
func (i *inspector) findPage() error {
	for {
		m, err := i.receive()
		if err != nil {
			return err
		}
		if m.Method == "Target.targetCreated" && m.Params.TargetInfo.Type == "page" {
			i.page = m.Params.TargetInfo.ID
			return nil
		}
	}
}

func (i *inspector) receive() (m inspectorMessage, err error) {
	if err := i.socket.SetReadDeadline(time.Now().Add(20 * time.Second)); err != nil {
		return m, err
	}
	return m, websocket.JSON.Receive(i.socket, &m)
}

// evaluate runs an expression in the page and reads its value, which must be JSON, into out.
func (i *inspector) evaluate(expression string, out any) error {
	i.next++
	id := i.next
	inner, err := json.Marshal(map[string]any{"id": id, "method": "Runtime.evaluate",
		"params": map[string]any{"expression": expression, "returnByValue": true}})
	if err != nil {
		return err
	}
	i.next++
	outer := map[string]any{"id": i.next, "method": "Target.sendMessageToTarget",
		"params": map[string]any{"targetId": i.page, "message": string(inner)}}
	if err := websocket.JSON.Send(i.socket, outer); err != nil {
		return err
	}
	for {
		m, err := i.receive()
		if err != nil {
			return err
		}
		if m.Method != "Target.dispatchMessageFromTarget" {
			continue
		}
		var answer inspectorMessage
		if json.Unmarshal([]byte(m.Params.Message), &answer) != nil || answer.ID != id {
			continue
		}
		if answer.Result.WasThrown {
			return fmt.Errorf("%s threw %s", expression, answer.Result.Result.Description)
		}
		return json.Unmarshal(answer.Result.Result.Value, out)
	}
}
