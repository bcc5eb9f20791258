package desk

import (
	"net/http"

	"github.com/sheafdocs/sheaf/app/api/web"
	"github.com/sheafdocs/sheaf/engine/catalog"
)

// ScannerAddress is where a virus scanner may listen.
type ScannerAddress struct {
	Address string `json:"address" doc:"unix:/path, or tcp:host:port on this machine"`
}

// ScannerVersion is what a virus scanner says of itself.
type ScannerVersion struct {
	Version string `json:"version"`
}

func (d *Desk) scanner(w http.ResponseWriter, r *http.Request) error {
	s, err := d.engine.Scanner(r.Context())
	if err != nil {
		return err
	}
	web.Write(w, ok, s)
	return nil
}

func (d *Desk) setScanner(w http.ResponseWriter, r *http.Request) error {
	var in catalog.ScannerSettings
	if err := web.Decode(w, r, &in); err != nil {
		return err
	}
	s, err := d.engine.SetScanner(r.Context(), in)
	if err != nil {
		return err
	}
	web.Write(w, ok, s)
	return nil
}

func (d *Desk) testScanner(w http.ResponseWriter, r *http.Request) error {
	var in ScannerAddress
	if err := web.Decode(w, r, &in); err != nil {
		return err
	}
	version, err := d.engine.TestScanner(r.Context(), in.Address)
	if err != nil {
		return err
	}
	web.Write(w, ok, ScannerVersion{version})
	return nil
}
