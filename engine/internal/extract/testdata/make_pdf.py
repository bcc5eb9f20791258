"""Makes the PDF documents in this folder that are drawn in ways that make their text hard to read. Run it here: python3 make_pdf.py"""


def pdf(name, objects):
    """Writes objects, which are numbered from 1; the first is the catalog."""
    out, places = b"%PDF-1.7\n", []
    for i, o in enumerate(objects):
        places.append(len(out))
        out += b"%d 0 obj\n" % (i + 1) + (o if isinstance(o, bytes) else o.encode("latin-1")) + b"\nendobj\n"
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + b"".join(b"%010d 00000 n \n" % p for p in places)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    open(name, "wb").write(out)


def stream(text, entries=""):
    data = text.encode("latin-1")
    return b"<< /Length %d %s >>\nstream\n" % (len(data), entries.encode()) + data + b"\nendstream"


def letters(text, x, y, size=12, upwards=False, apart=0.6):
    """Text in Courier that is drawn letter by letter."""
    parts = []
    for i, c in enumerate(text):
        step = i * size * apart
        place = f"0 1 -1 0 {x} {y + step}" if upwards else f"1 0 0 1 {x + step} {y}"
        if c != " ":
            parts.append(f"BT /Mono {size} Tf {place} Tm ({c}) Tj ET")
    return "\n".join(parts)


def arabic(words, x, y, codes):
    """Words as a program draws them that knows letters only: each where it is seen, from left to right."""
    return "\n".join(f"BT /Signs 20 Tf 1 0 0 1 {x + 12 * i} {y} Tm <{codes[c]:02x}> Tj ET" for i, c in enumerate(reversed(words)) if c in codes)


def signs(codes):
    """A font of black boxes whose table says which letters they are."""
    box = stream("600 0 0 0 500 600 d1 50 0 400 600 re f")
    table = "/CIDInit /ProcSet findresource begin 12 dict begin begincmap 1 begincodespacerange <00> <ff> endcodespacerange\n"
    table += f"{len(codes)} beginbfchar\n" + "\n".join(f"<{n:02x}> <{ord(c):04x}>" for c, n in codes.items()) + "\nendbfchar endcmap end end"
    names = {n: f"s{n}" for n in codes.values()}
    font = (f"<< /Type /Font /Subtype /Type3 /FontBBox [0 0 600 600] /FontMatrix [0.001 0 0 0.001 0 0] /FirstChar 1 /LastChar {len(codes)} "
            f"/Widths [{' '.join(['600'] * len(codes))}] /CharProcs << {' '.join(f'/{n} 10 0 R' for n in names.values())} >> "
            f"/Encoding << /Type /Encoding /Differences [1 {' '.join('/' + n for n in names.values())}] >> /ToUnicode 11 0 R /Resources << >> >>")
    return font, box, stream(table)


def page(content, more=""):
    return (f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {content} 0 R {more} "
            "/Resources << /Font << /Text 3 0 R /Mono 4 0 R /Signs 9 0 R /Lost 12 0 R >> >> >>")


def letterwise():
    line = "This harbour has a ferry in every month of the year, and none of them runs in fog or at night;"
    first = "\n".join([
        "BT /Text 16 Tf 72 740 Td (2 Ferries of) Tj 0 -20 Td (the northern coast) Tj ET",
        "BT /Text 10 Tf 72 690 Td (" + line + ") Tj ET",
        letters("Departures from the pier", 60, 300, upwards=True),
        letters("SPRING TIDE", 100, 640, size=14, apart=1.4),
        letters("Arrivals at noon", 120, 300, upwards=True, apart=0.6),
    ])
    spelling = "\u0645\u0631\u062d\u0628\u0627 \u0628\u0627\u0644\u0639\u0627\u0644\u0645 2026"
    codes = {c: i + 1 for i, c in enumerate(sorted(set(spelling) - set(" ")))}
    # Numbers run from left to right within it.
    second = arabic(spelling[:-4] + "6202", 72, 700, codes)
    third = "BT /Lost 12 Tf 72 700 Td <" + "".join(f"{0x900 + i:04x}" for i in range(40)) + "> Tj ET\nBT /Text 12 Tf 72 660 Td (Pier) Tj ET"
    font, box, table = signs(codes)
    pdf("letterwise.pdf", [
        "<< /Type /Catalog /Pages 2 0 R /Outlines 16 0 R >>",
        "<< /Type /Pages /Count 3 /Kids [6 0 R 8 0 R 15 0 R] >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Courier >>",
        stream(first), page(5, "/Annots [18 0 R]"),
        stream(second), page(7),
        font, box, table,
        "<< /Type /Font /Subtype /Type0 /BaseFont /Lost /Encoding /Identity-H /DescendantFonts [13 0 R] >>",
        "<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Lost /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> /DW 600 "
        "/FontDescriptor << /Type /FontDescriptor /FontName /Lost /Flags 4 /FontBBox [0 0 1000 1000] /ItalicAngle 0 /Ascent 800 /Descent -200 /CapHeight 700 /StemV 80 >> >>",
        stream(third), page(14),
        "<< /Type /Outlines /First 17 0 R /Last 17 0 R /Count 1 >>",
        "<< /Title (Ferries of the Northern Coast) /Parent 16 0 R /Dest [6 0 R /Fit] >>",
        "<< /Type /Annot /Subtype /Text /Rect [500 700 520 720] /Contents (Ask Anna whether the ferry still runs.) >>",
    ])


letterwise()
