package classify

import "regexp"

// What fields of each type usually are, by how their keys are worded, and the words in a text that such a value follows.
// Keys and labels are folded. The first role that a key fits is taken.

// dateRole is what a date is of.
type dateRole struct {
	name string
	keys *regexp.Regexp
	cues *regexp.Regexp // at the end of the label
}

func (r dateRole) asks() *regexp.Regexp { return r.keys }

const connecting = `[ :.,(–-]*(?:ist |is |am |on |zum |den |dem |le |the |of |vom |von |from |by |bis |until |spätestens |\p{L}{2,10}tag,? ?(?:dem |den )?|(?:mon|tues|wednes|thurs|fri|satur|sun|mo|di|mi|do|fr|sa|so|sat|mon|tue|wed|thu|fri|sun)(?:day)?,? )*$`

func cue(words string) *regexp.Regexp {
	return regexp.MustCompile(`(?:^|[^\p{L}])(?:` + words + `)` + connecting)
}

var dateRoles = []dateRole{
	{"birth", regexp.MustCompile(`birth|\bdob\b|\bborn\b|geburt|geboren|naissance`), cue(`date of birth|birth ?date|d\.?o\.?b\.?|born|geb(?:oren|\.)?(?:-datum)?|geburts(?:datum|tag)|née? le|\*`)},
	{"next", regexp.MustCompile(`\bnext\b|nächste|folge`), cue(`next[^.;:]{0,30}|nächste[rns]?[^.;:]{0,30}|volgende[^.;:]{0,30}|prochaine?[^.;:]{0,30}`)},
	{"due", regexp.MustCompile(`\bdue\b|fällig|zahlungsziel|zahlbar|pay by|deadline|échéance`), cue(`(?:payment |amount )?due(?: date| by| on)?|payable by|pay[^.;]{0,30}(?:by|before|until)|transfer[^.;]{0,30}(?:by|before)|fällig(?:keit(?:sdatum)?)?|zahlbar(?: bis)?|zahlungsziel|(?:überweis|zahl|begleich)[^.;]{0,50} bis(?: zum| spätestens)?|échéance|that is by|vervaldatum`)},
	{"end", regexp.MustCompile(`\bend\b|\bends\b|until|expir|valid (?:to|till|thru)|gültig bis|gültigkeit|\bende\b|ende$|ablauf|bindefrist|\bbis\b|fin$`), cue(`valid[^.;,]{0,25}(?:until|to|till|thru)|validity|gültig(?:keit)?(?: bis)?|expir(?:y|es|ation)(?: date)?|ablauf(?:datum)?|until|ending|ends?(?: date| on| of cover)?|(?:vertrags)?ende|endet(?: am| mit)?|valable(?: jusqu'?au)?(?: :)?|jusqu'?au|bindefrist|inspection due by|stands until|bis(?: zum)?|geldig tot`)},
	{"start", regexp.MustCompile(`\bstart|begin|effective|commence|\bfrom\b|gültig (?:ab|von)|inkraft|in kraft|\bab\b|début|ingang`), cue(`start(?:s|ing)?(?: date| of cover)?|cover starts|begin(?:s|ning)?(?: der versicherung)?|commence(?:s|ment)?(?: date)?|effective(?: date| from)?|(?:vertrags|versicherungs|miet)?beginn(?:t|en)?(?: am| mit dem)?|move-?in date|gültig ab|schutz ab|ab|date d'effet|runs from|period(?: of insurance)?:? from[^.;]{0,12}|policy period|laufzeit|valid from|seit`)},
	{"pay", regexp.MustCompile(`\bpay ?(?:ment)? ?date|\bpaid on|\bpayday|auszahlung|zahltag|zahlungsdatum`), cue(`(?:pay|payment|check) date|date of payment|paid on|auszahlung(?: per| am)?|ausgezahlt(?: am)?|bezüge werden(?: am)?|payé le|payday`)},
	{"travel", regexp.MustCompile(`travel|depart|journey|event|performance|concert|reise|abfahrt|abflug|veranstaltung|aufführung|show`), cue(`depart(?:ure|s)?|hin(?:fahrt|flug)[^.;:]{0,40}|outward|date of performance|valid on|gültig ab|abfahrt|abflug|travel date|reisedatum|aller`)},
	{"issue", regexp.MustCompile(`date|datum|\bissued?\b|ausgestellt|ausstellung|written|created|stand|fecha|\bday\b`), cue(`date(?: of (?:issue|examination|meeting))?|(?:issue|invoice|statement|meeting|visit|clinic|report|offer|quote|quotation|letter) ?date|\p{L}*datum|issued(?: on)?|issue date|ausgestellt|erstellt|stand|vom|written|submitted|prepared on|sitzung am|erschienen`)},
}

// sumRole is what an amount is.
type sumRole struct {
	name    string
	keys    *regexp.Regexp
	cues    []*regexp.Regexp // at the end of the label, strongest first
	not     *regexp.Regexp   // anywhere in the label
	after   *regexp.Regexp   // behind the amount, when nothing stands before it
	largest bool             // of several under an equal label
	last    bool
}

func (r sumRole) asks() *regexp.Regexp { return r.keys }

const ofSum = `[ :.,(–=#-]*(?:vom|am|per|eur|euro|usd|gbp|chf|von|of|is|ist|beträgt|the sum of|in|per|ttc|inkl\. mwst|brutto|in words)?[ :.,(–=-]*$`

func sumCue(words string) *regexp.Regexp {
	return regexp.MustCompile(`(?:^|[^\p{L}])(?:` + words + `)` + ofSum)
}

var sumRoles = []sumRole{
	{name: "gross pay", keys: regexp.MustCompile(`gross|brutto`), cues: []*regexp.Regexp{
		sumCue(`gross pay|gesamtbrutto|brutto(?:lohn|gehalt|bezüge|verdienst)?|total gross|salaire brut|gehalt brutto|total pay|gross|steuerbrutto`)},
		not: regexp.MustCompile(`ytd`), after: regexp.MustCompile(`^ ?(?:gross|brutto)`)},
	{name: "net pay", keys: regexp.MustCompile(`\bnet (?:pay|salary|wage|income)|netto(?:lohn|gehalt|bezug|bezüge|verdienst)|auszahlung|take home`), cues: []*regexp.Regexp{
		sumCue(`auszahlungsbetrag|auszahlung|net pay(?: to bank)?|net to bank|netto(?:bezüge|lohn|gehalt)?|net à payer|überweisung|(?:amount )?paid into your account`)},
		not: regexp.MustCompile(`umbuchung|gesetzliches|vwl`)},
	{name: "net", keys: regexp.MustCompile(`\bnet\b|netto|subtotal|zwischensumme|\bht\b`), cues: []*regexp.Regexp{
		sumCue(`netto(?:betrag|summe)?|summe netto|net(?: amount| total)?|total ht|preis netto|subtotal|sub-total|zwischensumme`), sumCue(`summe`)},
		not: regexp.MustCompile(`gross|brutto`)},
	{name: "tax", keys: regexp.MustCompile(`\b(?:vat|tax|mwst|ust|tva|btw|iva)\b|steuer`), cues: []*regexp.Regexp{
		sumCue(`(?:plus |zzgl\. ?(?:\d+ ?%)? ?)?(?:\d+ ?% ?)?(?:vat|mwst\.?|ust\.?|umsatzsteuer|mehrwertsteuer|sales tax|tax|tva|btw)(?: (?:at )?[(]?\d+(?:[.,]\d+)? ?%[)]?)?`)},
		not: regexp.MustCompile(`inkl|incl|enth|including|number|id|nr`)},
	{name: "opening", keys: regexp.MustCompile(`opening|\bold\b|alter|anfang|initial|brought`), cues: []*regexp.Regexp{
		sumCue(`(?:opening|beginning|previous) balance|balance (?:brought )?forward|brought forward|alter (?:konto)?(?:stand|saldo)|anfangssaldo|saldovortrag|saldo der letzten abrechnung|balance on`), sumCue(`kontostand am`)}},
	{name: "closing", keys: regexp.MustCompile(`closing|\bnew\b|neuer|\bend|schluss|current balance|^balance$|^saldo$|kontostand`), cues: []*regexp.Regexp{
		sumCue(`(?:closing|ending|current|new) balance|balance carried forward|carried forward|neuer (?:konto)?(?:stand|saldo)|endsaldo|schlusssaldo|balance on`), sumCue(`kontostand am`)}, last: true},
	{name: "monthly", keys: regexp.MustCompile(`month|monat|\brent\b|miete`), cues: []*regexp.Regexp{
		sumCue(`monthly (?:fee|rent|price|payment|charge)|(?:fee|rent) per month|monatliche[rns]? (?:grund)?(?:miete|preis|gebühr|rate|beitrag|grundpreis)|(?:grund|kalt)miete|monatlich`)}},
	{name: "premium", keys: regexp.MustCompile(`premium|beitrag|prämie|prime`), cues: []*regexp.Regexp{
		sumCue(`(?:total )?(?:annual |monthly )?premium(?: (?:is|paid|including insurance premium tax))?|(?:jahres|monats|neuer )?(?:jahres)?beitrag(?: jährlich| monatlich| \d{4})?(?: inkl\. versicherungss?teuer)?|(?:monatlicher|jährlicher) beitrag(?: nach überschussverrechnung)?`)}},
	{name: "price", keys: regexp.MustCompile(`price|fare|cost|preis|kosten|prix`), cues: []*regexp.Regexp{
		sumCue(`total(?: fare| price| paid| cost)?|gesamtpreis|gesamt|(?:ticket|order) total|price paid|bezahlt|paid(?: online)?|prix`), sumCue(`(?:flug|fahr|kauf)?preis|price|fare|cost`)}, not: regexp.MustCompile(`subtotal|zwischensumme`)},
	{name: "total", keys: regexp.MustCompile(`total|sum\b|summe|gesamt|amount|betrag|brutto|montant|importe`), cues: []*regexp.Regexp{
		sumCue(`rechnungs(?:end)?betrag|gesamt(?:betrag|summe|preis)?(?: brutto)?|endbetrag|brutto(?:betrag)?|zu zahlen|amount due|total(?: (?:due|payable|paid|charged|amount|price|ttc|eur))?|(?:estimated|grand) total|quoted price|to pay|angebotssumme|preis brutto|(?:voraussichtliche )?gesamtkosten|price for the whole job|erhalten|the sum|macht zusammen|together`),
		sumCue(`summe|betrag|zusammen|amount`)},
		not: regexp.MustCompile(`subtotal|sub-total|zwischensumme|netto(?:summe|betrag)?$|\bnet\b|\bht\b|insurance`), largest: true},
}

// idRole is what an identifier is of.
type idRole struct {
	name string
	keys *regexp.Regexp
	noun *regexp.Regexp // before the identifier, with or without a word for number between; nil: the pattern says all
}

func (r idRole) asks() *regexp.Regexp { return r.keys }

const ofNumber = `[ :.,#(-]*(?:(?:n°|nº|(?:no|nr|number|num|nummer|ref|reference|code|id)\b)[ :.,#)-]*)*$`

func idCue(words string) *regexp.Regexp {
	return regexp.MustCompile(`(?:^|[^\p{L}])(?:` + words + `)` + ofNumber)
}

var idRoles = []idRole{
	{"iban", regexp.MustCompile(`iban|bank account|kontoverbindung`), nil},
	{"vat id", regexp.MustCompile(`\b(?:vat|ust|uid|tva)[ -]?(?:id|number|no|nr|idnr|reg|registration|nummer)|umsatzsteuer-?id|tax id`), nil},
	{"email", regexp.MustCompile(`e-?mail\b`), nil},
	{"phone", regexp.MustCompile(`phone|telefon|\btel\b|mobile|handy|\bfax\b`), nil},
	{"url", regexp.MustCompile(`web|\burl\b|homepage|\blink\b|internet`), nil},
	{"invoice", regexp.MustCompile(`invoice|rechnung|facture`), idCue(`(?:tax )?invoice|bill|rechnung(?:s)?(?:-?(?:nr|nummer))?|gebührenrechnung|facture|invoice reference`)},
	{"receipt", regexp.MustCompile(`receipt|beleg|quittung|\bbon\b`), idCue(`receipt|quittung(?:s(?:nr|nummer))?|beleg(?:-?(?:nr|nummer))?|bon(?:-?(?:nr|nummer))?|transaction|sale`)},
	{"policy", regexp.MustCompile(`policy|police|versicherungs(?:schein)?(?:nummer|nr)`), idCue(`policy|police|versicherungs(?:schein)?(?:-?(?:nr|nummer))?|versicherungsschein|vertrag(?:s(?:nr|nummer))?|contrat`)},
	{"offer", regexp.MustCompile(`offer|quot|estimate|angebot|devis`), idCue(`quot(?:e|ation)|removal quotation|estimate|offer|angebot(?:s)?(?:-?(?:nr|nummer))?|devis`)},
	{"contract", regexp.MustCompile(`contract|agreement|vertrag|contrat`), idCue(`contract|agreement|(?:\p{L}*)vertrag(?:s(?:nr|nummer))?|vertragsnummer`)},
	{"certificate", regexp.MustCompile(`certificate|zertifikat|urkunde|bescheinigung|registration`), idCue(`certificate(?: registration)?|registration|zertifikats?(?:nr|nummer)?|bescheinigungs-?(?:nr|nummer)|register(?:nummer|nr)|urkunden(?:nr|nummer)`)},
	{"booking", regexp.MustCompile(`booking|reservation|buchung|ticket|confirmation|order|auftrag|bestell|commande`), idCue(`booking(?: reference)?|reservation|confirmation|reference|order|buchungs(?:nr|nummer|code)|auftrags(?:nr|nummer)|bestell(?:nr|nummer)|ticket|référence de dossier`)},
	{"employee", regexp.MustCompile(`(?:employee|personal|staff|mitarbeiter).*(?:number|nummer|nr|no|id)$|matricule`), idCue(`employee|staff|pers(?:onal)?\.?-?(?:nr|nummer)|personalnummer|assignment|dn-nr|matricule`)},
	{"customer", regexp.MustCompile(`(?:customer|client|kunden?).*(?:number|nummer|nr|no|id)$`), idCue(`customer|client|kunden?-?(?:nr|nummer)|mandanten-?(?:nr|nummer)`)},
	{"reference", regexp.MustCompile(`reference|referenz|\bref\b|\bzeichen|(?:akten|geschäfts)zeichen|\baz\b`), idCue(`our ref(?:erence)?|ref(?:erence)?|unser zeichen|az|aktenzeichen|geschäftszeichen|steuernummer|kenmerk|notre réf`)},
	{"model", regexp.MustCompile(`model|modell|\btype?\b`), idCue(`model|modell|type?`)},
}
