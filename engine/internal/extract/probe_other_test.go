//go:build !linux

package extract

import "github.com/sheafdocs/sheaf/engine/catalog"

func breakOut(string) error {
	return catalog.Errorf(catalog.Denied, "Nothing is known of this system.")
}
