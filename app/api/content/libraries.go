package content

import (
	"net/http"

	"github.com/sheafdocs/sheaf/app/api/web"
	"github.com/sheafdocs/sheaf/engine/catalog"
)

// Library is a collection of web pages that questions may draw on.
type Library struct {
	ID   string   `json:"id" format:"uuid"`
	Name string   `json:"name"`
	URLs []string `json:"urls"`
}

func libraryOf(l catalog.Library) Library { return Library{ID: l.ID, Name: l.Name, URLs: l.URLs} }

// LibraryList answers listLibraries.
type LibraryList struct {
	Libraries []Library `json:"libraries"`
}

// LibraryRequest describes a library to make.
type LibraryRequest struct {
	Name string   `json:"name" minLength:"1" maxLength:"255"`
	URLs []string `json:"urls,omitempty" maxItems:"500" doc:"absolute addresses that begin with http or https, of at most 2048 characters"`
}

// LibraryChange changes what is present.
type LibraryChange struct {
	Name *string  `json:"name,omitempty" minLength:"1" maxLength:"255"`
	URLs []string `json:"urls,omitempty" maxItems:"500" doc:"all addresses anew"`
}

// libraryRoutes are the operations on libraries.
func (a *API) libraryRoutes() []web.Route {
	reads, writes := web.Needs("content-read"), web.Needs("content-write")
	return []web.Route{
		{Name: "listLibraries", Method: "GET", Path: Base + "/libraries", Access: reads, Summary: "The caller's libraries.",
			Response: LibraryList{}, Statuses: []int{http.StatusOK}, Serve: a.listLibraries},
		{Name: "createLibrary", Method: "POST", Path: Base + "/libraries", Access: writes, Summary: "A new library of the caller; 409 when the name is taken.",
			Request: LibraryRequest{}, Response: Library{}, Statuses: []int{http.StatusCreated}, Serve: a.createLibrary},
		{Name: "getLibrary", Method: "GET", Path: Base + "/libraries/{libraryId}", Access: reads, Summary: "One library.",
			Response: Library{}, Statuses: []int{http.StatusOK}, Serve: a.getLibrary},
		{Name: "updateLibrary", Method: "PUT", Path: Base + "/libraries/{libraryId}", Access: writes, Summary: "Changes what is present in the body.",
			Request: LibraryChange{}, Response: Library{}, Statuses: []int{http.StatusOK}, Serve: a.updateLibrary},
		{Name: "deleteLibrary", Method: "DELETE", Path: Base + "/libraries/{libraryId}", Access: writes, Summary: "Removes a library.",
			Statuses: []int{http.StatusNoContent}, Serve: a.deleteLibrary},
	}
}

func (a *API) listLibraries(w http.ResponseWriter, r *http.Request) error {
	list, err := a.engine.Libraries(r.Context())
	if err != nil {
		return err
	}
	answer := LibraryList{Libraries: make([]Library, len(list))}
	for i, library := range list {
		answer.Libraries[i] = libraryOf(library)
	}
	web.Write(w, http.StatusOK, answer)
	return nil
}

func (a *API) createLibrary(w http.ResponseWriter, r *http.Request) error {
	var in LibraryRequest
	if err := web.Decode(w, r, &in); err != nil {
		return err
	}
	library, err := a.engine.CreateLibrary(r.Context(), in.Name, in.URLs)
	if err != nil {
		return err
	}
	web.Write(w, http.StatusCreated, libraryOf(library))
	return nil
}

func (a *API) getLibrary(w http.ResponseWriter, r *http.Request) error {
	library, err := a.engine.Library(r.Context(), r.PathValue("libraryId"))
	if err != nil {
		return err
	}
	web.Write(w, http.StatusOK, libraryOf(library))
	return nil
}

func (a *API) updateLibrary(w http.ResponseWriter, r *http.Request) error {
	var in LibraryChange
	if err := web.Decode(w, r, &in); err != nil {
		return err
	}
	library, err := a.engine.UpdateLibrary(r.Context(), r.PathValue("libraryId"), catalog.LibraryChange(in))
	if err != nil {
		return err
	}
	web.Write(w, http.StatusOK, libraryOf(library))
	return nil
}

func (a *API) deleteLibrary(w http.ResponseWriter, r *http.Request) error {
	if err := a.engine.DeleteLibrary(r.Context(), r.PathValue("libraryId")); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}
