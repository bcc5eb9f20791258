package extract

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/dhowden/tag"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// isMedia tells sound and film, of which what is noted about them is read.
func isMedia(mime string) bool {
	return strings.HasPrefix(mime, "audio/") || strings.HasPrefix(mime, "video/") || mime == "application/ogg"
}

// readMedia reads the tags of sound and film, and how long they last where the format says it at one place.
func readMedia(mime string) func(*input) (catalog.Document, error) {
	return func(in *input) (catalog.Document, error) {
		w := &writer{}
		m, err := tagsOf(in)
		if err == nil {
			writeTags(w, m)
		}
		writeInfo(w, in)
		if d := durationOf(in); d > 0 {
			w.property("duration", strconv.FormatFloat(d.Seconds(), 'f', 0, 64)+" s")
		}
		doc := w.document(mime)
		if doc.Pages[0].Text == "" {
			doc.Pages = nil
			doc.Warnings = []string{"Nothing is noted in this recording; it is found by its name."}
		}
		return doc, nil
	}
}

// tagsOf has the tags read. A parser that stumbles over damaged ones has found none.
func tagsOf(in *input) (m tag.Metadata, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("tags: %v", p)
		}
	}()
	return tag.ReadFrom(io.NewSectionReader(in.file, 0, in.size))
}

func writeTags(w *writer, m tag.Metadata) {
	year, track := "", ""
	if m.Year() > 0 {
		year = strconv.Itoa(m.Year())
	}
	if n, of := m.Track(); n > 0 && of > 0 {
		track = fmt.Sprintf("%d of %d", n, of)
	} else if n > 0 {
		track = strconv.Itoa(n)
	}
	composer := m.Composer()
	if composer == m.Artist() {
		composer = "" // the library falls back on it
	}
	w.title(m.Title())
	w.block(catalog.BlockHeading, 1, spaced(clean(m.Title())))
	var lines strings.Builder
	for _, f := range [...]struct{ label, property, value string }{
		{"Artist", "artist", m.Artist()}, {"Album", "album", m.Album()}, {"Album artist", "albumArtist", m.AlbumArtist()}, {"Composer", "composer", composer},
		{"Genre", "genre", m.Genre()}, {"Year", "year", year}, {"Track", "track", track},
	} {
		value := spaced(clean(f.value))
		w.property(f.property, value)
		if value != "" && (f.property != "albumArtist" || value != spaced(clean(m.Artist()))) {
			fmt.Fprintf(&lines, "%s: %s\n", f.label, shortened(value, 1000))
		}
	}
	w.block(catalog.BlockParagraph, 0, lines.String())
	w.block(catalog.BlockParagraph, 0, m.Comment())
	w.block(catalog.BlockParagraph, 0, m.Lyrics())
}

// infoNames are the notes of RIFF files that a person reads.
var infoNames = map[string]string{"INAM": "", "IART": "Artist", "IPRD": "Album", "ICMT": "Comment", "IGNR": "Genre", "ICRD": "Date", "ISBJ": "Subject", "IKEY": "Keywords"}

// writeInfo reads the notes of WAV and AVI.
func writeInfo(w *writer, in *input) {
	eachRIFF(in, func(kind string, at, size int64) {
		if kind != "LIST" || size < 4 || size > 1<<20 {
			return
		}
		body := make([]byte, size)
		if n, err := in.file.ReadAt(body, at); err != nil && n < len(body) || string(body[:4]) != "INFO" {
			return
		}
		var lines strings.Builder
		for rest := body[4:]; len(rest) >= 8; {
			n := int(binary.LittleEndian.Uint32(rest[4:]))
			if n < 0 || n > len(rest)-8 {
				break
			}
			label, known := infoNames[string(rest[:4])]
			note := bytes.TrimRight(rest[8:8+n], "\x00")
			value := decode(note, charsetOr(note, "windows-1252"))
			switch {
			case known && label == "":
				w.title(value)
				w.block(catalog.BlockHeading, 1, spaced(value))
			case known && spaced(value) != "":
				w.property(strings.ToLower(label), value)
				fmt.Fprintf(&lines, "%s: %s\n", label, spaced(value))
			}
			rest = rest[min(8+n+n&1, len(rest)):]
		}
		w.block(catalog.BlockParagraph, 0, lines.String())
	})
}

// eachRIFF calls do for every chunk at the top of a RIFF file.
func eachRIFF(in *input, do func(kind string, at, size int64)) {
	if len(in.head) < 12 || string(in.head[:4]) != "RIFF" {
		return
	}
	var head [8]byte
	for at, chunks := int64(12), 0; at+8 <= in.size && chunks < 1000; chunks++ {
		if _, err := in.file.ReadAt(head[:], at); err != nil {
			return
		}
		size := int64(binary.LittleEndian.Uint32(head[4:]))
		do(string(head[:4]), at+8, size)
		at += 8 + size + size&1
	}
}

// durationOf is how long a recording lasts; 0 where finding out would mean to read it all.
func durationOf(in *input) time.Duration {
	head := in.head
	switch {
	case len(head) > 26 && string(head[:4]) == "fLaC":
		rate := binary.BigEndian.Uint32(head[18:]) >> 12
		samples := binary.BigEndian.Uint64(head[18:]) & (1<<36 - 1)
		return lasting(samples, uint64(rate))
	case len(head) > 12 && string(head[:4]) == "RIFF" && string(head[8:12]) == "WAVE":
		rate, size := uint64(0), int64(0)
		eachRIFF(in, func(kind string, at, n int64) {
			var body [12]byte
			if kind == "fmt " {
				if _, err := in.file.ReadAt(body[:], at); err == nil {
					rate = uint64(binary.LittleEndian.Uint32(body[8:]))
				}
			} else if kind == "data" {
				size = n
			}
		})
		return lasting(uint64(min(size, in.size)), rate)
	case len(head) > 12 && string(head[4:8]) == "ftyp":
		return movieDuration(in)
	}
	return 0
}

func lasting(units, rate uint64) time.Duration {
	if rate == 0 || units/rate > 1_000_000 {
		return 0
	}
	return time.Duration(float64(units) / float64(rate) * float64(time.Second))
}

// movieDuration looks for the header of an MP4 or QuickTime file: mvhd in moov.
func movieDuration(in *input) time.Duration {
	var head [16]byte
	for at, end, boxes := int64(0), in.size, 0; at+8 <= end && boxes < 10_000; boxes++ {
		n, err := in.file.ReadAt(head[:], at)
		if err != nil && n < 8 {
			return 0
		}
		size, body := int64(binary.BigEndian.Uint32(head[:])), at+8
		if size == 1 {
			size, body = int64(min(binary.BigEndian.Uint64(head[8:]), 1<<62)), at+16
		}
		switch string(head[4:8]) {
		case "moov":
			at = body
			continue
		case "mvhd":
			return movieHeader(in, body)
		}
		if size < 8 {
			return 0
		}
		at += size
	}
	return 0
}

func movieHeader(in *input, at int64) time.Duration {
	var b [32]byte
	if _, err := in.file.ReadAt(b[:], at); err != nil {
		return 0
	}
	if b[0] == 1 {
		return lasting(binary.BigEndian.Uint64(b[24:]), uint64(binary.BigEndian.Uint32(b[20:])))
	}
	return lasting(uint64(binary.BigEndian.Uint32(b[16:])), uint64(binary.BigEndian.Uint32(b[12:])))
}
