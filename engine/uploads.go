package engine

import (
	"context"
	"io"
	"maps"
	"mime"
	"strings"
	"unicode/utf8"

	"github.com/sheafdocs/sheaf/engine/catalog"
	"github.com/sheafdocs/sheaf/engine/internal/blob"
	"github.com/sheafdocs/sheaf/engine/internal/ingest"
	"github.com/sheafdocs/sheaf/engine/internal/store"
)

// maxFormat is the longest MIME type, in bytes: what RFC 6838 allows for type and subtype.
const maxFormat = 255

// ContentSpec is what a new content is to be, beside its bytes.
type ContentSpec struct {
	FileName   string
	FileFormat string // MIME type; empty: Declared, else detected
	Declared   string // the MIME type that the file came with, which is passed over when it says nothing
	CategoryID string // empty: none, and any metadata key goes
	Metadata   map[string]any
	Form       map[string]string // metadata as the fields of a form, which is turned into the category's types
	Incomplete bool              // the category's required and unique fields may be missing
}

// Upload are bytes that have arrived whole. CreateContent makes them a content; Drop forgets them, and does nothing after
// that. One of the two must be called.
type Upload struct{ staged *blob.Staged }

// Drop forgets the bytes.
func (u *Upload) Drop() { u.staged.Drop() }

// Receive takes in the bytes of a content to be: they are streamed to disk and hashed on the way. A broken stream leaves
// nothing behind, and neither does one that becomes no content.
func (e *Engine) Receive(ctx context.Context, workspaceID string, r io.Reader) (*Upload, error) {
	if err := e.may(ctx, workspaceID, catalog.ActionWriteContents); err != nil {
		return nil, err
	}
	staged, err := e.blobs.Stage(ctx, r)
	if err != nil {
		return nil, err
	}
	return &Upload{staged}, nil
}

// CreateContent makes a content of an upload. Invalid names everything that is wrong: the name and the format; else that
// the category is not one of the workspace; else the metadata that is not as the category has it.
func (e *Engine) CreateContent(ctx context.Context, workspaceID string, spec ContentSpec, upload *Upload) (catalog.Content, error) {
	defer upload.Drop()
	if err := e.may(ctx, workspaceID, catalog.ActionWriteContents); err != nil {
		return catalog.Content{}, err
	}
	actor, _ := catalog.ActorFrom(ctx)
	n := store.NewContent{WorkspaceID: workspaceID, UserID: e.userOf(actor), CategoryID: spec.CategoryID, Complete: !spec.Incomplete,
		SHA256: upload.staged.SHA256, Size: upload.staged.Size}
	var err error
	if n.Name, n.Format, err = spec.file(upload.staged.Head); err != nil {
		return catalog.Content{}, err
	}
	if n.Metadata, err = e.newMetadata(ctx, workspaceID, spec); err != nil {
		return catalog.Content{}, err
	}
	content, err := e.keep(ctx, upload, n)
	if err == nil {
		e.line.Wake()
	}
	return content, err
}

// keep makes the bytes a blob and records the content. No blob is removed as unused in between; one that then has no
// content is.
func (e *Engine) keep(ctx context.Context, upload *Upload, n store.NewContent) (catalog.Content, error) {
	e.uploads.Lock()
	defer e.uploads.Unlock()
	if err := upload.staged.Keep(ctx); err != nil {
		return catalog.Content{}, err
	}
	content, err := e.store.CreateContent(ctx, n)
	if err != nil {
		if left := e.dropUnused(context.WithoutCancel(ctx), n.SHA256); left != nil {
			e.options.Log.Warn("the bytes of a refused upload could not be removed", "error", left)
		}
	}
	return content, err
}

// removeUnused removes a blob that no content has.
func (e *Engine) removeUnused(ctx context.Context, hash string) error {
	e.uploads.Lock()
	defer e.uploads.Unlock()
	return e.dropUnused(ctx, hash)
}

// dropUnused is removeUnused for who holds the lock.
func (e *Engine) dropUnused(ctx context.Context, hash string) error {
	used, err := e.store.BlobUsed(ctx, hash)
	if used || err != nil {
		return err
	}
	return e.blobs.Delete(ctx, hash)
}

// newMetadata is the metadata of a content to be, in its types.
func (e *Engine) newMetadata(ctx context.Context, workspaceID string, spec ContentSpec) (map[string]any, error) {
	var wrong []catalog.FieldError
	metadata := map[string]any{}
	for key, text := range spec.Form {
		metadata[key] = text
	}
	if spec.CategoryID != "" {
		category, err := e.store.Category(ctx, workspaceID, spec.CategoryID)
		if catalog.CodeOf(err) == catalog.NotFound {
			return nil, catalog.InvalidFields([]catalog.FieldError{{Field: "categoryId", Message: "is not a category of this dataspace"}})
		}
		if err != nil {
			return nil, err
		}
		metadata, wrong = category.FormMetadata(spec.Form)
		given := maps.Clone(metadata)
		maps.Copy(given, spec.Metadata)
		for _, w := range wrong { // it is given, if wrongly: not missing too
			given[strings.TrimPrefix(w.Field, "metadata.")] = nil
		}
		wrong = append(wrong, without(category.CheckMetadata(given, !spec.Incomplete), wrong)...)
	}
	maps.Copy(metadata, spec.Metadata)
	maps.DeleteFunc(metadata, func(_ string, v any) bool { return v == nil })
	wrong = append(wrong, catalog.CheckValues("metadata", metadata)...)
	return metadata, catalog.InvalidFields(wrong)
}

// without leaves out violations of fields that others have reported.
func without(list, reported []catalog.FieldError) (rest []catalog.FieldError) {
	seen := map[string]bool{}
	for _, w := range reported {
		seen[w.Field] = true
	}
	for _, w := range list {
		if !seen[w.Field] {
			rest = append(rest, w)
		}
	}
	return rest
}

// file is the name and the format of the content to be.
func (s ContentSpec) file(head []byte) (name, format string, err error) {
	var wrong []catalog.FieldError
	if name, err = cleanFileName(s.FileName); err != nil {
		wrong = append(wrong, catalog.FieldError{Field: "fileName", Message: "must be a name of 1 to 255 characters"})
	}
	format, ok := mediaType(s.FileFormat)
	if declared, sensible := mediaType(s.Declared); s.FileFormat == "" && sensible && declared != "application/octet-stream" {
		format, ok = declared, true
	}
	if s.FileFormat != "" && !ok {
		wrong = append(wrong, catalog.FieldError{Field: "fileFormat", Message: "must be a MIME type such as application/pdf"})
	}
	if !ok {
		format = ingest.FormatOf(name, head)
	}
	return name, format, catalog.InvalidFields(wrong)
}

// mediaType is a MIME type without its parameters; ok is false when text is none.
func mediaType(text string) (format string, ok bool) {
	format, _, err := mime.ParseMediaType(text)
	kind, subtype, whole := strings.Cut(format, "/")
	return format, err == nil && whole && kind != "" && subtype != "" && kind != "multipart" && len(format) <= maxFormat
}

// Import stores the bytes of r as a new content named fileName in a workspace (empty: the default one). A broken stream
// leaves nothing behind.
func (e *Engine) Import(ctx context.Context, workspaceID, fileName string, r io.Reader) (catalog.Content, error) {
	workspace, err := e.ResolveWorkspace(ctx, workspaceID)
	if err != nil {
		return catalog.Content{}, err
	}
	if _, err := cleanFileName(fileName); err != nil {
		return catalog.Content{}, err
	}
	upload, err := e.Receive(ctx, workspace.ID, r)
	if err != nil {
		return catalog.Content{}, err
	}
	return e.CreateContent(ctx, workspace.ID, ContentSpec{FileName: fileName}, upload)
}

// cleanFileName keeps the last element of a client's path: a name is a name, never a place.
func cleanFileName(name string) (string, error) {
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	name = strings.TrimSpace(strings.ToValidUTF8(name, "\uFFFD"))
	switch {
	case name == "" || name == "." || name == ".." || strings.ContainsRune(name, 0):
		return "", catalog.Errorf(catalog.Invalid, "The file needs a name.")
	case utf8.RuneCountInString(name) > maxName:
		return "", catalog.Errorf(catalog.Invalid, "The file name must not be longer than 255 characters.")
	}
	return name, nil
}
