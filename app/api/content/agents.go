package content

import "github.com/sheafdocs/sheaf/app/api/web"

// agentRoutes are the operations on agents.
func (a *API) agentRoutes() []web.Route { return nil }
