package extract

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// date writes a count of days as the section says; false when there is no such day.
func (s *formatSection) date(days float64, from1904 bool) (string, bool) {
	if days < 0 || days >= 2958466 { // the year 10000
		return "", false
	}
	decimals := s.secondDecimals()
	unit := math.Pow(10, float64(decimals))
	ticks := math.Round(days * 86400 * unit)
	seconds := math.Floor(ticks / unit)
	t := timeOfDays(math.Floor(seconds/86400), from1904).Add(time.Duration(math.Mod(seconds, 86400)) * time.Second)
	d := dateWriter{t: t, seconds: seconds, part: fmt.Sprintf("%0*d", max(decimals, 1), int64(math.Mod(ticks, unit))), twelve: s.has('a')}
	for i, token := range s.tokens {
		d.token(token, i > 0 && s.tokens[i-1].kind == 's')
	}
	return d.b.String(), true
}

// secondDecimals counts the zeros after the point that follows seconds.
func (s *formatSection) secondDecimals() int {
	n, after := 0, false
	for _, t := range s.tokens {
		switch {
		case t.kind == '.':
			after = true
		case t.kind == '0' && after:
			n++
		}
	}
	return min(n, 6)
}

// timeOfDays is a day counted from 1900, in which spreadsheets believe that there was a 29th of February, or from 1904.
func timeOfDays(days float64, from1904 bool) time.Time {
	start := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	switch {
	case from1904:
		start = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
	case days < 60:
		start = start.AddDate(0, 0, 1)
	}
	return start.AddDate(0, 0, int(days))
}

type dateWriter struct {
	b       strings.Builder
	t       time.Time
	seconds float64 // since the day from which days are counted
	part    string  // digits of the second's fraction
	twelve  bool
	pointed bool // the point before the fraction has been written
}

func (d *dateWriter) token(t formatToken, afterSeconds bool) {
	n := len(t.text)
	switch t.kind {
	case 'y':
		if n <= 2 {
			d.write("06")
		} else {
			d.write("2006")
		}
	case 'm':
		d.month(n)
	case 'd':
		d.write([]string{"2", "02", "Mon", "Monday"}[min(n, 4)-1])
	case 'h':
		d.hour(n)
	case 'M':
		d.number(d.t.Minute(), n)
	case 's':
		d.number(d.t.Second(), n)
	case 'a':
		d.half(t.text)
	case 'H':
		d.number(int(d.seconds/3600), n)
	case 'N':
		d.number(int(d.seconds/60), n)
	case 'S':
		d.number(int(d.seconds), n)
	case '0':
		if d.pointed {
			d.b.WriteString(d.part)
			d.pointed = false
		}
	case '.':
		d.pointed = afterSeconds
		d.b.WriteByte('.')
	default:
		d.b.WriteString(t.text)
	}
}

func (d *dateWriter) write(layout string) { d.b.WriteString(d.t.Format(layout)) }

func (d *dateWriter) number(v, digits int) { fmt.Fprintf(&d.b, "%0*d", min(digits, 2), v) }

func (d *dateWriter) month(n int) {
	if n == 5 {
		d.b.WriteString(d.t.Month().String()[:1])
		return
	}
	d.write([]string{"1", "01", "Jan", "January"}[min(n, 4)-1])
}

func (d *dateWriter) hour(n int) {
	hour := d.t.Hour()
	if d.twelve {
		hour = (hour+11)%12 + 1
	}
	d.number(hour, n)
}

func (d *dateWriter) half(text string) {
	half := "AM"
	if d.t.Hour() >= 12 {
		half = "PM"
	}
	if text == "A/P" {
		half = half[:1]
	}
	d.b.WriteString(half)
}

// isoDate tidies a date that a file states in ISO form: without a time at midnight.
func isoDate(s string) string {
	day, clock, _ := strings.Cut(s, "T")
	clock = strings.TrimSuffix(clock, "Z")
	clock, _, _ = strings.Cut(clock, ".")
	if _, err := strconv.Atoi(strings.ReplaceAll(day, "-", "")); err != nil || clock == "" || clock == "00:00:00" {
		return day
	}
	return day + " " + clock
}
