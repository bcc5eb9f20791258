package extract

import (
	"bytes"
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// A PDF knows lines, not paragraphs. What is written here from the lines of a page: a line that fills the measure goes
// on in the next, unless that begins a list item; a shorter one ends its paragraph.

// writePDFPage adds the text of a page. Lines that are titles are headings.
func writePDFPage(w *writer, raw string, titles ...pdfTitle) {
	lines := pdfLines(raw)
	measure := measureOf(lines)
	var text bytes.Buffer
	kind := catalog.BlockParagraph
	for i := 0; i < len(lines); i++ {
		l := lines[i]
		if n, level := headingAt(lines[i:], titles); n > 0 && text.Len() == 0 {
			writeHeading(w, lines[i:i+n], level)
			i += n - 1
			continue
		}
		if text.Len() == 0 && isBullet(l) {
			kind = catalog.BlockListItem
		}
		text.WriteString(l)
		if i+1 < len(lines) && !beginsHeading(lines[i+1:], titles) && goesOn(l, lines[i+1], measure) {
			joinLine(&text, lines[i+1])
			continue
		}
		w.block(kind, 0, text.String())
		text.Reset()
		kind = catalog.BlockParagraph
	}
}

// pdfLines splits the text of a page into lines that are not blank. pdfium marks a hyphen at a line end with U+FFFE or
// U+0002 and sometimes drops the line end after it.
func pdfLines(raw string) []string {
	raw = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(raw)
	raw = joinDivided(raw)
	var lines []string
	for l := range strings.SplitSeq(clean(raw), "\n") {
		if l = spaced(l); l != "" {
			lines = append(lines, l)
		}
	}
	return lines
}

// joinDivided puts words together that were divided at a line end. The hyphen goes only between small letters.
func joinDivided(s string) string {
	if !strings.ContainsAny(s, "\ufffe\x02") {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	for {
		i := strings.IndexAny(s, "\ufffe\x02")
		if i < 0 {
			b.WriteString(s)
			return b.String()
		}
		b.WriteString(s[:i])
		before, _ := utf8.DecodeLastRuneInString(s[:i])
		_, n := utf8.DecodeRuneInString(s[i:])
		s = s[i+n:]
		rest := strings.TrimLeft(s, "\n ")
		after, _ := utf8.DecodeRuneInString(rest)
		if !unicode.IsLetter(before) && !unicode.IsDigit(before) || rest == "" {
			b.WriteByte('-')
			continue
		}
		if !unicode.IsLower(before) || !unicode.IsLower(after) {
			b.WriteByte('-')
		}
		word := rest[:len(rest)-len(strings.TrimLeftFunc(rest, unicode.IsLetter))]
		b.WriteString(word)
		s = rest[len(word):]
		if strings.HasPrefix(s, " ") {
			b.WriteByte('\n') // where the line ended, or nearly: its length tells whether a paragraph ended
			s = s[1:]
		}
	}
}

// measureOf is the length that long lines of the page have, 0 when it has no running text.
func measureOf(lines []string) int {
	lengths := make([]int, 0, len(lines))
	for _, l := range lines {
		lengths = append(lengths, width(l))
	}
	sort.Ints(lengths)
	if len(lengths) < 2 {
		return 0
	}
	long := lengths[len(lengths)*8/10]
	if long < 30 {
		return 0
	}
	return long
}

// width counts columns: a letter of a script without spaces takes two.
func width(s string) int {
	n := 0
	for _, r := range s {
		n++
		if wide(r) {
			n++
		}
	}
	return n
}

func wide(r rune) bool {
	return r >= 0x1100 && (unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul) || r >= 0x3000 && r <= 0x303f || r >= 0xff00 && r <= 0xff60)
}

// goesOn reports whether the paragraph of line is continued by next.
func goesOn(line, next string, measure int) bool {
	if measure == 0 || isBullet(next) {
		return false
	}
	n := width(line)
	last, _ := utf8.DecodeLastRuneInString(strings.TrimRight(line, `"'”’)»`))
	first, _ := utf8.DecodeRuneInString(next)
	switch {
	case strings.ContainsRune(".!?:。！？：", last):
		return n*100 >= measure*85
	case unicode.IsLower(first):
		return n*100 >= measure*40
	}
	return n*100 >= measure*70
}

// joinLine prepares text for the line that continues it: a space, unless a hyphen or a script without spaces meets.
func joinLine(text *bytes.Buffer, next string) {
	so := text.Bytes()
	last, size := utf8.DecodeLastRune(so)
	first, _ := utf8.DecodeRuneInString(next)
	if wide(last) && wide(first) {
		return
	}
	if last == '-' && len(so) > size {
		before, _ := utf8.DecodeLastRune(so[:len(so)-size])
		if unicode.IsLower(before) && unicode.IsLower(first) {
			text.Truncate(len(so) - size)
			return
		}
		if unicode.IsLetter(before) {
			return
		}
	}
	text.WriteByte(' ')
}

// isBullet reports whether a line begins a list item.
func isBullet(l string) bool {
	first, n := utf8.DecodeRuneInString(l)
	if strings.ContainsRune("•▪◦‣●○■□–*-", first) {
		return len(l) > n && l[n] == ' '
	}
	digits := len(l) - len(strings.TrimLeft(l, "0123456789"))
	return digits > 0 && digits < 4 && digits+1 < len(l) && (l[digits] == '.' || l[digits] == ')') && l[digits+1] == ' '
}
