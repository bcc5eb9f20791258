package extract

import (
	"cmp"
	"encoding/xml"
	"errors"
	"io"
	"maps"
	"path"
	"slices"
	"strings"

	"golang.org/x/net/html/charset"
)

// relation is what one part of an Office document says about another: where it is and what it is to it.
type relation struct {
	target string // the part's name; empty for what lies outside of the document
	kind   string // the last word of its type
}

const wholePackage = "" // whose relations lead to the main part

// mainPart is where the relations of the package say that the document is.
func mainPart(a *archive, usual string) string {
	for _, part := range ofKind(a.relations(wholePackage), "officeDocument") {
		if a.parts[strings.ToLower(part)] != nil {
			return part
		}
	}
	return usual
}

// officeProperties notes what an Office document states about itself.
func officeProperties(w *writer, a *archive) {
	relations := a.relations(wholePackage)
	for kind, usual := range map[string]string{"core-properties": "docProps/core.xml", "extended-properties": "docProps/app.xml"} {
		parts := ofKind(relations, kind)
		if len(parts) == 0 {
			parts = []string{usual}
		}
		for _, part := range parts {
			if data, err := a.part(part); err == nil {
				metadata(w, data)
			}
		}
	}
}

// relations are the parts that a part refers to, by the identifiers that it uses for them.
func (a *archive) relations(part string) map[string]relation {
	found := map[string]relation{}
	name := path.Join(path.Dir(part), "_rels", path.Base(part)+".rels")
	if part == wholePackage {
		name = "_rels/.rels"
	}
	data, err := a.part(name)
	if err != nil {
		return found
	}
	eachToken(data, func(t xml.Token) {
		e, ok := t.(xml.StartElement)
		if !ok || e.Name.Local != "Relationship" || len(found) >= maxParts {
			return
		}
		r := relation{kind: path.Base(attribute(e, "Type"))}
		if attribute(e, "TargetMode") != "External" {
			r.target = resolved(part, attribute(e, "Target"))
		}
		found[attribute(e, "Id")] = r
	})
	return found
}

// ofKind are the parts of one kind that a part refers to, in the order of the identifiers' numbers.
func ofKind(relations map[string]relation, kind string) []string {
	var parts []string
	for _, id := range sortedIDs(relations) {
		if r := relations[id]; r.kind == kind && r.target != "" {
			parts = append(parts, r.target)
		}
	}
	return parts
}

// sortedIDs puts rId2 before rId10.
func sortedIDs(relations map[string]relation) []string {
	return slices.SortedFunc(maps.Keys(relations), func(a, b string) int {
		return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b))
	})
}

// resolved is a target beside the part that names it.
func resolved(part, target string) string {
	target = strings.ReplaceAll(target, `\`, "/")
	if !strings.HasPrefix(target, "/") {
		target = path.Join("/", path.Dir(part), target)
	}
	return strings.TrimPrefix(path.Clean(target), "/")
}

// stream calls do for the tokens of a part until it returns false, within a limit of bytes. It is for parts too large
// to be held at once. whole tells whether the part was read to its end, or as far as do wanted.
func (a *archive) stream(name string, limit int64, do func(xml.Token) bool) (whole bool) {
	f := a.parts[strings.ToLower(name)]
	if f == nil {
		return true
	}
	r, err := f.Open()
	if err != nil {
		return false
	}
	defer r.Close()
	limited := &io.LimitedReader{R: r, N: limit}
	d := xml.NewDecoder(limited)
	d.Strict = false
	d.CharsetReader = charset.NewReaderLabel
	for {
		token, err := d.RawToken()
		if err != nil {
			return errors.Is(err, io.EOF) && limited.N > 0
		}
		if !do(token) {
			return true
		}
	}
}
