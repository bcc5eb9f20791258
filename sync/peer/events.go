package peer

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
	"github.com/sheafdocs/sheaf/sync/protocol"
)

// silence is how long a stream may say nothing, not even that it is there, before it is given up.
const silence = time.Minute

// listen wakes the peer when the hub has news: by a stream of events, and where something between holds that back by long
// polls. It only makes things faster.
func (p *Peer) listen(ctx context.Context) {
	for attempt := 0; ctx.Err() == nil; attempt++ {
		heard, err := p.stream(ctx)
		if heard > 0 {
			attempt = 0
		}
		if err != nil && attempt%2 == 1 {
			p.longPoll(ctx)
		}
		pause := time.NewTimer(min(firstPause<<min(attempt, 8), poll))
		select {
		case <-pause.C:
		case <-ctx.Done():
		}
		pause.Stop()
	}
}

// stream reads events until the connection ends. heard is how many came.
func (p *Peer) stream(ctx context.Context) (heard int, err error) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, p.remote.base+"/events", nil)
	if err != nil {
		return 0, err
	}
	p.remote.sign(request)
	request.Header.Set("Accept", "text/event-stream")
	alive := time.AfterFunc(silence, stop)
	defer alive.Stop()
	response, err := p.remote.client.HTTPClient.Do(request)
	if err != nil {
		return 0, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return 0, failure(response, nil)
	}
	for lines := bufio.NewScanner(response.Body); lines.Scan(); {
		alive.Reset(silence)
		data, is := strings.CutPrefix(lines.Text(), "data: ")
		var head protocol.Head
		if !is || json.Unmarshal([]byte(data), &head) != nil {
			continue
		}
		heard++
		if p.isNews(ctx, head) {
			p.Wake()
		}
	}
	return heard, fmt.Errorf("the stream of events has ended")
}

// isNews reports whether a feed is further than what is applied here. What cannot be told is news.
func (p *Peer) isNews(ctx context.Context, head protocol.Head) bool {
	local, known := p.localName(head.Feed)
	if !known {
		return true
	}
	seq := int64(-1)
	err := p.Store.ViewItems(ctx, local, func(view catalog.ItemView) error {
		c, err := cursor(view)
		seq = c.Seq
		return err
	})
	return err != nil || seq != head.Seq
}

// longPoll waits once for news of each feed in turn.
func (p *Peer) longPoll(ctx context.Context) {
	for _, remote := range p.remoteNames() {
		local, _ := p.localName(remote)
		var after catalog.Cursor
		err := p.Store.ViewItems(ctx, local, func(view catalog.ItemView) (err error) {
			after, err = cursor(view)
			return err
		})
		if err != nil {
			continue
		}
		query := url.Values{"after": {fmt.Sprint(after.Seq)}, "wait": {fmt.Sprint(int(protocol.MaxWait.Seconds()))}}
		var head protocol.Head
		if p.remote.call(ctx, http.MethodGet, path(remote, "/head"), query, nil, &head) == nil && head.Seq > after.Seq {
			p.Wake()
		}
	}
}
