package extract

import (
	"math"
	"strconv"
	"strings"
)

// decimals writes v with n decimals. It rounds what a spreadsheet knows of a number, which is fifteen digits, and a five
// upwards.
func decimals(v float64, n int) string {
	v, _ = strconv.ParseFloat(strconv.FormatFloat(v, 'g', 15, 64), 64)
	digits := strconv.FormatFloat(v, 'f', -1, 64)
	whole, part, _ := strings.Cut(digits, ".")
	if len(part) <= n {
		return whole + "." + part + strings.Repeat("0", n-len(part))
	}
	up := part[n] >= '5'
	kept := []byte(whole + part[:n])
	for i := len(kept) - 1; up && i >= 0; i-- {
		if up = kept[i] == '9'; up {
			kept[i] = '0'
		} else {
			kept[i]++
		}
	}
	digits = string(kept)
	if up {
		digits = "1" + digits
	}
	return digits[:len(digits)-n] + "." + digits[len(digits)-n:]
}

// digitWriter lays digits over the places of a section.
type digitWriter struct {
	b           strings.Builder
	section     *formatSection
	whole, part string
	exponent    int
	left        int // places before the point still to come
	shown       int // decimals that are shown
	decimal     int // decimals so far
	where       byte
}

func (w *digitWriter) token(t formatToken) {
	switch t.kind {
	case 'l', '%':
		w.b.WriteString(t.text)
	case '.':
		w.where = '.'
		w.rest()
		if w.shown > 0 {
			w.b.WriteByte('.')
		}
	case 'E':
		w.where = 'E'
		w.b.WriteByte('E')
		if w.exponent < 0 {
			w.b.WriteByte('-')
		} else if t.text == "+" {
			w.b.WriteByte('+')
		}
		w.b.WriteString(w.exponentDigits())
	case '0', '#', '?':
		w.digit(t.kind)
	}
}

func (w *digitWriter) digit(kind byte) {
	switch w.where {
	case 'E':
	case '.':
		if w.decimal < w.shown && w.decimal < len(w.part) {
			w.b.WriteByte(w.part[w.decimal])
		}
		w.decimal++
	default:
		switch over := len(w.whole) - w.left; {
		case over >= 0:
			for _, c := range []byte(w.whole[:over+1]) {
				w.write(c)
				w.whole = w.whole[1:]
			}
		case kind == '0':
			w.write('0')
		}
		w.left--
	}
}

// write adds a digit before the point, and the comma that it may need.
func (w *digitWriter) write(c byte) {
	w.b.WriteByte(c)
	after := max(len(w.whole)-1, w.left-1)
	if w.section.grouped && after > 0 && after%3 == 0 {
		w.b.WriteByte(',')
	}
}

// rest writes the digits of a section without places before the point.
func (w *digitWriter) rest() {
	w.b.WriteString(w.whole)
	w.whole = ""
}

func (w *digitWriter) exponentDigits() string {
	digits := strconv.Itoa(int(math.Abs(float64(w.exponent))))
	if n := w.section.places().exponent; len(digits) < n {
		digits = strings.Repeat("0", n-len(digits)) + digits
	}
	return digits
}

// shownPart counts the decimals that are shown: zeros at the end only where a 0 stands.
func (s *formatSection) shownPart(part string) int {
	shown, at := 0, 0
	after := false
	for _, t := range s.tokens {
		switch t.kind {
		case '.':
			after = true
		case 'E':
			return shown
		case '0', '#', '?':
			if !after {
				continue
			}
			if at++; at <= len(part) && (t.kind == '0' || part[at-1] != '0') {
				shown = at
			}
		}
	}
	return shown
}

// fraction writes v as a whole number and a fraction, whose denominator is given or has at most so many digits.
func (s *formatSection) fraction(v float64) string {
	sign := ""
	if v < 0 {
		sign, v = "-", -v
	}
	before, digits, fixed := s.denominator()
	if v >= 1e15 {
		return sign + generalNumber(v)
	}
	whole := math.Floor(v)
	if !before {
		whole = 0
	}
	numerator, denominator := nearest(v-whole, int(math.Pow(10, float64(min(digits, 3))))-1, fixed)
	if before && numerator == denominator {
		whole, numerator = whole+1, 0
	}
	switch {
	case numerator == 0:
		return sign + strconv.FormatFloat(whole, 'f', 0, 64)
	case whole > 0:
		return sign + strconv.FormatFloat(whole, 'f', 0, 64) + " " + strconv.Itoa(numerator) + "/" + strconv.Itoa(denominator)
	}
	return sign + strconv.Itoa(numerator) + "/" + strconv.Itoa(denominator)
}

// denominator tells whether a place for whole numbers stands before the numerator, how many digits the denominator may
// have, and its value where the code names it.
func (s *formatSection) denominator() (before bool, digits, fixed int) {
	groups, inGroup, after := 0, false, false
	for _, t := range s.tokens {
		switch t.kind {
		case '0', '#', '?':
			if after {
				digits++
			} else if !inGroup {
				groups++
			}
			inGroup = true
		case '/':
			after = true
		case 'l':
			inGroup = false
			if n, err := strconv.Atoi(strings.TrimSpace(t.text)); err == nil && after && fixed == 0 {
				fixed = n
			}
		}
	}
	return groups > 1, max(digits, 1), fixed
}

// nearest is the fraction nearest to v, which is at least 0.
func nearest(v float64, most, fixed int) (numerator, denominator int) {
	if fixed > 0 {
		return int(math.Round(v * float64(fixed))), fixed
	}
	best := math.Inf(1)
	for d := 1; d <= most; d++ {
		n := math.Round(v * float64(d))
		if miss := math.Abs(v - n/float64(d)); miss < best-1e-12 {
			best, numerator, denominator = miss, int(n), d
		}
	}
	return numerator, denominator
}
