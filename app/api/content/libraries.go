package content

import "github.com/sheafdocs/sheaf/app/api/web"

// libraryRoutes are the operations on libraries.
func (a *API) libraryRoutes() []web.Route { return nil }
