package catalog

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// Limits of a filter.
const (
	maxFilterBytes      = 1 << 20
	maxFilterConditions = 100
	maxFilterList       = 1000 // elements of one in or nin
	maxFilterValues     = 10_000
	maxFilterString     = 10_000
)

const metadataPrefix = "metadata."

// ParseFilter reads a filter from its JSON form, {"field": value, "field": {"operator": operand, …}, …}; metadata fields
// are written as "metadata.<key>" or nested under "metadata". null and {} make an empty filter, which admits everything.
// The error is Invalid and its Fields name every violation; input that is no JSON is one violation without a field.
func ParseFilter(data []byte) (*Filter, error) {
	if len(data) > maxFilterBytes {
		return nil, Errorf(TooLarge, "The filter is larger than %d KiB.", maxFilterBytes>>10)
	}
	var fields map[string]any
	if err := decodeFilter(data, &fields); err != nil {
		return nil, err
	}
	p := filterParser{}
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		nested, isObject := fields[name].(map[string]any)
		switch {
		case name == "metadata" && isObject:
			for _, key := range slices.Sorted(maps.Keys(nested)) {
				p.field(metadataPrefix+key, nested[key])
			}
		case name == "metadata" && fields[name] == nil:
		case name == "metadata":
			p.violation(name, "must be an object of metadata keys")
		default:
			p.field(name, fields[name])
		}
	}
	if len(p.conditions) > maxFilterConditions {
		p.violation("", "has more than 100 conditions")
	}
	if p.values > maxFilterValues {
		p.violation("", "compares with more than 10,000 values")
	}
	if len(p.violations) > 0 {
		return nil, &Error{Code: Invalid, Message: "The filter is not valid: " + sentence(p.violations) + ".", Fields: p.violations}
	}
	return &Filter{Conditions: p.conditions}, nil
}

func decodeFilter(data []byte, into *map[string]any) error {
	decoder := json.NewDecoder(bytes.NewReader(data))
	err := decoder.Decode(into)
	if err == nil && !errors.Is(decoder.Decode(new(any)), io.EOF) {
		return Errorf(Invalid, "The filter is not valid JSON: there is more after its end.")
	}
	var wrongType *json.UnmarshalTypeError
	var syntax *json.SyntaxError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &wrongType):
		return Errorf(Invalid, `The filter must be a JSON object such as {"fileName": {"contains": "report"}}.`)
	case errors.As(err, &syntax):
		return Errorf(Invalid, "The filter is not valid JSON: something is wrong near byte %d.", syntax.Offset)
	}
	return Errorf(Invalid, "The filter is not valid JSON: it ends too early.")
}

type filterParser struct {
	conditions []Condition
	values     int // in all lists
	violations []FieldError
}

func (p *filterParser) violation(field, message string) {
	p.violations = append(p.violations, FieldError{Field: field, Message: message})
}

// sentence names every violation, as far as a sentence can hold them; the fields of the error have all.
func sentence(violations []FieldError) string {
	const most = 5
	var parts []string
	for _, v := range violations[:min(len(violations), most)] {
		parts = append(parts, strings.TrimSpace(shorten(v.Field)+" "+v.Message))
	}
	s := strings.Join(parts, "; ")
	if len(violations) > most {
		s += ", and more"
	}
	return s
}

func shorten(s string) string {
	if utf8.RuneCountInString(s) > 80 {
		return string([]rune(s)[:80]) + "…"
	}
	return s
}

func (p *filterParser) field(name string, value any) {
	if !filterable(name) {
		p.violation(name, "is not a field that can be filtered")
		return
	}
	operators, isObject := value.(map[string]any)
	if !isObject {
		p.condition(Condition{Field: name, Operator: OpEq, Operand: value})
		return
	}
	if len(operators) == 0 {
		p.violation(name, "has no operator")
	}
	for _, op := range slices.Sorted(maps.Keys(operators)) {
		p.condition(Condition{Field: name, Operator: Operator(op), Operand: operators[op]})
	}
}

func (p *filterParser) condition(c Condition) {
	if message := c.violation(); message != "" {
		p.violation(c.Field, message)
		return
	}
	list, _ := c.Operand.([]any)
	p.values += len(list)
	p.conditions = append(p.conditions, c)
}

func filterable(field string) bool {
	switch field {
	case "contentId", "categoryId", "fileName", "fileFormat", "language", "createdAt", "updatedAt":
		return true
	}
	return strings.HasPrefix(field, metadataPrefix) && len(field) > len(metadataPrefix)
}

// MetadataKey returns the metadata key that the condition looks at; ok is false for a field of the content itself.
func (c Condition) MetadataKey() (key string, ok bool) {
	return strings.CutPrefix(c.Field, metadataPrefix)
}

// OnTime reports whether the condition looks at a point in time.
func (c Condition) OnTime() bool { return c.Field == "createdAt" || c.Field == "updatedAt" }

// violation says what is wrong with the condition, or nothing.
func (c Condition) violation() string {
	list, isList := c.Operand.([]any)
	switch c.Operator {
	case OpEq, OpNe:
		return c.scalar(c.Operand, true)
	case OpGt, OpGte, OpLt, OpLte:
		return c.ordered(c.Operand)
	case OpBetween:
		if !isList || len(list) != 2 {
			return "between needs a list of two values, [least, greatest]"
		}
		if message := c.ordered(list[0]); message != "" {
			return message
		}
		if message := c.ordered(list[1]); message != "" {
			return message
		}
		if _, isText := list[0].(string); isText != isString(list[1]) {
			return "between needs two values of the same type"
		}
	case OpIn, OpNin:
		if !isList {
			return string(c.Operator) + " needs a list of values"
		}
		if len(list) > maxFilterList {
			return string(c.Operator) + " takes at most 1000 values"
		}
		for _, element := range list {
			if message := c.scalar(element, true); message != "" {
				return message
			}
		}
	case OpContains, OpStartsWith, OpEndsWith:
		if !isString(c.Operand) {
			return string(c.Operator) + " needs a string"
		}
		if len(c.Operand.(string)) > maxFilterString {
			return "the value is too long"
		}
	case OpExists:
		if _, isBool := c.Operand.(bool); !isBool {
			return "exists needs true or false"
		}
	default:
		return "has an unknown operator " + shorten(string(c.Operator))
	}
	return ""
}

// scalar says what is wrong with a value that is compared for equality.
func (c Condition) scalar(v any, null bool) string {
	_, isMetadata := c.MetadataKey()
	switch v := v.(type) {
	case nil:
		if !null {
			return string(c.Operator) + " needs a value"
		}
	case string:
		if len(v) > maxFilterString {
			return "the value is too long"
		}
		if _, ok := ParseMoment(v); c.OnTime() && !ok {
			return "needs a date such as 2025-01-31 or a time such as 2025-01-31T10:00:00Z"
		}
	case float64, bool:
		if !isMetadata {
			return "needs a string"
		}
	default:
		return "needs a single value; a list goes with in, nin or between"
	}
	return ""
}

// ordered says what is wrong with a value that is compared by order.
func (c Condition) ordered(v any) string {
	if _, isBool := v.(bool); isBool {
		return string(c.Operator) + " needs a number or a string"
	}
	return c.scalar(v, false)
}

func isString(v any) bool {
	_, ok := v.(string)
	return ok
}

// Moment is what a time in a filter means: the Unix seconds from Start up to but not including End. It is one second
// for a time and a whole UTC day for a date.
type Moment struct{ Start, End int64 }

// ParseMoment reads a date or a time in ISO 8601; one without a zone is UTC. ok is false when it is neither.
func ParseMoment(s string) (m Moment, ok bool) {
	if day, err := time.Parse(time.DateOnly, s); err == nil {
		return Moment{day.Unix(), day.Unix() + 24*60*60}, true
	}
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999", "2006-01-02T15:04Z07:00", "2006-01-02T15:04"} {
		if t, err := time.Parse(layout, s); err == nil {
			return Moment{t.Unix(), t.Unix() + 1}, true
		}
	}
	return Moment{}, false
}
