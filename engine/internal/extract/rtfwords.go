package extract

import (
	"strconv"
	"strings"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// rtfNowhere open groups whose text is for programs, or a second copy for old ones.
var rtfNowhere = wordSet(`colortbl pict objdata objclass objname nonshppict shprslt fldinst listtable listoverridetable
	filetbl revtbl rsidtbl generator themedata colorschememapping datastore xmlnstbl latentstyles pgptbl bkmkstart bkmkend
	atrfstart atrfend atnid atnauthor atntime atnref atndate mmathPr sp private mhtmltag xe tc datafield formfield ffname
	ffdeftext ffhelptext ffstattext ffformat ffentrymcr ffexitmcr pnseclvl pntxta pntxtb template passwordhash background
	panose falt fontemb docvar writereservhash ftnsep ftnsepc ftncn aftnsep aftnsepc aftncn userprops`)

// rtfKept open groups that are marked as optional and hold text for readers.
var rtfKept = wordSet(`shpinst shptxt ud htmltag footnote annotation fldrslt do dptxbxtext result pn`)

var (
	rtfNotes   = wordSet(`footnote annotation`)
	rtfRunning = wordSet(`header headerl headerr headerf footer footerl footerr footerf`)
	rtfNumbers = wordSet(`listtext pntext`)
)

var rtfProperties = map[string]string{
	"title": "title", "author": "author", "subject": "subject", "keywords": "keywords", "doccomm": "description", "operator": "lastModifiedBy",
	"category": "category", "company": "company", "manager": "manager", "creatim": "created", "revtim": "modified",
}

var rtfSymbols = map[string]string{
	"tab": "\t", "line": "\n", "lbr": "\n", "emdash": "—", "endash": "–", "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”",
	"bullet": "•", "emspace": " ", "enspace": " ", "qmspace": " ",
}

// rtfClock are the parts of a time, in order.
var rtfClock = []string{"yr", "mo", "dy", "hr", "min", "sec"}

func wordSet(words string) map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(words) {
		set[w] = true
	}
	return set
}

// do carries out a control word.
func (r *rtf) do(word string, n int, given bool) {
	optional := r.state.optional
	r.state.fresh, r.state.optional = false, false
	if word == "bin" {
		r.at = min(len(r.data), r.at+max(n, 0))
		return
	}
	if r.state.to == toNowhere {
		if word == "ud" {
			r.state.to = r.state.around
		}
		return
	}
	if s := rtfSymbols[word]; s != "" {
		r.symbol(s)
		return
	}
	if r.destination(word, optional) {
		return
	}
	switch r.state.to {
	case toFonts:
		r.defineFont(word, n)
	case toStyles:
		r.defineStyle(word, n)
	case toProperty:
		r.defineProperty(word, n)
	default:
		if !r.character(word, n, given) && !r.paragraphWord(word, n) {
			r.breakWord(word)
		}
	}
}

// destination carries out words that decide where the rest of their group goes.
func (r *rtf) destination(word string, optional bool) bool {
	body := r.state.to == toBody
	switch {
	case rtfNowhere[word]:
		r.state.to, r.state.around = toNowhere, toNowhere
	case word == "upr":
		r.state.to, r.state.around = toNowhere, r.state.to
	case body && (rtfRunning[word] || rtfNotes[word]):
		r.state.to, r.running = toNote, rtfRunning[word]
		r.note.Reset()
	case body && rtfNumbers[word]:
		r.state.to = toNumber
		r.name.Reset()
	case word == "fonttbl":
		r.state.to = toFonts
	case word == "stylesheet":
		r.state.to = toStyles
	case word == "info":
		r.state.to = toProperty
	case r.state.to == toProperty && rtfProperties[word] != "":
		r.state.property = rtfProperties[word]
		r.name.Reset()
	case optional && !rtfKept[word]:
		r.state.to, r.state.around = toNowhere, toNowhere
	default:
		return false
	}
	return true
}

func (r *rtf) defineFont(word string, n int) {
	switch word {
	case "f":
		r.font = n
	case "fcharset":
		r.fonts[r.font] = codePageOfCharset(n)
		if n == 2 {
			r.fonts[r.font] = codePagePictures
		}
	case "cpg":
		if codePages[n] != nil {
			r.fonts[r.font] = n
		}
	}
}

func (r *rtf) defineStyle(word string, n int) {
	switch word {
	case "s":
		r.style = n
	case "outlinelevel":
		if n >= 0 && n < 9 {
			r.styles[r.style] = min(n+1, 6)
		}
	}
}

func (r *rtf) defineProperty(word string, n int) {
	if word == "nofpages" && n > 0 {
		r.w.property("pages", strconv.Itoa(n))
	}
	for i, part := range rtfClock {
		if part == word {
			r.clock[i] = n
		}
	}
	if word == "u" {
		r.unit(n)
	}
}

// character carries out words that concern characters.
func (r *rtf) character(word string, n int, given bool) bool {
	on := n != 0 || !given
	switch word {
	case "ansi":
		r.setCodePage(codePageLatin)
	case "mac":
		r.setCodePage(10000)
	case "pc":
		r.setCodePage(437)
	case "pca":
		r.setCodePage(850)
	case "ansicpg":
		if codePages[n] != nil || n == codePageUTF8 {
			r.setCodePage(n)
		}
	case "deff":
		r.plain = n
	case "f":
		r.state.page = orElse(r.fonts[n], r.ansi)
	case "plain":
		r.state.page = orElse(r.fonts[r.plain], r.ansi)
		r.state.hidden, r.state.deleted = false, false
	case "uc":
		r.state.fallback = min(max(n, 0), 100)
	case "u":
		r.unit(n)
	case "v":
		r.state.hidden = on
	case "deleted":
		r.state.deleted = on
	case "htmlrtf":
		r.unseen = on
	case "htmltag":
		r.state.markup = true
	default:
		return false
	}
	return true
}

func (r *rtf) setCodePage(page int) { r.ansi, r.state.page = page, page }

// paragraphWord carries out words that concern paragraphs and rows.
func (r *rtf) paragraphWord(word string, n int) bool {
	switch word {
	case "pard":
		r.state.table, r.state.list, r.state.level = false, false, 0
	case "s":
		r.state.level = r.styles[n]
	case "outlinelevel":
		if n >= 0 && n < 9 {
			r.state.level = min(n+1, 6)
		}
	case "ls", "pnlvlblt", "pnlvlbody":
		r.state.list = true
	case "intbl":
		r.state.table = true
	case "trowd":
		r.heads = false
	case "trhdr":
		r.heads = true
	default:
		return false
	}
	return true
}

// breakWord carries out words that end something.
func (r *rtf) breakWord(word string) {
	switch word {
	case "par":
		r.endLine()
	case "cell", "nestcell", "nestrow", "row":
		r.endCell(word)
	case "shptxt", "dptxbxtext":
		if r.state.to == toBody && !r.state.table {
			r.endParagraph()
		}
	case "page":
		if r.state.to == toBody && !r.state.table {
			r.breakPage()
		}
	case "sect":
		r.endLine()
		r.section = r.state.to == toBody
	case "sectd", "sbkpage", "sbkodd", "sbkeven":
		r.newPage = true
	case "sbknone", "sbkcol":
		r.newPage = false
	}
}

// endLine ends a paragraph of wherever the text goes.
func (r *rtf) endLine() {
	switch {
	case r.html != nil || r.state.to != toBody:
		r.write("\n")
	case r.state.table:
		r.joinCell()
	default:
		r.endParagraph()
	}
}

func (r *rtf) endParagraph() {
	if len(r.cells) > 0 || r.cell.Len() > 0 {
		r.endRow()
	}
	if r.inTable {
		r.rows.end()
		r.rows, r.inTable = rows{w: r.w}, false
	}
	text := r.para.text.String()
	if r.para.kind == catalog.BlockHeading {
		text = spaced(text)
		r.heading = orElse(r.heading, text)
	}
	r.w.block(orElse(r.para.kind, catalog.BlockParagraph), r.para.level, text)
	r.para = paragraph{}
}

// joinCell ends a paragraph of a cell.
func (r *rtf) joinCell() {
	r.cell.WriteString(r.para.text.String())
	r.cell.WriteByte(' ')
	r.para = paragraph{}
}

func (r *rtf) endCell(word string) {
	if r.state.to != toBody || r.html != nil {
		r.write(" ")
		return
	}
	r.inTable = true
	r.joinCell()
	switch word {
	case "cell":
		r.cells = append(r.cells, r.cell.String())
		r.cell.Reset()
	case "row":
		r.endRow()
	}
}

func (r *rtf) endRow() {
	if strings.TrimSpace(r.cell.String()) != "" {
		r.cells = append(r.cells, r.cell.String())
	}
	r.cell.Reset()
	r.rows.add(r.cells, r.rows.seen == 0 && (r.heads || looksLikeHeader(r.cells)))
	r.cells = r.cells[:0]
}

// breakPage ends the page in the middle of the paragraph.
func (r *rtf) breakPage() {
	kind, level := r.para.kind, r.para.level
	r.endParagraph()
	r.para.kind, r.para.level = kind, level
	r.writeNotes()
	r.w.breakPage()
}

func (r *rtf) writeNotes() {
	for _, n := range r.notes {
		r.w.block(catalog.BlockParagraph, 0, n)
	}
	r.notes = nil
}

func (r *rtf) finish() {
	r.endParagraph()
	r.rows.end()
	r.writeNotes()
}
