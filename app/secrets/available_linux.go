package secrets

import (
	"context"
	"net"
	"os"
	"strings"
	"time"

	"github.com/godbus/dbus/v5"
)

// probeTime is how long the session bus may take to say whether there is an open keyring.
const probeTime = time.Second

// available reports whether a secret service runs whose usual collection is there and open. It asks the bus of this
// session only when there is one: the library would start one otherwise.
func available() bool {
	if !sessionBus() {
		return false
	}
	ctx, cancel := context.WithTimeout(context.Background(), probeTime)
	defer cancel()
	bus, err := dbus.ConnectSessionBus(dbus.WithContext(ctx))
	if err != nil {
		return false
	}
	defer bus.Close()
	var owned bool
	if bus.BusObject().CallWithContext(ctx, "org.freedesktop.DBus.NameHasOwner", 0, "org.freedesktop.secrets").Store(&owned) != nil || !owned {
		return false
	}
	var locked dbus.Variant
	collection := bus.Object("org.freedesktop.secrets", "/org/freedesktop/secrets/aliases/default")
	err = collection.CallWithContext(ctx, "org.freedesktop.DBus.Properties.Get", 0, "org.freedesktop.Secret.Collection", "Locked").Store(&locked)
	shut, known := locked.Value().(bool)
	return err == nil && known && !shut
}

// sessionBus reports whether the environment names a bus that listens.
func sessionBus() bool {
	path, isPath := strings.CutPrefix(strings.Split(os.Getenv("DBUS_SESSION_BUS_ADDRESS"), ",")[0], "unix:path=")
	if !isPath {
		return false
	}
	c, err := net.DialTimeout("unix", path, probeTime)
	if err != nil {
		return false
	}
	return c.Close() == nil
}
