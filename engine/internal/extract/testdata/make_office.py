"""Makes the zipped Office, OpenDocument, EPUB and Apple documents in this folder. Run it here: python3 make_office.py"""
import struct
from make import archive  # which makes its own documents too

HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
A = "xmlns:a='http://schemas.openxmlformats.org/drawingml/2006/main'"


def relations(**targets):
    """Relations by identifier: rId1='worksheet sheet1.xml'."""
    rels = "".join(f"<Relationship Id='{i}' Type='{R}/{t.split()[0]}' Target='{t.split()[1]}'/>" for i, t in targets.items())
    return f"{HEAD}<Relationships>{rels}</Relationships>"


CORE = (
    HEAD + "<cp:coreProperties xmlns:cp='c' xmlns:dc='d' xmlns:dcterms='t'><dc:title>{}</dc:title><dc:creator>Ada Example</dc:creator>"
    "<dcterms:created>2026-01-02T03:04:05Z</dcterms:created><cp:lastModifiedBy>Bea Example</cp:lastModifiedBy></cp:coreProperties>"
)
ROOT = relations(rId1="officeDocument {}", rId2="core-properties docProps/core.xml")
CHART = (
    f"{HEAD}<c:chartSpace xmlns:c='c' {A}><c:title><c:tx><c:rich><a:p><a:r><a:t>Catch by month</a:t></a:r></a:p></c:rich></c:tx></c:title>"
    "<c:ser><c:tx><c:strRef><c:strCache><c:pt><c:v>Herring</c:v></c:pt></c:strCache></c:strRef></c:tx>"
    "<c:cat><c:strRef><c:strCache><c:pt><c:v>May</c:v></c:pt><c:pt><c:v>June</c:v></c:pt></c:strCache></c:strRef></c:cat>"
    "<c:val><c:numRef><c:numCache><c:pt><c:v>12.5</c:v></c:pt><c:pt><c:v>14.000000000001</c:v></c:pt></c:numCache></c:numRef></c:val></c:ser></c:chartSpace>"
)


def xlsx():
    strings = ["Ship", "Built", "Length", "Dues", "Paid", "Marie", "Anna", "<r><t>Ri</t></r><r><t>ch</t></r><rPh><t>sound</t></rPh>", "Two_x000D_lines"]
    shared = "".join(f"<si>{s if s.startswith('<') else f'<t>{s}</t>'}</si>" for s in strings)

    def row(number, *cells):
        return f"<row r='{number}'>" + "".join(cells) + "</row>"

    def c(place, value, kind="", style=0):
        return f"<c r='{place}' t='{kind}' s='{style}'><v>{value}</v></c>"

    sheet1 = (
        row(1, c("A1", 7, "s"))
        + row(3, *(c(p + "3", i, "s") for i, p in enumerate("ABCDE")))
        + row(4, c("A4", 5, "s"), c("B4", 36526, style=1), c("C4", 12.25, style=2), c("D4", 1234.5, style=3), c("E4", 1, "b"))
        + row(5, c("A5", 6, "s"), c("B5", 43831.75, style=4), c("C5", 9), c("D5", -20, style=3), c("E5", "#N/A", "e"))
        + row(6, "<c r='A6' t='inlineStr'><is><t>Inline</t></is></c>", c("B6", "text of a formula", "str"), c("E6", 0.5, style=5))
    )
    header = '&amp;L&amp;"Arial"Harbour&amp;RPage &amp;P'
    sheet1 = f"{HEAD}<worksheet><sheetData>{sheet1}</sheetData><headerFooter><oddHeader>{header}</oddHeader></headerFooter></worksheet>"
    unplaced = row(1, "<c t='s'><v>8</v></c>", "<c><v>0.1</v></c>")
    sheet2 = f"{HEAD}<worksheet><sheetData>{unplaced}</sheetData></worksheet>"
    styles = (
        "<numFmts><numFmt numFmtId='164' formatCode='#,##0.00\\ [$€-407];[Red]\\-#,##0.00\\ [$€-407]'/><numFmt numFmtId='165' formatCode='d\\ mmmm\\ yyyy\\ h:mm'/></numFmts>"
        "<cellStyleXfs><xf numFmtId='9'/></cellStyleXfs>"
        "<cellXfs><xf numFmtId='0'/><xf numFmtId='14'/><xf numFmtId='2'/><xf numFmtId='164'/><xf numFmtId='165'/><xf numFmtId='9'/></cellXfs>"
    )
    workbook = (
        f"{HEAD}<workbook xmlns:r='{R}'><sheets><sheet name='Ships &amp; dues' r:id='rId1'/><sheet name='Hidden' state='hidden' r:id='rId2'/></sheets></workbook>"
    )
    archive("ships.xlsx", [
        ("_rels/.rels", ROOT.format("xl/workbook.xml")),
        ("docProps/core.xml", CORE.format("Ships of the harbour")),
        ("xl/workbook.xml", workbook),
        ("xl/_rels/workbook.xml.rels", relations(rId1="worksheet worksheets/sheet1.xml", rId2="worksheet /xl/worksheets/sheet2.xml", rId3="styles styles.xml", rId4="sharedStrings sharedStrings.xml")),
        ("xl/sharedStrings.xml", f"{HEAD}<sst>{shared}</sst>"),
        ("xl/styles.xml", f"{HEAD}<styleSheet>{styles}</styleSheet>"),
        ("xl/worksheets/sheet1.xml", sheet1),
        ("xl/worksheets/sheet2.xml", sheet2),
        ("xl/worksheets/_rels/sheet1.xml.rels", relations(rId1="comments ../comments1.xml", rId2="drawing ../drawings/drawing1.xml")),
        ("xl/comments1.xml", f"{HEAD}<comments><commentList><comment ref='D5'><text><r><t>Ask Anna.</t></r></text></comment></commentList></comments>"),
        ("xl/drawings/drawing1.xml", f"{HEAD}<xdr:wsDr {A}><xdr:sp><xdr:txBody><a:p><a:r><a:t>A box on the sheet</a:t></a:r></a:p></xdr:txBody></xdr:sp></xdr:wsDr>"),
        ("xl/drawings/_rels/drawing1.xml.rels", relations(rId1="chart ../charts/chart1.xml")),
        ("xl/charts/chart1.xml", CHART),
    ])


def xlsb():
    def record(number, body=b""):
        head = bytes([number]) if number < 0x80 else bytes([number & 0x7F | 0x80, number >> 7])
        return head + bytes([len(body)]) + body

    def wide(text):
        return struct.pack("<I", len(text)) + text.encode("utf-16le")

    def cell(number, column, value, style=0):
        return record(number, struct.pack("<II", column, style) + value)

    def row(number):
        return record(0, struct.pack("<I", number))

    workbook = record(131) + record(156, struct.pack("<II", 0, 1) + wide("rId1") + wide("Ships")) + record(132)
    styles = record(44, struct.pack("<H", 164) + wide("0.0 \"m\"")) + record(617) + record(47, struct.pack("<HH", 0, 0)) + record(47, struct.pack("<HH", 0, 164)) + record(618)
    strings = b"".join(record(19, b"\0" + wide(s)) for s in ("Ship", "Length", "Afloat", "Marie"))
    sheet = (
        row(0) + cell(7, 0, struct.pack("<I", 0)) + cell(7, 1, struct.pack("<I", 1)) + cell(7, 2, struct.pack("<I", 2))
        + row(1) + cell(7, 0, struct.pack("<I", 3)) + cell(5, 1, struct.pack("<d", 12.25), 1) + cell(4, 2, b"\1")
        + row(3) + cell(6, 0, wide("Anna")) + cell(2, 1, struct.pack("<I", 9 << 2 | 2), 1) + cell(10, 2, b"\0") + cell(11, 3, b"\x2a")
    )
    archive("ships.xlsb", [
        ("_rels/.rels", relations(rId1="officeDocument xl/workbook.bin")),
        ("xl/workbook.bin", workbook),
        ("xl/_rels/workbook.bin.rels", relations(rId1="worksheet worksheets/sheet1.bin", rId2="styles styles.bin", rId3="sharedStrings sharedStrings.bin")),
        ("xl/styles.bin", styles),
        ("xl/sharedStrings.bin", strings),
        ("xl/worksheets/sheet1.bin", sheet),
    ])


def pptx():
    def shape(text, holder=""):
        mark = f"<p:nvPr><p:ph type='{holder}'/></p:nvPr>" if holder else "<p:nvPr/>"
        lines = "".join(f"<a:p><a:r><a:t>{line}</a:t></a:r></a:p>" for line in text.split("|"))
        return f"<p:sp><p:nvSpPr>{mark}</p:nvSpPr><p:txBody>{lines}</p:txBody></p:sp>"

    def slide(*shapes):
        return f"{HEAD}<p:sld xmlns:p='p' {A}><p:cSld><p:spTree>{''.join(shapes)}</p:spTree></p:cSld></p:sld>"

    def tr(*cells):
        return "<a:tr>" + "".join(f"<a:tc><a:txBody><a:p><a:r><a:t>{c}</a:t></a:r></a:p></a:txBody></a:tc>" for c in cells) + "</a:tr>"

    table = f"<p:graphicFrame><a:tbl><a:tblPr firstRow='1'/>{tr('Ship', '2024')}{tr('Marie', '12 t')}{tr('Anna', '9 t')}</a:tbl></p:graphicFrame>"
    number = "<p:sp><p:nvSpPr><p:nvPr><p:ph type='sldNum'/></p:nvPr></p:nvSpPr><p:txBody><a:p><a:fld type='slidenum'><a:t>7</a:t></a:fld></a:p></p:txBody></p:sp>"
    presentation = f"{HEAD}<p:presentation xmlns:p='p' xmlns:r='{R}'><p:sldIdLst><p:sldId id='256' r:id='rId2'/><p:sldId id='257' r:id='rId1'/></p:sldIdLst></p:presentation>"
    archive("harbour.pptx", [
        ("_rels/.rels", ROOT.format("ppt/presentation.xml")),
        ("docProps/core.xml", CORE.format("PowerPoint Presentation")),
        ("ppt/presentation.xml", presentation),
        ("ppt/_rels/presentation.xml.rels", relations(rId1="slide slides/slide1.xml", rId2="slide slides/slide2.xml")),
        ("ppt/slides/slide2.xml", slide(shape("By the harbour master", "subTitle"), shape("Harbour report", "ctrTitle"), number)),
        ("ppt/slides/slide1.xml", slide(shape("Catch", "title"), shape("More herring|Less cod", "body"), table, shape("A note in a box"))),
        ("ppt/slides/_rels/slide2.xml.rels", relations(rId1="slideLayout ../slideLayouts/slideLayout1.xml")),
        ("ppt/slides/_rels/slide1.xml.rels", relations(rId1="slideLayout ../slideLayouts/slideLayout1.xml", rId2="notesSlide ../notesSlides/notesSlide1.xml", rId3="chart ../charts/chart1.xml", rId4="diagramData ../diagrams/data1.xml", rId5="comments ../comments/comment1.xml")),
        ("ppt/slideLayouts/slideLayout1.xml", slide(shape("Click to edit title", "title"), shape("Harbour of Example"))),
        ("ppt/notesSlides/notesSlide1.xml", slide(shape("Speak slowly.", "body"), number)),
        ("ppt/comments/comment1.xml", f"{HEAD}<p:cmLst><p:cm><p:text>Is this right?</p:text></p:cm></p:cmLst>"),
        ("ppt/charts/chart1.xml", CHART),
        ("ppt/diagrams/data1.xml", f"{HEAD}<dgm:dataModel {A}><dgm:pt><dgm:t><a:p><a:r><a:t>Unload</a:t></a:r></a:p></dgm:t></dgm:pt><dgm:pt><dgm:t><a:p><a:r><a:t>Sell</a:t></a:r></a:p></dgm:t></dgm:pt></dgm:dataModel>"),
    ])


def opendocument(name, kind, body, styles=""):
    archive(name, [
        ("mimetype", f"application/vnd.oasis.opendocument.{kind}"),
        ("content.xml", f"{HEAD}<office:document-content><office:body>{body}</office:body></office:document-content>"),
        ("styles.xml", f"{HEAD}<office:document-styles>{styles}</office:document-styles>"),
        ("meta.xml", HEAD + "<office:document-meta><office:meta><dc:title>Harbour report 2026</dc:title><meta:initial-creator>Ada Example</meta:initial-creator></office:meta></office:document-meta>"),
        ("Object 1/content.xml", f"{HEAD}<office:document-content><chart:title><text:p>Catch by month</text:p></chart:title></office:document-content>"),
    ])


def ods():
    def cell(text, extra=""):
        return f"<table:table-cell {extra}><text:p>{text}</text:p></table:table-cell>"

    rows = (
        "<table:table-row>" + cell("Ship") + cell("Length") + "<table:table-cell table:number-columns-repeated='16382'/></table:table-row>"
        "<table:table-row>" + cell("Marie") + cell("12,5 m", "office:value-type='float' office:value='12.5'") + "</table:table-row>"
        "<table:table-row table:number-rows-repeated='1000'><table:table-cell table:number-columns-repeated='16384'/></table:table-row>"
        "<table:table-row table:number-rows-repeated='2'>" + cell("Anna") + "<table:table-cell><office:annotation><dc:creator>Bea</dc:creator><text:p>Measure again.</text:p></office:annotation><text:p>9<text:s/>m</text:p></table:table-cell></table:table-row>"
        "<table:table-row table:number-rows-repeated='1047573'><table:table-cell table:number-columns-repeated='16384'/></table:table-row>"
    )
    body = f"<office:spreadsheet><table:table table:name='Ships'><table:shapes><draw:frame><draw:object xlink:href='./Object 1'/></draw:frame></table:shapes>{rows}</table:table><table:table table:name='Empty'/></office:spreadsheet>"
    opendocument("ships.ods", "spreadsheet", body)


def odp():
    def frame(text, kind=""):
        mark = f"presentation:class='{kind}'" if kind else ""
        return f"<draw:frame {mark}><draw:text-box><text:p>{text}</text:p></draw:text-box></draw:frame>"

    items = "<draw:frame presentation:class='outline'><draw:text-box><text:list><text:list-item><text:p>More herring</text:p></text:list-item><text:list-item><text:p>Less cod</text:p></text:list-item></text:list></draw:text-box></draw:frame>"
    table = "<draw:frame><table:table><table:table-row><table:table-cell><text:p>Ship</text:p></table:table-cell><table:table-cell><text:p>Catch</text:p></table:table-cell></table:table-row><table:table-row><table:table-cell><text:p>Marie</text:p></table:table-cell><table:table-cell><text:p>12 t</text:p></table:table-cell></table:table-row></table:table></draw:frame>"
    body = (
        "<office:presentation><presentation:footer-decl presentation:name='ftr1'>Harbour of Example</presentation:footer-decl>"
        f"<draw:page draw:master-page-name='Plain'>{frame('By the harbour master', 'subtitle')}{frame('Harbour report', 'title')}</draw:page>"
        f"<draw:page draw:master-page-name='Plain' presentation:use-footer-name='ftr1'>{frame('Catch', 'title')}{items}{table}<draw:custom-shape><text:p>A shape</text:p></draw:custom-shape>"
        f"<draw:frame><draw:object xlink:href='./Object 1'/></draw:frame><presentation:notes>{frame('Speak slowly.', 'notes')}</presentation:notes></draw:page></office:presentation>"
    )
    styles = f"<style:master-page style:name='Plain'>{frame('Click to edit', 'title')}{frame('Quay 4')}</style:master-page>"
    opendocument("harbour.odp", "presentation", body, styles)


def epub():
    chapter = "<html xmlns='http://www.w3.org/1999/xhtml' lang='en'><head><title>Part</title></head><body>{}</body></html>"
    package = (
        f"{HEAD}<package><metadata><dc:title>The harbour book</dc:title><dc:creator>Ada Example</dc:creator><dc:language>en</dc:language></metadata>"
        "<manifest><item id='c' href='cover.xhtml'/><item id='one' href='text/one%20chapter.xhtml'/><item id='two' href='text/two.xhtml'/></manifest>"
        "<spine><itemref idref='c'/><itemref idref='two'/><itemref idref='one'/></spine></package>"
    )
    archive("book.epub", [
        ("mimetype", "application/epub+zip"),
        ("META-INF/container.xml", f"{HEAD}<container><rootfiles><rootfile full-path='OPS/package.opf'/></rootfiles></container>"),
        ("OPS/package.opf", package),
        ("OPS/cover.xhtml", chapter.format("<img src='cover.png'/>")),
        ("OPS/text/one chapter.xhtml", chapter.format("<h1>The ebb</h1><p>Water goes.</p>")),
        ("OPS/text/two.xhtml", chapter.format("<h1>The flood</h1><p>Water comes, &amp; stays.</p>")),
    ])


def pages():
    archive("letter.pages", [
        ("Index/Document.iwa", b"\0\1\2\3"),
        ("QuickLook/Preview.pdf", open("report.pdf", "rb").read()),
    ])
    archive("plain.numbers", [("Index/Document.iwa", b"\0\1\2\3")])


xlsx(), xlsb(), pptx(), ods(), odp(), epub(), pages()
