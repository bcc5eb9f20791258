"""Makes the archives and recordings in this folder. Run it here: python3 makefiles.py"""
import bz2, gzip, io, lzma, struct, tarfile, zipfile, zlib


def archives():
    stamp = (2026, 1, 2, 3, 4, 6)
    with zipfile.ZipFile("boxes.zip", "w", zipfile.ZIP_DEFLATED) as z:
        z.writestr(zipfile.ZipInfo("boats/", stamp), "")
        z.writestr(zipfile.ZipInfo("boats/Café plan.txt", stamp), "x" * 3000)
        z.writestr(zipfile.ZipInfo("list.csv", stamp), "a,b\n")
    tar = io.BytesIO()
    with tarfile.open(fileobj=tar, mode="w", format=tarfile.USTAR_FORMAT) as t:
        for name in ("harbour/tide.txt", "harbour/chart.png"):
            info = tarfile.TarInfo(name)
            info.size, info.mtime = 5, 1767323045
            t.addfile(info, io.BytesIO(b"words"))
    open("harbour.tar", "wb").write(tar.getvalue())
    open("harbour.tgz", "wb").write(gzip.compress(tar.getvalue(), mtime=0))
    open("tide.md.gz", "wb").write(gzip.compress(b"# Tides\n\nHigh water is at four.\n", mtime=0))
    open("tide.csv.bz2", "wb").write(bz2.compress(b"Place,High\nPier,4:10\n"))
    open("tide.txt.xz", "wb").write(lzma.compress(b"High water is at four.\n"))
    names = b"".join(n.encode("utf-16-le") + b"\0\0" for n in ("chart.txt", "Caf\u00e9"))
    header = b"\x01\x05\x02" + b"\x0e\x01\xc0" + b"\x0f\x01\xc0" + b"\x11" + bytes([len(names) + 1]) + b"\0" + names + b"\0\0"
    start = struct.pack("<QQI", 0, len(header), zlib.crc32(header))
    open("empty.7z", "wb").write(b"7z\xbc\xaf\x27\x1c\0\4" + struct.pack("<I", zlib.crc32(start)) + start + header)

    def block(kind, flags, rest, size):
        body = struct.pack("<BHH", kind, flags, size) + rest
        return struct.pack("<H", zlib.crc32(body) & 0xFFFF) + body

    name, data = b"pier\\sign.txt", b"words"
    rest = struct.pack("<IIBIIBBHI", len(data), len(data), 0, zlib.crc32(data), 0x5C225A66, 20, 0x30, len(name), 0x20) + name
    open("old.rar", "wb").write(b"Rar!\x1a\7\0" + block(0x73, 0, b"\0" * 6, 13) + block(0x74, 0x8000, rest, 7 + len(rest)) + data + block(0x7B, 0x4000, b"", 7))


def recordings():
    def frame(name, text):
        body = b"\1" + text.encode("utf-16")
        return name + struct.pack(">I", len(body)) + b"\0\0" + body

    frames = frame(b"TIT2", "The tide") + frame(b"TPE1", "Ada Exämple") + frame(b"TALB", "Harbour songs") + frame(b"TYER", "2026") + frame(b"TRCK", "2/9")
    words = b"\1eng" + "\0".encode("utf-16") + "The water comes\nand the water goes".encode("utf-16")
    frames += b"USLT" + struct.pack(">I", len(words)) + b"\0\0" + words
    size = len(frames)
    open("song.mp3", "wb").write(b"ID3\3\0\0" + bytes([size >> 21 & 127, size >> 14 & 127, size >> 7 & 127, size & 127]) + frames + b"\xff\xfb\x90\0" + b"\0" * 413)

    def comment(s):
        return struct.pack("<I", len(s.encode())) + s.encode()

    comments = comment("example") + struct.pack("<I", 2) + comment("TITLE=Low water") + comment("ARTIST=Bo Example")
    info = struct.pack(">HH", 4096, 4096) + b"\0" * 6 + struct.pack(">Q", 44100 << 44 | 1 << 41 | 15 << 36 | 44100 * 90) + b"\0" * 16
    open("song.flac", "wb").write(b"fLaC" + b"\0" + struct.pack(">I", len(info))[1:] + info + b"\x84" + struct.pack(">I", len(comments))[1:] + comments)

    def chunk(kind, data):
        return kind + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)

    notes = b"INFO" + chunk(b"INAM", "Fog horn\0".encode()) + chunk(b"IART", b"Harbour office\0") + chunk(b"ICMT", "Heard from the café\0".encode())
    body = b"WAVE" + chunk(b"fmt ", struct.pack("<HHIIHH", 1, 1, 8000, 8000, 1, 8)) + chunk(b"LIST", notes) + chunk(b"data", b"\x80" * 16000)
    open("horn.wav", "wb").write(b"RIFF" + struct.pack("<I", len(body)) + body)

    def box(kind, data):
        return struct.pack(">I", len(data) + 8) + kind + data

    def item(name, text):
        return box(name, box(b"data", struct.pack(">II", 1, 0) + text.encode()))

    tags = item(b"\xa9nam", "Arrival of the ferry") + item(b"\xa9cmt", "Filmed from the pier")
    meta = box(b"meta", b"\0" * 4 + box(b"hdlr", b"\0" * 8 + b"mdirappl" + b"\0" * 9) + box(b"ilst", tags))
    header = box(b"mvhd", struct.pack(">IIIII", 0, 0, 0, 1000, 83500) + b"\0" * 80)
    open("ferry.mp4", "wb").write(box(b"ftyp", b"isom\0\0\2\0isommp41") + box(b"moov", header + box(b"udta", meta)))


archives()
recordings()
