package content

import "github.com/sheafdocs/sheaf/app/api/web"

// workflowRoutes are the operations on workflows and their executions.
func (a *API) workflowRoutes() []web.Route { return nil }
