package node

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
)

// maxLog is the size in bytes beyond which a log file is set aside when the next run begins.
const maxLog = 8 << 20

// OpenLog returns a log that goes to logs/sheaf.log in the data directory and to second. A log file that cannot be
// written is no reason not to run: then only second is used. closeLog ends it.
func OpenLog(dataDir string, second slog.Handler) (log *slog.Logger, closeLog func()) {
	nothing := func() {}
	dir := filepath.Join(dataDir, "logs")
	if os.MkdirAll(dir, 0o700) != nil {
		return slog.New(second), nothing
	}
	name := filepath.Join(dir, "sheaf.log")
	if info, err := os.Stat(name); err == nil && info.Size() > maxLog {
		_ = os.Rename(name, filepath.Join(dir, "sheaf.1.log")) // else it grows on
	}
	file, err := os.OpenFile(name, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return slog.New(second), nothing
	}
	return slog.New(both{slog.NewJSONHandler(file, nil), second}), func() { _ = file.Close() }
}

// both hands every record to two handlers.
type both [2]slog.Handler

func (b both) Enabled(ctx context.Context, l slog.Level) bool {
	return b[0].Enabled(ctx, l) || b[1].Enabled(ctx, l)
}

func (b both) Handle(ctx context.Context, r slog.Record) error {
	var errs [2]error
	for i, h := range b {
		if h.Enabled(ctx, r.Level) {
			errs[i] = h.Handle(ctx, r.Clone())
		}
	}
	return errors.Join(errs[:]...)
}

func (b both) WithAttrs(attrs []slog.Attr) slog.Handler {
	return both{b[0].WithAttrs(attrs), b[1].WithAttrs(attrs)}
}

func (b both) WithGroup(name string) slog.Handler {
	return both{b[0].WithGroup(name), b[1].WithGroup(name)}
}
