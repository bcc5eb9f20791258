package datasets

import (
	"net/http"

	"github.com/sheafdocs/sheaf/app/api/web"
)

// open sends the bytes behind a link.
func (a *API) open(w http.ResponseWriter, r *http.Request) error {
	bytes, c, err := a.engine.OpenShare(r.Context(), r.PathValue("id"), r.URL.Query().Get("token"))
	if err != nil {
		return err
	}
	defer bytes.Close()
	web.Download{Name: c.FileName, Format: c.FileFormat, SHA256: c.SHA256, Bytes: bytes}.Send(w, r)
	return nil
}
