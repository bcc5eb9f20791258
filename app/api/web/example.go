package web

import (
	"bytes"
	"encoding/json"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/url"
	"reflect"
	"strings"
)

// Example is a call that works. The page of the API shows it, the document holds it, and a contract test makes it.
type Example struct {
	Target   string // path and query; "": the route's path, which then has no wildcards
	Request  any    // JSON: the body, as it is encoded; Bytes: a string; Form: []FormField
	Response any    // what is answered, as it is encoded; a test holds it to the schema
}

// FormField is one part of the form in an example: a file when it has a file name.
type FormField struct{ Name, Value, FileName string }

// target is the path and query that the example asks for.
func (r Route) target() string {
	if r.Example == nil || r.Example.Target == "" {
		return r.Path
	}
	return r.Example.Target
}

// wildcards are the names of the path's wildcards by the place of their segment.
func (r Route) wildcards() map[int]string {
	names := map[int]string{}
	for i, segment := range strings.Split(r.Path, "/") {
		if strings.HasPrefix(segment, "{") {
			names[i] = strings.Trim(segment, "{}")
		}
	}
	return names
}

// ExampleRequest is the call of the example on a server at address ("http://127.0.0.1:7450"). Where the example names
// things by its own wildcard values, in the path and in the body, the real ones take their place.
func (r Route) ExampleRequest(address string, real map[string]string) (*http.Request, error) {
	target, media, body, err := r.exampleBody()
	if err != nil {
		return nil, err
	}
	path, query, _ := strings.Cut(target, "?")
	segments, rest := strings.Split(path, "/"), "?"+query
	for i, name := range r.wildcards() {
		value, known := real[name]
		if !known || i >= len(segments) {
			return nil, fmt.Errorf("the example of %s needs a real value for {%s}", r.Name, name)
		}
		if sample := segments[i]; len(sample) >= shortestID {
			rest = strings.ReplaceAll(rest, sample, value)
			body = bytes.ReplaceAll(body, []byte(sample), []byte(value))
		}
		segments[i] = url.PathEscape(value)
	}
	target = strings.TrimSuffix(strings.Join(segments, "/")+rest, "?")
	request, err := http.NewRequest(r.Method, address+target, bytes.NewReader(body))
	if err == nil && media != "" {
		request.Header.Set("Content-Type", media)
	}
	return request, err
}

// shortestID keeps page numbers and the like from being taken for ids of other things.
const shortestID = 8

// exampleBody encodes the body of the example.
func (r Route) exampleBody() (target, media string, body []byte, err error) {
	if r.Example == nil || r.Example.Request == nil {
		return r.target(), "", nil, nil
	}
	switch sent := r.Example.Request.(type) {
	case string:
		return r.target(), "application/octet-stream", []byte(sent), nil
	case []FormField:
		var b bytes.Buffer
		form := multipart.NewWriter(&b)
		for _, field := range sent {
			if err := field.write(form); err != nil {
				return "", "", nil, err
			}
		}
		err = form.Close()
		return r.target(), form.FormDataContentType(), b.Bytes(), err
	}
	body, err = json.Marshal(r.Example.Request)
	return r.target(), "application/json", body, err
}

func (f FormField) write(form *multipart.Writer) error {
	if f.FileName == "" {
		return form.WriteField(f.Name, f.Value)
	}
	part, err := form.CreateFormFile(f.Name, f.FileName)
	if err == nil {
		_, err = part.Write([]byte(f.Value))
	}
	return err
}

// shownRequest is the body of the example as the document has it: a form is an object of its fields.
func (e *Example) shownRequest() any {
	if e == nil {
		return nil
	}
	fields, isForm := e.Request.([]FormField)
	if !isForm {
		return e.Request
	}
	shown := object{}
	for _, field := range fields {
		shown[field.Name] = field.Value
	}
	return shown
}

// shownResponse is the answer of the example, with its lists as Write sends them.
func (e *Example) shownResponse() any {
	if e == nil || e.Response == nil {
		return nil
	}
	return filled(reflect.ValueOf(e.Response)).Interface()
}
