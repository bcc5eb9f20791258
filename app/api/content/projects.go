package content

import (
	"net/http"

	"github.com/sheafdocs/sheaf/app/api/web"
	"github.com/sheafdocs/sheaf/engine/catalog"
)

// Project is a group of contents that belong to one piece of business.
type Project struct {
	ID          string `json:"id" format:"uuid"`
	Name        string `json:"name"`
	Description string `json:"description"`
}

func projectOf(p catalog.Project) Project {
	return Project{ID: p.ID, Name: p.Name, Description: p.Description}
}

// ProjectList answers listProjects.
type ProjectList struct {
	Projects []Project `json:"projects"`
}

// ProjectRequest describes a project to make.
type ProjectRequest struct {
	Name        string `json:"name" minLength:"1" maxLength:"255"`
	Description string `json:"description,omitempty" maxLength:"10000"`
}

// ProjectChange changes what is present.
type ProjectChange struct {
	Name        *string `json:"name,omitempty" minLength:"1" maxLength:"255"`
	Description *string `json:"description,omitempty" maxLength:"10000"`
}

// ProjectContent answers listProjectContent.
type ProjectContent struct {
	ContentIDs []string `json:"contentIds"`
}

// projectRoutes are the operations on projects.
func (a *API) projectRoutes() []web.Route {
	reads, writes := web.Needs("content-read"), web.Needs("content-write")
	const all, one = Base + "/projects/{dataspaceId}", Base + "/projects/{dataspaceId}/{projectId}"
	const example = Base + "/projects/sds-4f1c02ab/0197c3a1-5d2e-7b4f-9a10-3c5d7e9f1b20"
	return []web.Route{
		{Name: "listProjects", Method: "GET", Path: all, Access: reads.To(catalog.ActionRead), Summary: "The projects of a dataspace.",
			Response: ProjectList{}, Statuses: []int{http.StatusOK}, Serve: a.listProjects},
		{Name: "createProject", Method: "POST", Path: all, Access: writes.To(catalog.ActionWriteProjects), Summary: "A new project; 409 when the name is taken.",
			Request: ProjectRequest{}, Response: Project{}, Statuses: []int{http.StatusCreated}, Serve: a.createProject},
		{Name: "getProject", Method: "GET", Path: one, Access: reads.To(catalog.ActionRead), Summary: "One project.",
			Response: Project{}, Statuses: []int{http.StatusOK}, Serve: a.getProject},
		{Name: "updateProject", Method: "PUT", Path: one, Access: writes.To(catalog.ActionWriteProjects), Summary: "Changes what is present in the body.",
			Request: ProjectChange{}, Response: Project{}, Statuses: []int{http.StatusOK}, Serve: a.updateProject},
		{Name: "deleteProject", Method: "DELETE", Path: one, Access: writes.To(catalog.ActionWriteProjects), Summary: "Removes a project; the contents in it stay.",
			Statuses: []int{http.StatusNoContent}, Serve: a.deleteProject},
		{Name: "listProjectContent", Method: "GET", Path: one + "/content", Access: reads.To(catalog.ActionRead), Summary: "The ids of the contents of a project.",
			Published: true, Response: ProjectContent{}, Statuses: []int{http.StatusOK}, Serve: a.listProjectContent,
			Example: &web.Example{Target: example + "/content", Response: ProjectContent{ContentIDs: []string{"497f6eca-6276-4993-bfeb-53cbbbba6f08"}}}},
		{Name: "addProjectContent", Method: "PUT", Path: one + "/content/{contentId}", Access: writes.To(catalog.ActionWriteProjects), Summary: "Adds a content to a project, where it may be already.",
			Published: true, Statuses: []int{http.StatusNoContent}, Serve: a.addProjectContent,
			Example: &web.Example{Target: example + "/content/497f6eca-6276-4993-bfeb-53cbbbba6f08"}},
		{Name: "removeProjectContent", Method: "DELETE", Path: one + "/content/{contentId}", Access: writes.To(catalog.ActionWriteProjects), Summary: "Takes a content out of a project.",
			Published: true, Statuses: []int{http.StatusNoContent}, Serve: a.removeProjectContent,
			Example: &web.Example{Target: example + "/content/497f6eca-6276-4993-bfeb-53cbbbba6f08"}},
	}
}

func (a *API) listProjects(w http.ResponseWriter, r *http.Request) error {
	dataspace, err := a.dataspace(r)
	if err != nil {
		return err
	}
	list, err := a.engine.Projects(r.Context(), dataspace.ID)
	if err != nil {
		return err
	}
	answer := ProjectList{Projects: make([]Project, len(list))}
	for i, project := range list {
		answer.Projects[i] = projectOf(project)
	}
	web.Write(w, http.StatusOK, answer)
	return nil
}

func (a *API) createProject(w http.ResponseWriter, r *http.Request) error {
	dataspace, err := a.dataspace(r)
	if err != nil {
		return err
	}
	var in ProjectRequest
	if err := web.Decode(w, r, &in); err != nil {
		return err
	}
	project, err := a.engine.CreateProject(r.Context(), dataspace.ID, in.Name, in.Description)
	if err != nil {
		return err
	}
	web.Write(w, http.StatusCreated, projectOf(project))
	return nil
}

func (a *API) getProject(w http.ResponseWriter, r *http.Request) error {
	dataspace, err := a.dataspace(r)
	if err != nil {
		return err
	}
	project, err := a.engine.Project(r.Context(), dataspace.ID, r.PathValue("projectId"))
	if err != nil {
		return err
	}
	web.Write(w, http.StatusOK, projectOf(project))
	return nil
}

func (a *API) updateProject(w http.ResponseWriter, r *http.Request) error {
	dataspace, err := a.dataspace(r)
	if err != nil {
		return err
	}
	var in ProjectChange
	if err := web.Decode(w, r, &in); err != nil {
		return err
	}
	project, err := a.engine.UpdateProject(r.Context(), dataspace.ID, r.PathValue("projectId"), catalog.ProjectChange(in))
	if err != nil {
		return err
	}
	web.Write(w, http.StatusOK, projectOf(project))
	return nil
}

func (a *API) deleteProject(w http.ResponseWriter, r *http.Request) error {
	dataspace, err := a.dataspace(r)
	if err != nil {
		return err
	}
	if err := a.engine.DeleteProject(r.Context(), dataspace.ID, r.PathValue("projectId")); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

func (a *API) listProjectContent(w http.ResponseWriter, r *http.Request) error {
	dataspace, err := a.dataspace(r)
	if err != nil {
		return err
	}
	ids, err := a.engine.ProjectContents(r.Context(), dataspace.ID, r.PathValue("projectId"))
	if err != nil {
		return err
	}
	web.Write(w, http.StatusOK, ProjectContent{ContentIDs: ids})
	return nil
}

func (a *API) addProjectContent(w http.ResponseWriter, r *http.Request) error {
	dataspace, err := a.dataspace(r)
	if err != nil {
		return err
	}
	if err := a.engine.AddToProject(r.Context(), dataspace.ID, r.PathValue("projectId"), r.PathValue("contentId")); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

func (a *API) removeProjectContent(w http.ResponseWriter, r *http.Request) error {
	dataspace, err := a.dataspace(r)
	if err != nil {
		return err
	}
	if err := a.engine.RemoveFromProject(r.Context(), dataspace.ID, r.PathValue("projectId"), r.PathValue("contentId")); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}
