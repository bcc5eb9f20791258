package catalog

import (
	"strconv"
	"strings"
	"time"
)

// Trait is what a field word of a query asks of a document: in:letters, type:pdf, after:2024-01. Traits hold beside the
// words of the query and before anything is ranked. They are for people: programs use a Filter.
type Trait struct {
	Field TraitField
	Value string // as typed, folded for comparing; empty for dates
	Not   bool   // -type:pdf: those that do not have it
	At    time.Time
}

// TraitField is what a trait looks at.
type TraitField string

// The fields.
const (
	TraitIn       TraitField = "in"       // a workspace, or a folder on the way to the file, of that name
	TraitType     TraitField = "type"     // a kind of file (FileKind) or a file name's extension
	TraitName     TraitField = "name"     // a part of the file name
	TraitCategory TraitField = "category" // the category's name
	TraitAfter    TraitField = "after"    // last changed at or after the beginning of that day, month or year
	TraitBefore   TraitField = "before"   // last changed before it
)

// traitNames are the words before the colon, in every form that people bring along from elsewhere.
var traitNames = map[string]TraitField{
	"in": TraitIn, "folder": TraitIn, "type": TraitType, "kind": TraitType, "ext": TraitType, "name": TraitName, "file": TraitName,
	"category": TraitCategory, "after": TraitAfter, "since": TraitAfter, "before": TraitBefore, "until": TraitBefore,
}

// ParseTrait reads a field word, name and value apart. known is false when the name is no field: the word is then a word
// like any other. The error is Invalid when the value cannot be one of the field.
func ParseTrait(name, value string) (t Trait, known bool, err error) {
	field, known := traitNames[strings.ToLower(name)]
	if !known {
		return Trait{}, false, nil
	}
	t = Trait{Field: field, Value: FoldCase(strings.TrimSpace(value))}
	switch field {
	case TraitAfter, TraitBefore:
		var ok bool
		if t.At, ok = beginning(t.Value); !ok {
			return Trait{}, true, Errorf(Invalid, "%s: wants a date such as 2024-06-30, 2024-06 or 2024, not %q.", name, value)
		}
		t.Value = ""
	case TraitType:
		t.Value = strings.TrimPrefix(t.Value, ".")
	}
	return t, true, nil
}

// beginning is the first moment of a year, a month or a day, in this device's time zone.
func beginning(s string) (time.Time, bool) {
	for _, layout := range []string{"2006", "2006-01", time.DateOnly, "2006/01", "2006/01/02", "02.01.2006"} {
		if t, err := time.ParseInLocation(layout, s, time.Local); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// fileKinds say what a kind of file is: extensions of names, and formats for files whose name has none.
var fileKinds = map[string]struct {
	extensions string
	formats    []string // GLOB patterns
}{
	"pdf":      {"pdf", []string{"application/pdf"}},
	"document": {"doc docx docm dot dotx odt ott rtf pages", []string{"application/msword", "*wordprocessingml*", "*opendocument.text*", "*rtf"}},
	"sheet":    {"xls xlsx xlsm xlsb ods csv tsv numbers", []string{"application/vnd.ms-excel*", "*spreadsheetml*", "*opendocument.spreadsheet*", "text/csv", "text/tab-separated-values"}},
	"slides":   {"ppt pptx pptm pps ppsx odp key", []string{"application/vnd.ms-powerpoint*", "*presentationml*", "*opendocument.presentation*"}},
	"mail":     {"eml msg mbox mbx", []string{"message/*", "application/vnd.ms-outlook", "application/mbox"}},
	"image":    {"jpg jpeg png gif webp tif tiff bmp heic svg", []string{"image/*"}},
	"audio":    {"mp3 m4a flac ogg oga opus wav aac", []string{"audio/*"}},
	"video":    {"mp4 m4v mov mkv webm avi", []string{"video/*"}},
	"web":      {"html htm xhtml mhtml mht", []string{"text/html", "application/xhtml+xml", "multipart/related"}},
	"text":     {"txt text log md markdown rst adoc org tex", []string{"text/plain", "text/markdown"}},
	"book":     {"epub", []string{"application/epub+zip"}},
	"archive":  {"zip tar gz tgz 7z rar bz2 xz", []string{"application/zip", "application/x-tar", "application/gzip", "application/x-7z-compressed", "application/vnd.rar"}},
}

// otherKindNames are what else people call a kind.
var otherKindNames = map[string]string{
	"doc": "document", "word": "document", "documents": "document", "spreadsheet": "sheet", "spreadsheets": "sheet", "sheets": "sheet", "excel": "sheet", "table": "sheet",
	"presentation": "slides", "presentations": "slides", "powerpoint": "slides", "slide": "slides", "email": "mail", "e-mail": "mail", "emails": "mail", "mails": "mail",
	"picture": "image", "pictures": "image", "photo": "image", "photos": "image", "images": "image", "html": "web", "page": "web", "markdown": "md", "ebook": "book", "pdfs": "pdf",
}

// FileKind returns what a value of type: stands for: extensions of file names, without the dot, and patterns of formats.
// What is no kind is an extension.
func FileKind(value string) (extensions, formats []string) {
	if kind, ok := otherKindNames[value]; ok {
		value = kind
	}
	if kind, ok := fileKinds[value]; ok {
		return strings.Fields(kind.extensions), kind.formats
	}
	return []string{value}, nil
}

// String is the trait as a person would type it.
func (t Trait) String() string {
	value := t.Value
	if !t.At.IsZero() {
		value = t.At.Format(time.DateOnly)
	}
	if strings.ContainsAny(value, " \t") {
		value = strconv.Quote(value)
	}
	s := string(t.Field) + ":" + value
	if t.Not {
		s = "-" + s
	}
	return s
}
