package cli

import (
	"context"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

func evaluate(_ context.Context, _ *call) error {
	return catalog.Errorf(catalog.Unsupported, "This build has no evaluation.")
}

func bench(_ context.Context, _ *call) error {
	return catalog.Errorf(catalog.Unsupported, "This build has no measurements.")
}
