package content

import "github.com/sheafdocs/sheaf/app/api/web"

// categoryRoutes are the operations on categories.
func (a *API) categoryRoutes() []web.Route { return nil }
