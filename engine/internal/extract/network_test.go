package extract

import (
	"net"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// reachesOut tells whether there is any interface but loopback, or a listener of this machine to be reached.
func reachesOut() error {
	interfaces, err := net.Interfaces()
	if err != nil {
		return catalog.Errorf(catalog.Denied, "no interfaces")
	}
	for _, i := range interfaces {
		if i.Flags&net.FlagLoopback == 0 || i.Flags&net.FlagUp != 0 {
			return catalog.Errorf(catalog.Conflict, "interface %s", i.Name)
		}
	}
	if c, err := net.DialTimeout("tcp", "127.0.0.1:9", time.Second); err == nil {
		c.Close()
		return catalog.Errorf(catalog.Conflict, "loopback")
	}
	return catalog.Errorf(catalog.Denied, "no network")
}
