package bombs

import (
	"io"
)

// texts are plain texts and markup that have no end, or whose end is missing.
func texts() []Bomb {
	line := func(name, before, s, after string, share int64) Bomb {
		return Bomb{Name: name, Write: func(w io.Writer, size Size) error {
			if _, err := io.WriteString(w, before); err != nil {
				return err
			}
			if err := repeat(w, s, int(size.Line/share/int64(len(s)))); err != nil {
				return err
			}
			_, err := io.WriteString(w, after)
			return err
		}}
	}
	return []Bomb{
		line("line.txt", "", "Boom, said the bomb, and boom again; ", "", 1),
		line("line-without-blanks.txt", "", "boom", "", 4),
		line("line-of-chinese.txt", "", "轰的一声炸弹说然后又是一声", "", 4),
		line("line-of-marks.txt", "", "a\u0301\u0302\u0303\u0304\u0305", "", 4),
		line("line.json", `{"text":"`, "Boom, said the bomb. ", `"}`, 4),
		line("line.html", "<p>", "Boom, said the bomb. ", "</p>", 4),
		line("line.csv", `a,"`, "Boom, said the bomb. ", "", 4),
		line("line.xml", "<a>", "Boom, said the bomb. ", "</a>", 4),
		line("line.md", "# ", "Boom *said* the `bomb`. ", "", 4),
		line("line.rtf", `{\rtf1 `, "Boom, said the bomb. ", "}", 4),
		line("line.py", `x = "`, "Boom, said the bomb. ", `"`, 4),
		line("attributes.html", "<p", " boom=boom", ">Boom</p>", 8),
		line("tags.html", "", "<p>Boom", "", 4),
		line("unclosed-comment.html", "<p>Boom</p><!--", "boom - ", "", 8),
		line("unclosed-scripts.html", "", "<script>boom", "", 8),
		line("lines.txt", "", "\n", "", 4),
		line("values.json", "[", "1,", "1]", 8),
		line("keys.json", "{", `"boom":1,`, `"boom":1}`, 8),
		line("objects.jsonl", "", "{\"a\":[1,{\"b\":\"boom\"}]}\n", "", 8),
		line("commands.tex", `\documentclass{article}\begin{document}`, `\section{Boom}`, "", 16),
		line("words.rtf", `{\rtf1 `, `\par\b `, "boom}", 8),
		line("events.ics", "BEGIN:VCALENDAR\n", "BEGIN:VEVENT\nSUMMARY:Boom\n", "", 8),
		line("captions.srt", "", "1\n00:00:01,000 --> 00:00:02,000\nBoom\n\n", "", 8),
		line("cells.ipynb", `{"cells":[`, `{"cell_type":"markdown","source":["boom"]},`, "]}", 8),
		plain("picture-of-two-gigabytes.rtf", `{\rtf1 {\pict\bin2147483647 boom} Boom, said the bomb.}`),
		harmless("negative.rtf", `{\rtf1 \bin-5 \uc-2147483648 \u99999999999 \li-99999999999 Boom, said the bomb.}`),
	}
}
