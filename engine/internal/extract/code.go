package extract

import (
	"bytes"
	"path"
	"strings"

	"github.com/sheafdocs/sheaf/engine/catalog"
)

// languages are programming languages by the ends of file names. Properties say programmingLanguage, for language is
// that of people.
var languages = map[string]string{
	".go": "go", ".py": "python", ".pyi": "python", ".rb": "ruby", ".pl": "perl", ".pm": "perl", ".php": "php", ".lua": "lua", ".tcl": "tcl",
	".js": "javascript", ".mjs": "javascript", ".cjs": "javascript", ".jsx": "javascript", ".ts": "typescript", ".tsx": "typescript",
	".java": "java", ".kt": "kotlin", ".kts": "kotlin", ".scala": "scala", ".groovy": "groovy", ".gradle": "groovy", ".clj": "clojure",
	".c": "c", ".h": "c", ".cc": "c++", ".cpp": "c++", ".cxx": "c++", ".hpp": "c++", ".hh": "c++", ".cs": "c#", ".fs": "f#", ".vb": "visual basic",
	".rs": "rust", ".zig": "zig", ".swift": "swift", ".m": "objective-c", ".mm": "objective-c", ".d": "d", ".nim": "nim", ".dart": "dart",
	".hs": "haskell", ".ml": "ocaml", ".mli": "ocaml", ".ex": "elixir", ".exs": "elixir", ".erl": "erlang", ".jl": "julia", ".r": "r",
	".lisp": "lisp", ".el": "emacs lisp", ".scm": "scheme", ".rkt": "racket", ".f": "fortran", ".f90": "fortran", ".pas": "pascal", ".ada": "ada", ".adb": "ada",
	".sh": "shell", ".bash": "shell", ".zsh": "shell", ".fish": "fish", ".ps1": "powershell", ".bat": "batch", ".cmd": "batch", ".awk": "awk",
	".sql": "sql", ".css": "css", ".scss": "scss", ".less": "less", ".vue": "vue", ".svelte": "svelte", ".proto": "protobuf", ".graphql": "graphql",
	".tf": "terraform", ".hcl": "hcl", ".cmake": "cmake", ".mk": "make", ".asm": "assembly", ".s": "assembly", ".v": "verilog", ".vhd": "vhdl", ".sol": "solidity",
}

// languagesByName are for files that are known by their whole name.
var languagesByName = map[string]string{
	"makefile": "make", "gnumakefile": "make", "dockerfile": "dockerfile", "containerfile": "dockerfile", "cmakelists.txt": "cmake",
	"rakefile": "ruby", "gemfile": "ruby", "vagrantfile": "ruby", "jenkinsfile": "groovy", "build": "starlark", "build.bazel": "starlark",
}

// interpreters are those that a first line beginning with #! may name.
var interpreters = map[string]string{
	"sh": "shell", "bash": "shell", "zsh": "shell", "dash": "shell", "ksh": "shell", "fish": "fish", "python": "python", "perl": "perl", "ruby": "ruby",
	"node": "javascript", "deno": "typescript", "php": "php", "lua": "lua", "awk": "awk", "gawk": "awk", "tclsh": "tcl", "rscript": "r", "julia": "julia",
}

// languageOf is the programming language of a source file, by its name or by its first line; empty for other texts.
func languageOf(name string, head []byte) string {
	base := strings.ToLower(path.Base(name))
	if l := languagesByName[base]; l != "" {
		return l
	}
	if l := languages[path.Ext(base)]; l != "" {
		return l
	}
	line, _, _ := bytes.Cut(head[:min(len(head), 256)], []byte("\n"))
	command, found := bytes.CutPrefix(bytes.TrimPrefix(line, []byte("\xef\xbb\xbf")), []byte("#!"))
	if !found {
		return ""
	}
	for _, word := range strings.Fields(string(command)) {
		word = strings.ToLower(strings.TrimRight(path.Base(word), "0123456789."))
		if l := interpreters[word]; l != "" {
			return l
		}
	}
	return ""
}

// readCode reads a source file as it stands. Its blocks begin where, after an empty line, a line begins at the margin:
// that keeps functions whole in every language that indents.
func readCode(in *input) (catalog.Document, error) {
	text, w, err := decoded(in)
	if err != nil {
		return catalog.Document{}, err
	}
	w.property("programmingLanguage", languageOf(in.name, in.head))
	var blocks []catalog.Block
	blank := true
	eachLine(text, func(l line) {
		if strings.TrimSpace(l.text) == "" {
			blank = true
			return
		}
		margin := !strings.ContainsRune(" \t})]", rune(l.text[0]))
		if n := len(blocks); n == 0 || blank && margin || l.start+l.runes-blocks[n-1].Start > 20_000 {
			blocks = append(blocks, catalog.Block{Kind: catalog.BlockCode, Span: catalog.Span{Start: l.start}})
		}
		blocks[len(blocks)-1].End = l.start + l.runes
		blank = false
	})
	w.verbatim(text, blocks)
	return w.document("text/plain"), nil
}

// readSections reads settings in sections: TOML, INI and their like.
func readSections(in *input) (catalog.Document, error) {
	text, w, err := decoded(in)
	if err != nil {
		return catalog.Document{}, err
	}
	m := markdown{w: w}
	eachLine(text, func(l line) {
		trimmed := strings.TrimSpace(l.text)
		name := strings.Trim(trimmed, "[] ")
		if strings.HasPrefix(trimmed, "[") && strings.HasSuffix(trimmed, "]") && name != "" && !strings.ContainsAny(name, "[],=") && trimmed == strings.TrimLeft(l.text, " \t") {
			m.heading(1+strings.Count(name, "."), name)
			return
		}
		if trimmed != "" && !m.open {
			m.add(catalog.BlockParagraph, 0, l.text)
			return
		}
		if trimmed == "" {
			m.open = false
			m.write(l.text)
			return
		}
		m.add(m.blocks[len(m.blocks)-1].Kind, 0, l.text)
	})
	m.finish()
	w.doc.Title = "" // a section's name is none of the whole
	return w.document(""), nil
}
