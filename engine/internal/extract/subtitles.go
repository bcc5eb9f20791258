package extract

import (
	"html"
	"regexp"
	"strconv"
	"strings"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

var (
	cueTime = regexp.MustCompile(`^\s*(?:(\d+):)?(\d{1,2}):(\d{2})[.,](\d{1,3})\s*-->\s*(?:(\d+):)?(\d{1,2}):(\d{2})[.,](\d{1,3})`)
	cueMark = regexp.MustCompile(`<v(?:\.[^ >]*)? ([^>]{1,100})>|</?[a-zA-Z0-9:.][^>]{0,100}>|\{\\[^}]{0,100}\}`)
)

const (
	cueGap    = 4.0 // seconds of silence that begin a paragraph
	cueLength = 600 // bytes after which one ends
)

// readSubtitles reads what is said, without times and marks: a line a cue, a paragraph until the next silence.
func readSubtitles(in *input) (catalog.Document, error) {
	text, w, err := decoded(in)
	if err != nil {
		return catalog.Document{}, err
	}
	var paragraph strings.Builder
	flush := func() {
		w.block(catalog.BlockParagraph, 0, paragraph.String())
		paragraph.Reset()
	}
	ended, said := 0.0, ""
	for part := range strings.SplitSeq(text, "\n\n") {
		lines := strings.Split(strings.Trim(part, "\n"), "\n")
		at := 0
		for at < len(lines) && at < 2 && !cueTime.MatchString(lines[at]) {
			at++
		}
		if at == len(lines) || at == 2 {
			continue // a header, a note or a style
		}
		from, to := times(cueTime.FindStringSubmatch(lines[at]))
		words := spoken(lines[at+1:])
		if words == "" || words == said {
			continue
		}
		if from-ended > cueGap || paragraph.Len() > cueLength {
			flush()
		}
		ended, said = to, words
		paragraph.WriteString(words + "\n")
	}
	flush()
	if len(w.page().Blocks) == 0 {
		return readText(in)
	}
	w.property("duration", strconv.Itoa(int(ended))+" s")
	return w.document(""), nil
}

// spoken is the text of a cue on one line; a voice is named before what it says.
func spoken(lines []string) string {
	words := cueMark.ReplaceAllStringFunc(strings.Join(lines, " "), func(mark string) string {
		if m := cueMark.FindStringSubmatch(mark); m[1] != "" {
			return m[1] + ": "
		}
		return ""
	})
	return spaced(html.UnescapeString(words))
}

func times(m []string) (from, to float64) {
	at := func(m []string) float64 {
		total := 0.0
		for _, s := range m[:3] {
			n, _ := strconv.Atoi(s)
			total = total*60 + float64(n)
		}
		return total
	}
	return at(m[1:5]), at(m[5:9])
}
