package extract

import (
	"strconv"
	"strings"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// readVCF reads an address book: each person or organization is a heading with what is known of them beneath it.
func readVCF(in *input) (catalog.Document, error) {
	text, w, err := decoded(in)
	if err != nil {
		return catalog.Document{}, err
	}
	card := lined{w: w}
	eachContentLine(text, func(l contentLine) {
		switch l.name {
		case "BEGIN", "END":
			if strings.EqualFold(strings.TrimSpace(l.value), "VCARD") {
				card.end()
			}
		default:
			contact(&card, l)
		}
	})
	card.end()
	if card.seen == 1 {
		w.title(card.first)
	}
	w.property("contacts", strconv.Itoa(card.seen))
	return w.document("text/vcard"), nil
}

func contact(c *lined, l contentLine) {
	switch l.name {
	case "FN":
		c.title = l.text()
	case "N":
		c.title = orElse(c.title, l.fields())
	case "NICKNAME":
		c.add("Called", l.text())
	case "ORG":
		c.add("Organization", l.fields())
		c.title = orElse(c.title, l.fields())
	case "TITLE", "ROLE":
		c.add("Role", l.text())
	case "EMAIL":
		c.add("Mail", l.text())
	case "TEL":
		c.add("Telephone", strings.TrimPrefix(l.text(), "tel:"))
	case "ADR":
		c.add("Address", l.fields())
	case "BDAY":
		c.add("Birthday", l.when())
	case "ANNIVERSARY":
		c.add("Anniversary", l.when())
	case "URL":
		c.add("Link", l.text())
	case "NOTE":
		c.add("", l.text())
	case "CATEGORIES":
		c.add("Categories", l.text())
	}
}
