package extract

import (
	"strconv"
	"strings"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// readICS reads a calendar: each event, task or note is a heading with what, when, where and who beneath it.
func readICS(in *input) (catalog.Document, error) {
	text, w, err := decoded(in)
	if err != nil {
		return catalog.Document{}, err
	}
	entry := lined{w: w}
	within := []string{}
	eachContentLine(text, func(l contentLine) {
		kind := strings.ToUpper(strings.TrimSpace(l.value))
		switch l.name {
		case "BEGIN":
			if isEntry(kind) {
				entry.end()
			}
			if len(within) < 100 {
				within = append(within, kind)
			}
			return
		case "END":
			if isEntry(kind) {
				entry.end()
			}
			if n := len(within); n > 0 {
				within = within[:n-1]
			}
			return
		case "X-WR-CALNAME", "NAME":
			w.title(l.text())
		case "X-WR-CALDESC":
			w.property("description", l.text())
		}
		if n := len(within); n > 0 && isEntry(within[n-1]) {
			event(&entry, l)
		}
	})
	entry.end()
	w.property("entries", strconv.Itoa(entry.seen))
	return w.document("text/calendar"), nil
}

func isEntry(kind string) bool { return kind == "VEVENT" || kind == "VTODO" || kind == "VJOURNAL" }

func event(e *lined, l contentLine) {
	switch l.name {
	case "SUMMARY":
		e.title = l.text()
	case "DTSTART":
		e.add("Begins", l.when())
	case "DTEND":
		e.add("Ends", l.when())
	case "DUE":
		e.add("Due", l.when())
	case "LOCATION":
		e.add("Place", l.text())
	case "ORGANIZER":
		e.add("Organizer", attendee(l))
	case "ATTENDEE":
		e.add("With", attendee(l))
	case "DESCRIPTION":
		e.add("", l.text())
	case "CATEGORIES":
		e.add("Categories", l.text())
	case "COMMENT":
		e.add("", l.text())
	case "CONTACT":
		e.add("Contact", l.text())
	case "URL":
		e.add("Link", l.text())
	case "RRULE":
		_, rule, _ := strings.Cut(l.value, "FREQ=")
		rule, _, _ = strings.Cut(rule, ";")
		e.add("Repeats", strings.ToLower(rule))
	}
}

func attendee(l contentLine) string {
	address := l.text()
	if scheme := strings.ToLower(address[:min(7, len(address))]); scheme == "mailto:" {
		address = address[7:]
	}
	return person(l.parameters["CN"], address)
}
