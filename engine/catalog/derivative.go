package catalog

import "fmt"

// DerivativeForm is a form in which pictures of pages are made.
type DerivativeForm string

// The forms.
const (
	FormJPEG DerivativeForm = "jpeg" // a picture to look at, in any size
	FormTIFF DerivativeForm = "tiff" // the page to print or to archive, at 200 dpi
)

// DerivativeForms are all of them.
var DerivativeForms = []DerivativeForm{FormJPEG, FormTIFF}

// MediaType is the MIME type of pictures in this form.
func (f DerivativeForm) MediaType() string { return "image/" + string(f) }

// The longest edge of a JPEG, in pixels.
const (
	SmallestPicture = 64
	UsualPicture    = 320
	LargestPicture  = 2048
)

// DerivativeSpec says which picture of a document is wanted. Zero values mean page 1, JPEG, 320 pixels.
type DerivativeSpec struct {
	Page int // from 1
	Form DerivativeForm
	Size int // longest edge of a JPEG in pixels, 64 to 2048; a TIFF has the size of its page
}

// Complete puts the defaults in. Invalid names what cannot be.
func (s DerivativeSpec) Complete() (DerivativeSpec, error) {
	var wrong []FieldError
	if s.Page == 0 {
		s.Page = 1
	}
	if s.Page < 1 {
		wrong = append(wrong, FieldError{Field: "page", Message: "must be 1 or more"})
	}
	switch {
	case s.Form == "":
		s.Form = FormJPEG
	case s.Form != FormJPEG && s.Form != FormTIFF:
		wrong = append(wrong, FieldError{Field: "format", Message: "must be jpeg or tiff"})
	}
	switch {
	case s.Form == FormTIFF && s.Size != 0:
		wrong = append(wrong, FieldError{Field: "size", Message: "goes with jpeg only: a tiff has the size of its page"})
	case s.Form == FormJPEG && s.Size == 0:
		s.Size = UsualPicture
	case s.Form == FormJPEG && (s.Size < SmallestPicture || s.Size > LargestPicture):
		wrong = append(wrong, FieldError{Field: "size", Message: fmt.Sprintf("must be a whole number from %d to %d", SmallestPicture, LargestPicture)})
	}
	return s, InvalidFields(wrong)
}

// Derivative is a picture of a page.
type Derivative struct {
	Bytes     []byte
	MediaType string
	SHA256    string // of Bytes
	FileName  string // to save it under
}
