package content

import "github.com/sheafdocs/sheaf/app/api/web"

// queryRoutes are the operations on questions to a dataspace.
func (a *API) queryRoutes() []web.Route { return nil }
