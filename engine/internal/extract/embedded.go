package extract

import (
	"bytes"
	"compress/zlib"
	"io"
	"path"
	"strings"
)

// embeddedTexts calls do with the text of every document that lies within a part of another: a table of Excel on a
// slide, a letter in a report.
func embeddedTexts(in *input, a *archive, relations map[string]relation, do func(text string)) {
	for _, id := range sortedIDs(relations) {
		r := relations[id]
		if r.target == "" || r.kind != "package" && r.kind != "oleObject" {
			continue
		}
		if data, err := a.part(r.target); err == nil {
			do(embeddedText(in, path.Base(r.target), data))
		}
	}
}

// embeddedText is the text of a document within the one that is being read; empty when it cannot be read.
func embeddedText(in *input, name string, data []byte) string {
	if in.inner == nil || in.depth == maxDepth || len(data) == 0 {
		return ""
	}
	doc, err := in.inner(in.within(attachment{name: name, data: unpacked(data)}))
	if err != nil {
		return ""
	}
	var b strings.Builder
	for _, p := range doc.Pages {
		b.WriteString(p.Text)
		b.WriteByte('\n')
	}
	return strings.TrimSpace(b.String())
}

// unpacked takes a document of the newer kind out of the container in which an older program finds it.
func unpacked(data []byte) []byte {
	c, err := openContainer(inputOf("", data, nil))
	if err != nil || !c.has("package") {
		return data
	}
	if inner, err := c.stream("package"); err == nil && len(inner) > 0 {
		return inner
	}
	return data
}

// inflated unpacks what follows a length of four bytes, within the limit of a part.
func inflated(data []byte) []byte {
	if len(data) < 6 {
		return nil
	}
	r, err := zlib.NewReader(bytes.NewReader(data[4:]))
	if err != nil {
		return nil
	}
	defer r.Close()
	out, err := io.ReadAll(io.LimitReader(r, maxPart))
	if err != nil && len(out) == 0 {
		return nil
	}
	return out
}
