package extract

import (
	"math/rand/v2"
	"strings"
	"testing"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"
)

// prose is the same paragraph in many languages.
var prose = map[string]string{
	"ru": "Прилив поднимается дважды в день в большинстве гаваней этого побережья и так же часто отступает. Кто держит здесь лодку, знает часы наизусть и планирует выходные по ним. Начальник порта записывает время в большую книгу, которая лежит у окна конторы.",
	"uk": "Приплив піднімається двічі на день у більшості гаваней цього узбережжя і так само часто відступає. Хто тримає тут човен, знає години напам'ять і планує вихідні за ними. Начальник порту записує час у велику книгу, яка лежить біля вікна контори. Її їжак з'їв.",
	"el": "Η παλίρροια ανεβαίνει δύο φορές την ημέρα στα περισσότερα λιμάνια αυτής της ακτής και κατεβαίνει εξίσου συχνά. Όποιος έχει εδώ μια βάρκα ξέρει τις ώρες απ' έξω και σχεδιάζει με αυτές τα σαββατοκύριακα. Ο λιμενάρχης τις γράφει σε ένα μεγάλο βιβλίο.",
	"he": "הגאות עולה פעמיים ביום ברוב הנמלים של החוף הזה, והשפל מגיע באותה תדירות. מי שמחזיק כאן סירה מכיר את השעות בעל פה ומתכנן לפיהן את סוף השבוע. מנהל הנמל רושם אותן בספר גדול שמונח ליד החלון של המשרד.",
	"ar": "يرتفع المد مرتين في اليوم في معظم موانئ هذا الساحل وينحسر بالقدر نفسه. من يملك قاربا هنا يعرف الساعات عن ظهر قلب ويخطط لعطلة نهاية الأسبوع وفقا لها. يكتب مدير الميناء الأوقات في كتاب كبير بجانب نافذة المكتب.",
	"ja": "この海岸のほとんどの港では、一日に二回潮が満ち、同じだけ引いていきます。ここに船を持つ人は時刻を覚えていて、週末の予定をそれに合わせて立てます。港長はその時刻を事務所の窓辺に置いた大きな本に書き留めます。カタカナもあります。",
	"ko": "이 해안의 대부분의 항구에서는 하루에 두 번 밀물이 들어오고 그만큼 자주 썰물이 나갑니다. 여기에 배를 가진 사람은 시간을 외우고 있으며 주말을 그에 맞추어 계획합니다. 항만장은 사무실 창가에 있는 큰 책에 그 시간을 적어 둡니다.",
	"zh": "这一带海岸的大多数港口每天涨潮两次，退潮也是两次。在这里有船的人都把时间记在心里，并据此安排周末。港务长把潮汐时间写在办公室窗边的一本大书里，任何人都可以去看。春天的时候，港口的咖啡馆也会开门。",
	"tw": "這一帶海岸的大多數港口每天漲潮兩次，退潮也是兩次。在這裡有船的人都把時間記在心裡，並據此安排週末。港務長把潮汐時間寫在辦公室窗邊的一本大書裡，任何人都可以去看。春天的時候，港口的咖啡館也會開門。",
	"pl": "Przypływ podnosi się dwa razy dziennie w większości portów tego wybrzeża i równie często opada. Kto trzyma tu łódź, zna godziny na pamięć i według nich planuje weekend. Kapitan portu zapisuje je w dużej księdze, która leży przy oknie biura. Zażółć gęślą jaźń.",
	"cs": "Příliv stoupá dvakrát denně ve většině přístavů tohoto pobřeží a stejně často klesá. Kdo tu má člun, zná hodiny nazpaměť a plánuje podle nich víkend. Správce přístavu je zapisuje do velké knihy, která leží u okna kanceláře. Žluťoučký kůň.",
	"hu": "A dagály naponta kétszer emelkedik e part legtöbb kikötőjében, és ugyanolyan gyakran apad. Akinek itt csónakja van, fejből tudja az órákat, és azok szerint tervezi a hétvégét. A kikötőmester egy nagy könyvbe írja őket, amely az iroda ablakánál fekszik. Árvíztűrő tükörfúrógép.",
	"tr": "Gelgit bu kıyının çoğu limanında günde iki kez yükselir ve aynı sıklıkta alçalır. Burada teknesi olan saatleri ezbere bilir ve hafta sonunu onlara göre planlar. Liman başkanı onları ofisin penceresinin yanındaki büyük deftere yazar. İğne, şişe, ağaç.",
	"lt": "Potvynis šios pakrantės uostuose kyla du kartus per dieną ir taip pat dažnai slūgsta. Kas čia turi valtį, žino valandas atmintinai ir pagal jas planuoja savaitgalį. Uosto kapitonas jas užrašo didelėje knygoje, kuri guli prie biuro lango. Žąsis, ąžuolas, ėjimas.",
	"th": "น้ำขึ้นวันละสองครั้งในท่าเรือส่วนใหญ่ของชายฝั่งนี้ และลดลงบ่อยเท่ากัน ใครมีเรืออยู่ที่นี่ก็จำเวลาได้ขึ้นใจและวางแผนวันหยุดสุดสัปดาห์ตามนั้น นายท่าจดเวลาไว้ในสมุดเล่มใหญ่ข้างหน้าต่างสำนักงาน",
	"fr": "La marée monte deux fois par jour dans la plupart des ports de cette côte, et elle descend aussi souvent. Qui garde un bateau ici connaît les heures par cœur et prévoit le week-end d'après elles. Le maître du port les écrit près de la fenêtre — « où ? » — à l'été, dès l'aube.",
	"de": "Die Flut steigt in den meisten Häfen dieser Küste zweimal am Tag, und sie fällt ebenso oft. Wer hier ein Boot hält, kennt die Stunden auswendig und plant das Wochenende danach. Der Hafenmeister schreibt sie in ein großes Buch, das am Fenster des Büros liegt. Straße, Äpfel, Öl.",
	"es": "La marea sube dos veces al día en la mayoría de los puertos de esta costa y baja con la misma frecuencia. Quien tiene aquí una barca conoce las horas de memoria y planea según ellas el fin de semana. ¿Cuándo abre el café? ¡Mañana! El año pasado abrió en otoño.",
	"sv": "Tidvattnet stiger två gånger om dagen i de flesta av kustens hamnar och faller lika ofta. Den som har en båt här kan tiderna utantill och planerar helgen efter dem. Hamnkaptenen skriver upp dem i en stor bok som ligger vid kontorets fönster. Åska, ärlig, öppen.",
	"en": "The tide rises twice a day in most harbours of this coast — and it falls as often. Whoever keeps a boat here knows the hours by heart, and plans “the week-end” by them. The harbour master’s book lies by the window. It costs 5 €.",
}

// encodings are those in which programs of all ages have written them.
var encodings = map[string]string{
	"ru": "windows-1251 koi8-r iso-8859-5 ibm866 x-mac-cyrillic utf-16le utf-16be utf-32le", "uk": "windows-1251 koi8-u", "el": "windows-1253 iso-8859-7 utf-16le",
	"he": "windows-1255 iso-8859-8 utf-16be", "ar": "windows-1256 iso-8859-6 utf-16le", "ja": "shift_jis euc-jp iso-2022-jp utf-16be utf-16le", "ko": "euc-kr utf-16le",
	"zh": "gbk gb18030 hz-gb-2312 utf-16le utf-16be", "tw": "big5", "pl": "windows-1250 iso-8859-2 cp852", "cs": "windows-1250 iso-8859-2", "hu": "windows-1250 iso-8859-2",
	"tr": "windows-1254", "lt": "windows-1257", "th": "windows-874 utf-16le", "fr": "windows-1252 macintosh", "de": "windows-1252 cp850 cp437 macintosh utf-16le", "es": "windows-1252", "sv": "windows-1252", "en": "windows-1252 macintosh utf-16be utf-32be",
}

// TestEncodingsAreGuessed reads text without any mark of its encoding.
func TestEncodingsAreGuessed(t *testing.T) {
	t.Parallel()
	right, asked := 0, 0
	for language, names := range encodings {
		for name := range strings.FieldsSeq(names) {
			for _, text := range []string{prose[language], string([]rune(prose[language])[:80])} {
				data, err := encoderOf(t, name).Bytes([]byte(text))
				if err != nil {
					t.Fatal(name, err)
				}
				want, err := encodingOf(name).NewDecoder().Bytes(data)
				if err != nil {
					t.Fatal(name, err)
				}
				asked++
				doc, err := readDocument(inputOf("a.txt", data, nil))
				if err != nil || len(doc.Pages) != 1 || strings.TrimSpace(doc.Pages[0].Text) != strings.TrimSpace(clean(string(want))) {
					t.Errorf("%s in %s, %d letters, was read as %s: %v", language, name, len([]rune(text)), charsetOf(data), err)
					continue
				}
				right++
			}
		}
	}
	t.Logf("%d of %d", right, asked)
}

// encoderOf writes an encoding; of Unicode as programs do that forget the byte-order mark.
func encoderOf(t *testing.T, name string) *encoding.Encoder {
	t.Helper()
	switch name {
	case "utf-16le":
		return unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM).NewEncoder()
	case "utf-16be":
		return unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM).NewEncoder()
	case "utf-32le":
		return utf32.UTF32(utf32.LittleEndian, utf32.IgnoreBOM).NewEncoder()
	case "utf-32be":
		return utf32.UTF32(utf32.BigEndian, utf32.IgnoreBOM).NewEncoder()
	}
	e := encodingOf(name)
	if e == nil {
		t.Fatal(name)
	}
	return encoding.ReplaceUnsupported(e.NewEncoder())
}

// TestBytesThatAreNoText: neither noise nor rows of numbers pass for some encoding.
func TestBytesThatAreNoText(t *testing.T) {
	t.Parallel()
	const seed = 20261122
	random := rand.New(rand.NewPCG(seed, seed))
	taken := 0
	for range 2000 {
		noise := make([]byte, 200+random.IntN(4000))
		for i := range noise {
			noise[i] = byte(random.Uint32())
		}
		if charsetOf(noise) != "" {
			taken++
		}
	}
	if taken > 2 {
		t.Errorf("%d of 2000 pieces of noise were taken for text", taken)
	}
	for name, data := range map[string]string{
		"silence": strings.Repeat("\x80", 5000) + "\x00\x00", "zeros": strings.Repeat("\x00", 500), "numbers": strings.Repeat("\x01\x00\x02\x00\x7f\x00", 300),
		"pixels": strings.Repeat("\xff\x7f\x10\x00", 300), "pairs": strings.Repeat("\x41\x4e\x00\x00", 300),
	} {
		if got := charsetOf([]byte(data)); got != "" {
			t.Errorf("%s: %s", name, got)
		}
	}
}
