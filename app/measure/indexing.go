package measure

import (
	"context"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// indexResult: files a second from the moment a folder is added until the last one is searchable by keyword, beside
// the rate at which one goroutine reads and hashes the same files.
type indexResult struct {
	Bench             string  `json:"bench"`
	Files             int     `json:"files"`
	Documents         int     `json:"documents"`
	Seconds           float64 `json:"seconds"`
	FilesPerSecond    float64 `json:"filesPerSecond"`
	Limit             float64 `json:"limit"` // files a second, reading and hashing only
	Ratio             float64 `json:"ratio"` // FilesPerSecond / Limit
	RequiredPerSecond float64 `json:"requiredPerSecond"`
}

func benchIndex(ctx context.Context, o Options, folder string) (any, error) {
	o.Engine.NoModel = true
	started := time.Now()
	files, err := hashAll(folder)
	if err != nil {
		return nil, err
	}
	limit := rate(files, time.Since(started))

	r := indexResult{Bench: "index", Files: files, Limit: limit, RequiredPerSecond: 1500}
	ctx, s, err := open(ctx, o.Engine, dataBeside(folder))
	if err != nil {
		return nil, err
	}
	started = time.Now()
	if err := s.take(ctx, o, folder); err != nil {
		return nil, closing(s, err)
	}
	took := time.Since(started)
	status, err := s.Status(ctx)
	if err != nil {
		return nil, closing(s, err)
	}
	r.Documents, r.Seconds, r.FilesPerSecond = status.Documents.Total, rounded(took.Seconds()), rate(files, took)
	r.Ratio = rounded(r.FilesPerSecond / limit)
	return r, s.close()
}

func rate(n int, took time.Duration) float64 { return rounded(float64(n) / took.Seconds()) }

// rescanResult: what the next start costs when nothing has changed, beside a walk that stats the same files.
type rescanResult struct {
	Bench               string  `json:"bench"`
	Files               int     `json:"files"`
	Milliseconds        float64 `json:"milliseconds"`
	MicrosecondsPerFile float64 `json:"microsecondsPerFile"`
	Limit               float64 `json:"limit"` // microseconds a file of a walk with a stat each
	Ratio               float64 `json:"ratio"` // MicrosecondsPerFile / Limit
}

// benchRescan starts an engine on an indexed folder and waits until the folder has been compared with its files.
func benchRescan(ctx context.Context, o Options, folder string) (any, error) {
	o.Engine.NoModel = true
	data := dataBeside(folder)
	err := withSession(ctx, o, data, folder, func(context.Context, *session) error { return nil })
	if err != nil {
		return nil, err
	}
	started := time.Now()
	files, err := statAll(folder)
	if err != nil {
		return nil, err
	}
	limit := perFile(time.Since(started), files)

	ctx, s, err := open(ctx, o.Engine, data)
	if err != nil {
		return nil, err
	}
	started = time.Now()
	if err := s.Wait(ctx); err != nil {
		return nil, closing(s, err)
	}
	took := time.Since(started)
	cost := perFile(took, files)
	r := rescanResult{"rescan", files, milliseconds(took), cost, limit, rounded(cost / limit)}
	return r, s.close()
}

func perFile(took time.Duration, files int) float64 {
	return rounded(float64(took) / float64(time.Microsecond) / float64(max(files, 1)))
}

// searchOf is a search that only keywords answer.
func searchOf(text string) catalog.SearchRequest {
	return catalog.SearchRequest{Query: text, Limit: 1, Arms: catalog.ArmsKeyword}
}
