package extract

import (
	"strings"
	"testing"
)

func readPage(t *testing.T, page string) (string, map[string]string) {
	t.Helper()
	doc, err := readDocument(inputOf("a.html", []byte(page), nil))
	if err != nil || len(doc.Pages) != 1 {
		t.Fatal(err, doc)
	}
	checkDocument(t, doc)
	return doc.Pages[0].Text, doc.Properties
}

func TestHiddenTextIsDropped(t *testing.T) {
	t.Parallel()
	for page, want := range map[string]string{
		`<p>seen</p><div hidden>not<div>nor this</div>either</div><p>too</p>`:                 "seen\n\ntoo",
		`<p>seen</p><span style="DISPLAY: none !important">not</span><p>too</p>`:              "seen\n\ntoo",
		`<p>seen</p><span style="display:NONE">not</span> too`:                                "seen\n\ntoo",
		`<p>seen</p><input type=hidden hidden value=not><p>too`:                               "seen\n\ntoo",
		`<p>seen</p><div hidden>never ended<p>too`:                                            "seen\n\nnever ended\n\ntoo",
		`<p>seen <a href="none">too</a>`:                                                      "seen too",
		`<body hidden><p>seen`:                                                                "seen",
		`<p>seen</p><script>not</script><style>not</style><template>not</template>`:           "seen",
		`<p>seen</p><select><option>one</option><option>two<option>three</select><p>too`:      "seen\n\none two three\n\ntoo",
		`<p>seen</p><noscript><p>too</p></noscript>`:                                          "seen\n\ntoo",
		`<style>p { display: none }</style><p title="hidden none" style="color:red">seen</p>`: "seen",
	} {
		if got, _ := readPage(t, page); got != want {
			t.Errorf("%s: %q", page, got)
		}
	}
}

// TestTablesThatArrange: a table around a page is no table of rows.
func TestTablesThatArrange(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("The tide rises and falls. ", 30)
	for page, want := range map[string]string{
		`<table><tr><th>Ship<th>Length<tr><td>Marie<td>12 m</table>`:                                                      "Ship: Marie · Length: 12 m",
		`<table><tr><td><table><tr><th>Ship<th>Length<tr><td>Marie<td>12 m</table></td><td>beside</td></tr></table>after`: "Ship: Marie · Length: 12 m\n\nbeside\n\nafter",
		`<table><tr><td>left</td><td><h2>Harbour</h2><p>words</p></td></tr><tr><td>below</td></tr></table>`:               "left\n\nHarbour\n\nwords\n\nbelow",
		`<table><tr><td><p>` + long + `</p><p>second</p></td></tr></table>`:                                               strings.TrimSpace(long) + "\n\nsecond",
		`<table><tr><td><p>one</p><p>two</p></td><td>three</td></tr></table>`:                                             "one two · three",
	} {
		if got, _ := readPage(t, page); got != want {
			t.Errorf("%s: %q", page, got)
		}
	}
}

func TestWhatPagesSayOfThemselves(t *testing.T) {
	t.Parallel()
	_, said := readPage(t, `<html xml:lang=de><head><meta property="og:description" content="About tides"><meta name=description content="second"><meta name="DC.creator" content="Ada">
		<meta property="article:published_time" content="2026-01-02"><meta itemprop=dateModified content="2026-02-03"><meta name=viewport content=x></head><body>words`)
	for name, want := range map[string]string{"language": "de", "description": "About tides", "author": "Ada", "created": "2026-01-02", "modified": "2026-02-03"} {
		if said[name] != want {
			t.Errorf("%s: %q", name, said[name])
		}
	}
	if len(said) != 5 {
		t.Error(said)
	}
}
