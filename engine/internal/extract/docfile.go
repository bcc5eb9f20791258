package extract

import (
	"sort"
	"unicode/utf8"
)

// wordFile is a binary Word document: its characters in the order of the text, and what the formatting says that
// concerns reading. Word 6 and 95 keep everything in one stream, and their text has one byte a character; later
// programs keep tables in a stream of their own.
type wordFile struct {
	main, table []byte
	old         bool // Word 6 or 95
	chars       []rune
	marks       []byte // a set of mark for each character
	pieces      []wordPiece
	papers      []wordRun // paragraph formats by place in the file
	levels      map[int]int
	stories     wordStories
}

// marks of a character.
const (
	markHidden  byte = 1 << iota // not shown: hidden or deleted
	markSpecial                  // stands for something: a note, a picture
	markOpens                    // the instructions of a field begin
	markCloses                   // and end
)

// wordPiece is a stretch of the text that lies in one place in the file.
type wordPiece struct {
	cp, n  int // place and length in the text
	fc     int // place in the file
	double bool
}

// wordRun is a stretch of the file with one format.
type wordRun struct {
	from, to int
	style    int
	sprms    []byte
}

// wordStories are the lengths of the texts that follow one another: the main one, then what it refers to.
type wordStories struct{ body, notes, headers, macros, comments, endnotes, boxes, headerBoxes int }

const firstWord97 = 0xc1 // version of the format

func openWord(c *container) (*wordFile, error) {
	main, err := c.stream("WordDocument")
	if err != nil {
		return nil, err
	}
	name := "0Table"
	if len(main) > 0x0b && main[0x0b]&2 != 0 {
		name = "1Table"
	}
	table, err := c.stream(name)
	if err != nil {
		return nil, err
	}
	return wordOf(main, table)
}

// wordOf reads the two streams of a document.
func wordOf(main, table []byte) (*wordFile, error) {
	const encrypted = 0x100
	if len(main) < 0x170 {
		return nil, errMalformed
	}
	version, flags := little.Uint16(main[2:]), little.Uint16(main[0x0a:])
	if flags&encrypted != 0 {
		return nil, errEncrypted
	}
	f := &wordFile{main: main, table: table, old: version < firstWord97}
	if f.old {
		return f, f.readOld(flags)
	}
	return f, f.read()
}

// at is a table of the file: the stretch that the pair of numbers at that place of the header names.
func (f *wordFile) at(header int) []byte {
	pair := stretch(f.main, header, 8)
	if pair == nil {
		return nil
	}
	return stretch(f.table, int(little.Uint32(pair)), int(little.Uint32(pair[4:])))
}

func (f *wordFile) read() error {
	n := func(at int) int { return max(0, int(int32(little.Uint32(f.main[at:])))) }
	f.stories = wordStories{n(0x4c), n(0x50), n(0x54), n(0x58), n(0x5c), n(0x60), n(0x64), n(0x68)}
	if !f.readPieces(f.at(0x1a2), codePageLatin) {
		return errMalformed
	}
	f.levels = wordLevels(f.at(0xa2))
	f.papers = f.runs(f.at(0x102), true)
	f.markRuns(f.runs(f.at(0xfa), false))
	return nil
}

// readOld reads Word 6 and 95. A file that was saved in a hurry has pieces as later ones have.
func (f *wordFile) readOld(flags uint16) error {
	const complex = 4
	f.table = f.main
	n := func(at int) int { return max(0, int(int32(little.Uint32(f.main[at:])))) }
	f.stories = wordStories{n(0x34), n(0x38), n(0x3c), n(0x40), n(0x44), n(0x48), n(0x4c), n(0x50)}
	page := codePageOfLanguage(int(little.Uint16(f.main[6:])))
	if flags&complex == 0 || !f.readPieces(f.at(0x160), page) {
		from, to := n(0x18), n(0x1c)
		if from > to || from > len(f.main) {
			return errMalformed
		}
		f.addPiece(from, min(to, len(f.main))-from, false, page)
	}
	f.levels = wordLevels(f.at(0x60))
	f.papers = f.runs(f.at(0xc0), true)
	f.markRuns(f.runs(f.at(0xb8), false))
	return nil
}

// readPieces reads the piece table: what has been typed last may lie at the end of the file and belong in the middle.
func (f *wordFile) readPieces(clx []byte, page int) bool {
	for len(clx) > 3 && clx[0] == 1 {
		clx = cut(clx, 3+int(little.Uint16(clx[1:])))
	}
	if len(clx) < 9 || clx[0] != 2 {
		return false
	}
	plc := clx[5:]
	plc = plc[:min(int(little.Uint32(clx[1:])), len(plc))]
	n := (len(plc) - 4) / 12
	for i := range n {
		from, to := int(little.Uint32(plc[4*i:])), int(little.Uint32(plc[4*i+4:]))
		fc := int(little.Uint32(plc[4*(n+1)+8*i+2:]))
		const single = 1 << 30
		switch {
		case from != len(f.chars) || to < from:
			return i > 0
		case f.old:
			f.addPiece(fc, to-from, false, page)
		case fc&single != 0:
			f.addPiece(fc&^single/2, to-from, false, page)
		default:
			f.addPiece(fc, to-from, true, page)
		}
		if len(f.chars) != to {
			return true // cut off, or as much as is read
		}
	}
	return n > 0
}

// addPiece takes n characters from a place in the file.
func (f *wordFile) addPiece(fc, n int, double bool, page int) {
	n = min(n, maxText-len(f.chars))
	start := len(f.chars)
	if double {
		n = min(n, len(cut(f.main, fc))/2)
		for i := range n {
			f.chars = append(f.chars, rune(little.Uint16(f.main[fc+2*i:])))
		}
	} else {
		n = min(n, len(cut(f.main, fc)))
		f.addBytes(f.main[min(fc, len(f.main)):][:n], page)
	}
	f.pieces = append(f.pieces, wordPiece{cp: start, n: n, fc: fc, double: double})
	f.marks = append(f.marks, make([]byte, n)...)
}

// addBytes keeps one place for every byte, so that places in the text stay true: a character of two bytes takes the
// first and leaves zero in the second.
func (f *wordFile) addBytes(b []byte, page int) {
	var single [256]rune
	for c := range single {
		single[c], _ = utf8.DecodeRuneInString(fromCodePage([]byte{byte(c)}, page))
	}
	double := page == 932 || page == 936 || page == 949 || page == 950
	for i := 0; i < len(b); i++ {
		if double && b[i] >= 0x81 && i+1 < len(b) {
			if c, n := utf8.DecodeRuneInString(fromCodePage(b[i:i+2], page)); n > 2 && c != utf8.RuneError {
				f.chars = append(f.chars, c, 0)
				i++
				continue
			}
		}
		f.chars = append(f.chars, single[b[i]])
	}
}

// runs reads the formats of characters or of paragraphs, which lie in pages of 512 bytes that a table lists.
func (f *wordFile) runs(plc []byte, paragraphs bool) []wordRun {
	size := 4
	if f.old {
		size = 2
	}
	var runs []wordRun
	n := (len(plc) - 4) / (4 + size)
	for i := range n {
		number := plc[4*(n+1)+size*i:]
		page := int(little.Uint16(number))
		if !f.old {
			page = int(little.Uint32(number) & 0x3fffff)
		}
		if sheet := stretch(f.main, page*512, 512); sheet != nil && len(runs) < 1<<20 {
			runs = f.runsOf(runs, sheet, paragraphs)
		}
	}
	sort.SliceStable(runs, func(i, k int) bool { return runs[i].from < runs[k].from })
	return apart(runs)
}

// apart leaves out runs that lie over others: a file has one format for every place.
func apart(runs []wordRun) []wordRun {
	kept, end := runs[:0], 0
	for _, r := range runs {
		if r.from >= end && r.to > r.from {
			kept, end = append(kept, r), r.to
		}
	}
	return kept
}

func (f *wordFile) runsOf(runs []wordRun, sheet []byte, paragraphs bool) []wordRun {
	n := int(sheet[511])
	width := 1
	if paragraphs {
		width = 13
		if f.old {
			width = 7
		}
	}
	for i := range n {
		at := 4*(n+1) + width*i
		if at >= 511 {
			break
		}
		run := wordRun{from: int(little.Uint32(sheet[4*i:])), to: int(little.Uint32(sheet[4*i+4:])), style: -1}
		if format := sheet[2*int(sheet[at]):]; sheet[at] != 0 && len(format) > 1 {
			run.style, run.sprms = f.format(format, paragraphs)
		}
		runs = append(runs, run)
	}
	return runs
}

// format is one format of a page: its length, for paragraphs the style, and the differences from it.
func (f *wordFile) format(b []byte, paragraphs bool) (style int, sprms []byte) {
	n := int(b[0])
	b = b[1:]
	if !paragraphs {
		return -1, b[:min(n, len(b))]
	}
	switch {
	case f.old:
		n = 2 * n
	case n == 0:
		n = 2 * int(b[0])
		b = b[1:]
	default:
		n = 2*n - 1
	}
	b = b[:min(n, len(b))]
	if len(b) < 2 {
		return -1, nil
	}
	return int(little.Uint16(b)), b[2:]
}

// markRuns notes for each character whether it is shown and whether it is special.
func (f *wordFile) markRuns(runs []wordRun) {
	for _, p := range f.pieces {
		width := 1
		if p.double {
			width = 2
		}
		end := p.fc + p.n*width
		first := sort.Search(len(runs), func(i int) bool { return runs[i].to > p.fc })
		for _, run := range runs[first:] {
			if run.from >= end {
				break
			}
			if mark := f.markOf(run.sprms); mark != 0 {
				for i := max(0, run.from-p.fc) / width; i < min(p.n, (run.to-p.fc+width-1)/width); i++ {
					f.marks[p.cp+i] |= mark
				}
			}
		}
	}
}

func (f *wordFile) markOf(sprms []byte) (mark byte) {
	f.eachSprm(sprms, func(op int, operand []byte) {
		on := len(operand) > 0 && operand[0]&1 != 0 // 0x80 and 0x81 mean the style's own and its opposite
		switch op {
		case sprmDeleted, sprmHidden, oldSprmDeleted, oldSprmHidden:
			if on {
				mark |= markHidden
			}
		case sprmSpecial, oldSprmSpecial:
			if on {
				mark |= markSpecial
			}
		}
	})
	return mark
}

// paper is the format of the paragraph that the character at a place of the text ends.
func (f *wordFile) paper(cp int) wordPaper {
	i := sort.Search(len(f.pieces), func(i int) bool { return f.pieces[i].cp+f.pieces[i].n > cp })
	if i == len(f.pieces) {
		return wordPaper{}
	}
	p := f.pieces[i]
	fc := p.fc + cp - p.cp
	if p.double {
		fc += cp - p.cp
	}
	k := sort.Search(len(f.papers), func(k int) bool { return f.papers[k].to > fc })
	if k == len(f.papers) || f.papers[k].from > fc {
		return wordPaper{}
	}
	return f.paperOf(f.papers[k])
}

// places are the places in the text that a table lists, without what it says about them.
func (f *wordFile) places(header, size int) []int {
	plc := f.at(header)
	n := (len(plc) - 4) / (4 + size)
	if len(plc) < 4 {
		return nil
	}
	places := make([]int, n+1)
	for i := range places {
		places[i] = int(little.Uint32(plc[4*i:]))
	}
	return places
}
