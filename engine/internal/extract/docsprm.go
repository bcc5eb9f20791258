package extract

// Single properties that differ from the style's: an operation and its operand. Word 97 numbers them in two bytes,
// Word 6 and 95 in one; the old numbers are kept apart by being negative.
const (
	sprmDeleted, sprmHidden, sprmSpecial          = 0x0800, 0x083c, 0x0855
	sprmStyle, sprmList, sprmOutline              = 0x4600, 0x460b, 0x2640
	sprmInTable, sprmRowEnd, sprmBreak            = 0x2416, 0x2417, 0x2407
	sprmDepth                                     = 0x6649
	sprmHeaderRow                                 = 0x3404
	oldSprmStyle, oldSprmBreak                    = -2, -9
	oldSprmInTable, oldSprmRowEnd                 = -24, -25
	oldSprmDeleted, oldSprmSpecial, oldSprmHidden = -65, -117, -92
)

// wordPaper is what a paragraph's format says to a reader.
type wordPaper struct {
	known   bool
	level   int // of a heading
	list    bool
	table   bool
	rowEnd  bool
	header  bool // of the table
	newPage bool
}

func (f *wordFile) paperOf(run wordRun) wordPaper {
	p := wordPaper{known: true, level: f.levels[run.style]}
	f.eachSprm(run.sprms, func(op int, operand []byte) {
		value := 0
		for i := min(len(operand), 4) - 1; i >= 0; i-- {
			value = value<<8 | int(operand[i])
		}
		switch op {
		case sprmStyle, oldSprmStyle:
			p.level = f.levels[value]
		case sprmOutline:
			p.level = 0
			if value < 9 {
				p.level = min(value+1, 6)
			}
		case sprmList:
			p.list = value != 0
		case sprmInTable, oldSprmInTable:
			p.table = p.table || value != 0
		case sprmDepth:
			p.table = p.table || value > 0
		case sprmRowEnd, oldSprmRowEnd:
			p.rowEnd = value != 0
		case sprmHeaderRow:
			p.header = value != 0
		case sprmBreak, oldSprmBreak:
			p.newPage = value != 0
		}
	})
	return p
}

// eachSprm calls do for every property of a list.
func (f *wordFile) eachSprm(b []byte, do func(op int, operand []byte)) {
	for len(b) > 1 {
		var op, n int
		if f.old {
			op, b = -int(b[0]), b[1:]
			n = oldSprmSize(-op, b)
		} else {
			op, b = int(little.Uint16(b)), b[2:]
			n = sprmSize(op, b)
		}
		if n < 0 || n > len(b) {
			return
		}
		do(op, b[:n])
		b = b[n:]
	}
}

// sprmSize is the length of an operand, by the three highest bits of its operation; -1 when it is not known.
func sprmSize(op int, b []byte) int {
	const tableDefinition, changeTabs = 0xd608, 0xc615
	switch op >> 13 {
	case 0, 1:
		return 1
	case 2, 4, 5:
		return 2
	case 3:
		return 4
	case 7:
		return 3
	}
	switch {
	case op == tableDefinition && len(b) >= 2:
		return 1 + int(little.Uint16(b))
	case len(b) == 0 || op == changeTabs && b[0] == 0xff:
		return -1
	}
	return 1 + int(b[0])
}

// oldSprmSizes are the lengths of operands in Word 6 and 95; 0xff stands for one that begins with its length.
var oldSprmSizes = map[int]int{
	2: 2, 3: 0xff, 4: 1, 5: 1, 6: 1, 7: 1, 8: 1, 9: 1, 10: 1, 11: 1, 12: 0xff, 13: 1, 14: 1, 15: 0xff, 16: 2, 17: 2, 18: 2, 19: 2,
	20: 4, 21: 2, 22: 2, 23: 0xff, 24: 1, 25: 1, 26: 2, 27: 2, 28: 2, 29: 1, 30: 2, 31: 2, 32: 2, 33: 2, 34: 2, 35: 2, 36: 2, 37: 1,
	38: 2, 39: 2, 40: 2, 41: 2, 42: 2, 43: 2, 44: 1, 45: 2, 46: 2, 47: 2, 48: 2, 49: 2, 50: 1, 51: 1,
	65: 1, 66: 1, 67: 1, 68: 0xff, 69: 2, 70: 4, 71: 1, 72: 2, 73: 3, 74: 0xff, 75: 1, 80: 2, 81: 0xff, 82: 0xff, 83: 0, 85: 1, 86: 1,
	87: 1, 88: 1, 89: 1, 90: 1, 91: 1, 92: 1, 93: 2, 94: 1, 95: 3, 96: 2, 97: 2, 98: 1, 99: 2, 100: 1, 101: 2, 102: 1, 103: 0xff,
	104: 1, 105: 0xff, 106: 0xff, 107: 2, 108: 0xff, 109: 2, 110: 2, 111: 2, 112: 2, 117: 1, 118: 1, 119: 1, 120: 2, 121: 2,
}

func oldSprmSize(op int, b []byte) int {
	n, ok := oldSprmSizes[op]
	if !ok {
		return -1
	}
	if n == 0xff {
		if len(b) == 0 {
			return -1
		}
		n = 1 + int(b[0])
	}
	return n
}

// wordLevels maps the numbers of styles to the levels of headings: the built-in ones are known by their identifier,
// others by the style that they are based on.
func wordLevels(sheet []byte) map[int]int {
	levels := map[int]int{}
	if len(sheet) < 6 {
		return levels
	}
	base := map[int]int{}
	styles := cut(sheet, 2+int(little.Uint16(sheet)))
	for number := 0; len(styles) >= 2 && number < 4096; number++ {
		n := int(little.Uint16(styles))
		styles = styles[2:]
		if n > len(styles) {
			break
		}
		if n >= 4 {
			const title = 62
			switch id := int(little.Uint16(styles) & 0xfff); {
			case id >= 1 && id <= 9:
				levels[number] = min(id, 6)
			case id == title:
				levels[number] = 1
			default:
				base[number] = int(little.Uint16(styles[2:]) >> 4)
			}
		}
		styles = cut(styles, n+n&1)
	}
	for number := range base {
		at := number
		for range 10 {
			if at = base[at]; levels[at] > 0 {
				levels[number] = levels[at]
				break
			}
		}
	}
	return levels
}
