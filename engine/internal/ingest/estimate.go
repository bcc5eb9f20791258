package ingest

import (
	"strings"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// What reading a document takes depends on its size, and differently so for plain text, for documents that must be taken
// apart, and for what holds no text and is only hashed. So the time that is left is not the number of documents left
// divided by a rate: small ones are read first, and such an estimate would be far too good until the end. It is the sum
// of what the work left will take, a part for each document and a part for each byte by its class; those parts are
// learned from the work done.
const (
	perDocument = iota
	perPlain    // a megabyte of plain text
	perPacked   // a megabyte of a document that is taken apart: PDF, office files
	perPicture  // a megabyte of a picture, the words in which may be recognised
	perOpaque   // a megabyte of anything else
	kinds
)

const megabyte = 1e6 // bytes

// work is an amount of reading: documents, and megabytes by class.
type work [kinds]float64

func (w work) plus(o work) work {
	for i := range w {
		w[i] += o[i]
	}
	return w
}

// workOf is what reading one content is.
func workOf(c catalog.Content) work {
	return work{perDocument: 1}.plus(bytesOf(c.FileFormat, c.Size))
}

// workLeft is what reading all that waits is.
func workLeft(list []catalog.Waiting) (w work) {
	for _, of := range list {
		w[perDocument] += float64(of.Documents)
		w = w.plus(bytesOf(of.Format, of.Bytes))
	}
	return w
}

func bytesOf(format string, bytes int64) (w work) {
	w[classOf(format)] = float64(bytes) / megabyte
	return w
}

// classOf says which bytes those of a format are.
func classOf(format string) int {
	switch {
	case format == "application/pdf", format == "application/rtf", format == "text/rtf", format == "application/msword", format == "application/epub+zip",
		strings.Contains(format, "officedocument"), strings.Contains(format, "opendocument"),
		strings.HasPrefix(format, "application/vnd.ms-"), strings.HasPrefix(format, "application/vnd.apple."):
		return perPacked
	case isText(format):
		return perPlain
	case strings.HasPrefix(format, "image/"):
		return perPicture
	}
	return perOpaque
}

// What taking a document apart takes, and looking for words in a picture, however small they are, in bytes of plain text.
const (
	packedEffort  = 64 << 10
	pictureEffort = 1 << 20
)

// effortOf is what reading a file is expected to take, in bytes of plain text that would take as long: the order of reading
// goes by it. Where nothing has been read yet it can be no more than a rule of thumb.
func effortOf(format string, size int64) int64 {
	switch classOf(format) {
	case perPacked:
		return size + packedEffort
	case perPicture:
		return size + pictureEffort
	case perOpaque:
		return size / 16
	}
	return size
}

// firstGuess is what is believed before anything has been read: seconds a document, seconds a megabyte.
var firstGuess = work{perDocument: 0.001, perPlain: 0.15, perPacked: 0.15, perPicture: 0.3, perOpaque: 0.005}

// believe is how much work of each kind has the weight of what was believed before: so much must have come up before what
// was measured decides alone. With less, the noise of small files passes for what a large one takes.
var believe = work{perDocument: 20, perPlain: 3, perPacked: 10, perPicture: 10, perOpaque: 1000}

// fading is the weight that a second of work keeps from one second to the next.
const fading = 0.985

// estimator learns what each kind of work takes: the least squares of what the last minutes took, held to what was
// believed before and to no less than nothing.
type estimator struct {
	cost   work // seconds for one of each kind
	belief work
	square [kinds][kinds]float64
	with   work
}

func newEstimator() estimator { return estimator{cost: firstGuess, belief: firstGuess} }

// learn takes in that some work took so many seconds.
func (e *estimator) learn(w work, seconds float64) {
	for i := range w {
		for j := range w {
			e.square[i][j] = fading*e.square[i][j] + w[i]*w[j]
		}
		e.with[i] = fading*e.with[i] + w[i]*seconds
	}
	for range 40 { // one kind after the other, until they agree
		for i := range e.cost {
			weight := believe[i] * believe[i]
			open := e.with[i] + weight*e.belief[i]
			for j := range e.cost {
				if j != i {
					open -= e.square[i][j] * e.cost[j]
				}
			}
			e.cost[i] = max(0, open/(e.square[i][i]+weight))
		}
	}
	for i := range e.belief { // what has come up often enough is believed from now on
		if e.square[i][i] > 4*believe[i]*believe[i] {
			e.belief[i] = e.cost[i]
		}
	}
}

// seconds is what an amount of work will take.
func (e *estimator) seconds(w work) (total float64) {
	for i := range w {
		total += w[i] * e.cost[i]
	}
	return total
}
