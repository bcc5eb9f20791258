package web

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// Limits of the fields of a form, in bytes and in number. The file has none but the route's.
const (
	maxField  = 64 << 10
	maxFields = 1 << 20
	fieldsMax = 1000
)

// FormFile is the file of a form while it arrives.
type FormFile struct {
	Name   string // as the client named it, without directories; may be empty
	Format string // the part's media type without parameters; empty when it names none
	io.Reader
}

// ReadForm reads a multipart/form-data body as it arrives. The fields may stand before and after the file, which is the
// part that fileField names, or the first one with a file name: clients of other servers know it by other names. take
// gets it as a stream and must read it to its end. take is called at most once, and not at all when there is no such
// part; its error ends the reading. When the body breaks off that is the error, whatever take made of it. The error is
// Invalid, or TooLarge for fields beyond the limits, and names the field.
func ReadForm(r *http.Request, fileField string, take func(FormFile) error) (url.Values, error) {
	media, parameters, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || media != "multipart/form-data" || parameters["boundary"] == "" {
		return nil, WrongField("Content-Type", "must be multipart/form-data with a boundary")
	}
	body := &closing{Reader: r.Body, mark: []byte("\n--" + parameters["boundary"] + "--"), last: []byte("\n")}
	parts := multipart.NewReader(body, parameters["boundary"])
	form := formReader{fileField: fileField, take: take, values: url.Values{}}
	for {
		part, err := parts.NextPart()
		switch {
		case err == io.EOF && body.seen:
			return form.values, form.violations.Err()
		case err != nil:
			return nil, broken(err)
		}
		if err := form.read(part); err != nil {
			return nil, err
		}
	}
}

// broken is the error of a body that did not arrive whole, or not in the form that it claims to have.
func broken(err error) error {
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return err
	}
	return catalog.WrapError(catalog.Invalid, "The request body did not arrive whole.", err)
}

type formReader struct {
	fileField  string
	take       func(FormFile) error
	values     url.Values
	violations Violations
	count      int // of fields
	bytes      int // of their names and values
	taken      bool
}

func (f *formReader) read(part *multipart.Part) error {
	name := part.FormName()
	switch {
	case name == f.fileField && f.taken:
		return WrongField(name, "may be sent only once")
	case !plain(part.FileName()):
		return WrongField(clean(name), "has a file name that is not text")
	case name == f.fileField:
		f.taken = true
		return f.file(part)
	case part.FileName() != "" && f.taken:
		return WrongField(clean(name), "is a file that is not expected here")
	case part.FileName() != "":
		f.taken = true
		return f.file(part)
	}
	return f.field(name, part)
}

func (f *formReader) file(part *multipart.Part) error {
	format, _, err := mime.ParseMediaType(part.Header.Get("Content-Type"))
	if err != nil {
		format = ""
	}
	arriving := &remembering{Reader: part}
	err = f.take(FormFile{Name: part.FileName(), Format: format, Reader: arriving})
	if arriving.err != nil {
		return broken(arriving.err)
	}
	return err
}

func (f *formReader) field(name string, part *multipart.Part) error {
	value, err := io.ReadAll(io.LimitReader(part, maxField+1))
	if err != nil {
		return broken(err)
	}
	f.count++
	f.bytes += len(name) + len(value)
	switch {
	case f.count > fieldsMax:
		return catalog.Errorf(catalog.TooLarge, "A form may have at most %d fields.", fieldsMax)
	case len(name)+len(value) > maxField:
		return tooLong(clean(name), "may have at most 64 KiB")
	case f.bytes > maxFields:
		return catalog.Errorf(catalog.TooLarge, "The fields of a form may have at most 1 MiB together.")
	case !plain(name):
		f.violations.Add(clean(name), "has a name that is not text")
	case !plain(string(value)):
		f.violations.Add(name, notText)
	}
	f.values.Add(name, string(value))
	return nil
}

func tooLong(field, message string) error {
	return &catalog.Error{Code: catalog.TooLarge, Message: "The field " + field + " " + message + ".",
		Fields: []catalog.FieldError{{Field: field, Message: message}}}
}

// closing sees whether the closing boundary has gone by: a body that ends within the headers of a part is reported as a
// plain end by mime/multipart.
type closing struct {
	io.Reader
	mark []byte
	last []byte // the end of what has gone by, shorter than mark
	seen bool
}

func (c *closing) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	if !c.seen {
		edge := min(n, len(c.mark)-1)
		c.last = append(c.last, p[:edge]...)
		c.seen = bytes.Contains(c.last, c.mark) || bytes.Contains(p[:n], c.mark)
		if n > edge {
			c.last = append(c.last[:0], p[n-edge:n]...)
		}
		c.last = append(c.last[:0], c.last[max(0, len(c.last)-len(c.mark)+1):]...)
	}
	return n, err
}

// remembering keeps the error with which reading ended, other than the end itself.
type remembering struct {
	io.Reader
	err error
}

func (r *remembering) Read(p []byte) (int, error) {
	n, err := r.Reader.Read(p)
	if err != nil && err != io.EOF {
		r.err = err
	}
	return n, err
}

const notText = "must be text without zero characters, in UTF-8"

// plain reports whether s is text that can be stored and shown: UTF-8 without NUL.
func plain(s string) bool { return utf8.ValidString(s) && !strings.Contains(s, "\x00") }

// clean makes s plain, to name it in an error.
func clean(s string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "\uFFFD")
}
