package extract

import (
	"strconv"
	"strings"
	"time"
)

// Names of the numbered properties of the two sets that Office programs write.
var (
	summaryNames = map[uint32]string{
		2: "title", 3: "subject", 4: "author", 5: "keywords", 6: "description", 8: "lastModifiedBy", 12: "created", 13: "modified", 14: "pages",
	}
	documentNames = map[uint32]string{2: "category", 7: "slides", 14: "manager", 15: "company"}
)

// oleProperties notes what a document states about itself in its property sets.
func oleProperties(w *writer, c *container) {
	sets := []struct {
		stream string
		names  map[uint32]string
	}{{"SummaryInformation", summaryNames}, {"DocumentSummaryInformation", documentNames}}
	for _, s := range sets {
		data, err := c.stream(s.stream)
		if err != nil || len(data) < 48 {
			continue
		}
		set := cut(data, int(little.Uint32(data[44:])))
		eachOLEProperty(set, func(id uint32, value string) {
			switch name := s.names[id]; name {
			case "":
			case "title":
				if !isFileName(value) {
					w.title(value)
				}
			case "pages", "slides":
				if value != "0" {
					w.property(name, value)
				}
			default:
				w.property(name, value)
			}
		})
	}
}

// eachOLEProperty calls do for every property of a set whose value is text, a time or a number.
func eachOLEProperty(set []byte, do func(id uint32, value string)) {
	if len(set) < 8 {
		return
	}
	page := codePageLatin
	table := set[8:]
	for i := range min(int(little.Uint32(set[4:])), len(table)/8, 200) {
		id, value := little.Uint32(table[8*i:]), cut(set, int(little.Uint32(table[8*i+4:])))
		if len(value) < 8 {
			continue
		}
		if id == 1 {
			page = int(little.Uint16(value[4:]))
			continue
		}
		do(id, oleValue(value, page))
	}
}

func oleValue(value []byte, page int) string {
	const number, bytes, units, fileTime = 3, 30, 31, 64
	n := little.Uint32(value[4:])
	switch little.Uint32(value) {
	case number:
		return strconv.Itoa(int(int32(n)))
	case bytes:
		text := value[8:]
		text = text[:min(uint64(n), uint64(len(text)))]
		return untilZero(fromCodePage(text, page))
	case units:
		text := value[8:]
		text = text[:min(2*uint64(n), uint64(len(text)))]
		return untilZero(fromUTF16(text))
	case fileTime:
		if len(value) >= 12 {
			return timeOfFile(little.Uint64(value[4:]))
		}
	}
	return ""
}

// timeOfFile turns Windows' count of 100 ns since 1601 into RFC 3339; empty when it is none.
func timeOfFile(ticks uint64) string {
	const to1970 = 11644473600
	seconds := int64(ticks/10_000_000) - to1970
	if ticks == 0 || seconds < -to1970+1e9 || seconds > 1e10 {
		return ""
	}
	return time.Unix(seconds, 0).UTC().Format(time.RFC3339)
}

func untilZero(s string) string {
	s, _, _ = strings.Cut(s, "\x00")
	return s
}

// cut is b from an offset on; empty when that is outside of it.
func cut(b []byte, from int) []byte {
	if from < 0 || from > len(b) {
		return nil
	}
	return b[from:]
}

// stretch is n bytes of b from an offset on; nil when they are not all there.
func stretch(b []byte, from, n int) []byte {
	if from < 0 || n < 0 || from > len(b) || n > len(b)-from {
		return nil
	}
	return b[from : from+n]
}
