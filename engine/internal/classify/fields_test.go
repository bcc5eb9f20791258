package classify

import (
	"fmt"
	"strings"
	"testing"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// found reads one field of a text of one page.
func found(key string, kind catalog.FieldType, text string) (catalog.Finding, bool) {
	category := catalog.Category{Fields: []catalog.CategoryField{{Key: key, Type: kind}}}
	list := Fields(category, catalog.Document{Pages: []catalog.Page{{Number: 1, Text: text}}})
	if len(list) == 0 {
		return catalog.Finding{}, false
	}
	return list[0], true
}

func TestDates(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ text, want string }{
		{"2024-02-29", "2024-02-29"}, {"29.02.2024", "2024-02-29"}, {"29. 2. 2024", "2024-02-29"}, {"1.3.24", "2024-03-01"}, {"07.08.65", "1965-08-07"},
		{"31. Jänner 2024", "2024-01-31"}, {"den 3. März 2023", "2023-03-03"}, {"22. Dez. 2023", "2023-12-22"}, {"1er mars 2024", "2024-03-01"},
		{"2 april 2024", "2024-04-02"}, {"19th August 2023", "2023-08-19"}, {"30th day of May 2022", "2022-05-30"}, {"27 FEB 2024", "2024-02-27"},
		{"December 5, 2022", "2022-12-05"}, {"Dec 5, 2022", "2022-12-05"}, {"Sept. 2 2024", "2024-09-02"}, {"12 de mayo de 2023", "2023-05-12"},
		{"05/18/2024", "2024-05-18"}, {"18/05/2024", "2024-05-18"}, {"€ 5 on 03/04/2024", "2024-04-03"}, {"$5 on 03/04/2024", "2024-03-04"},
		{"30.02.2024", ""}, {"2024-13-01", ""}, {"1.2.3.2024", ""}, {"192.168.10.2024", ""}, {"May 2024", ""}, {"version 10.11.12.13", ""}, {"32 March 2024", ""},
	} {
		f, _ := found("date", catalog.FieldDate, c.text)
		if got := fmt.Sprint(f.Value); got != c.want && (c.want != "" || f.Value != nil) {
			t.Errorf("%q is %v, want %q", c.text, f.Value, c.want)
		}
	}
	if f, _ := found("date", catalog.FieldDate, "on 03/04/2024"); f.Confidence >= FieldBar {
		t.Errorf("a date that can be read in two ways is assigned: %+v", f)
	}
}

func TestAmounts(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text string
		want any
	}{
		{"Total 1.234,56 €", 1234.56}, {"Total: €1,234.56", 1234.56}, {"Total   EUR 12,00", 12.0}, {"TOTAL 1'980.00", 1980.0}, {"Total 2 150,00 €", 2150.0},
		{"Summe: 32,- Euro", 32.0}, {"Total -12.50", -12.5}, {"Total £650", 650.0}, {"Gesamtbetrag 7.900,00 Euro", 7900.0}, {"Total USD 0.99", 0.99},
		{"Subtotal 10.00\nTax 2.00\nTotal 12.00", 12.0}, {"Summe netto 10,00\n19 % USt 1,90\nGesamtbetrag 11,90", 11.9},
		{"Total 12", nil}, {"Total 19 %", nil}, {"Total on 12.05.2024", nil}, {"Total no. A12.50", nil},
	} {
		if f, _ := found("total", catalog.FieldNumber, c.text); f.Value != c.want {
			t.Errorf("%q is %v, want %v", c.text, f.Value, c.want)
		}
	}
	text := "Netto 100,00\nzzgl. 19 % MwSt. 19,00\nBruttobetrag 119,00"
	for key, want := range map[string]float64{"netAmount": 100, "vatAmount": 19, "total": 119, "Nettobetrag": 100, "Mehrwertsteuer": 19} {
		if f, _ := found(key, catalog.FieldNumber, text); f.Value != want {
			t.Errorf("%s is %v, want %v", key, f.Value, want)
		}
	}
}

func TestIdentifiers(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ key, text, want string }{
		{"iban", "Konto DE89 3704 0044 0532 0130 00, danke", "DE89370400440532013000"}, {"IBAN", "IBAN: GB29NWBK60161331926819.", "GB29NWBK60161331926819"},
		{"iban", "DE89 3704 0044 0532 0130 01", ""}, {"iban", "DE89 3704 0044 0532", ""},
		{"vatId", "USt-IdNr. DE136695976", "DE136695976"}, {"vatId", "DE136695977", ""},
		{"email", "Write to <a.b+c@mail.example.org>, please", "a.b+c@mail.example.org"}, {"email", "@home or a@b", ""},
		{"website", "see https://a.example/b?c=d.", "https://a.example/b?c=d"}, {"phone", "Tel. 0341 / 55 67-810", "0341 / 55 67-810"},
		{"invoiceNumber", "Rechnung Nr. 2024-0317 vom 1. März 2024", "2024-0317"}, {"invoice_number", "INVOICE # 0009472", "0009472"},
		{"invoiceNumber", "Invoice reference\nSC/2023/1004\nIssued", "SC/2023/1004"}, {"Rechnungsnummer", "Rechnungs-Nr.: R 77/A 12", "R 77/A 12"},
		{"policyNumber", "Police Nr. 512/0099184-K", "512/0099184-K"}, {"orderNumber", "Auftragsnummer: RT7K2M", "RT7K2M"},
		{"invoiceNumber", "Invoice of 12 March 2024", ""}, {"invoiceNumber", "Please pay this invoice", ""},
	} {
		f, _ := found(c.key, catalog.FieldShortString, c.text)
		if got, _ := f.Value.(string); got != c.want {
			t.Errorf("%s in %q is %q, want %q", c.key, c.text, got, c.want)
		}
	}
}

// TestFieldsOfAnyName reads fields that no rule knows, by their own words.
func TestFieldsOfAnyName(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		key  string
		kind catalog.FieldType
		text string
		want any
	}{
		{"Kennzeichen", catalog.FieldShortString, "Kennzeichen: GÖ-ET 316 · Farbe: blau", "GÖ-ET 316"},
		{"projectCode", catalog.FieldString, "Project code: Blue Heron, phase 2", "Blue Heron, phase 2"},
		{"Baujahr", catalog.FieldNumber, "Baujahr: 1974", 1974.0}, {"kilometerstand", catalog.FieldNumber, "Kilometerstand 118.400", 118400.0},
		{"insulated", catalog.FieldBoolean, "Insulated: yes", true}, {"Versichert", catalog.FieldBoolean, "**Versichert:** nein", false},
		{"insulated", catalog.FieldBoolean, "It is insulated, yes", nil}, {"excavationDate", catalog.FieldDate, "Excavation date: 3 May 2021\nReport date: 9 June 2021", "2021-05-03"},
		{"customer", catalog.FieldShortString, "Customer: Fennick Pottery", "Fennick Pottery"}, {"author", catalog.FieldShortString, "Prepared for: The Board", nil},
	} {
		if f, _ := found(c.key, c.kind, c.text); f.Value != c.want {
			t.Errorf("%s in %q is %v, want %v", c.key, c.text, f.Value, c.want)
		}
	}
}

func TestPropertiesBecomeValues(t *testing.T) {
	t.Parallel()
	category := catalog.Category{Fields: []catalog.CategoryField{
		{Key: "TITLE", Type: catalog.FieldShortString}, {Key: "Page Count", Type: catalog.FieldNumber}, {Key: "page_count", Type: catalog.FieldString},
		{Key: "pages", Type: catalog.FieldBoolean}, {Key: "author", Type: catalog.FieldString}, {Key: "created", Type: catalog.FieldDate}, {Key: "subtitle", Type: catalog.FieldString},
	}}
	page := []catalog.Page{{Number: 1, Text: "Nothing."}}
	for _, c := range []struct {
		document catalog.Document
		want     string
	}{
		{catalog.Document{Title: "Roses", Pages: page, Properties: map[string]string{"author": "Ada", "created": "2024-01-31T10:00:00Z", "title": "other"}},
			"TITLE=Roses Page Count=1 page_count=1 author=Ada created=2024-01-31T10:00:00Z"},
		{catalog.Document{Title: strings.Repeat("é", 256), Pages: page, Properties: map[string]string{"created": "January"}}, "Page Count=1 page_count=1"},
		{catalog.Document{}, ""},
	} {
		var list []string
		for _, f := range Fields(category, c.document) {
			if f.Page != 0 || f.Confidence < FieldBar || f.Method != "property" {
				t.Errorf("a property is %+v", f)
			}
			list = append(list, fmt.Sprintf("%s=%v", f.Key, f.Value))
		}
		if got := strings.Join(list, " "); got != c.want {
			t.Errorf("%s, want %s", got, c.want)
		}
	}
}

// everyField asks for one field of each role and type.
func everyField() catalog.Category {
	var c catalog.Category
	for _, f := range []string{"date DATE", "dueDate DATE", "endDate DATE", "startDate DATE", "dateOfBirth DATE", "nextMeeting DATE", "travelDate DATE", "payDate DATE",
		"total NUMBER", "netAmount NUMBER", "vatAmount NUMBER", "closingBalance NUMBER", "price NUMBER", "size NUMBER", "iban SHORT_STRING", "vatId SHORT_STRING",
		"email SHORT_STRING", "phone SHORT_STRING", "website SHORT_STRING", "invoiceNumber SHORT_STRING", "reference SHORT_STRING", "patient SHORT_STRING",
		"holder SHORT_STRING", "author SHORT_STRING", "chair SHORT_STRING", "color STRING", "paid BOOLEAN"} {
		key, kind, _ := strings.Cut(f, " ")
		c.Fields = append(c.Fields, catalog.CategoryField{Key: key, Type: catalog.FieldType(kind)})
	}
	return c
}

// FuzzFields reads anything. What it finds fits its field, and stands where it is said to stand.
func FuzzFields(f *testing.F) {
	set := theSet(f)
	for _, d := range set.training[:20] {
		f.Add(strings.Join(d.Pages, "\n"))
	}
	f.Add("İİ 12.03.2024 \u00a0€ 1.234,56 Total: İ\nFälligkeit: ①\nIBAN DE89 3704 0044 0532 0130 00")
	category := everyField()
	f.Fuzz(func(t *testing.T, text string) {
		text = strings.ToValidUTF8(text, "")
		for _, x := range Fields(category, catalog.Document{Pages: []catalog.Page{{Number: 7, Text: text}}}) {
			if wrong := category.CheckMetadata(map[string]any{x.Key: x.Value}, false); len(wrong) > 0 {
				t.Errorf("%s %v: %v", x.Key, x.Value, wrong)
			}
			if x.Page == 0 {
				continue
			}
			runes := []rune(text)
			if x.Page != 7 || x.Start < 0 || x.Start >= x.End || x.End > len(runes) || string(runes[x.Start:x.End]) != x.Quote {
				t.Errorf("%+v does not stand in %q", x, text)
			}
		}
	})
}

// BenchmarkHostile is of pages that are full of what could be values.
func BenchmarkHostile(b *testing.B) {
	for name, unit := range map[string]string{
		"numbers": "1.234,56 ", "dates": "12.03.2024 ", "codes": "A-12/3 ", "names": "Ada Lovelace ", "lines": "Total: 12,00\n", "labels": "date: ", "letters": "a", "one": "1", "iban": "DE89 3704 ",
	} {
		page := catalog.Page{Number: 1, Text: strings.Repeat(unit, maxSheet/len(unit))}
		document := catalog.Document{}
		for range maxSheets {
			document.Pages = append(document.Pages, page)
		}
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				Fields(everyField(), document)
			}
		})
	}
}
