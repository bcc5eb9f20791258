package content

import "github.com/sheafdocs/sheaf/app/api/web"

// projectRoutes are the operations on projects.
func (a *API) projectRoutes() []web.Route { return nil }
