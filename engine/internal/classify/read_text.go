package classify

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

var colon = regexp.MustCompile(`[:：]\**\s`)

// textCandidates are the texts behind a colon whose label is the field's own.
func (r *reading) textCandidates(w want) []candidate {
	var list []candidate
	for _, s := range r.sheets {
		for _, line := range s.lines {
			for _, c := range cellsOf(s, line) {
				at := colon.FindStringIndex(s.text[c.start:c.end])
				if at == nil || len(bare(s.text[c.start:c.start+at[0]])) > 40 {
					continue
				}
				named, whole := w.namedBy(s.text[c.start : c.start+at[0]])
				if !named {
					continue
				}
				value := shorten(s, span{c.start + at[1], c.end}, w.Type)
				if value.end > value.start {
					list = append(list, candidate{value: s.text[value.start:value.end], way: byName, strength: float64(truth(whole)), sheet: s, span: value})
				}
			}
		}
	}
	return list
}

// cellsOf are the cells of a line.
func cellsOf(s *sheet, line span) []span {
	var cells []span
	at := line.start
	for _, gap := range cellGap.FindAllStringIndex(s.text[line.start:line.end], -1) {
		cells = append(cells, span{at, line.start + gap[0]})
		at = line.start + gap[1]
	}
	return append(cells, span{at, line.end})
}

// sentenceEnd is the end of a word of more than three letters before a full stop and another sentence: initials go on.
var sentenceEnd = regexp.MustCompile(`\p{Ll}{4}\. +\p{Lu}`)

const maxShortString = 255 // code points

// shorten takes white space, marks of emphasis and what comes behind the value off it.
func shorten(s *sheet, at span, kind catalog.FieldType) span {
	text := s.text[at.start:at.end]
	text = strings.TrimRight(text, " \t*_")
	trimmed := strings.TrimLeft(text, " \t*_")
	at.start += len(text) - len(trimmed)
	if kind == catalog.FieldShortString {
		if cut := strings.IndexAny(trimmed, ",;("); cut > 0 {
			trimmed = strings.TrimRight(trimmed[:cut], " ")
		}
		if cut := sentenceEnd.FindStringIndex(trimmed); cut != nil {
			trimmed = trimmed[:cut[0]+strings.IndexByte(trimmed[cut[0]:], '.')]
		}
		if utf8.RuneCountInString(trimmed) > maxShortString {
			trimmed = ""
		}
	}
	at.end = at.start + len(trimmed)
	return at
}

var flagWord = regexp.MustCompile(`(?i)^[\s:*_=-]*(yes|no|ja|nein|true|false|oui|non|nee|sí|si)\b`)

var flagValues = map[string]bool{"yes": true, "ja": true, "true": true, "oui": true, "sí": true, "si": true}

// flagCandidates are the words yes and no behind a colon whose label is the field's own.
func (r *reading) flagCandidates(w want) []candidate {
	var list []candidate
	for _, s := range r.sheets {
		for _, line := range s.lines {
			for _, c := range cellsOf(s, line) {
				at := colon.FindStringIndex(s.text[c.start:c.end] + " ")
				if at == nil {
					continue
				}
				if named, _ := w.namedBy(s.text[c.start : c.start+at[0]]); !named {
					continue
				}
				m := flagWord.FindStringSubmatchIndex(s.text[c.start+at[0]+1 : c.end])
				if m == nil {
					continue
				}
				here := span{c.start + at[0] + 1 + m[2], c.start + at[0] + 1 + m[3]}
				list = append(list, candidate{value: flagValues[strings.ToLower(s.text[here.start:here.end])], way: byName, sheet: s, span: here})
			}
		}
	}
	return list
}
