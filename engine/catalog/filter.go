package catalog

// Filter is a conjunction of conditions on contents.
type Filter struct {
	Conditions []Condition
}

// Condition compares one field with an operand.
type Condition struct {
	Field    string // contentId categoryId fileName fileFormat language createdAt updatedAt, or metadata.<key>
	Operator Operator
	Operand  any // string, float64, bool, nil; a slice of them for between, in and nin
}

// Operator is one of the thirteen comparisons of the content contract.
type Operator string

// The operators.
const (
	OpEq         Operator = "eq"
	OpNe         Operator = "ne"
	OpGt         Operator = "gt"
	OpGte        Operator = "gte"
	OpLt         Operator = "lt"
	OpLte        Operator = "lte"
	OpBetween    Operator = "between"
	OpIn         Operator = "in"
	OpNin        Operator = "nin"
	OpContains   Operator = "contains"
	OpStartsWith Operator = "startsWith"
	OpEndsWith   Operator = "endsWith"
	OpExists     Operator = "exists"
)
