package bombs

import (
	"fmt"
	"io"
	"strings"
)

// tables are the sheets that have more rows, columns or repetitions than anybody looks at.
func tables() []Bomb {
	ods := func(name, body string) Bomb {
		return Bomb{Name: name, Whole: true, Write: func(w io.Writer, _ Size) error {
			return writeZip(w, part{name: "mimetype", text: mimeSheets}, part{name: "content.xml",
				text: `<office:document-content><office:body><office:spreadsheet><table:table table:name="One">` + body + `</table:table></office:spreadsheet></office:body></office:document-content>`})
		}}
	}
	const row = `<row><c t="inlineStr"><is><t>Boom</t></is></c><c><v>41.5</v></c><c><v>2026</v></c></row>`
	return []Bomb{
		{Name: "rows.xlsx", Write: func(w io.Writer, s Size) error {
			return writeZip(w, workbook(part{long: content{head: sheetHead, block: strings.Repeat(row, 1000), tail: sheetTail, times: int64(s.Rows / 1000)}})...)
		}},
		{Name: "corner.xlsx", Whole: true, Write: func(w io.Writer, _ Size) error {
			return writeZip(w, workbook(part{text: sheetHead + `<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>2</v></c></row>` + sheetTail})...)
		}},
		{Name: "far-cells.xlsx", Write: func(w io.Writer, s Size) error {
			far := strings.Repeat(`<row><c r="XFD1"><v>1</v></c></row>`, 1000)
			return writeZip(w, workbook(part{long: content{head: sheetHead, block: far, tail: sheetTail, times: int64(max(s.Rows/10_000, 10))}})...)
		}},
		{Name: "wide.xlsx", Write: func(w io.Writer, s Size) error {
			cells := strings.Repeat("<c><v>1</v></c>", 1000)
			return writeZip(w, workbook(part{long: content{head: sheetHead + "<row>", block: cells, tail: "</row>" + sheetTail, times: int64(s.Rows / 1000)}})...)
		}},
		{Name: "one-long-string.xlsx", Write: func(w io.Writer, s Size) error {
			cells := strings.Repeat(`<row><c t="s"><v>0</v></c></row>`, 1000)
			return writeZip(w, workbook(part{long: content{head: sheetHead, block: cells, tail: sheetTail, times: int64(s.Rows / 1000)}},
				part{name: "xl/sharedStrings.xml", text: "<sst><si><t>" + strings.Repeat("Boom ", s.Wide/5) + "</t></si></sst>"})...)
		}},
		{Name: "many-sheets.xlsx", Write: func(w io.Writer, s Size) error {
			var tabs, relations strings.Builder
			for i := range s.Wide / 20 {
				fmt.Fprintf(&tabs, `<sheet name="Sheet %d" r:id="r%d"/>`, i, i)
				fmt.Fprintf(&relations, `<Relationship Id="r%d" Type="x/worksheet" Target="worksheets/./sheet1.xml?%d"/>`, i, i)
			}
			return writeZip(w, part{name: "xl/workbook.xml", text: "<workbook><sheets>" + tabs.String() + "</sheets></workbook>"},
				part{name: "xl/_rels/workbook.xml.rels", text: "<Relationships>" + relations.String() + "</Relationships>"},
				part{name: "xl/worksheets/sheet1.xml", text: sheetHead + row + sheetTail})
		}},
		ods("repeated-rows.ods", `<table:table-row table:number-rows-repeated="2000000000"><table:table-cell office:value-type="string"><text:p>Boom</text:p></table:table-cell></table:table-row>`),
		ods("repeated-cells.ods", `<table:table-row><table:table-cell table:number-columns-repeated="2000000000" office:value-type="string"><text:p>Boom</text:p></table:table-cell></table:table-row>`),
		ods("repeated-blanks.ods", `<table:table-row><table:table-cell office:value-type="string"><text:p>Boom<text:s text:c="2000000000"/>boom</text:p></table:table-cell></table:table-row>`),
		{Name: "repeated-blanks.odt", Whole: true, Write: func(w io.Writer, _ Size) error {
			return writeZip(w, part{name: "mimetype", text: mimeText}, part{name: "content.xml", text: openText + `<text:p>Boom` + strings.Repeat(`<text:s text:c="2000000000"/>`, 100) + `boom</text:p>` + openTail})
		}},
		{Name: "rows.csv", Write: func(w io.Writer, s Size) error {
			if _, err := io.WriteString(w, "name,sum,year\n"); err != nil {
				return err
			}
			return repeat(w, "The thing that was bought,41.50,2026\n", s.Rows)
		}},
		{Name: "columns.csv", Write: func(w io.Writer, s Size) error { return repeat(w, "boom,", s.Rows) }},
		{Name: "long-names.csv", Whole: true, Write: func(w io.Writer, s Size) error { // each row repeats the names of its columns
			for i := range 100 {
				fmt.Fprintf(w, "the %s %s,", strings.Repeat("boom ", 12), words(i))
			}
			if _, err := io.WriteString(w, "end\n"); err != nil {
				return err
			}
			return repeat(w, strings.Repeat("x,", 100)+"x\n", s.Wide/10)
		}},
		{Name: "rows.tsv", Write: func(w io.Writer, s Size) error { return repeat(w, "boom\t41.50\n", s.Rows) }},
	}
}

// words is a number in letters, for names that have no digits.
func words(n int) string {
	return string(rune('a'+n/26)) + string(rune('a'+n%26))
}
