package engine

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"github.com/sheafdocs/sheaf/engine/catalog"
	"github.com/sheafdocs/sheaf/engine/internal/clamd"
)

const (
	scannerSetting = "scanner"       // the name under which the settings are kept
	scansAtOnce    = 4               // clamd has ten threads unless it is told otherwise, and others use it too
	scanAgain      = 5 * time.Second // after clamd did not answer
)

// scanner has clamd look at files before anything opens them to read. It is off until somebody names an address.
type scanner struct {
	places  chan struct{} // of scans under way
	changed func()        // the state is another

	mu       sync.Mutex
	settings catalog.ScannerSettings
	fixed    bool
	problem  string        // while clamd does not answer
	over     chan struct{} // closed when the settings change
}

func newScanner(changed func()) *scanner {
	return &scanner{places: make(chan struct{}, scansAtOnce), changed: changed, over: make(chan struct{}), settings: catalog.ScannerSettings{Unscanned: catalog.UnscannedWaits}}
}

func (s *scanner) now() (settings catalog.ScannerSettings, over <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.settings, s.over
}

func (s *scanner) set(settings catalog.ScannerSettings) {
	s.mu.Lock()
	s.settings, s.problem = settings, ""
	close(s.over)
	s.over = make(chan struct{})
	s.mu.Unlock()
	s.changed()
}

// trouble is why nothing is read at this moment, empty when all is well.
func (s *scanner) trouble() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.problem
}

func (s *scanner) say(problem string) {
	s.mu.Lock()
	same := s.problem == problem
	s.problem = problem
	s.mu.Unlock()
	if !same {
		s.changed()
	}
}

// scanned is what is known of bytes after they were looked at.
type scanned struct {
	sha256  string // of what clamd was sent; empty when it was not
	warning string // why it was not, when the settings let the file be read all the same
}

// pass returns when a file may be read. Unsupported with what clamd found, TooLarge when clamd does not take so much. While
// clamd does not answer it waits, as long as the settings say so and patient is true; otherwise that is Unavailable.
func (s *scanner) pass(ctx context.Context, f *os.File, size int64, patient bool) (scanned, error) {
	for {
		settings, over := s.now()
		if settings.Address == "" {
			return scanned{}, nil
		}
		done, err := s.look(ctx, settings, f, size)
		switch {
		case err == nil:
			s.say("")
			return done, nil
		case !errors.Is(err, clamd.ErrAway):
			return s.judged(settings, err)
		case settings.Unscanned == catalog.UnscannedRead:
			return scanned{warning: "This file was not scanned for viruses: clamd did not answer."}, nil
		}
		problem := fmt.Sprintf("The virus scanner at %s does not answer. Nothing is read until it does.", settings.Address)
		if !patient {
			return scanned{}, catalog.WrapError(catalog.Unavailable, problem, err)
		}
		s.say(problem)
		again := time.NewTimer(scanAgain)
		select {
		case <-again.C:
		case <-over:
		case <-ctx.Done():
		}
		again.Stop()
		if ctx.Err() != nil {
			return scanned{}, ctx.Err()
		}
	}
}

// judged is what an error of scanning, other than that there was none, means for the file.
func (s *scanner) judged(settings catalog.ScannerSettings, err error) (scanned, error) {
	if found, is := errors.AsType[clamd.Infected](err); is {
		return scanned{}, catalog.Errorf(catalog.Unsupported, "clamd found %s in this file, so it was not opened.", string(found))
	}
	large := errors.Is(err, clamd.ErrLarge)
	switch read := settings.Unscanned == catalog.UnscannedRead; {
	case large && read:
		return scanned{warning: "This file was not scanned for viruses: it is larger than clamd takes."}, nil
	case large:
		return scanned{}, catalog.WrapError(catalog.TooLarge, "This file is larger than clamd takes (StreamMaxLength in clamd.conf), so it was not scanned and not opened.", err)
	case !errors.Is(err, clamd.ErrGaveUp):
		return scanned{}, err
	case read:
		return scanned{warning: "This file was not scanned for viruses: clamd could not do it."}, nil
	}
	return scanned{}, catalog.WrapError(catalog.Unsupported, "clamd could not scan this file, so it was not opened.", err)
}

// look sends a file to clamd, hashing what is sent.
func (s *scanner) look(ctx context.Context, settings catalog.ScannerSettings, f *os.File, size int64) (scanned, error) {
	address, err := clamd.ParseAddress(settings.Address)
	if err != nil {
		return scanned{}, err
	}
	select {
	case s.places <- struct{}{}:
		defer func() { <-s.places }()
	case <-ctx.Done():
		return scanned{}, ctx.Err()
	}
	sum := sha256.New()
	if err := address.Scan(ctx, io.TeeReader(io.NewSectionReader(f, 0, size), sum)); err != nil {
		return scanned{}, err
	}
	return scanned{sha256: hex.EncodeToString(sum.Sum(nil))}, nil
}

// loadScanner takes the settings from the options, or as they were kept.
func (e *Engine) loadScanner(ctx context.Context) error {
	settings := catalog.ScannerSettings{Unscanned: catalog.UnscannedWaits}
	if e.options.Scanner != nil {
		settings = *e.options.Scanner
		e.scanner.fixed = true
	} else if _, err := e.store.Setting(ctx, scannerSetting, &settings); err != nil {
		return err
	}
	if err := checkScanner(&settings); err != nil {
		return err
	}
	e.scanner.settings = settings
	return nil
}

func checkScanner(s *catalog.ScannerSettings) error {
	if s.Unscanned == "" {
		s.Unscanned = catalog.UnscannedWaits
	}
	var wrong wrongFields
	if s.Unscanned != catalog.UnscannedWaits && s.Unscanned != catalog.UnscannedRead {
		wrong.add("unscanned", "must be wait or read")
	}
	if s.Address != "" {
		if _, err := clamd.ParseAddress(s.Address); err != nil {
			wrong.add("address", "must be unix:/path or tcp:host:port on this machine, such as unix:/run/clamav/clamd.ctl or tcp:127.0.0.1:3310")
		}
	}
	return wrong.err()
}

// Scanner tells which virus scanner looks at files before they are read, and whether it answers.
func (e *Engine) Scanner(ctx context.Context) (catalog.Scanner, error) {
	if _, err := owner(ctx); err != nil {
		return catalog.Scanner{}, err
	}
	settings, _ := e.scanner.now()
	state := catalog.Scanner{ScannerSettings: settings, Fixed: e.scanner.fixed}
	if settings.Address == "" {
		return state, nil
	}
	var err error
	if state.Version, err = askVersion(ctx, settings.Address); err != nil {
		state.Problem = catalog.MessageOf(err)
	}
	return state, nil
}

// SetScanner changes the settings; they hold for what is read from then on. Invalid for what cannot be, Conflict while an
// option has them.
func (e *Engine) SetScanner(ctx context.Context, settings catalog.ScannerSettings) (catalog.Scanner, error) {
	if _, err := owner(ctx); err != nil {
		return catalog.Scanner{}, err
	}
	if e.scanner.fixed {
		return catalog.Scanner{}, catalog.Errorf(catalog.Conflict, "The virus scanner was set when Sheaf was started (--clamd or SHEAF_CLAMD); change it there.")
	}
	if err := checkScanner(&settings); err != nil {
		return catalog.Scanner{}, err
	}
	if err := e.store.SaveSetting(ctx, scannerSetting, settings); err != nil {
		return catalog.Scanner{}, err
	}
	e.scanner.set(settings)
	return e.Scanner(ctx)
}

// TestScanner asks whoever listens at an address what it is, and changes nothing. Unavailable when it does not answer.
func (e *Engine) TestScanner(ctx context.Context, address string) (version string, err error) {
	if _, err := owner(ctx); err != nil {
		return "", err
	}
	return askVersion(ctx, address)
}

func askVersion(ctx context.Context, address string) (string, error) {
	a, err := clamd.ParseAddress(address)
	if err != nil {
		return "", err
	}
	version, err := a.Version(ctx)
	if err != nil && ctx.Err() == nil {
		return "", catalog.WrapError(catalog.Unavailable, "Nothing that is clamd answers at "+address+".", err)
	}
	return version, err
}

// scannerCheck is the line of Doctor; ok is false when no scanner is set.
func (e *Engine) scannerCheck(ctx context.Context) (c catalog.Check, ok bool) {
	settings, _ := e.scanner.now()
	if settings.Address == "" {
		return c, false
	}
	version, err := askVersion(ctx, settings.Address)
	return check("virus scanner", err, settings.Address+" answers: "+version), true
}
