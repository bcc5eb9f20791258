package extract

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

const (
	maxJSONDepth = 1000
	shownDepth   = 8 // keys of a path that are written out
)

// readJSON writes every value beneath the path of keys that leads to it, one a line: `person.address.city: Berlin`.
// What lies directly in the top level makes one block. Several values one after another are read too (JSON lines);
// what is not JSON, or deeper than anyone nests, is read as text.
func readJSON(in *input) (catalog.Document, error) {
	text, w, err := decoded(in)
	if err != nil {
		return catalog.Document{}, err
	}
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	j := jsonText{w: w}
	for !w.full {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil || len(j.path) > maxJSONDepth {
			return readText(in)
		}
		j.token(token)
	}
	if len(j.path) > 0 && !w.full {
		return readText(in)
	}
	j.flush()
	return w.document(""), nil
}

// jsonText is where in a JSON text the reader is.
type jsonText struct {
	w     *writer
	path  []jsonLevel
	lines strings.Builder
	run   []string // scalars of the present array, for one line
}

type jsonLevel struct {
	key   string // of the value being read, in objects
	index int    // of the value being read, in arrays
	array bool
	named bool // key has been read, its value comes next
}

func (j *jsonText) token(t json.Token) {
	if d, ok := t.(json.Delim); ok {
		switch d {
		case '{', '[':
			j.endRun()
			j.path = append(j.path, jsonLevel{array: d == '['})
		default:
			j.endRun()
			j.path = j.path[:len(j.path)-1]
			j.next()
		}
		return
	}
	if n := len(j.path); n > 0 && !j.path[n-1].array && !j.path[n-1].named {
		j.path[n-1].key, j.path[n-1].named = t.(string), true
		return
	}
	j.scalar(t)
	j.next()
}

// next is called after each whole value.
func (j *jsonText) next() {
	n := len(j.path)
	if n == 0 {
		j.flush()
		return
	}
	j.path[n-1].named = false
	j.path[n-1].index++
	if n == 1 && j.lines.Len() > 600 {
		j.flush()
	}
}

func (j *jsonText) scalar(t json.Token) {
	value := spacedLines(fmt.Sprint(t))
	if t == nil || value == "" {
		return
	}
	if n := len(j.path); n > 0 && j.path[n-1].array {
		if j.run = append(j.run, value); len(j.run) == 64 {
			j.endRun()
		}
		return
	}
	j.write(j.where(len(j.path)), value)
}

// endRun writes the scalars of an array as one line.
func (j *jsonText) endRun() {
	if len(j.run) > 0 {
		j.write(j.where(len(j.path)-1), strings.Join(j.run, ", "))
		j.run = j.run[:0]
	}
}

func (j *jsonText) write(where, value string) {
	if where != "" {
		j.lines.WriteString(where)
		j.lines.WriteString(": ")
	}
	j.lines.WriteString(value)
	j.lines.WriteByte('\n')
	if j.lines.Len() > 64<<10 {
		j.flush()
	}
}

// where is the path of the value being read, through its first n levels.
func (j *jsonText) where(n int) string {
	var b strings.Builder
	from := 0
	if n > shownDepth {
		from = n - shownDepth
		b.WriteString("…")
	}
	for _, l := range j.path[from:n] {
		switch {
		case l.array && b.Len() > 0:
			fmt.Fprintf(&b, "[%d]", l.index)
		case l.array:
		default:
			if b.Len() > 0 {
				b.WriteByte('.')
			}
			b.WriteString(spaced(l.key[:min(len(l.key), 200)]))
		}
	}
	return b.String()
}

func (j *jsonText) flush() {
	j.w.block(catalog.BlockParagraph, 0, j.lines.String())
	j.lines.Reset()
}

// spacedLines keeps the lines of a long value and tidies each.
func spacedLines(s string) string { return strings.TrimSpace(clean(s)) }
