package content

import (
	"net/http"

	"github.com/sheafdocs/sheaf/app/api/web"
	"github.com/sheafdocs/sheaf/engine/catalog"
)

// Category is a kind of document and what is known of every one.
type Category struct {
	ID          string          `json:"id" format:"uuid"`
	Name        string          `json:"name"`
	Description string          `json:"description"`
	Fields      []CategoryField `json:"fields"`
}

// CategoryField is one metadata key of a category.
type CategoryField struct {
	Key                string            `json:"key"`
	Type               catalog.FieldType `json:"type" enum:"STRING|SHORT_STRING|NUMBER|BOOLEAN|DATE"`
	Required           bool              `json:"required"`
	UniqueIndexElement bool              `json:"uniqueIndexElement" doc:"Part of what tells versions of one document from other documents."`
}

// CategoryFieldRequest describes a metadata key of a category.
type CategoryFieldRequest struct {
	Key                string            `json:"key" minLength:"1" maxLength:"255"`
	Type               catalog.FieldType `json:"type" enum:"STRING|SHORT_STRING|NUMBER|BOOLEAN|DATE"`
	Required           bool              `json:"required,omitempty"`
	UniqueIndexElement bool              `json:"uniqueIndexElement,omitempty"`
}

func categoryOf(c catalog.Category) Category {
	category := Category{ID: c.ID, Name: c.Name, Description: c.Description, Fields: make([]CategoryField, len(c.Fields))}
	for i, f := range c.Fields {
		category.Fields[i] = CategoryField(f)
	}
	return category
}

func catalogFields(list []CategoryFieldRequest) []catalog.CategoryField {
	fields := make([]catalog.CategoryField, len(list))
	for i, f := range list {
		fields[i] = catalog.CategoryField(f)
	}
	return fields
}

// CategoryList answers listCategories.
type CategoryList struct {
	Categories []Category `json:"categories"`
}

// CategoryRequest describes a category to make.
type CategoryRequest struct {
	Name        string                 `json:"name" minLength:"1" maxLength:"255"`
	Description string                 `json:"description,omitempty" maxLength:"10000"`
	Fields      []CategoryFieldRequest `json:"fields,omitempty" maxItems:"200"`
}

// CategoryChange changes what is present.
type CategoryChange struct {
	Name        *string                 `json:"name,omitempty" minLength:"1" maxLength:"255"`
	Description *string                 `json:"description,omitempty" maxLength:"10000"`
	Fields      *[]CategoryFieldRequest `json:"fields,omitempty" doc:"All of them, at most 200: what is missing here goes."`
}

// categoryRoutes are the operations on categories.
func (a *API) categoryRoutes() []web.Route {
	reads, writes := web.Needs("content-read").To(catalog.ActionRead), web.Needs("content-write").To(catalog.ActionWriteOntology)
	const all, one = Base + "/categories/{dataspaceId}", Base + "/categories/{dataspaceId}/{categoryId}"
	return []web.Route{
		{Name: "listCategories", Method: http.MethodGet, Path: all, Access: reads, Summary: "The categories of a dataspace.",
			Response: CategoryList{}, Statuses: []int{http.StatusOK}, Serve: a.listCategories},
		{Name: "createCategory", Method: http.MethodPost, Path: all, Access: writes, Summary: "A new category; 409 when the name is taken.",
			Request: CategoryRequest{}, Response: Category{}, Statuses: []int{http.StatusCreated}, Serve: a.createCategory, Example: exampleCategory()},
		{Name: "getCategory", Method: http.MethodGet, Path: one, Access: reads, Summary: "One category.",
			Response: Category{}, Statuses: []int{http.StatusOK}, Serve: a.getCategory},
		{Name: "updateCategory", Method: http.MethodPut, Path: one, Access: writes, Summary: "Changes what is present in the body; contents keep their metadata.",
			Request: CategoryChange{}, Response: Category{}, Statuses: []int{http.StatusOK}, Serve: a.updateCategory},
		{Name: "deleteCategory", Method: http.MethodDelete, Path: one, Access: writes, Summary: "Removes a category; 409 while content items have it.",
			Statuses: []int{http.StatusNoContent}, Serve: a.deleteCategory},
	}
}

func (a *API) listCategories(w http.ResponseWriter, r *http.Request) error {
	dataspace, err := a.dataspace(r)
	if err != nil {
		return err
	}
	list, err := a.engine.Categories(r.Context(), dataspace.ID)
	if err != nil {
		return err
	}
	answer := CategoryList{Categories: make([]Category, len(list))}
	for i, category := range list {
		answer.Categories[i] = categoryOf(category)
	}
	web.Write(w, http.StatusOK, answer)
	return nil
}

func (a *API) createCategory(w http.ResponseWriter, r *http.Request) error {
	dataspace, err := a.dataspace(r)
	if err != nil {
		return err
	}
	var in CategoryRequest
	if err := web.Decode(w, r, &in); err != nil {
		return err
	}
	category, err := a.engine.CreateCategory(r.Context(), catalog.Category{WorkspaceID: dataspace.ID, Name: in.Name, Description: in.Description, Fields: catalogFields(in.Fields)})
	if err != nil {
		return err
	}
	web.Write(w, http.StatusCreated, categoryOf(category))
	return nil
}

func (a *API) getCategory(w http.ResponseWriter, r *http.Request) error {
	dataspace, err := a.dataspace(r)
	if err != nil {
		return err
	}
	category, err := a.engine.Category(r.Context(), dataspace.ID, r.PathValue("categoryId"))
	if err != nil {
		return err
	}
	web.Write(w, http.StatusOK, categoryOf(category))
	return nil
}

func (a *API) updateCategory(w http.ResponseWriter, r *http.Request) error {
	dataspace, err := a.dataspace(r)
	if err != nil {
		return err
	}
	var in CategoryChange
	if err := web.Decode(w, r, &in); err != nil {
		return err
	}
	change := catalog.CategoryChange{Name: in.Name, Description: in.Description}
	if in.Fields != nil {
		change.Fields = new(catalogFields(*in.Fields))
	}
	category, err := a.engine.UpdateCategory(r.Context(), dataspace.ID, r.PathValue("categoryId"), change)
	if err != nil {
		return err
	}
	web.Write(w, http.StatusOK, categoryOf(category))
	return nil
}

func (a *API) deleteCategory(w http.ResponseWriter, r *http.Request) error {
	dataspace, err := a.dataspace(r)
	if err != nil {
		return err
	}
	if err := a.engine.DeleteCategory(r.Context(), dataspace.ID, r.PathValue("categoryId")); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// exampleCategory is the call that the page of the API shows.
func exampleCategory() *web.Example {
	request := CategoryRequest{Name: "Invoice", Fields: []CategoryFieldRequest{
		{Key: "Vendor", Type: catalog.FieldString, Required: true, UniqueIndexElement: true},
		{Key: "Number", Type: catalog.FieldShortString, UniqueIndexElement: true},
		{Key: "Amount", Type: catalog.FieldNumber}, {Key: "Due", Type: catalog.FieldDate},
	}}
	made := categoryOf(catalog.Category{ID: "01974c5e-7a10-7c42-9d3e-5b8f0a1c2d3e", Name: request.Name, Fields: catalogFields(request.Fields)})
	return &web.Example{Target: Base + "/categories/sds-4f1c02ab", Request: request, Response: made}
}
