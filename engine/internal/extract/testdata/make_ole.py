"""Makes the documents of the old Office programs in this folder, which are OLE containers. Run it here: python3 make_ole.py"""
import struct

SECTOR, FREE, END = 512, 0xFFFFFFFF, 0xFFFFFFFE


def container(name, streams):
    """Writes streams as a compound file. All are made at least 4096 bytes long, so that none is a small one."""
    bodies = [(n, b.ljust(4096, b"\0")) for n, b in streams]
    sectors, chain, starts = [], [], []
    for _, body in bodies:
        starts.append(len(sectors))
        n = -(-len(body) // SECTOR)
        chain += list(range(len(sectors) + 1, len(sectors) + n)) + [END]
        sectors += [body[i * SECTOR:(i + 1) * SECTOR].ljust(SECTOR, b"\0") for i in range(n)]
    entries = [entry("Root Entry", 5, END, 0, child=1)]
    for i, (n, body) in enumerate(bodies):
        entries.append(entry(n, 2, starts[i], len(body), right=i + 2 if i + 1 < len(bodies) else FREE))
    directory = b"".join(entries)
    directory = directory.ljust(-(-len(directory) // SECTOR) * SECTOR, b"\0")
    first = len(sectors)
    n = len(directory) // SECTOR
    chain += list(range(first + 1, first + n)) + [END]
    sectors += [directory[i * SECTOR:(i + 1) * SECTOR] for i in range(n)]
    fats = -(-(len(sectors) + 1) // 128)
    places = list(range(len(sectors), len(sectors) + fats))
    table = (chain + [0xFFFFFFFD] * fats + [FREE] * 128)[:128 * fats]
    header = struct.pack("<8s16sHHHHH6sIIIIIIIII", bytes.fromhex("d0cf11e0a1b11ae1"), b"", 0x3E, 3, 0xFFFE, 9, 6, b"", 0, fats, first, 0, 4096, END, 0, END, 0)
    header += struct.pack("<109I", *(places + [FREE] * (109 - fats)))
    open(name, "wb").write(header + b"".join(sectors) + struct.pack(f"<{128 * fats}I", *table))


def entry(name, kind, start, size, child=FREE, right=FREE):
    text = (name + "\0").encode("utf-16le")
    return text.ljust(64, b"\0") + struct.pack("<HBBIII36sIQ", len(text), kind, 1, FREE, right, child, b"", start, size)


def summary():
    """The property set with title, author and time."""
    def text(s):
        b = s.encode("cp1252") + b"\0"
        return struct.pack("<II", 30, len(b)) + b.ljust(-(-len(b) // 4) * 4, b"\0")

    ticks = (1767323045 + 11644473600) * 10_000_000
    values = [(1, struct.pack("<IHH", 2, 1252, 0)), (2, text("Harbour \xe9tude")), (4, text("Ada Example")), (12, struct.pack("<IQ", 64, ticks))]
    table, body, at = b"", b"", 8 + 8 * len(values)
    for number, value in values:
        table += struct.pack("<II", number, at)
        body += value
        at += len(value)
    return struct.pack("<HHI16sI16sI", 0xFFFE, 0, 2, b"", 1, b"", 48) + struct.pack("<II", at, len(values)) + table + body


SUMMARY = ("\x05SummaryInformation", summary())


# Word

def sheet512(places, blobs, width):
    """A page of formats: places in the file, and for each stretch its format, laid from the end of the page."""
    n, page, at = len(blobs), bytearray(512), 511
    page[511] = n
    struct.pack_into(f"<{n + 1}I", page, 0, *places)
    for i, blob in enumerate(blobs):
        if blob:
            at = (at - len(blob)) & ~1
            page[at:at + len(blob)] = blob
            page[4 * (n + 1) + width * i] = at // 2
    return bytes(page)


def doc():
    in_table, row_end, header = struct.pack("<HB", 0x2416, 1), struct.pack("<HB", 0x2417, 1), struct.pack("<HB", 0x3404, 1)
    listed, outline = struct.pack("<HH", 0x460B, 1), struct.pack("<HB", 0x2640, 1)
    field = "\x13 HYPERLINK \"http://example.org\" \x14a link\x15"
    paragraphs = [  # text, style, differences
        ("Harbour report\r", 1, b""),
        (f"The tide rises\x02 twice. Nobody sees this.{field} caf\xe9\r", 0, b""),
        ("First\r", 0, listed),
        ("Ship\7", 0, in_table), ("Length\7", 0, in_table), ("\7", 0, in_table + row_end + header),
        ("Marie\r", 0, in_table), ("with mast\7", 0, in_table), ("12 m\7", 0, in_table), ("\7", 0, in_table + row_end),
        ("Second piece \u20ac \u6e2f\r", 0, outline),
        ("End of page\f", 0, b""), ("Last page\r", 0, b""),
        ("\x02 In most places.\r", 0, b""), ("\r", 0, b""),
        ("Harbour of Example\r", 0, b""), ("\r", 0, b""),
    ]
    text = "".join(p[0] for p in paragraphs)
    split = text.index("Second piece")
    start = 0x800
    second = start + split + split % 2
    place = lambda cp: start + cp if cp < split else second + 2 * (cp - split)
    main = bytearray(0x800) + text[:split].encode("cp1252")
    main = main.ljust(second, b"\0") + text[split:].encode("utf-16le")
    main = main.ljust(-(-len(main) // 512) * 512, b"\0")

    def papx(style, sprms):
        blob = struct.pack("<H", style) + sprms
        return bytes([0, len(blob) // 2]) + blob if len(blob) % 2 == 0 else bytes([(len(blob) + 1) // 2]) + blob

    ends, at = [start], 0
    for p in paragraphs:
        at += len(p[0])
        ends.append(place(at) if at < len(text) else place(at - 1) + 2)
    cut = next(i for i, p in enumerate(paragraphs) if p[0].startswith("Second"))
    papers = len(main) // 512
    main += sheet512([*ends[:cut], start + split], [papx(p[1], p[2]) for p in paragraphs[:cut]], 13)
    main += sheet512(ends[cut:], [papx(p[1], p[2]) for p in paragraphs[cut:]], 13)
    hidden, special = text.index(" Nobody"), text.index("\x02")
    marks = [start, place(special), place(special) + 1, place(hidden), place(hidden + len(" Nobody sees this.")), start + split]
    main += sheet512(marks, [b"", b"\3" + struct.pack("<HB", 0x855, 1), b"", b"\3" + struct.pack("<HB", 0x83C, 1), b""], 1)

    table = b""

    def put(header, blob):
        nonlocal table
        struct.pack_into("<II", main, header, len(table), len(blob))
        table += blob

    notes, body = len("\x02 In most places.\r") + 1, text.index("\x02 In")
    std = lambda sti, base: struct.pack("<HHHHH", sti, base << 4 | 1, 0, 0, 0)
    put(0xA2, struct.pack("<H", 18) + bytes(18) + b"".join(struct.pack("<H", 10) + s for s in (std(0, 0xFFF), std(1, 0xFFF))))
    put(0xAA, struct.pack("<IIH", special, body, 0))
    put(0xB2, struct.pack("<III", 0, notes - 1, notes))
    put(0xF2, struct.pack("<9I", 0, 0, 0, 0, 0, 0, 0, len("Harbour of Example\r"), len("Harbour of Example\r")))
    put(0xFA, struct.pack("<III", marks[0], marks[-1], papers + 2))
    put(0x102, struct.pack("<IIIII", start, second, ends[-1], papers, papers + 1))
    pieces = struct.pack("<III", 0, split, len(text)) + struct.pack("<HIHHIH", 0, start * 2 | 1 << 30, 0, 0, second, 0)
    put(0x1A2, b"\1\2\0\0\0" + b"\2" + struct.pack("<I", len(pieces)) + pieces)
    struct.pack_into("<HHHHHH", main, 0, 0xA5EC, 0xC1, 0, 0x409, 0, 0x200)
    struct.pack_into("<III", main, 0x4C, body, notes, len("Harbour of Example\r") + 1)
    container("report.doc", [("WordDocument", bytes(main)), ("1Table", table), SUMMARY])


def old_doc():
    text = "Отчёт гавани\rСудно\7Длина\7\7Мария\x0712 м\7\7Конец\r".encode("cp1251")
    main = bytearray(0x600) + text
    struct.pack_into("<HHHHHH", main, 0, 0xA5DC, 101, 0, 0x419, 0, 0)
    struct.pack_into("<II", main, 0x18, 0x600, 0x600 + len(text))
    struct.pack_into("<I", main, 0x34, len(text))
    container("word6.doc", [("WordDocument", bytes(main))])
    struct.pack_into("<H", main, 0x0A, 0x100)
    container("locked.doc", [("WordDocument", bytes(main))])


# Excel

def record(number, body=b""):
    return struct.pack("<HH", number, len(body)) + body


def biff8():
    def short(text):
        return struct.pack("<BB", len(text), 0) + text.encode("latin-1")

    def wide(text):
        return struct.pack("<HB", len(text), 1) + text.encode("utf-16le")

    def narrow(text):
        return struct.pack("<HB", len(text), 0) + text.encode("latin-1")

    def cell(number, row, column, style, value):
        return record(number, struct.pack("<HHH", row, column, style) + value)

    strings = ["Ship", "Built", "Length", "Dues", "Marie"]
    head = struct.pack("<II", 6, 6) + b"".join(narrow(s) for s in strings)
    shared = record(0xFC, head + struct.pack("<HB", 12, 0) + b"Anna ") + record(0x3C, b"\1" + "\u6e2f abcde".encode("utf-16le")[:14])
    globals_ = [
        record(0x809, struct.pack("<HHHHII", 0x600, 5, 0, 0, 0, 0)), record(0x42, struct.pack("<H", 1200)),
        record(0x41E, struct.pack("<H", 164) + narrow('#,##0.00 "EUR"')),
        *(record(0xE0, struct.pack("<HH16s", 0, f, b"")) for f in (0, 14, 2, 164)),
    ]
    sheets = [
        record(0x809, struct.pack("<HHHHII", 0x600, 0x10, 0, 0, 0, 0)) + record(0x14, narrow("&LHarbour"))
        + b"".join(cell(0xFD, 0, i, 0, struct.pack("<I", i)) for i in range(4))
        + cell(0xFD, 1, 0, 0, struct.pack("<I", 4)) + cell(0x203, 1, 1, 1, struct.pack("<d", 36526)) + cell(0x27E, 1, 2, 2, struct.pack("<I", 1225 << 2 | 3))
        + cell(0x6, 1, 3, 3, struct.pack("<dHI", 1234.5, 0, 0))
        + cell(0xFD, 2, 0, 0, struct.pack("<I", 5)) + record(0xBD, struct.pack("<HHHIHIH", 2, 1, 1, 43831 << 2 | 2, 2, 9 << 2 | 2, 2))
        + cell(0x6, 2, 3, 0, bytes([0, 0, 0, 0, 0, 0, 255, 255]) + bytes(6)) + record(0x207, wide("no dues"))
        + cell(0x205, 3, 0, 0, b"\1\0") + cell(0x205, 3, 1, 0, b"\x07\1") + cell(0x204, 3, 2, 0, narrow("label"))
        + record(0x5D, struct.pack("<HHHH", 0x15, 18, 0x19, 1) + bytes(14)) + record(0x1B6, struct.pack("<HH6sHH4s", 0, 0, b"", 9, 0, b""))
        + record(0x3C, b"\0Ask Anna.") + record(0x1C, struct.pack("<HHHHHBB", 2, 3, 0, 1, 0, 0, 0))
        + record(0x809, struct.pack("<HHHHII", 0x600, 0x20, 0, 0, 0, 0)) + record(0x100D, struct.pack("<H", 0) + short("Herring")) + record(0x0A)
        + record(0x0A),
        record(0x809, struct.pack("<HHHHII", 0x600, 0x10, 0, 0, 0, 0)) + cell(0x203, 0, 0, 0, struct.pack("<d", 0.1)) + record(0x0A),
    ]
    tabs = lambda first: [record(0x85, struct.pack("<IH", at, 0) + short(name)) for at, name in zip(first, ("Ships", "Hidden"))]
    size = len(b"".join(globals_ + tabs((0, 0)) + [shared, record(0x0A)]))
    stream = b"".join(globals_ + tabs((size, size + len(sheets[0]))) + [shared, record(0x0A)] + sheets)
    container("ships.xls", [("Workbook", stream), SUMMARY])
    container("locked.xls", [("Workbook", globals_[0] + record(0x2F, struct.pack("<HHH", 1, 1, 1)) + stream[len(globals_[0]):])])


def biff_old():
    cell = lambda number, row, column, value: record(number, struct.pack("<HHH", row, column, 0) + value)
    label = lambda row, column, text: cell(0x204, row, column, struct.pack("<H", len(text.encode("cp1251"))) + text.encode("cp1251"))
    body = label(0, 0, "Судно") + label(0, 1, "Длина") + label(1, 0, "Мария") + cell(0x203, 1, 1, struct.pack("<d", 12.25)) + record(0x0A)
    start = record(0x809, struct.pack("<HHHH", 0x500, 5, 0, 0)) + record(0x42, struct.pack("<H", 1251))
    tab = lambda at: record(0x85, struct.pack("<IHB", at, 0, 4) + "Суда".encode("cp1251"))
    at = len(start + tab(0) + record(0x0A))
    container("excel5.xls", [("Book", start + tab(at) + record(0x0A) + record(0x809, struct.pack("<HHHH", 0x500, 0x10, 0, 0)) + body)])
    open("excel4.xls", "wb").write(record(0x409, struct.pack("<HHH", 0, 0x10, 0)) + record(0x42, struct.pack("<H", 1251)) + body)


# PowerPoint

def atom(kind, body, instance=0):
    return struct.pack("<HHI", instance << 4, kind, len(body)) + body


def box(kind, *atoms):
    return struct.pack("<HHI", 0xF, kind, sum(map(len, atoms))) + b"".join(atoms)


def listing(instance, *atoms):
    return struct.pack("<HHI", instance << 4 | 0xF, 4080, sum(map(len, atoms))) + b"".join(atoms)


def ppt():
    kind = lambda n: atom(3999, struct.pack("<I", n))
    units = lambda s: atom(4000, s.encode("utf-16le"))
    narrow = lambda s: atom(4008, s.encode("latin-1"))
    listed = lambda number, ident: atom(1011, struct.pack("<IIIII", number, 0, 0, ident, 0))
    shape = lambda *atoms: box(0xF004, box(0xF00D, *atoms))
    drawing = lambda *shapes: box(1036, box(0xF002, box(0xF003, *shapes)))
    slide = lambda notes, extra, *shapes: box(1006, atom(1007, struct.pack("<16sII", b"", notes, 0)), drawing(*shapes), *extra)
    refer = lambda n: atom(3998, struct.pack("<I", n))
    footer_body = atom(4058, struct.pack("<HH", 0, 0x20)) + atom(4026, "Harbour of Example".encode("utf-16le"), 2)
    footers = struct.pack("<HHI", 3 << 4 | 0xF, 4057, len(footer_body)) + footer_body
    document = box(
        1000, footers,
        listing(0, listed(3, 257), kind(1), units("More herring\rLess cod"), kind(0), units("Catch"), listed(2, 256), kind(6), narrow("Harbour report")),
        listing(2, listed(4, 512)),
    )
    comment = box(12000, atom(4026, "Bea".encode("utf-16le"), 0), atom(4026, "Is this right?".encode("utf-16le"), 1))
    tags = box(5000, box(5002, atom(5003, comment)))
    catch = slide(512, [tags], shape(kind(4), narrow("A note in a box")), shape(refer(0)), shape(refer(1)))
    report = slide(0, [], shape(kind(4), narrow("*")))
    notes = box(1008, atom(1009, struct.pack("<II", 256, 0)), drawing(shape(kind(2), units("Speak slowly."))))
    stream, places = b"", []
    for body in (document, report, catch, notes):
        places.append(len(stream))
        stream += body
    directory = len(stream)
    stream += atom(6002, struct.pack("<I", 4 << 20 | 1) + struct.pack("<4I", *places))
    edit = len(stream)
    stream += atom(4085, struct.pack("<IIIIIHH", 0, 0, 0, directory, 1, 4, 0)[:20] + struct.pack("<II", 0, 0))
    user = atom(4086, struct.pack("<III", 20, 0xE391C05F, edit))
    container("harbour.ppt", [("Current User", user), ("PowerPoint Document", stream), SUMMARY])
    container("locked.ppt", [("Current User", atom(4086, struct.pack("<III", 20, 0xF3D1C4DF, edit))), ("PowerPoint Document", stream)])


doc(), old_doc(), biff8(), biff_old(), ppt()
container("locked.docx", [("EncryptedPackage", b"\x8a\x01\x99" * 99)])
