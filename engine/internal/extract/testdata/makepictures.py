"""Makes the pictures in this folder, which are too small to hold words. Run it here: python3 makepictures.py"""
import struct, zlib


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png():
    pixels = zlib.compress(b"\0\xff\xff\xff" * 2)
    open("note.png", "wb").write(
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 2, 8, 2, 0, 0, 0))
        + chunk(b"tEXt", b"Title\0The harbour") + chunk(b"tEXt", b"Author\0Ada Example") + chunk(b"tEXt", "Description\0Café at the pier".encode("latin-1"))
        + chunk(b"iTXt", b"Comment\0\0\0en\0\0" + "Drawn on the 1st of May – by hand".encode()) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
    )


def ifd(at, entries, next_at=0):
    """Entries are (tag, type, count, value); values of more than four bytes follow the table."""
    out = struct.pack("<H", len(entries))
    extra, place = b"", at + 2 + 12 * len(entries) + 4
    for tag, kind, count, value in entries:
        if len(value) > 4:
            out += struct.pack("<HHII", tag, kind, count, place + len(extra))
            extra += value + b"\0" * (len(value) % 2)
        else:
            out += struct.pack("<HHI", tag, kind, count) + value.ljust(4, b"\0")
    return out + struct.pack("<I", next_at) + extra


def text(s):
    b = s.encode() + b"\0"
    return len(b), b


def exif():
    def entry(tag, s):
        n, b = text(s)
        return (tag, 2, n, b)

    def rational(*values):
        return b"".join(struct.pack("<II", v, 1) for v in values)

    def tables(places):
        first = [entry(0x010E, "The harbour at low water"), entry(0x010F, "Example"), entry(0x0110, "Camera 1"), entry(0x013B, "Ada Example"),
                 (0x8769, 4, 1, struct.pack("<I", places[0])), (0x8825, 4, 1, struct.pack("<I", places[1]))]
        second = [(0x829A, 5, 1, struct.pack("<II", 1, 100)), entry(0x9003, "2026:01:02 03:04:05"), entry(0x9011, "+01:00")]
        third = [entry(0x0001, "N"), (0x0002, 5, 3, rational(53, 30, 0)), entry(0x0003, "W"), (0x0004, 5, 3, rational(8, 15, 0))]
        return first, second, third

    first, second, _ = tables((0, 0))
    at = 8 + len(ifd(8, first))
    places = (at, at + len(ifd(at, second)))
    first, second, third = tables(places)
    return b"II*\0" + struct.pack("<I", 8) + ifd(8, first) + ifd(places[0], second) + ifd(places[1], third)


def jpeg():
    def segment(mark, data):
        return bytes([0xFF, mark]) + struct.pack(">H", len(data) + 2) + data

    open("photo.jpg", "wb").write(
        b"\xff\xd8" + segment(0xE1, b"Exif\0\0" + exif()) + segment(0xFE, "Seen from the café".encode())
        + segment(0xC0, struct.pack(">BHHB", 8, 60, 80, 1) + b"\1\x11\0") + b"\xff\xd9"
    )


def webp():
    xmp = (
        "<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'><rdf:Description xmlns:dc='http://purl.org/dc/elements/1.1/'>"
        "<dc:title><rdf:Alt><rdf:li xml:lang='x-default'>Sign at the pier</rdf:li></rdf:Alt></dc:title><dc:subject><rdf:Bag><rdf:li>pier</rdf:li><rdf:li>sign</rdf:li></rdf:Bag></dc:subject>"
        "</rdf:Description></rdf:RDF></x:xmpmeta>"
    ).encode()
    xmp += b" " * (len(xmp) % 2)
    body = b"WEBP" + b"VP8X" + struct.pack("<IB", 10, 4) + b"\0\0\0" + struct.pack("<I", 29)[:3] + struct.pack("<I", 19)[:3] + b"XMP " + struct.pack("<I", len(xmp)) + xmp
    open("sign.webp", "wb").write(b"RIFF" + struct.pack("<I", len(body)) + body)


def gif():
    open("dot.gif", "wb").write(b"GIF89a" + struct.pack("<HHBBB", 2, 1, 0x80, 0, 0) + b"\0\0\0\xff\xff\xff" + b"," + struct.pack("<HHHHB", 0, 0, 2, 1, 0) + b"\2\2\x44\x0a\0;")


png()
jpeg()
webp()
gif()
