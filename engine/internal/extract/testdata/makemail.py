"""Makes the mail in this folder. Run it here: python3 makemail.py"""
import struct


def write(name, text, charset="utf-8"):
    open(name, "wb").write(text.replace("\n", "\r\n").encode(charset) if isinstance(text, str) else text)


def eml():
    inner = (
        "From: Bo Example <bo@example.org>\nTo: Ada Example <ada@example.org>\nSubject: Berth 12\nDate: Thu, 1 Jan 2026 09:00:00 +0000\n"
        "Content-Type: text/html; charset=utf-8\n\n<h1>Berth 12</h1><p>It is free from <b>March</b>.</p>\n"
    )
    write("letter.eml", (
        "Received: from mail.example.org by mx.example.org; Fri, 2 Jan 2026 03:04:06 +0100\n"
        "From: =?UTF-8?Q?Ada_Ex=C3=A4mple?= <ada@example.org>\nTo: \"Example, Bo\" <bo@example.org>,\n  Cy <cy@example.org>\nCc: harbour@example.org\n"
        "Subject: =?ISO-8859-1?Q?Caf=E9_at_the?=\n =?ISO-8859-1?Q?_harbour?=\nDate: Fri, 2 Jan 2026 03:04:05 +0100\nMessage-ID: <1@example.org>\nMIME-Version: 1.0\n"
        "Content-Type: multipart/mixed; boundary=outer\n\nNot shown.\n"
        "--outer\nContent-Type: multipart/alternative; boundary=inner\n\n"
        "--inner\nContent-Type: text/plain; charset=iso-8859-1; format=flowed\nContent-Transfer-Encoding: quoted-printable\n\n"
        "The caf=E9 at the harbour opens=20\nin May.\n\n> When does it open?\n> Does anybody know?\n\n-- =\n\nAda\n"
        "--inner\nContent-Type: text/html; charset=utf-8\n\n<p>The café at the harbour opens in May. (rich)</p>\n--inner--\n"
        "--outer\nContent-Type: text/csv; name=\"tides.csv\"\nContent-Disposition: attachment; filename=\"tides.csv\"\nContent-Transfer-Encoding: base64\n\n"
        "UGxhY2UsSGlnaCB0aWRlCkhhcmJvdXIsMDQ6MTAKQnJpZGdlLDA0OjM1Cg==\n"
        "--outer\nContent-Type: application/pdf; name=broken.pdf\nContent-Disposition: attachment\nContent-Transfer-Encoding: base64\n\nbm8gcGRm\n"
        "--outer\nContent-Type: message/rfc822\n\n" + inner + "--outer--\n"
    ))
    write("rich.eml", (
        "From: ada@example.org\nTo: bo@example.org\nSubject: Only rich\nDate: not a date\nMIME-Version: 1.0\nContent-Type: text/html; charset=windows-1251\n"
        "Content-Transfer-Encoding: 8bit\n\n<html><head><meta charset=windows-1251></head><body><p>Гавань открыта</p><table><tr><th>Ship<th>Length<tr><td>Marie<td>12 m</table></body></html>\n"
    ), "cp1251")
    write("utf16.eml", "\ufeffFrom: ada@example.org\nTo: bo@example.org\nSubject: Two bytes\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-16\n\nEach letter here took two bytes.\n", "utf-16-le")
    write("encrypted.eml", (
        "From: ada@example.org\nTo: bo@example.org\nSubject: Secret\nMIME-Version: 1.0\n"
        "Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m\nContent-Transfer-Encoding: base64\n\nMIIBigYJ\n"
    ))
    write("winmail.eml", (
        b"From: ada@example.org\nTo: bo@example.org\nSubject: From Outlook\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n"
        b"--b\nContent-Type: text/plain\n\n--b\nContent-Type: application/ms-tnef; name=winmail.dat\nContent-Transfer-Encoding: base64\n\n"
        + __import__("base64").encodebytes(tnef()) + b"--b--\n"
    ))


def tnef():
    def attribute(level, number, data):
        return struct.pack("<BII", level, number, len(data)) + data + struct.pack("<H", sum(data) & 0xFFFF)

    def wide(text):
        data = text.encode("utf-16-le") + b"\0\0"
        return struct.pack("<II", 1, len(data)) + data + b"\0" * (-len(data) % 4)

    letter = struct.pack("<I", 2) + struct.pack("<III", 0x8005001F, 0, 0)[:4] + b"\1" * 16 + struct.pack("<II", 0, 7) + wide("a named one") + struct.pack("<I", 0x1000001F) + wide("The letter lies in the attachment.")
    file = struct.pack("<I", 1) + struct.pack("<I", 0x3707001F) + wide("A long name of a list.txt")
    return (
        struct.pack("<IH", 0x223E9F78, 1) + attribute(1, 0x00069003, letter) + attribute(2, 0x00069002, b"\0" * 14)
        + attribute(2, 0x00018010, b"ALONGN~1.TXT\0") + attribute(2, 0x0006800F, b"one boat\ntwo boats\n") + attribute(2, 0x00069005, file)
    )


def mbox():
    write("box.mbox", (
        "From ada@example.org Thu Jan  1 09:00:00 2026\nFrom: Ada <ada@example.org>\nTo: list@example.org\nSubject: Tides\nDate: Thu, 1 Jan 2026 09:00:00 +0000\n\n"
        "High water is at four.\n>From here it is an hour to the bridge.\nFrom now on nothing is escaped.\n\n"
        "From bo@example.org Fri Jan  2 09:00:00 2026\nFrom: Bo <bo@example.org>\nSubject: Re: Tides\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n\n"
        "--x\n\n> High water is at four.\n\nThank you.\n--x\nContent-Disposition: attachment; filename=chart.txt\n\nnot read in a mailbox\n--x--\n\n"
    ))


def mhtml():
    write("saved.mhtml", (
        "From: <Saved by Blink>\nSnapshot-Content-Location: https://example.org/harbour\nSubject: Harbour\nDate: Fri, 2 Jan 2026 03:04:05 +0000\nMIME-Version: 1.0\n"
        "Content-Type: multipart/related; type=\"text/html\"; boundary=\"part\"\n\n"
        "--part\nContent-Type: text/css\nContent-Location: https://example.org/a.css\n\nbody { color: red }\n"
        "--part\nContent-Type: text/html\nContent-ID: <frame@example.org>\nContent-Transfer-Encoding: quoted-printable\nContent-Location: https://example.org/harbour\n\n"
        "<html lang=3D\"en\"><head><meta charset=3D\"utf-8\"><title>The harbour</title></head><body><h1>The harbour</h1><p>A caf=C3=A9 and a =\nbridge.</p></body></html>\n--part--\n"
    ))


class Compound:
    """The smallest compound file that holds a tree of streams: sectors of 512 bytes, no mini streams."""

    def __init__(self):
        self.entries = [("Root Entry", 5, b"", [])]

    def folder(self, name, parent=0):
        self.entries.append((name, 5, b"", []))
        self.entries[parent][3].append(len(self.entries) - 1)
        return len(self.entries) - 1

    def stream(self, name, data, parent=0):
        self.entries.append((name, 2, data, []))
        self.entries[parent][3].append(len(self.entries) - 1)

    def bytes(self):
        end, free = 0xFFFFFFFE, 0xFFFFFFFF
        chain, body, starts = [], b"", []
        for _, kind, data, _ in self.entries:  # streams are padded to 4096 bytes so that none belongs in the mini stream
            data = data + b"\0" * (max(4096, len(data)) - len(data)) if kind == 2 else b""
            n = (len(data) + 511) // 512
            starts.append(len(chain) if n else end)
            chain += [len(chain) + i + 1 for i in range(n - 1)] + [end] * bool(n)
            body += data + b"\0" * (n * 512 - len(data))
        directory = b""
        for i, (name, kind, data, children) in enumerate(self.entries):
            order = sorted(children, key=lambda c: (len(self.entries[c][0]), self.entries[c][0].upper()))
            child = order[0] if order else free
            right = free
            for _, _, _, siblings in self.entries:
                order = sorted(siblings, key=lambda c: (len(self.entries[c][0]), self.entries[c][0].upper()))
                if i in order and order.index(i) + 1 < len(order):
                    right = order[order.index(i) + 1]
            wide = name.encode("utf-16-le")
            size = max(4096, len(data)) if kind == 2 else 0
            directory += wide + b"\0" * (64 - len(wide)) + struct.pack("<HBBIII", len(wide) + 2, kind if i else 5, 1, free, right, child) + b"\0" * 36 + struct.pack("<IQ", starts[i], size)
        directory += b"\0" * (-len(directory) % 512)
        first = len(chain)
        n = len(directory) // 512
        chain += [first + i + 1 for i in range(n - 1)] + [end]
        body += directory
        tables = 1
        while (len(chain) + tables) * 4 > tables * 512:
            tables += 1
        at = len(chain)
        chain += [0xFFFFFFFD] * tables
        chain += [free] * (-len(chain) % 128)
        header = bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 16 + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + b"\0" * 6
        header += struct.pack("<IIIIIIIII", 0, tables, first, 0, 4096, end, 0, end, 0) + struct.pack("<109I", *[at + i for i in range(tables)] + [free] * (109 - tables))
        return header + body + struct.pack(f"<{len(chain)}I", *chain)


def compressed(rtf):
    """Literals only: nine bytes for eight."""
    out = b""
    for i in range(0, len(rtf), 8):
        out += b"\0" + rtf[i:i + 8]
    return struct.pack("<II4sI", len(out) + 12, len(rtf), b"LZFu", 0) + out


def msg():
    def text(f, number, value, parent=0):
        f.stream(f"__substg1.0_{number:04X}001F", value.encode("utf-16-le"), parent)

    def fixed(f, header, properties, parent=0):
        f.stream("__properties_version1.0", b"\0" * header + b"".join(struct.pack("<HHIQ", kind, number, 6, value) for number, kind, value in properties), parent)

    f = Compound()
    fixed(f, 32, [(0x0039, 0x40, (1767323045 + 11644473600) * 10_000_000), (0x3FFD, 3, 1251)])
    text(f, 0x0037, "Berths of the harbour")
    f.stream("__substg1.0_0C1A001E", "Ада".encode("cp1251"))
    text(f, 0x5D01, "ada@example.org")
    rtf = (
        r"{\rtf1\ansi\ansicpg1252\fromhtml1 \deff0{\fonttbl{\f0 Arial;}}{\*\htmltag19 <html>}{\*\htmltag64 <p>}\htmlrtf {\htmlrtf0 Berth 12 \'e9 \u8364? & free"
        r"\htmlrtf\par}\htmlrtf0{\*\htmltag72 </p>}{\*\htmltag64 <ul><li>}One \{boat\}\htmlrtf\par\htmlrtf0{\*\htmltag72 </li></ul></html>}}"
    )
    f.stream("__substg1.0_10090102", compressed(rtf.encode("ascii")))
    for i, (name, kind) in enumerate([("Bo Example", 1), ("Cy Example", 2)]):
        folder = f.folder(f"__recip_version1.0_#0000000{i}")
        fixed(f, 8, [(0x0C15, 3, kind)], folder)
        text(f, 0x3001, name, folder)
        text(f, 0x39FE, name[:2].lower() + "@example.org", folder)
    folder = f.folder("__attach_version1.0_#00000000")
    text(f, 0x3707, "berths.csv", folder)
    f.stream("__substg1.0_37010102", b"Berth,Ship\n12,Marie\n13,Anna\n".ljust(4096), folder)
    folder = f.folder("__attach_version1.0_#00000001")
    inner = f.folder("__substg1.0_3701000D", folder)
    fixed(f, 24, [(0x0E06, 0x40, (1767223045 + 11644473600) * 10_000_000)], inner)
    text(f, 0x0037, "The message within", inner)
    text(f, 0x1000, "Berth 13 is taken.", inner)
    open("letter.msg", "wb").write(f.bytes())


eml()
mbox()
mhtml()
msg()
