package catalog

import "strings"

// Class is the kind of medium that a content is, by its MIME type.
type Class string

// The classes.
const (
	ClassDoc   Class = "doc" // everything that is none of the others
	ClassAudio Class = "audio"
	ClassVideo Class = "video"
	ClassImage Class = "image"
)

// Classes are all of them.
var Classes = []Class{ClassDoc, ClassAudio, ClassVideo, ClassImage}

// ClassOf returns the class of a MIME type.
func ClassOf(format string) Class {
	top, _, isType := strings.Cut(format, "/")
	switch class := Class(strings.ToLower(top)); class {
	case ClassAudio, ClassVideo, ClassImage:
		if isType {
			return class
		}
	}
	return ClassDoc
}

// SplitFileName cuts a file name at its last dot: "archive.tar.gz" is "archive.tar" and "gz". Dots at the beginning
// belong to the name and one at the end begins no extension, so ".bashrc" and "Thanks." have none; with an extension the
// two parts and the dot between them make up the name.
func SplitFileName(name string) (stem, extension string) {
	dot := strings.LastIndexByte(name, '.')
	if dot < 0 || dot == len(name)-1 || strings.Trim(name[:dot], ".") == "" {
		return name, ""
	}
	return name[:dot], name[dot+1:]
}

// ItemCount is how many pages, sheets or slides a content has; what has none of them, or has not been read yet, is one.
func (c Content) ItemCount() int { return max(1, c.PageCount) }

// Listing asks for a page of contents in an order of one's choice.
type Listing struct {
	Scope
	Classes []Class // empty: all
	Order   []Order // those that are equal by all of it follow by their age, in the direction of the first
	Limit   int     // 1 to 1000
	Offset  int
}

// Order is one criterion.
type Order struct {
	By         OrderField
	Descending bool
}

// OrderField is what contents are ordered by. Texts are compared by code point.
type OrderField string

// The fields.
const (
	ByPublicID          OrderField = "public id"           // PublicID of the content
	ByPublicWorkspaceID OrderField = "public workspace id" // PublicID of its workspace
	ByClass             OrderField = "class"               // by name
	ByStem              OrderField = "stem"                // of the file name
	ByExtension         OrderField = "extension"
	BySize              OrderField = "size"
	ByItemCount         OrderField = "item count"
	ByFormat            OrderField = "format"
	ByCreated           OrderField = "created"
	ByUpdated           OrderField = "updated"
)
