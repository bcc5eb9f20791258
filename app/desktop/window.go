//go:build desktop || dev || bindings

package desktop

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	goruntime "runtime"

	"github.com/wailsapp/wails/v2"
	"github.com/wailsapp/wails/v2/pkg/logger"
	"github.com/wailsapp/wails/v2/pkg/options"
	"github.com/wailsapp/wails/v2/pkg/options/assetserver"
	"github.com/wailsapp/wails/v2/pkg/options/linux"
	"github.com/wailsapp/wails/v2/pkg/runtime"

	"github.com/sheafdocs/sheaf/app/config"
	"github.com/sheafdocs/sheaf/engine/catalog"
)

// Built reports whether this program has a window.
const Built = true

// Run shows the window until it is closed, or the system ends the program. It returns 0 then, and 1 with a sentence on
// standard error when no window can be shown.
func Run(cfg config.Config) int {
	if generating {
		return show(cfg, &door{handler: http.NotFoundHandler()})
	}
	if said := noDisplay(goruntime.GOOS, os.Getenv); said != "" {
		return fail(said)
	}
	d, err := enter(context.Background(), cfg, slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn})))
	if err != nil {
		return fail(catalog.MessageOf(err))
	}
	code := show(cfg, d)
	if err := d.close(); err != nil {
		return fail(catalog.MessageOf(err))
	}
	return code
}

func fail(sentence string) int {
	fmt.Fprintln(os.Stderr, "sheaf:", sentence)
	return 1
}

func show(cfg config.Config, d *door) int {
	remembered := loadSize(cfg.DataDir)
	native := &Native{door: d}
	state := options.Normal
	if remembered.Maximised {
		state = options.Maximised
	}
	err := wails.Run(&options.App{
		Title: "Sheaf", Width: remembered.Width, Height: remembered.Height, MinWidth: minWidth, MinHeight: minHeight, WindowStartState: state,
		// The middleware serves everything: Wails adds its scripts to the page on the way out.
		AssetServer: &assetserver.Options{
			Handler:    http.NotFoundHandler(),
			Middleware: func(http.Handler) http.Handler { return whole(d.handler) },
		},
		SingleInstanceLock: &options.SingleInstanceLock{
			UniqueId:               instanceID(cfg.DataDir),
			OnSecondInstanceLaunch: func(options.SecondInstanceData) { native.comeForward() },
		},
		DragAndDrop:        &options.DragAndDrop{EnableFileDrop: true},
		Linux:              &linux.Options{WebviewGpuPolicy: linux.WebviewGpuPolicyNever, ProgramName: "sheaf"},
		Logger:             logger.NewDefaultLogger(),
		LogLevelProduction: logger.ERROR,
		OnStartup:          native.start,
		OnBeforeClose: func(ctx context.Context) bool {
			native.remember(ctx, cfg.DataDir)
			return false
		},
		OnShutdown: func(context.Context) { native.stop() },
		Bind:       []any{native},
	})
	if err != nil {
		return fail("The window cannot be shown: " + err.Error() + ".")
	}
	if native.failure != nil {
		return fail(catalog.MessageOf(native.failure))
	}
	return 0
}

// instanceID is the same for every start on one data directory, and made of letters that D-Bus allows.
func instanceID(dataDir string) string {
	sum := sha256.Sum256([]byte(dataDir))
	return "sheaf_" + hex.EncodeToString(sum[:8])
}

// remember keeps the window's size for the next start; failing to is no reason to stay open.
func (n *Native) remember(ctx context.Context, dataDir string) {
	s := loadSize(dataDir)
	s.Maximised = runtime.WindowIsMaximised(ctx)
	if !s.Maximised {
		s.Width, s.Height = runtime.WindowGetSize(ctx)
	}
	if err := saveSize(dataDir, s); err != nil {
		slog.Warn("the window's size is not remembered", "error", err)
	}
}
