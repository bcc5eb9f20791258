package watch

import (
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/sheafdocs/sheaf/engine/catalog"
	"github.com/sheafdocs/sheaf/engine/internal/longpath"
)

const (
	gitIgnoreName   = ".gitignore"
	sheafIgnoreName = ".sheafignore"
	cacheTagName    = "CACHEDIR.TAG"
	cacheTagText    = "Signature: 8a477f597d28d172789f06886806bc55" // bford.info/cachedir
	ignoreFileLimit = 128 << 10                                     // bytes; what lies beyond is not read
)

// rules are the ignore rules that hold in one directory. In order of precedence: the folder's own patterns and
// .sheafignore files, which may also bring back what the others exclude; then .gitignore files; then the defaults.
// Within each the deepest file wins and in a file the last line that matches. A directory that is excluded is not
// entered, so nothing beneath it can be brought back.
type rules struct {
	above *rules
	base  string // the directory that the patterns are relative to
	own   []pattern
	git   []pattern
}

// excludes reports whether the entry rel, which lies in the directory of the rules, is left out.
func (r *rules) excludes(rel string, dir bool) bool {
	_, excluded := r.judge(rel, dir)
	return excluded
}

// verdict is what left an entry out: a line of a person's, or one of the defaults.
type verdict struct {
	line      *pattern
	byDefault string
}

// String says it for people.
func (v verdict) String() string {
	if v.line == nil {
		return "by default: " + v.byDefault
	}
	return strings.ToValidUTF8(v.line.text+" "+v.line.from, "\ufffd")
}

func (r *rules) judge(rel string, dir bool) (v verdict, excluded bool) {
	name := baseOf(rel)
	if line := r.last(rel, name, dir, func(r *rules) []pattern { return r.own }); line != nil {
		return verdict{line: line}, !line.include
	}
	if line := r.last(rel, name, dir, func(r *rules) []pattern { return r.git }); line != nil && !line.include {
		return verdict{line: line}, true
	}
	rule := defaultRule(name, dir)
	return verdict{byDefault: rule}, rule != ""
}

// last returns the line that decides about an entry, nil when none matches.
func (r *rules) last(rel, name string, dir bool, of func(*rules) []pattern) *pattern {
	for ; r != nil; r = r.above {
		list := of(r)
		if len(list) == 0 {
			continue
		}
		inside := rel
		if r.base != "" {
			inside = rel[len(r.base)+1:]
		}
		for i := len(list) - 1; i >= 0; i-- {
			if list[i].matches(inside, name, dir) {
				return &list[i]
			}
		}
	}
	return nil
}

// rulesOf returns the rules within the directory of p, given its entries.
func (w *walker) rulesOf(p place, path string, entries []fs.DirEntry) (*rules, error) {
	r := &rules{above: p.above, base: p.dir}
	for _, e := range entries {
		if name := e.Name(); (name == gitIgnoreName || name == sheafIgnoreName) && e.Type().IsRegular() {
			text, err := readSmall(filepath.Join(path, name), ignoreFileLimit)
			switch {
			case isAbsent(err):
			case err != nil:
				return nil, err
			case name == gitIgnoreName:
				r.git = parsePatterns(text, "in "+join(p.dir, name))
			default:
				r.own = parsePatterns(text, "in "+join(p.dir, name))
			}
		}
	}
	if p.above == nil {
		r.own = append(r.own, parsePatterns(strings.Join(w.ignore, "\n"), "of this folder")...)
		return r, nil
	}
	if len(r.own) == 0 && len(r.git) == 0 {
		return p.above, nil
	}
	return r, nil
}

// readSmall reads at most limit bytes of a regular file that lies on this machine.
func readSmall(path string, limit int64) (string, error) {
	s, err := lstat(path)
	if err != nil {
		return "", err
	}
	if s.cloud || !s.mode.IsRegular() {
		return "", catalog.Errorf(catalog.Unavailable, "%s is kept in the cloud only.", showPath(path))
	}
	f, err := longpath.Open(path, os.O_RDONLY|openFlags)
	if err != nil {
		return "", err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, limit))
	return string(text), err
}

// isCache reports whether the entries mark their directory as one that holds nothing of a person's.
func isCache(path string, entries []fs.DirEntry) bool {
	for _, e := range entries {
		switch {
		case !e.Type().IsRegular():
		case e.Name() == "pyvenv.cfg":
			return true
		case e.Name() == cacheTagName:
			text, err := readSmall(filepath.Join(path, cacheTagName), int64(len(cacheTagText)))
			return err == nil && text == cacheTagText
		}
	}
	return false
}

// pattern is one line of an ignore file, with the meaning that git gives it (gitignore(5)).
type pattern struct {
	text     string // the line as it is written
	from     string // where it stands, for people
	glob     string // for doublestar
	include  bool   // "!": brings back
	dirOnly  bool
	anywhere bool   // without a slash: matches names at any depth
	literal  bool   // glob is a plain name or path
	suffix   string // "*" and this is all of the glob
}

func (p *pattern) matches(inside, name string, dir bool) bool {
	if p.dirOnly && !dir {
		return false
	}
	subject := inside
	if p.anywhere {
		subject = name
	}
	switch {
	case p.literal:
		return subject == p.glob
	case p.suffix != "":
		return strings.HasSuffix(subject, p.suffix)
	}
	matched, err := doublestar.Match(p.glob, subject)
	return matched && err == nil
}

// parsePatterns reads lines; from says where they stand.
func parsePatterns(text, from string) []pattern {
	var list []pattern
	for line := range strings.SplitSeq(strings.TrimPrefix(text, "\ufeff"), "\n") {
		line = strings.TrimSuffix(line, "\r")
		if p, ok := parsePattern(line); ok {
			p.text, p.from = line, from
			list = append(list, p)
		}
	}
	return list
}

func parsePattern(line string) (p pattern, ok bool) {
	if strings.HasPrefix(line, "#") {
		return p, false
	}
	line = trimTrailingSpaces(line)
	line, p.include = strings.CutPrefix(line, "!")
	line, p.dirOnly = strings.CutSuffix(line, "/")
	p.anywhere = !strings.Contains(line, "/")
	line = strings.TrimPrefix(line, "/")
	if line == "" {
		return p, false
	}
	if !strings.ContainsAny(line, `*?[\`) {
		p.glob, p.literal = line, true
		return p, true
	}
	if rest := line[1:]; p.anywhere && line[0] == '*' && rest != "" && !strings.ContainsAny(rest, `*?[\`) {
		p.suffix = rest
		return p, true
	}
	p.glob, ok = translateGlob(line)
	return p, ok
}

// trimTrailingSpaces drops spaces at the end that no backslash protects.
func trimTrailingSpaces(line string) string {
	end := 0
	for i := 0; i < len(line); i++ {
		switch line[i] {
		case ' ':
			continue
		case '\\':
			i++
		}
		end = min(i+1, len(line))
	}
	return line[:end]
}

// translateGlob turns git's pattern language into doublestar's: braces are ordinary, a final /** does not match the
// directory itself, two stars are special only as a whole component, classes may hold POSIX names. ok is false for what
// can never match.
func translateGlob(glob string) (string, bool) {
	parts := splitComponents(glob)
	for i, part := range parts {
		if part == "**" {
			continue
		}
		translated, ok := translateComponent(part)
		if !ok {
			return "", false
		}
		parts[i] = translated
	}
	if len(parts) > 1 && parts[len(parts)-1] == "**" {
		parts = append(parts, "*")
	}
	glob = strings.Join(parts, "/")
	return glob, doublestar.ValidatePattern(glob)
}

// splitComponents splits at slashes, those in a class or behind a backslash included: neither can match one.
func splitComponents(glob string) []string { return strings.Split(glob, "/") }

func translateComponent(part string) (string, bool) {
	var b strings.Builder
	for i := 0; i < len(part); i++ {
		switch c := part[i]; c {
		case '\\':
			if i++; i == len(part) {
				return "", false
			}
			b.WriteByte('\\')
			b.WriteByte(part[i])
		case '{', '}':
			b.WriteByte('\\')
			b.WriteByte(c)
		case '*':
			if !strings.HasSuffix(part[:i], "*") || i > 1 && part[i-2] == '\\' {
				b.WriteByte('*')
			}
		case '[':
			class, length, ok := translateClass(part[i:])
			if !ok {
				return "", false
			}
			b.WriteString(class)
			i += length - 1
		default:
			b.WriteByte(c)
		}
	}
	return b.String(), true
}

var posixClasses = map[string]string{
	"alnum": "0-9A-Za-z", "alpha": "A-Za-z", "blank": " \t", "cntrl": "\x00-\x1f\x7f", "digit": "0-9",
	"graph": "!-~", "lower": "a-z", "print": " -~", "punct": "!-/:-@\\[-`\\{-~", "space": " \t\n\v\f\r",
	"upper": "A-Z", "xdigit": "0-9A-Fa-f",
}

// translateClass turns a bracket expression at the start of s into doublestar's form and returns how long it was.
func translateClass(s string) (class string, length int, ok bool) {
	var b strings.Builder
	b.WriteByte('[')
	i := 1
	if i < len(s) && (s[i] == '!' || s[i] == '^') {
		b.WriteByte('^')
		i++
	}
	for first := true; i < len(s); first = false {
		switch c := s[i]; {
		case c == ']' && !first:
			b.WriteByte(']')
			return b.String(), i + 1, true
		case c == '[' && strings.HasPrefix(s[i:], "[:"):
			name, _, found := strings.Cut(s[i+2:], ":]")
			set, known := posixClasses[name]
			if !found || !known {
				return "", 0, false
			}
			b.WriteString(set)
			i += len(name) + 4
			continue
		case c == '\\':
			if i++; i == len(s) {
				return "", 0, false
			}
			b.WriteByte('\\')
			b.WriteByte(s[i])
		case c == '-' && !first && i+1 < len(s) && s[i+1] != ']':
			b.WriteByte('-')
		case strings.IndexByte(`[]^-!{}`, c) >= 0:
			b.WriteByte('\\')
			b.WriteByte(c)
		default:
			b.WriteByte(c)
		}
		i++
	}
	return "", 0, false
}
