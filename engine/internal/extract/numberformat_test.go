package extract

import "testing"

func TestNumberFormats(t *testing.T) {
	t.Parallel()
	cases := []struct {
		code  string
		value float64
		want  string
	}{
		{"General", 0.1 + 0.2, "0.3"},
		{"General", 123456789012, "123456789012"},
		{"General", 1e20, "1E+20"},
		{`General" m"`, 3.5, "3.5 m"},
		{"0.00", 1.005, "1.01"},
		{"0.00", 9.995, "10.00"},
		{"0.0#", 3, "3.0"},
		{".00", 0.1, ".10"},
		{"#", 0, ""},
		{"#,##0.00", 1234.5, "1,234.50"},
		{"#,##0", 1234567, "1,234,567"},
		{"000,000", 1234, "001,234"},
		{"#,##0,,", 12345678, "12"},
		{`0.0,,"M"`, 12345678, "12.3M"},
		{"0%", 0.5, "50%"},
		{"0;(0)", -5, "(5)"},
		{"0.0", -5.25, "-5.3"},
		{`0;-0;"nil"`, 0, "nil"},
		{`_("$"* #,##0_);_("$"* \(#,##0\);_("$"* "-"_);_(@_)`, -1234, "$(1,234)"},
		{"[$€-407] #,##0", 5, "€ 5"},
		{`[>=100]"big";[<0]"negative";"small"`, 150, "big"},
		{`[>=100]"big";[<0]"negative";"small"`, 5, "small"},
		{"[Red]0", 7, "7"},
		{"000-0000", 5551234, "555-1234"},
		{"0.00E+00", 1234567.891, "1.23E+06"},
		{"##0.0E+0", 0.00012, "120.0E-6"},
		{"# ?/?", 1.25, "1 1/4"},
		{"# ??/??", 2.52, "2 13/25"},
		{"?/?", 1.5, "3/2"},
		{"# ?/8", 0.5, "4/8"},
		{"@", 42, "42"},
		{"yyyy-mm-dd hh:mm", 43831.5, "2020-01-01 12:00"},
		{"d/m/yy", 43831, "1/1/20"},
		{`dddd, d" of "mmmm`, 43831, "Wednesday, 1 of January"},
		{"mmmmm", 43831, "J"},
		{"h:mm AM/PM", 43831.75, "6:00 PM"},
		{"h:mm a/p", 0.01, "12:14 A"},
		{"[h]:mm:ss", 1.5, "36:00:00"},
		{"[mm]:ss", 0.0625, "90:00"},
		{"mm:ss.0", 0.00001157407, "00:01.0"},
		{"hh:mm:ss.000", 0.5, "12:00:00.000"},
		{"d mmm yyyy", 59, "28 Feb 1900"},
		{"d mmm yyyy", 61, "1 Mar 1900"},
		{"yyyy", -1, "-1"},
		{"yyyy", 1e9, "1000000000"},
	}
	for _, c := range cases {
		formats := numberFormats{}
		if got := formats.showAs(c.value, c.code); got != c.want {
			t.Errorf("%s of %v is %q, want %q", c.code, c.value, got, c.want)
		}
	}
	formats := numberFormats{from1904: true}
	if got := formats.show(0, 14); got != "1904-01-01" {
		t.Errorf("the first day of 1904 is %s", got)
	}
}

func TestColumns(t *testing.T) {
	t.Parallel()
	for column, name := range map[int]string{0: "A", 25: "Z", 26: "AA", 701: "ZZ", 702: "AAA", 16383: "XFD"} {
		if columnName(column) != name || columnOf(name+"12") != column {
			t.Errorf("%d is %s, %s is %d", column, columnName(column), name, columnOf(name))
		}
	}
}

func TestHeadersOfSheets(t *testing.T) {
	t.Parallel()
	cases := map[string][][]string{
		"Dues\n\nShip: Marie · Dues 2024: 3 · Levy 2025: 4":        {{"", "Dues", "Levy"}, {"Ship", "2024", "2025"}, {"Marie", "3", "4"}},
		"Dues\n\nAll dues of the harbour\nShip: Marie · Length: 3": {{"All dues of the harbour"}, nil, {"Ship", "Length"}, {"Marie", "3"}},
		"Dues\n\n1 · 2\n3 · 4":                                     {{"1", "2"}, {"3", "4"}},
		"Dues\n\nShip: Marie\nLength":                              {{"Ship", "Length"}, {"Marie", ""}},
	}
	for want, rows := range cases {
		w := &writer{}
		s := sheets{w: w}
		s.begin("Dues")
		for _, r := range rows {
			s.row(r)
		}
		s.end()
		if got := w.text.String(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
