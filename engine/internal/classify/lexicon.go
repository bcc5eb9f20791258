package classify

import (
	"strings"
	"sync"
)

// notions are words of offices and households that mean the same in several languages, one notion a line, its name
// first. They let a German document be like an English one, and a label be the one that a field's key asks for. A word
// with * behind it stands for all that begin with it, with * before it for all that end with it, with both for either:
// German writes in one word what others write in two. A number on a line of its own is the share of documents, in per
// cent, in which the notions from there on occur: what a workspace of a few documents cannot tell.
const notions = `
25
date datum *datum dates fecha data
number nummer *nummer *nummern no nr num numéro n° nº número numero
name namen *name nom nombre naam
total gesamt* *gesamt *summe summe totaal totale somme endbetrag
amount betrag *betrag bedrag montant importe importo
phone tel telefon* mobil mobile telephone téléphone teléfono telefoon cell
email mail e-mail
price preis* *preis prix prijs precio prezzo cost costs kosten
party parties
clause §
contract* agreement* *vertrag vertrag* contrat* overeenkomst contrato
tax *steuer steuer* vat mwst ust mehrwertsteuer umsatzsteuer tva btw iva paye
paid bezahlt gezahlt received erhalten payé betaald pagado
issue issued issues ausgestellt ausstellung* erstellt erstellung* *stellungsdatum issuing émis
start* beginn* *beginn commence* commencement ab effet inicio effective
end ends ending ende *ende fin
period laufzeit *laufzeit zeitraum *zeitraum term *frist durée
valid validity gültig* *gültigkeit valable* geldig* válido
8
invoice* *rechnung rechnungs* factur* fattura bill bills
receipt receipts quittung* *beleg beleg* kassenbon bon reçu ricevuta recibo
lease rent rental *miete miet* pacht* *pacht loyer huur
tenant* *mieter* mieterin vermieter* landlord lessor lessee pächter*
letter *brief *schreiben schreiben lettre
dear geehrte* liebe lieber madame geachte estimado
regards grüßen grüße grüssen grüsse gruß sincerely faithfully salutations groet* atentamente
minutes protokoll* *protokoll niederschrift notulen procès-verbal
meeting *sitzung sitzung* besprechung* versammlung* *versammlung vergadering réunion committee *abend agm
present anwesend* attended attendance teilnehmer* aanwezig présents
apologies entschuldigt excusés
agenda tagesordnung top
chair chairperson chairman vorsitz* *leitung leitung *leiter *leiterin voorzitter président
resolved beschluss* beschlossen agreed decided einstimmig adopted approved genehmigt votes unanimous*
report* *bericht bericht* rapport verslag informe
summary zusammenfassung kurzfassung abstract
introduction einleitung anlass aim
method* methodik procedure durchführung
result* ergebnis* findings résultats
conclusion* fazit *folgerung* discussion
recommend* empfehl*
expert* gutachten *gutachten* sachverständig* survey study studie *studie audit assessment examined
author authors autor* verfasser* bearbeitung bearbeiter* prepared auteur gutachter*
certificate* *zertifikat zertifikat* urkunde *urkunde bescheinigung *bescheinigung *zeugnis attestation certified
certify certifies hereby hiermit
award* verliehen achievement
passed bestanden completed absolviert successfully erfolgreich fulfilled erfüllt
expiry expires expire ablauf* expiration *ablauf
salary wage wages lohn* *lohn gehalt* *gehalt payslip entgelt* *entgelt *bezüge salaire paie loon
gross brutto* *brutto brut bruto
net netto* *netto neto
deduction* abzüge abzug cotisations
employee employees arbeitnehmer* *arbeitnehmer* personal* pers staff dienstnehmer* salarié mitarbeiter* matricule assignment
employer arbeitgeber* dienstgeber employeur
pension* rentenversicherung rv rente
social krankenversicherung kv sozialversicherung sv medicare
patient patients patientin patiente paciente
diagnos* diagnose*
finding befund* *befund beurteilung examination untersuchung* *untersuchung
birth born geb geboren* geburt* dob née geburtsdatum
therapy therapie* *therapie treatment behandlung
medication medikation* *medikation mg medikament* tablet*
clinic* klinik* *klinik *klinikum hospital praxis *praxis krankenhaus ward
doctor dr arzt* *arzt
account *konto konto* compte cuenta rekening
balance *saldo saldo* kontostand solde
statement* *auszug auszug*
transfer überweisung* überweisen umbuchung virement
debit lastschrift* *lastschrift
interest zins* zinsen
bank sparkasse banque
deposit* kaution einlage*
opening anfang* alter old alt brought forward vortrag* *vortrag previous letzten beginning initial
closing neuer new neu carried schluss* current endsaldo final
instructions *anleitung anleitung* manual handbuch *handbuch guide gebrauch* bedienung* *bedienung
press drücken taste *taste button* knopf
warning warnung achtung caution danger *gefahr
safety *sicherheit* sicherheits*
switch schalten *schalter einschalten ausschalten
device* gerät* *gerät apparat appliance*
clean* reinigen reinigung
battery akku* batterie* charger charging laden
install* installation einbau montage mounting
model modell modèle typ type
newsletter* *rundbrief rundbrief nieuwsbrief news neuigkeiten
edition ausgabe heft édition
unsubscribe abmelden subscribe afmelden
members mitglieder* leden mitglied*
curriculum lebenslauf *lebenslauf vitae resume cv werdegang
education ausbildung schulbildung bildung formation
experience berufserfahrung erfahrung employment expérience
skills kenntnisse *kenntnisse fähigkeiten
languages sprachen langues
university universität* hochschule uni université
school *schule schule* schul*
ticket* eintrittskarte *karte fahrkarte billet *ticket
booking *buchung gebucht booked reservation buchungs* *code dossier confirmation
seat seats sitzplatz platz place stoel
row reihe
departure abfahrt depart departs hinfahrt hinflug outward travel travels reise* *reise
arrival ankunft arrive
passenger* reisende* fahrgast voyageur
train* zug ice tgv bahn
flight* flug* *flug vol
admission einlass admit entry doors
refund* erstatt* *erstattung storno* stornierung umtausch remboursable
insurance *versicherung assurance versicher* verzekering seguro
policy police policen* polizze póliza polis
premium* beitrag* *beitrag prämie prime
cover* deckung* *schutz versichert insured garanties
liability haftpflicht* *haftpflicht
excess selbstbeteiligung deductible franchise
damage schaden* *schaden schäden
offer* *angebot angebot* angebots* quote quotation* quoted offerte devis presupuesto preventivo
estimate* kostenvoranschlag *voranschlag voraussichtlich* estimated geschätzt
proposal vorschlag vorschlagen
order* *auftrag auftrags* bestellung* bestell* commande pedido
subtotal zwischensumme
due fällig* *fälligkeit zahlbar payable payment zahlung* *zahlung échéance vervaldatum zahlungsziel
pay payout auszahlung* *auszahlung ausgezahlt
cash bar rückgeld change gegeben
card kartenzahlung visa mastercard girocard
customer* kunde kunden* client clients klant cliente
supplier* lieferant* *lieferant
delivery *lieferung liefer* delivered livraison levering
terminat* kündigung* kündig* cancel* résiliation
renewal verlänger* *verlängerung renews renew
month monthly monat* monatlich* mensuel* maandelijks
year yearly annual annually jährlich* jahres* annuel*
signature unterschrift* signed gez
address anschrift *anschrift adresse
reference ref zeichen aktenzeichen az referenz* geschäftszeichen kenmerk
owner inhaber* holder *inhaber* titulaire
website web homepage internet www url site
next nächst* nächste prochain* volgende
`

// notion is the number of a line.
type notion = int16

// lexicon finds the notions of a word.
type lexicon struct {
	names  []string
	shares []float64 // of documents
	exact  map[string][]notion
	// Patterns by their first or last two bytes.
	prefixes, suffixes map[string][]pattern
}

type pattern struct {
	text string
	of   notion
}

// office is the one lexicon there is.
var office = sync.OnceValue(func() *lexicon { return newLexicon(notions) })

func newLexicon(text string) *lexicon {
	l := &lexicon{exact: map[string][]notion{}, prefixes: map[string][]pattern{}, suffixes: map[string][]pattern{}}
	share := 0.0
	for line := range strings.Lines(text) {
		words := strings.Fields(line)
		if len(words) == 0 {
			continue
		}
		if digits := words[0]; digits[0] >= '0' && digits[0] <= '9' {
			share = 0
			for _, d := range digits {
				share = 10*share + float64(d-'0')/100
			}
			continue
		}
		of := notion(len(l.names))
		l.names, l.shares = append(l.names, strings.Trim(words[0], "*")), append(l.shares, share)
		for _, w := range words {
			l.add(w, of)
		}
	}
	return l
}

func (l *lexicon) add(word string, of notion) {
	core := strings.Trim(word, "*")
	begins, ends := strings.HasSuffix(word, "*"), strings.HasPrefix(word, "*")
	if begins {
		l.prefixes[core[:2]] = append(l.prefixes[core[:2]], pattern{core, of})
	}
	if ends {
		l.suffixes[core[len(core)-2:]] = append(l.suffixes[core[len(core)-2:]], pattern{core, of})
	}
	if !begins && !ends {
		l.exact[core] = append(l.exact[core], of)
	}
}

// of appends the notions of a folded word to list, each once.
func (l *lexicon) of(word string, list []notion) []notion {
	for _, n := range l.exact[word] {
		list = addNotion(list, n)
	}
	if len(word) < 2 {
		return list
	}
	for _, p := range l.prefixes[word[:2]] {
		if strings.HasPrefix(word, p.text) {
			list = addNotion(list, p.of)
		}
	}
	for _, p := range l.suffixes[word[len(word)-2:]] {
		if strings.HasSuffix(word, p.text) {
			list = addNotion(list, p.of)
		}
	}
	return list
}

func addNotion(list []notion, n notion) []notion {
	for _, have := range list {
		if have == n {
			return list
		}
	}
	return append(list, n)
}
