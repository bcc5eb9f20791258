package words

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// written are texts of people who write in these languages.
var written = map[string][]string{
	"en": {"The lease of the allotment ends in March, and it can be renewed for another five years.", "Please find attached the minutes of our meeting; they were approved by all who were there."},
	"de": {"Der Mietvertrag endet im März und kann um weitere fünf Jahre verlängert werden.", "Anbei finden Sie das Protokoll unserer Sitzung, das von allen genehmigt wurde."},
	"fr": {"Le bail du jardin se termine en mars et peut être prolongé de cinq ans.", "Vous trouverez ci-joint le procès-verbal de notre réunion, qui a été approuvé par tous."},
	"es": {"El contrato del huerto termina en marzo y se puede prolongar por otros cinco años.", "Adjunto las actas de nuestra reunión, que fueron aprobadas por todos los presentes."},
	"it": {"Il contratto dell'orto scade a marzo e si può prolungare di altri cinque anni.", "In allegato il verbale della nostra riunione, che è stato approvato da tutti."},
	"pt": {"O contrato da horta termina em março e pode ser prolongado por mais cinco anos.", "Segue em anexo a ata da nossa reunião, que foi aprovada por todos."},
	"nl": {"De huur van de tuin eindigt in maart en kan met vijf jaar worden verlengd.", "Hierbij het verslag van onze vergadering, dat door iedereen is goedgekeurd."},
	"ru": {"Договор аренды участка заканчивается в марте и может быть продлён ещё на пять лет."},
	"uk": {"Договір оренди ділянки закінчується в березні і може бути продовжений ще на п'ять років."},
	"ar": {"ينتهي عقد إيجار الحديقة في مارس ويمكن تمديده لخمس سنوات أخرى."},
	"fa": {"قرارداد اجاره باغ در ماه مارس پایان می\u200cیابد و می\u200cتوان آن را پنج سال دیگر تمدید کرد."},
	"hi": {"बगीचे का पट्टा मार्च में समाप्त होता है और इसे पाँच साल के लिए बढ़ाया जा सकता है।"},
	"th": {"สัญญาเช่าสวนจะสิ้นสุดในเดือนมีนาคมและสามารถต่ออายุได้อีกห้าปี"},
	"ja": {"菜園の賃貸契約は三月に終わり、さらに五年間延長することができます。"},
	"ko": {"텃밭 임대 계약은 3월에 끝나며 5년 더 연장할 수 있습니다."},
	"zh": {"菜园的租约三月到期，可以再延长五年。"},
	"el": {"Η μίσθωση του κήπου λήγει τον Μάρτιο και μπορεί να παραταθεί."},
	"he": {"חוזה השכירות של הגינה מסתיים במרץ וניתן להאריכו בחמש שנים."},
}

func TestLanguage(t *testing.T) {
	t.Parallel()
	for want, texts := range written {
		for _, text := range texts {
			for _, s := range []string{text, strings.Repeat(text+"\n", 40)} {
				if got := Language(s); got != want {
					t.Errorf("%q is %q, want %q", text, got, want)
				}
			}
		}
	}
	for _, unclear := range []string{"", "42", "x = y + 1", "\xff\xfe", "func main() { fmt.Println(x) }", "Rechnung 4711", "ID;Name;Preis\n1;Seil;12\n2;Anker;90"} {
		if got := Language(unclear); got != "" {
			t.Errorf("%q is %q", unclear, got)
		}
	}
}

// TestLanguageOfArticles holds the test to articles on the same subjects in three languages.
func TestLanguageOfArticles(t *testing.T) {
	t.Parallel()
	root := os.Getenv("SHEAF_TESTDATA")
	if root == "" {
		root = filepath.Join("..", "..", "..", "..", "shared", "data")
	}
	for _, want := range []string{"en", "de", "zh"} {
		files, err := filepath.Glob(filepath.Join(root, "qa-"+want, "docs", "*"))
		if err != nil || len(files) == 0 {
			t.Skipf("the articles are absent: set SHEAF_TESTDATA")
		}
		right := 0
		read := 0
		for _, name := range files {
			data, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			if ext := filepath.Ext(name); ext != ".md" && ext != ".txt" {
				continue
			}
			read++
			if got := Language(string(data)); got == want {
				right++
			} else {
				t.Logf("%s: %q", name, got)
			}
		}
		t.Logf("%s: %d of %d", want, right, read)
		if 100*right < 97*read {
			t.Errorf("%s: only %d of %d", want, right, read)
		}
	}
}

func BenchmarkLanguage(b *testing.B) {
	text := strings.Repeat(written["de"][0]+" ", 200)
	for b.Loop() {
		if Language(text) != "de" {
			b.Fatal()
		}
	}
}
