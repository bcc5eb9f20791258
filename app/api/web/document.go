package web

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
	"strings"
)

// Document makes one OpenAPI 3.1 document of all groups. It is an error when a route is incomplete, when two share a
// name or an address, and when two Go types would share the name of a schema.
func Document(groups ...Group) ([]byte, error) {
	d := document{schemas: newSchemas(), names: map[string]bool{}, paths: object{}, responses: object{}}
	d.prefixes(groups)
	var tags []any
	for _, g := range groups {
		tags = append(tags, object{"name": g.Name, "description": g.About})
		if err := d.add(g); err != nil {
			return nil, err
		}
	}
	if d.schemas.err != nil {
		return nil, d.schemas.err
	}
	return json.MarshalIndent(object{
		"openapi": "3.1.0",
		"info": object{
			"title":       "Sheaf",
			"version":     "1",
			"description": "The API of Sheaf. Offsets count Unicode code points, pages count from 1, times are UTC.",
			"license":     object{"name": "See LICENSE in the source", "identifier": "Apache-2.0"},
		},
		"servers":  []any{object{"url": "/"}},
		"security": []any{object{"bearer": []any{}}, object{"apiKey": []any{}}},
		"tags":     tags,
		"paths":    d.paths,
		"components": object{
			"schemas":   d.schemas.named,
			"responses": d.responses,
			"securitySchemes": object{
				"bearer": object{"type": "http", "scheme": "bearer"},
				"apiKey": object{"type": "apiKey", "in": "header", "name": "x-api-key"},
			},
		},
	}, "", "  ")
}

type document struct {
	schemas          *schemas
	names            map[string]bool
	paths, responses object
}

// prefixes gives the types of a family's package the prefix of its group.
func (d *document) prefixes(groups []Group) {
	for _, g := range groups {
		if g.Prefix != "" {
			d.schemas.prefix[g.problem().PkgPath()] = g.Prefix
		}
	}
}

// problem is the type of the family's error body.
func (g Group) problem() reflect.Type { return reflect.TypeOf(g.Family.Body(Problem{})) }

func (d *document) add(g Group) error {
	problem := object{"description": "What is wrong.", "content": jsonContent(d.schemas.schema(g.problem()), nil)}
	name := d.schemas.name(g.problem())
	d.responses[name] = problem
	for _, r := range g.Routes {
		if r.Name == "" || r.Summary == "" || r.Serve == nil || len(r.Statuses) == 0 {
			return fmt.Errorf("the route %s %s lacks a name, a summary, a status or what serves it", r.Method, r.Path)
		}
		if d.names[r.Name] {
			return fmt.Errorf("two routes are named %q", r.Name)
		}
		d.names[r.Name] = true
		item, _ := d.paths[r.Path].(object)
		if item == nil {
			item = object{}
			d.paths[r.Path] = item
		}
		method := strings.ToLower(r.Method)
		if item[method] != nil {
			return fmt.Errorf("two routes serve %s %s", r.Method, r.Path)
		}
		item[method] = d.operation(g.Name, r, object{"$ref": "#/components/responses/" + name})
	}
	return nil
}

func (d *document) operation(tag string, r Route, problem object) object {
	answers := object{"default": problem}
	for _, status := range r.Statuses {
		answers[strconv.Itoa(status)] = d.answer(r, status, problem)
	}
	op := object{"operationId": r.Name, "summary": r.Summary, "responses": answers, "tags": []string{tag}}
	if parameters := parametersOf(r); len(parameters) > 0 {
		op["parameters"] = parameters
	}
	if body := d.body(r); body != nil {
		op["requestBody"] = body
	}
	if said := strings.TrimSpace(r.Description + " " + r.Access.sentence()); said != "" {
		op["description"] = said
	}
	if r.Access == Anyone {
		op["security"] = []any{}
	}
	if r.Published {
		op["x-published"] = true
	}
	return op
}

// body describes what is sent; nil: nothing.
func (d *document) body(r Route) object {
	example := r.Example.shownRequest()
	switch {
	case r.Body == Bytes:
		return object{"required": true, "content": object{"application/octet-stream": object{"schema": object{}}}}
	case r.Request == nil:
		return nil
	case r.Body == Form:
		return object{"required": true, "content": object{"multipart/form-data": shown(object{"schema": d.schemas.of(r.Request)}, example)}}
	}
	return object{"required": true, "content": jsonContent(d.schemas.of(r.Request), example)}
}

func (d *document) answer(r Route, status int, problem object) object {
	said := object{"description": r.Summary}
	switch {
	case status >= 400:
		return problem
	case status == 204 || status >= 300:
	case r.Media == "application/octet-stream":
		said["content"] = object{"*/*": object{"schema": object{}}}
	case r.Media != "" && r.Response == nil:
		said["content"] = object{r.Media: object{"schema": object{}}}
	case r.Media != "":
		said["content"] = object{r.Media: object{"schema": d.schemas.of(r.Response)}}
	case r.Response != nil:
		said["content"] = jsonContent(d.schemas.of(r.Response), r.Example.shownResponse())
	}
	return said
}

func jsonContent(schema object, example any) object {
	return object{"application/json": shown(object{"schema": schema}, example)}
}

// shown adds an example where there is one.
func shown(content object, example any) object {
	if example != nil {
		content["example"] = example
	}
	return content
}

func parametersOf(r Route) []any {
	var list []any
	for _, name := range pathNames(r.Path) {
		kind := "string"
		if name == "number" {
			kind = "integer"
		}
		list = append(list, object{"name": name, "in": "path", "required": true, "schema": object{"type": kind}})
	}
	for _, p := range r.Query {
		list = append(list, object{"name": p.Name, "in": "query", "required": p.Required, "description": p.About, "schema": p.schema()})
	}
	return list
}

func (p Parameter) schema() object {
	schema := object{"type": p.Kind}
	if p.Format != "" {
		schema["format"] = p.Format
	}
	if len(p.Enum) > 0 {
		schema["enum"] = p.Enum
	}
	if p.Min != nil {
		schema["minimum"] = *p.Min
	}
	if p.Max != nil {
		schema["maximum"] = *p.Max
	}
	return schema
}
