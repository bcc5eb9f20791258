package hub

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
	"github.com/sheafdocs/sheaf/sync/protocol"
)

// beat is how often a stream without news says that it is there.
const beat = 25 * time.Second

// wait registers for news of feeds; the channel gets at most one message until it is read.
func (w *waiting) wait(feeds []string) (news chan struct{}, end func()) {
	news = make(chan struct{}, 1)
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, feed := range feeds {
		if w.feeds[feed] == nil {
			w.feeds[feed] = map[chan struct{}]bool{}
		}
		w.feeds[feed][news] = true
	}
	return news, func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		for _, feed := range feeds {
			delete(w.feeds[feed], news)
			if len(w.feeds[feed]) == 0 {
				delete(w.feeds, feed)
			}
		}
	}
}

// head says where a feed is; with "after" and "wait" it answers once the feed is beyond that, or when the time is over.
func (h *Hub) head(w http.ResponseWriter, r request) error {
	after, _ := strconv.ParseInt(r.URL.Query().Get("after"), 10, 64) // none or nonsense: what there is
	seconds, _ := strconv.Atoi(r.URL.Query().Get("wait"))
	patience := min(time.Duration(max(seconds, 0))*time.Second, protocol.MaxWait)
	news, end := h.waiting.wait([]string{r.feed})
	defer end()
	over := time.NewTimer(patience)
	defer over.Stop()
	for {
		head, err := h.headOf(r, r.feed)
		if err != nil {
			return err
		}
		if head.Seq > after || patience == 0 {
			return h.reply(w, r, head)
		}
		select {
		case <-news:
		case <-over.C:
			patience = 0
		case <-r.Context().Done():
			return r.Context().Err()
		}
	}
}

func (h *Hub) headOf(r request, feed string) (protocol.Head, error) {
	var seq int64
	err := h.Store.ViewItems(r.Context(), feed, func(view catalog.ItemView) error {
		if err := h.mayRead(view, r, catalog.Cursor{}); err != nil {
			return err
		}
		head, err := view.Head()
		seq = head.Seq
		return err
	})
	return protocol.Head{Feed: feed, Seq: seq}, err
}

// events is a stream of Server-Sent Events: for each of the person's feeds where it is, at once and whenever it moves.
// Which feeds these are is asked once; a workspace that is joined later is heard of by the poll, and at the next stream.
func (h *Hub) events(w http.ResponseWriter, r request) error {
	account, err := h.Store.Account(r.Context(), r.actor.UserID)
	if err != nil {
		return err
	}
	feeds := []string{catalog.AccountFeed(r.actor.UserID)}
	for _, ws := range account.Workspaces {
		if r.actor.Workspace == "" || r.actor.Workspace == ws.ID {
			feeds = append(feeds, ws.ID)
		}
	}
	news, end := h.waiting.wait(feeds)
	defer end()
	stream := http.NewResponseController(w)
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	ticker := time.NewTicker(beat)
	defer ticker.Stop()
	told := map[string]int64{}
	for {
		for _, feed := range slices.Clone(feeds) {
			head, err := h.headOf(r, feed)
			if err != nil { // no member any more
				feeds = slices.DeleteFunc(feeds, func(f string) bool { return f == feed })
				continue
			}
			if seq, known := told[feed]; known && seq == head.Seq {
				continue
			}
			told[feed] = head.Seq
			if err := event(w, head); err != nil {
				return nil // nobody listens any more
			}
		}
		if stream.Flush() != nil {
			return nil
		}
		select {
		case <-news:
		case <-ticker.C:
			if _, err := fmt.Fprint(w, ": still here\n\n"); err != nil {
				return nil
			}
		case <-r.Context().Done():
			return nil
		}
	}
}

func event(w http.ResponseWriter, head protocol.Head) error {
	data, err := json.Marshal(head)
	if err == nil {
		_, err = fmt.Fprintf(w, "data: %s\n\n", data)
	}
	return err
}
