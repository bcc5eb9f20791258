"""Makes the RTF documents in this folder. Run it here: python3 make_rtf.py"""


def letter():
    cyrillic = "".join(f"\\'{b:02x}" for b in "Привет, гавань".encode("cp1251"))
    japanese = "".join(f"\\'{b:02x}" if b > 0x7F or chr(b) in "\\{}" else chr(b) for b in "港の表".encode("shift_jis"))
    return (
        r"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0\froman\fcharset0 Times;}{\f1\fcharset204 Times CYR;}{\f2\fnil\fcharset128 MS Mincho;}{\f3\ftech\fcharset2 Symbol;}{\f4\fcharset2 Wingdings;}}"
        r"{\colortbl;\red0\green0\blue0;}{\stylesheet{\s0 Normal;}{\s1\b heading 1;}{\*\cs10 Default Font;}}"
        r"{\info{\title Harbour \'e9tude}{\author Ada Example}{\creatim\yr2026\mo1\dy2\hr3\min4}{\nofpages2}}"
        r"{\header\pard Harbour of Example\par}{\footer\pard Harbour of Example\par}"
        "\n"
        r"\pard\plain\s1 Tides and \i times\i0\par"
        r"\pard\plain The tide rises \u8212\'97 twice \u8364? a day\~and caf\'e9s\_like it\emdash .{\footnote\pard\chftn In most places.\par} "
        r"{\deleted It never falls.}{\v Hidden words.}{\*\unknown Dropped.}{\*\bkmkstart here}\par"
        rf"\pard {{\f1 {cyrillic}}} {{\f2 {japanese}}} {{\f3 abg\'b7}}{{\f4 abc}} \uc2\u-10179\'3f\'3f\u-8704\'3f\'3f\uc1 end\line new line\par"
        r"{\pard\ls1{\listtext 1.\tab}First\par}{\pard\ls1{\listtext\f4\'b7\tab}Second\par}"
        r'\pard {\field{\*\fldinst HYPERLINK "http://example.org"}{\fldrslt a link}} and {\upr{an ansi word}{\*\ud{a \u252?nicode word}}}\par'
        r"{\pict\pngblip 89504e47}{\object\objemb{\*\objdata 0105}{\result\pard an object\par}}{\pict\bin5 }}}}}}"
        r"{\shp{\*\shpinst{\sp{\sn name}{\sv value}}{\shptxt\pard In a box\par}}{\shprslt\pard In a box\par}}"
        r"\trowd\trhdr\cellx1000\cellx2000\pard\intbl Ship\cell Length\cell\row"
        r"\trowd\cellx1000\cellx2000\pard\intbl Marie\par with mast\cell 12 m\cell\row"
        r"\trowd\cellx1000\cellx2000\pard\intbl Anna\cell 9 m\cell\row\pard After the table\par"
        r"\page\pard On the next page\par\sect\sectd\sbknone\pard The same page\par\sect\sectd\sbkpage\pard Another page\par}"
        " what follows is not text"
    )


def mail():
    return (
        r"{\rtf1\ansi\ansicpg1252\fromhtml1 \deff0{\fonttbl{\f0\fswiss Arial;}}"
        r"{\*\htmltag64}{\*\htmltag18 <html>}{\*\htmltag34 <head>}{\*\htmltag177 <title>Tides</title>}{\*\htmltag41 </head>}{\*\htmltag50 <body>}"
        r"\htmlrtf{\htmlrtf0{\*\htmltag64 <h1>}The tide{\*\htmltag72 </h1>}{\*\htmltag64 <p>}\htmlrtf\par\htmlrtf0 Rises \'e0 midi {\*\htmltag84 &amp;}\htmlrtf &\htmlrtf0  falls <1 m{\*\htmltag84 &nbsp;}\htmlrtf\'a0\htmlrtf0."
        r"{\*\htmltag72 </p>}{\*\htmltag58 </body>}{\*\htmltag27 </html>}\htmlrtf}\htmlrtf0}"
    )


for name, text in (("letter.rtf", letter()), ("mail.rtf", mail())):
    open(name, "w", encoding="latin-1", newline="").write(text)
