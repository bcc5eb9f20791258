package cli

import (
	"context"
	"fmt"
	"strings"
	"time"

	"golang.org/x/term"
	"os"

	"github.com/sheafdocs/sheaf/app/client"
	"github.com/sheafdocs/sheaf/engine/catalog"
)

// watching waits until nothing is pending, with a line of progress where a person sees it.
func (c *call) watching(ctx context.Context, desk *client.Client, limit time.Duration) (catalog.Status, bool, error) {
	if !terminal(c.Err) {
		return desk.Wait(ctx, limit)
	}
	drawing, stop := context.WithCancel(ctx)
	drawn := make(chan struct{})
	go func() {
		defer close(drawn)
		c.draw(drawing, desk)
	}()
	s, idle, err := desk.Wait(ctx, limit)
	stop()
	<-drawn
	return s, idle, err
}

// draw renews the line four times a second until ctx ends, then clears it.
func (c *call) draw(ctx context.Context, desk *client.Client) {
	tick := time.NewTicker(250 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			fmt.Fprint(c.Err, "\r\x1b[K")
			return
		case <-tick.C:
		}
		if s, err := desk.Status(ctx); err == nil {
			fmt.Fprintf(c.Err, "\r\x1b[K%s", fitting(c.bar(s.Progress), c.width()))
		}
	}
}

// width is how many columns the terminal of standard error has.
func (c *call) width() int {
	if f, ok := c.Err.(*os.File); ok {
		if columns, _, err := term.GetSize(int(f.Fd())); err == nil && columns > 0 {
			return columns
		}
	}
	return 80
}

// fitting cuts s so that it stays on one line.
func fitting(s string, columns int) string {
	if r := []rune(s); len(r) >= columns {
		return string(r[:max(columns-1, 0)])
	}
	return s
}

const barWidth = 20

// bar is the line of progress: a bar where the total is known, then words.
func (c *call) bar(p catalog.Progress) string {
	words := clean(progressLine(p))
	if p.Total <= 0 {
		return words
	}
	full := min(barWidth, barWidth*p.Done/p.Total)
	return "[" + strings.Repeat("=", full) + strings.Repeat(" ", barWidth-full) + "] " + words
}

// progressLine says what is being done, how far it is and, when that can be said, how long it will take.
func progressLine(p catalog.Progress) string {
	phase := map[string]string{"idle": "Up to date", "scanning": "Looking through folders", "reading": "Reading",
		"embedding": "Learning meanings", "paused": "Paused"}[p.Phase]
	if phase == "" {
		phase = p.Phase
	}
	parts := []string{phase}
	if p.Total > 0 {
		parts[0] += fmt.Sprintf(" %s of %s", grouped(p.Done), grouped(p.Total))
	}
	if p.SecondsLeft != nil && *p.SecondsLeft >= 0 && *p.SecondsLeft < 1e7 {
		parts = append(parts, about(time.Duration(*p.SecondsLeft*float64(time.Second)))+" left")
	}
	if p.Current != "" {
		parts = append(parts, p.Current)
	}
	return strings.Join(parts, " · ")
}
