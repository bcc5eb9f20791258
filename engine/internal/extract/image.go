package extract

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
	_ "image/gif"  // decodes
	_ "image/jpeg" // decodes
	_ "image/png"  // decodes
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/bep/imagemeta"
	_ "golang.org/x/image/bmp"  // decodes
	_ "golang.org/x/image/tiff" // decodes
	_ "golang.org/x/image/webp" // decodes

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// imageFormats are those whose metadata is read.
var imageFormats = map[string]imagemeta.ImageFormat{
	"image/jpeg": imagemeta.JPEG, "image/png": imagemeta.PNG, "image/webp": imagemeta.WebP, "image/tiff": imagemeta.TIFF,
	"image/heic": imagemeta.HEIF, "image/heif": imagemeta.HEIF, "image/avif": imagemeta.AVIF, "image/gif": imagemeta.ImageFormatAuto, "image/bmp": imagemeta.ImageFormatAuto,
}

// imageReader reads a picture: what was noted in it when it was taken or filed, and the words in it where a program
// that recognises them is installed. That takes seconds a picture, so it is not done for what a camera has taken, of
// which there are thousands, nor for the logos and signatures that come attached to mail.
func imageReader(mime string) func(*input) (catalog.Document, error) {
	return func(in *input) (catalog.Document, error) {
		w := &writer{}
		p := picture{w: w}
		p.metadata(in, imageFormats[mime])
		p.comments(in)
		p.write()
		why := "Photographs are not searched for words."
		switch {
		case in.depth > 0:
			why = "Pictures that lie in other documents are not searched for words."
		case !p.camera:
			why = recognise(w, in)
		}
		doc := w.document(mime)
		if len(doc.Pages) == 1 && doc.Pages[0].Text == "" {
			doc.Pages = nil
		}
		if len(doc.Pages) == 0 {
			doc.Warnings = append(doc.Warnings, spaced("This picture is found by its name. "+why))
		}
		return doc, nil
	}
}

// picture is what is known of one.
type picture struct {
	w      *writer
	tags   imagemeta.Tags
	title  string
	texts  []string // descriptions and comments, without repetitions
	words  []string // keywords
	camera bool     // it was taken by one
}

func (p *picture) metadata(in *input, kind imagemeta.ImageFormat) {
	config := imagemeta.ImageConfig{}
	if kind != imagemeta.ImageFormatAuto {
		found, err := imagemeta.Decode(imagemeta.Options{
			R: io.NewSectionReader(in.file, 0, in.size), ImageFormat: kind,
			Sources: imagemeta.EXIF | imagemeta.IPTC | imagemeta.XMP | imagemeta.CONFIG,
			HandleTag: func(tag imagemeta.TagInfo) error {
				p.tags.Add(tag)
				p.take(tag.Tag, tag.Value)
				return nil
			},
		})
		if err != nil {
			p.w.warn("What is noted in this picture is damaged; it was read as far as possible.")
		}
		config = found.ImageConfig
	}
	if config.Width == 0 {
		if c, _, err := image.DecodeConfig(io.NewSectionReader(in.file, 0, in.size)); err == nil {
			config = imagemeta.ImageConfig{Width: c.Width, Height: c.Height}
		}
	}
	if config.Width > 0 && config.Height > 0 {
		p.w.property("width", strconv.Itoa(config.Width))
		p.w.property("height", strconv.Itoa(config.Height))
	}
	p.w.property("created", p.taken())
	if lat, long, err := p.tags.GetLatLong(); err == nil && (lat != 0 || long != 0) {
		p.w.property("coordinates", fmt.Sprintf("%.5f, %.5f", lat, long))
	}
}

// taken is when, with the zone where the camera knew it.
func (p *picture) taken() string {
	exif := p.tags.EXIF()
	for _, tag := range [...]string{"DateTimeOriginal", "CreateDate", "ModifyDate"} {
		when, err := time.Parse("2006:01:02 15:04:05", tagText(exif[tag].Value))
		if err != nil {
			continue
		}
		zone := tagText(exif["OffsetTimeOriginal"].Value)
		if _, err := time.Parse("-07:00", zone); err != nil {
			zone = ""
		}
		return when.Format("2006-01-02T15:04:05") + zone
	}
	return tagText(p.tags.XMP()["CreateDate"].Value)
}

// take keeps a tag of EXIF, IPTC or XMP that a person has written or would ask for.
func (p *picture) take(tag string, value any) {
	text := tagText(value)
	switch strings.ToLower(tag) {
	case "title", "objectname", "headline", "xptitle":
		p.title = orElse(p.title, text)
	case "imagedescription", "description", "caption-abstract", "captionabstract", "usercomment", "xpcomment", "xpsubject", "alttextaccessibility", "extdescraccessibility":
		p.add(text)
	case "keywords", "subject", "xpkeywords":
		for word := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == ',' || r == ';' }) {
			if word = spaced(clean(word)); word != "" && !slices.Contains(p.words, word) && len(p.words) < 100 {
				p.words = append(p.words, word)
			}
		}
	case "make":
		p.w.property("camera", text)
	case "model":
		p.w.property("camera", withMaker(p.w.doc.Properties["camera"], text))
	case "lensmodel":
		p.w.property("lens", text)
	case "exposuretime", "fnumber":
		p.camera = true
	case "artist", "creator", "by-line", "byline":
		p.w.property("author", text)
	case "copyright", "copyrightnotice", "rights":
		if p.w.doc.Properties["copyright"] == "" || !strings.Contains(text, "???") {
			p.w.property("copyright", text)
		}
	case "software", "creatortool":
		p.w.property("generator", text)
	case "city", "sub-location", "province-state", "country-primarylocationname", "country":
		if text != "" && !strings.Contains(p.w.doc.Properties["place"], text) {
			p.w.property("place", strings.TrimPrefix(p.w.doc.Properties["place"]+", "+text, ", "))
		}
	}
}

// withMaker is a model with its maker, who often names himself in it.
func withMaker(maker, model string) string {
	if maker == "" || strings.HasPrefix(strings.ToLower(model), strings.ToLower(maker)) {
		return model
	}
	return maker + " " + model
}

func tagText(value any) string {
	switch v := value.(type) {
	case string:
		return strings.TrimSpace(clean(v))
	case []string:
		return strings.TrimSpace(clean(strings.Join(v, ", ")))
	}
	return ""
}

func (p *picture) add(text string) {
	text = strings.TrimSpace(clean(text))
	if len(text) > 1 && text != p.title && !slices.Contains(p.texts, text) && len(p.texts) < 50 && strings.ContainsFunc(text, isWordRune) {
		p.texts = append(p.texts, text)
	}
}

func isWordRune(r rune) bool {
	return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r > 127 && r != '\ufffd'
}

// comments reads the texts that JPEG and PNG have outside of the usual places.
func (p *picture) comments(in *input) {
	data, err := in.prefix(1 << 20)
	if err != nil {
		return // the reader of metadata has said so
	}
	switch {
	case bytes.HasPrefix(data, []byte("\xff\xd8")):
		p.jpegComments(data[2:])
	case bytes.HasPrefix(data, []byte("\x89PNG\r\n\x1a\n")):
		p.pngTexts(data[8:])
	}
}

func (p *picture) jpegComments(data []byte) {
	const comment, scan = 0xfe, 0xda
	for len(data) >= 4 && data[0] == 0xff && data[1] != scan {
		n := int(binary.BigEndian.Uint16(data[2:])) + 2
		if n < 4 || n > len(data) {
			return
		}
		if body := data[4:n]; data[1] == comment && !bytes.HasPrefix(body, []byte("CREATOR:")) && !bytes.HasPrefix(body, []byte("Created with ")) {
			p.add(decode(body, charsetOr(body, "windows-1252")))
		}
		data = data[n:]
	}
}

func (p *picture) pngTexts(data []byte) {
	for len(data) >= 12 {
		n := int(binary.BigEndian.Uint32(data))
		if n < 0 || n > len(data)-12 {
			return
		}
		name, value, found := bytes.Cut(data[8:8+n], []byte{0})
		if found && string(data[4:8]) == "tEXt" {
			p.pngText(string(name), decode(value, charsetOr(value, "iso-8859-1")))
		}
		if found && string(data[4:8]) == "iTXt" && len(value) > 2 && value[0] == 0 { // not compressed
			_, value, _ = bytes.Cut(value[2:], []byte{0}) // language
			_, value, _ = bytes.Cut(value, []byte{0})     // its name for the keyword
			p.pngText(string(name), string(value))
		}
		data = data[12+n:]
	}
}

func (p *picture) pngText(name, value string) {
	switch name {
	case "Title":
		p.take("title", value)
	case "Description", "Comment":
		p.add(value)
	case "Author":
		p.take("artist", value)
	case "Copyright", "Software":
		p.take(strings.ToLower(name), value)
	case "Creation Time":
		p.w.property("created", value)
	}
}

func (p *picture) write() {
	p.w.title(p.title)
	p.w.property("description", strings.Join(p.texts, cellGap))
	p.w.property("keywords", strings.Join(p.words, ", "))
	p.w.block(catalog.BlockHeading, 1, spaced(p.title))
	for _, text := range p.texts {
		p.w.block(catalog.BlockParagraph, 0, text)
	}
	if len(p.words) > 0 {
		p.w.block(catalog.BlockParagraph, 0, "Keywords: "+strings.Join(p.words, ", "))
	}
}
