"""Makes the documents in this folder that are not plain text. Run it here: python3 make.py"""
import zipfile, zlib

STAMP = (2026, 1, 2, 3, 4, 6)


def archive(name, parts):
    with zipfile.ZipFile(name, "w") as z:
        for part, text in parts:
            info = zipfile.ZipInfo(part, STAMP)
            info.compress_type = zipfile.ZIP_STORED if part == "mimetype" else zipfile.ZIP_DEFLATED
            z.writestr(info, text)


def docx():
    w = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'

    def p(text, style="", extra=""):
        properties = f'<w:pPr>{f"<w:pStyle w:val=%s/>" % chr(34).join(["", style, ""]) if style else ""}{extra}</w:pPr>'
        return f"<w:p>{properties}<w:r><w:t xml:space='preserve'>{text}</w:t></w:r></w:p>"

    def row(*cells, header=False):
        mark = "<w:trPr><w:tblHeader/></w:trPr>" if header else ""
        return f"<w:tr>{mark}" + "".join(f"<w:tc>{p(c)}</w:tc>" for c in cells) + "</w:tr>"

    number = "<w:numPr><w:ilvl w:val='0'/><w:numId w:val='1'/></w:numPr>"
    body = (
        p("Harbour report", "Titel")
        + p("Tides", "Ueberschrift1")
        + "<w:p><w:r><w:t>The tide rises twice a day</w:t></w:r><w:r><w:footnoteReference w:id='2'/></w:r>"
        "<w:del><w:r><w:delText> and never falls</w:delText></w:r></w:del>"
        "<w:r><w:t>, &amp; falls as often.</w:t></w:r></w:p>"
        + p("Ebb", extra=number)
        + p("Flood", extra=number)
        + "<w:p><w:r><w:t>A sentence that begins here </w:t></w:r><w:r><w:lastRenderedPageBreak/><w:t>and ends on page two.</w:t></w:r></w:p>"
        + p("Ships", "Mine")
        + "<w:tbl>"
        + row("Ship", "Length", header=True)
        + row("Marie", "12 m")
        + row("Anna", "9 m")
        + "</w:tbl>"
        + "<w:p><w:r><w:br w:type='page'/></w:r></w:p>"
        + "<w:p><w:r><w:lastRenderedPageBreak/><w:t>The last page</w:t></w:r>"
        "<w:r><mc:AlternateContent xmlns:mc='m'><mc:Choice><w:txbxContent><w:p><w:r><w:t>In a box</w:t></w:r></w:p></w:txbxContent></mc:Choice>"
        "<mc:Fallback><w:p><w:r><w:t>In a box</w:t></w:r></w:p></mc:Fallback></mc:AlternateContent></w:r>"
        "<w:r><w:t> has a box.</w:t></w:r><w:r><w:rPr><w:vanish/></w:rPr><w:t> Nobody sees this.</w:t></w:r>"
        "<w:r><w:sym w:font='Symbol' w:char='F061'/><w:commentReference w:id='0'/></w:r></w:p><w:altChunk r:id='rId3'/>"
    )
    header = "<w:p><w:r><w:t>Harbour of Example</w:t></w:r></w:p>"
    styles = (
        "<w:style w:styleId='Titel'><w:name w:val='Title'/></w:style>"
        "<w:style w:styleId='Ueberschrift1'><w:name w:val='heading 1'/></w:style>"
        "<w:style w:styleId='Mine'><w:name w:val='My own'/><w:basedOn w:val='Ueberschrift1'/></w:style>"
    )
    notes = (
        "<w:footnote w:id='0'><w:p><w:r><w:t></w:t></w:r></w:p></w:footnote>"
        "<w:footnote w:id='2'><w:p><w:r><w:t>In most places.</w:t></w:r></w:p></w:footnote>"
    )
    core = (
        "<cp:coreProperties xmlns:cp='c' xmlns:dc='d' xmlns:dcterms='t'><dc:title>Harbour report 2026</dc:title>"
        "<dc:creator>Ada Example</dc:creator><dcterms:created>2026-01-02T03:04:05Z</dcterms:created></cp:coreProperties>"
    )
    head = '<?xml version="1.0" encoding="UTF-8"?>'
    archive("report.docx", [
        ("[Content_Types].xml", head + "<Types/>"),
        ("_rels/.rels", head + "<Relationships><Relationship Type='http://x/officeDocument' Target='word/document.xml'/></Relationships>"),
        ("word/document.xml", f"{head}<w:document {w}><w:body>{body}</w:body></w:document>"),
        ("word/styles.xml", f"{head}<w:styles {w}>{styles}</w:styles>"),
        ("word/footnotes.xml", f"{head}<w:footnotes {w}>{notes}</w:footnotes>"),
        ("docProps/core.xml", head + core),
        ("docProps/app.xml", head + "<Properties><Pages>3</Pages></Properties>"),
        ("word/_rels/document.xml.rels", head + "<Relationships><Relationship Id='rId1' Type='http://x/header' Target='header1.xml'/>"
         "<Relationship Id='rId2' Type='http://x/comments' Target='comments.xml'/>"
         "<Relationship Id='rId3' Type='http://x/aFChunk' Target='chunk.html'/></Relationships>"),
        ("word/chunk.html", "<p>A page put in whole.</p>"),
        ("word/header1.xml", f"{head}<w:hdr {w}>{header}</w:hdr>"),
        ("word/comments.xml", f"{head}<w:comments {w}><w:comment w:id='0'><w:p><w:r><w:t>Which page is last?</w:t></w:r></w:p></w:comment></w:comments>"),
    ])


def odt():
    head = '<?xml version="1.0" encoding="UTF-8"?>'
    cell = lambda text: f"<table:table-cell><text:p>{text}</text:p></table:table-cell>"
    row = lambda *cells: "<table:table-row>" + "".join(map(cell, cells)) + "</table:table-row>"
    body = (
        "<text:h text:outline-level='1'>Harbour report</text:h>"
        "<text:p>The tide rises<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>In most places.</text:p></text:note-body></text:note>"
        " twice<text:s text:c='2'/>a day.</text:p>"
        "<text:list><text:list-item><text:p>Ebb</text:p></text:list-item><text:list-item><text:p>Flood</text:p></text:list-item></text:list>"
        "<text:p>A sentence that begins here <text:soft-page-break/>and ends on page two.</text:p>"
        "<text:h text:outline-level='2'>Ships</text:h>"
        "<table:table><table:table-header-rows>" + row("Ship", "Length") + "</table:table-header-rows>" + row("Marie", "12 m") + row("Anna", "9 m") + "</table:table>"
        "<text:p text:style-name='P1'>The last<text:tab/>page<text:line-break/>has two lines.</text:p>"
        "<text:p><office:annotation><dc:creator>Bea</dc:creator><text:p>A comment.</text:p></office:annotation>End.</text:p>"
    )
    styles = "<style:style style:name='P1'><style:paragraph-properties fo:break-before='page'/></style:style>"
    header = "<style:master-page><style:header><text:p>Harbour of Example</text:p></style:header></style:master-page>"
    archive("report.odt", [
        ("mimetype", "application/vnd.oasis.opendocument.text"),
        ("content.xml", f"{head}<office:document-content><office:automatic-styles>{styles}</office:automatic-styles><office:body><office:text>{body}</office:text></office:body></office:document-content>"),
        ("meta.xml", head + "<office:document-meta><office:meta><dc:title>Harbour report 2026</dc:title><meta:initial-creator>Ada Example</meta:initial-creator><dc:language>en-GB</dc:language></office:meta></office:document-meta>"),
        ("styles.xml", f"{head}<office:document-styles><office:master-styles>{header}</office:master-styles></office:document-styles>"),
        ("META-INF/manifest.xml", head + "<manifest:manifest/>"),
    ])
    archive("encrypted.odt", [
        ("mimetype", "application/vnd.oasis.opendocument.text"),
        ("content.xml", b"\x8a\x01\x99" * 30),
        ("META-INF/manifest.xml", head + "<manifest:manifest><manifest:file-entry><manifest:encryption-data/></manifest:file-entry></manifest:manifest>"),
    ])


def pdf(name, pages, encrypt=""):
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", "", "<< /Type /Font /Subtype /Type1 /BaseFont /Times-Roman /Encoding /WinAnsiEncoding >>",
               "<< /Title (Harbour report 2026) /Author (Ada Example) /CreationDate (D:20260102030405+01'00') >>"]
    kids = []
    for lines in pages:
        stream = "BT /F1 12 Tf 14 TL 72 720 Td " + " ".join(f"({l}) Tj T*" for l in lines) + " ET"
        packed = zlib.compress(stream.encode("cp1252"))
        objects.append(b"<< /Length %d /Filter /FlateDecode >>\nstream\n" % len(packed) + packed + b"\nendstream")
        objects.append(f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {len(objects)} 0 R /Resources << /Font << /F1 3 0 R >> >> >>")
        kids.append(f"{len(objects)} 0 R")
    objects[1] = f"<< /Type /Pages /Count {len(kids)} /Kids [{' '.join(kids)}] >>"
    if encrypt:
        objects.append(encrypt)
    out, places = b"%PDF-1.4\n", []
    for i, o in enumerate(objects):
        places.append(len(out))
        out += b"%d 0 obj\n" % (i + 1) + (o if isinstance(o, bytes) else o.encode("cp1252")) + b"\nendobj\n"
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + b"".join(b"%010d 00000 n \n" % p for p in places)
    extra = f" /Encrypt {len(objects)} 0 R /ID [<00><00>]" if encrypt else ""
    out += f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R /Info 4 0 R{extra} >>\nstartxref\n{start}\n%%EOF\n".encode()
    open(name, "wb").write(out)


docx()
odt()
pdf("report.pdf", [
    ["Harbour report", "The tide rises twice a day in most harbours of this coast, and it falls as",
     "often; whoever keeps a boat here knows the hours by heart and plans the week-", "end by them. Harbour masters write them down.",
     "The second paragraph begins here and it is long enough to fill the measure of", "the page, then it ends.", "- Ebb", "- Flood"],
    ["Page two has caf\u00e9s and nothing else."],
    [],
])
pdf("encrypted.pdf", [["Nobody reads this."]],
    "<< /Filter /Standard /V 1 /R 2 /P -4 /O <" + "11" * 32 + "> /U <" + "22" * 32 + "> >>")
pdf("scan.pdf", [[], []])
