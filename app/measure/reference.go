package measure

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// A converter is another program that finds the text of files.
type converter struct {
	program string
	formats []string // extensions
	convert func(ctx context.Context, files []string, dir string) map[string]string
}

// converters are what the words of a document are compared with, where they are installed.
var converters = []converter{
	{"soffice", strings.Fields("doc docx docm rtf odt"), office("txt:Text (encoded):UTF8", ".txt")},
	{"soffice", strings.Fields("xls xlsx xlsm xlsb ods"), office("csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,true,false,false,-1", ".csv")},
	{"soffice", strings.Fields("ppt pptx pptm odp"), slides},
	{"pdftotext", []string{"pdf"}, each(pdfText)},
	{"python3", []string{"html", "htm"}, each(python(htmlText))},
	{"python3", []string{"eml"}, each(python(mailText))},
}

// references has other programs read the files that gave text, and returns what they found by path.
func references(ctx context.Context, o Options, folder string, read []readFile) map[string]string {
	found := map[string]string{}
	for _, c := range converters {
		var files []string
		for _, f := range read {
			if f.err == nil && len(f.document.Pages) > 0 && slices.Contains(c.formats, extension(f.path)) {
				files = append(files, f.path)
			}
		}
		if len(files) == 0 {
			continue
		}
		if _, err := exec.LookPath(c.program); err != nil {
			o.say("%s is not installed: no word recall for %s", c.program, strings.Join(c.formats, ", "))
			continue
		}
		dir, err := os.MkdirTemp(folder+"-data", "reference-")
		if err != nil {
			o.say("no word recall for %s: %v", strings.Join(c.formats, ", "), err)
			continue
		}
		o.say("%s reads %d files", c.program, len(files))
		for path, text := range c.convert(ctx, files, dir) {
			found[path] = text
		}
	}
	return found
}

// each converts one file after the other.
func each(convert func(ctx context.Context, file string) string) func(context.Context, []string, string) map[string]string {
	return func(ctx context.Context, files []string, _ string) map[string]string {
		found := map[string]string{}
		for _, file := range files {
			found[file] = convert(ctx, file)
		}
		return found
	}
}

const (
	patience = 2 * time.Minute // for one run of another program
	batch    = 25              // files LibreOffice reads in one run
)

// output is what a program prints; nothing when it fails.
func output(ctx context.Context, program string, arguments ...string) string {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	var out bytes.Buffer
	c := exec.CommandContext(ctx, program, arguments...)
	c.Stdout, c.Stderr, c.WaitDelay = &out, io.Discard, time.Second
	if c.Run() != nil {
		return ""
	}
	return out.String()
}

func pdfText(ctx context.Context, file string) string {
	return output(ctx, "pdftotext", "-enc", "UTF-8", file, "-")
}

// office converts with LibreOffice, many files a run; those that a run did not get to are tried one by one.
func office(to, end string) func(context.Context, []string, string) map[string]string {
	return func(ctx context.Context, files []string, dir string) map[string]string {
		found := map[string]string{}
		for path, made := range converted(ctx, to, end, files, dir) {
			var b strings.Builder
			for _, name := range made {
				if text, err := os.ReadFile(name); err == nil {
					b.Write(text)
					b.WriteByte('\n')
				}
			}
			found[path] = b.String()
		}
		return found
	}
}

// slides goes by way of PDF: LibreOffice writes no plain text of slides.
func slides(ctx context.Context, files []string, dir string) map[string]string {
	found := map[string]string{}
	for path, made := range converted(ctx, "pdf", ".pdf", files, dir) {
		for _, name := range made {
			found[path] += pdfText(ctx, name)
		}
	}
	return found
}

// converted has LibreOffice convert copies of files, numbered so that no two results have one name, and returns the
// results of each: one, or one a sheet.
func converted(ctx context.Context, to, end string, files []string, dir string) map[string][]string {
	results := map[string][]string{}
	copies := make([]string, len(files))
	for i, file := range files {
		copies[i] = filepath.Join(dir, fmt.Sprintf("%05d%s", i, strings.ToLower(filepath.Ext(file))))
		if data, err := os.ReadFile(file); err == nil {
			_ = os.WriteFile(copies[i], data, 0o600) // without a copy there is no result, which is what is looked for
		}
	}
	made := func(i int) []string {
		found, _ := filepath.Glob(filepath.Join(dir, "made", fmt.Sprintf("%05d*%s", i, end))) // the pattern is ours
		return found
	}
	for from := 0; from < len(copies); from += batch {
		last := min(from+batch, len(copies))
		convert(ctx, to, copies[from:last], dir)
		for i := from; i < last; i++ {
			if len(made(i)) == 0 {
				convert(ctx, to, copies[i:i+1], dir)
			}
			results[files[i]] = made(i)
		}
	}
	return results
}

func convert(ctx context.Context, to string, files []string, dir string) {
	arguments := []string{"-env:UserInstallation=file://" + filepath.ToSlash(dir) + "/profile", "--headless", "--convert-to", to, "--outdir", filepath.Join(dir, "made")}
	output(ctx, "soffice", append(arguments, files...)...)
}

func python(script string) func(context.Context, string) string {
	return func(ctx context.Context, file string) string { return output(ctx, "python3", "-c", script, file) }
}

// htmlText prints the text of a page with Python's own parser.
const htmlText = `
import re, sys
from html.parser import HTMLParser
class Text(HTMLParser):
    hidden = 0
    def handle_starttag(self, tag, attributes): self.hidden += tag in ("script", "style", "template"); sys.stdout.write(" " if tag in ("br", "p", "div", "td", "th", "li") else "")
    def handle_endtag(self, tag): self.hidden -= tag in ("script", "style", "template") and self.hidden > 0; sys.stdout.write(" " if tag in ("p", "div", "td", "th", "li", "title", "h1", "h2", "h3") else "")
    def handle_data(self, data): sys.stdout.write("" if self.hidden else data)
data = open(sys.argv[1], "rb").read()
declared = re.search(rb"charset\s*=\s*[\"']?([\w-]+)", data[:2048])
for encoding in ("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8", declared[1].decode() if declared else "cp1252", "latin-1"):
    try: text = data.decode(encoding); break
    except (UnicodeDecodeError, LookupError): pass
sys.stdout.reconfigure(encoding="utf-8", errors="replace")
Text().feed(text)
`

// mailText prints subject, people and text of a message, and of messages within it, with Python's own parser. A header
// that is not there is nothing (Python would print None); a message that was saved as UTF-16 is read as that; of one that
// has only HTML the words of that count.
const mailText = `
import sys, email, email.policy, html.parser
class Text(html.parser.HTMLParser):
    hidden = 0
    def handle_starttag(self, tag, attributes): self.hidden += tag in ("script", "style", "title"); print(end=" ")
    def handle_endtag(self, tag): self.hidden -= tag in ("script", "style", "title") and self.hidden > 0; print(end=" ")
    def handle_data(self, data): print("" if self.hidden else data, end="")
def show(message):
    for name in "subject", "from", "to", "cc": print(message[name] or "")
    body = message.get_body(("plain", "html"))
    if body and body.get_content_type() == "text/html": Text().feed(body.get_content())
    elif body: print(body.get_content())
    for part in message.iter_parts() if message.is_multipart() else ():
        if part.get_content_type() == "message/rfc822":
            for inner in part.get_payload(): show(inner)
data = open(sys.argv[1], "rb").read()
sys.stdout.reconfigure(encoding="utf-8", errors="replace")
wide = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-16-be" if data[:1] == b"\0" else "utf-16-le" if data[1:2] == b"\0" else ""
show(email.message_from_bytes(data.decode(wide).encode() if wide else data, policy=email.policy.default))
`
