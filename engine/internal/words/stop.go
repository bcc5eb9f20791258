package words

import (
	"strings"
	"unicode/utf8"
)

// functionWords lists, for each language, the words that carry a question but not its subject: articles, pronouns,
// prepositions, auxiliaries and question words, folded.
var functionWords = map[string]map[string]bool{
	"en": set(`a about an and any are as at be been being between both but by can could did do does doing during each for
		from had has have having he her him his how i if in into is it its itself many me might more most much must my of on
		or our over please she should since so some such tell than that the their them then there these they this those
		through to under until was we were what when where whether which while who whom whose why will with would you your
		s t d ll ve re explain describe give find show`),
	"de": set(`aber als am an auch auf aus bei beim bin bis bist da dann das dass dem den denn der des die dies diese
		dieser dieses doch du durch ein eine einem einen einer eines er es fur hat hatte hatten haben ich ihr ihre im in ist
		kann konnen mit nach nicht noch nur ob oder ohne sein seine sich sie sind so uber um und uns unter vom von vor wann
		war waren warum was welche welchem welchen welcher welches wem wen wenn wer werden wessen wie wieso wieviel viele
		viel wird wo wobei wodurch wofur woher wohin womit wurde wurden zu zum zur gab es`),
	"fr": set(`a au aux avec ce ces cet cette combien comment d dans de des du elle elles en est et etait etaient eu il
		ils l la le les leur leurs lui mais ne nous on ont ou par pas pour pourquoi qu quand que quel quelle quelles quels
		qui quoi s sa se ses son sont sur un une vous y ete fait c est ce`),
	"es": set(`a al como con cual cuales cuando cuanta cuantas cuanto cuantos de del donde e el ella ellas ellos en era
		eran es esa ese esta este esto fue fueron ha han hay la las le les lo los mas me mi no o para pero por porque que
		quien quienes se ser si sin sobre son su sus tiene tu un una uno y`),
	"it": set(`a al alla alle che chi ci come con cosa cui da dal dalla de dei del della delle di dove e ed era erano fu
		gli ha hanno i il in la le lo ma nel nella non o per perche piu quale quali quando quanta quante quanti quanto
		questo questa se si sono sta su suo sua tra un una uno`),
	"pt": set(`a ao aos as com como da das de do dos e ela ele eles em era foi foram ha isso isto mais mas me na nas no
		nos o onde os ou para pela pelo por porque qual quais quando quanta quantas quanto quantos que quem se sem ser seu
		seus sua suas tem um uma`),
	"nl": set(`aan al als bij dat de deze die dit door een en er had heb hebben heeft het hij hoe hoeveel hun ik in is
		kan maar met naar niet of om onder ook op over te tot uit van veel voor waar waarom wanneer was wat we welk welke
		werd wie worden wordt ze zich zij zijn`),
}

func set(list string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(list) {
		m[w] = true
	}
	return m
}

// FunctionWords returns the folded words that carry a question but not its subject, in the language that most of list
// belong to: "die" is an article in a German question and the subject of an English one.
func FunctionWords(list []string) map[string]bool { return functionWords[language(list)] }

// English reports whether folded words look like English: most of them are written in Latin letters, and no other
// language claims more of them as its function words.
func English(list []string) bool {
	latin := 0
	for _, w := range list {
		if r, _ := utf8.DecodeRuneInString(w); r < 0x250 {
			latin++
		}
	}
	return 2*latin >= len(list) && language(list) == "en"
}

// language names the language with the most function words in list. One other than English needs two witnesses.
func language(list []string) string {
	best, most := "en", 0
	for _, name := range languages {
		n := 0
		for _, w := range list {
			if functionWords[name][w] {
				n++
			}
		}
		if n > most && (n > 1 || name == "en") {
			best, most = name, n
		}
	}
	return best
}

// languages in the order in which a tie is decided.
var languages = []string{"en", "de", "fr", "es", "it", "pt", "nl"}
