package extract

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/saintfish/chardet"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
)

const guessed = 16 << 10 // bytes that a guess looks at

// guessCharset names the encoding of text that is no Unicode. Encodings of several bytes a letter are recognised by
// chardet. Those of one byte are all tried: the right one is where the letters are those of one language and make words.
func guessCharset(head []byte) string {
	head = head[:min(len(head), guessed)]
	found, err := chardet.NewTextDetector().DetectBest(head)
	name, score := guessSingle(head)
	if err == nil && isMultibyte(found.Charset) && fits(head, found.Charset) && (score < 0.98 || highShare(head) > 0.3 && name != "windows-874") {
		return found.Charset
	}
	if score >= 0.75 || err != nil || found.Confidence < 10 || isMultibyte(found.Charset) {
		return name
	}
	return found.Charset
}

func isMultibyte(name string) bool {
	switch name {
	case "Shift_JIS", "EUC-JP", "EUC-KR", "Big5", "GB-18030":
		return true
	}
	return false
}

// fits reports whether nearly all of the bytes mean something in an encoding.
func fits(head []byte, name string) bool {
	from := encodingOf(name)
	if from == nil {
		return false
	}
	text, err := from.NewDecoder().Bytes(head)
	if err != nil {
		return false
	}
	bad, all := 0, 0
	for _, r := range string(text) {
		if r >= utf8.RuneSelf {
			all++
		}
		if r == utf8.RuneError || unicode.Is(unicode.Co, r) {
			bad++
		}
	}
	return bad*50 <= all
}

func highShare(b []byte) float64 {
	high, letters := 0, 0
	for _, c := range b {
		switch {
		case c >= utf8.RuneSelf:
			high++
			letters++
		case c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z':
			letters++
		}
	}
	return float64(high) / float64(max(letters, 1))
}

// script is what may be written in an encoding: letters beyond ASCII, lower case, by language; of languages that have no
// others, the most frequent come first.
type script struct {
	encodings []string
	languages []string
	others    bool // the languages are written with hardly any ASCII letter
}

var scripts = []script{
	{encodings: []string{"windows-1252", "windows-1250", "iso-8859-2", "windows-1254", "windows-1257", "iso-8859-15", "macintosh", "cp850", "cp852", "cp437"}, languages: []string{
		"àâçèéêëîïôùûüÿœæ", "äöüß", "áéíñóúü", "ãáâàçéêíõóôúü", "àèéìíòóù", "åäöæøéü", "áéíóúýþæöð", "éëïèöüá",
		"ąćęłńóśźż", "áčďéěíňóřšťúůýžľĺŕäô", "áéíóöőúüű", "ăâîşţșț", "čćđšž", "çğıöşüi̇âî", "ąčęėįšųūž", "āčēģīķļņšūž", "äöõüšž",
	}},
	{encodings: []string{"windows-1251", "koi8-r", "koi8-u", "ibm866", "iso-8859-5", "x-mac-cyrillic"}, others: true, languages: []string{
		"оеаинтслрвкмдпуяыьгзбчйхжшюцщэфъё", "оаиніветрслкмдупзягьчбхцйїжшщюєфґ", "аоиетнрсвлкдпмзугъяцбчшжщйфхюь", "аоиенсртјувкмдплзбгшчцжхњћфљђџ",
	}},
	{encodings: []string{"windows-1253", "iso-8859-7"}, others: true, languages: []string{"αοιετνσρκπυηςλμάίόδέγωήθύχώφβξζψϊϋΐΰ"}},
	{encodings: []string{"windows-1255", "iso-8859-8"}, others: true, languages: []string{"יוהלאמרתבשנכדחקםפעטגןזסצךףץ"}},
	{encodings: []string{"windows-1256", "iso-8859-6"}, others: true, languages: []string{"اليمنوتربعدسفهكحقةجشصطخأذضغزىثئءإظؤآپچژگ"}},
	{encodings: []string{"windows-874"}, others: true, languages: []string{"นารอกเงมยลวดทสตหะปบคแจพชขใไโผซถณศธญฐษฟภฝฆฉฮฒฎฏฑฌฬฤๆ" + "ำิีึืุูั็่้๊๋์ๅฯ"}},
}

const frequent = 10 // letters of a language that make up about two thirds of its texts

// guessSingle is the encoding of one byte a letter under which a text looks most like one, and how much: 1 at best.
func guessSingle(head []byte) (name string, score float64) {
	name, score = "windows-1252", 0
	others := highShare(head) > 0.5
	for _, s := range scripts {
		if s.others != others {
			continue
		}
		for _, candidate := range s.encodings {
			text := decodedBytes(head, candidate)
			for _, letters := range s.languages {
				// another has to be clearly better than one that is more common
				if got := resemblance(text, letters, s.others); got > score+0.015 {
					name, score = candidate, got
				}
			}
		}
	}
	return name, score
}

func decodedBytes(head []byte, name string) []rune {
	var table *charmap.Charmap
	if e, err := htmlindex.Get(name); err == nil {
		table, _ = e.(*charmap.Charmap)
	} else {
		table, _ = dosEncoding(name).(*charmap.Charmap)
	}
	if table == nil {
		return nil
	}
	text := make([]rune, len(head))
	for i, c := range head {
		text[i] = table.DecodeByte(c)
	}
	return text
}

// resemblance is the share of what is beyond ASCII that fits a language: letters of its own, in words and in their
// usual case, and signs that stand where signs stand.
func resemblance(text []rune, letters string, others bool) float64 {
	own := map[rune]bool{}
	often := map[rune]bool{}
	n := 0
	for _, r := range letters {
		own[r] = true
		if n < frequent {
			often[r] = true
		}
		n++
	}
	fit, all, known, common, capital := 0.0, 0, 0, 0, 0
	for i, r := range text {
		if r < utf8.RuneSelf {
			continue
		}
		all++
		before, after := near(text, i-1), near(text, i+1)
		lower := unicode.ToLower(r)
		switch {
		case own[lower] && !unicode.IsLetter(before) && !unicode.IsLetter(after) && !others:
			fit += 0.5 // a letter alone is rather a sign of another encoding
		case own[lower]:
			known++
			if unicode.IsUpper(r) {
				capital++
			}
			if often[lower] {
				common++
			}
			if !unicode.IsUpper(r) || !unicode.IsLower(before) {
				fit++
			}
		case isSign(r) && (!unicode.IsLetter(before) || !unicode.IsLetter(after) || r == '’'):
			fit++
		}
	}
	if all == 0 {
		return 0
	}
	score := fit / float64(all)
	if others && known > 0 {
		score *= 0.6 + 0.4*min(1, float64(common)/float64(known)/0.5)
	}
	if others && capital*10 > known*7 {
		score *= 0.85 // all in capitals
	}
	return score
}

func near(text []rune, i int) rune {
	if i < 0 || i >= len(text) {
		return ' '
	}
	return text[i]
}

// isSign knows what stands between words in any language.
func isSign(r rune) bool {
	return strings.ContainsRune("“”„‚‘’«»‹›–—…•·°§©®™€£¥¿¡ªº×±½¼¾²³¹µ¶†‡‰\u00a0№،؟؛", r)
}

// dosEncodings are those that the index of web encodings leaves out.
func dosEncoding(name string) encoding.Encoding {
	switch strings.ToLower(name) {
	case "cp437", "ibm437":
		return charmap.CodePage437
	case "cp850", "ibm850":
		return charmap.CodePage850
	case "cp852", "ibm852":
		return charmap.CodePage852
	case "cp866":
		return charmap.CodePage866
	}
	return nil
}
