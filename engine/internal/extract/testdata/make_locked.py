"""Makes the documents in this folder that need a password, or only seem to. Run it here, after make.py:
python3 make_locked.py (needs the package cryptography)."""
import base64, hashlib, struct

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from make_ole import container

PADDING = bytes.fromhex("28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a")


def rc4(key, data):
    s, j = list(range(256)), 0
    for i in range(256):
        j = (j + s[i] + key[i % len(key)]) & 255
        s[i], s[j] = s[j], s[i]
    out, i, j = bytearray(), 0, 0
    for byte in data:
        i = (i + 1) & 255
        j = (j + s[i]) & 255
        s[i], s[j] = s[j], s[i]
        out.append(byte ^ s[(s[i] + s[j]) & 255])
    return bytes(out)


def pdf(name, lines, user, owner):
    """A PDF of one page, encrypted as in its first versions (40 bits)."""
    pad = lambda password: (password + PADDING)[:32]
    o = rc4(hashlib.md5(pad(owner)).digest()[:5], pad(user))
    rights, identity = -4, b"\x01" * 16
    key = hashlib.md5(pad(user) + o + struct.pack("<i", rights) + identity).digest()[:5]
    sealed = lambda number, data: rc4(hashlib.md5(key + struct.pack("<I", number)[:3] + b"\0\0").digest()[:10], data)
    stream = ("BT /F1 12 Tf 14 TL 72 720 Td " + " ".join(f"({l}) Tj T*" for l in lines) + " ET").encode()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Count 1 /Kids [4 0 R] >>",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Times-Roman >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 5 0 R /Resources << /Font << /F1 3 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n" % len(stream) + sealed(5, stream) + b"\nendstream",
        b"<< /Filter /Standard /V 1 /R 2 /P %d /O <%s> /U <%s> >>" % (rights, o.hex().encode(), rc4(key, PADDING).hex().encode()),
    ]
    out, places = b"%PDF-1.4\n", []
    for i, o in enumerate(objects):
        places.append(len(out))
        out += b"%d 0 obj\n" % (i + 1) + o + b"\nendobj\n"
    start = len(out)
    out += b"xref\n0 7\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % p for p in places)
    out += b"trailer\n<< /Size 7 /Root 1 0 R /Encrypt 6 0 R /ID [<%s> <%s>] >>\nstartxref\n%d\n%%%%EOF\n" % (identity.hex().encode(), identity.hex().encode(), start)
    open(name, "wb").write(out)


def agile(name, package, password):
    """A document of Office as its programs encrypt it ([MS-OFFCRYPTO], agile), with fewer rounds."""
    rounds, salt, iv_salt, secret = 1000, b"s" * 16, b"i" * 16, b"k" * 32
    sha = lambda *parts: hashlib.sha512(b"".join(parts)).digest()

    def aes(key, iv, data):
        coder = Cipher(algorithms.AES(key), modes.CBC(iv)).encryptor()
        return coder.update(data) + coder.finalize()

    digest = sha(salt, password.encode("utf-16-le"))
    for i in range(rounds):
        digest = sha(struct.pack("<I", i), digest)
    block = lambda code: sha(digest, bytes.fromhex(code))[:32]
    verifier = b"v" * 16
    text = lambda data: base64.b64encode(data).decode()
    how = 'saltSize="16" blockSize="16" keyBits="256" hashSize="64" cipherAlgorithm="AES" cipherChaining="ChainingModeCBC" hashAlgorithm="SHA512"'
    information = (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?><encryption xmlns="http://schemas.microsoft.com/office/2006/encryption" '
        'xmlns:p="http://schemas.microsoft.com/office/2006/keyEncryptor/password">'
        f'<keyData {how} saltValue="{text(iv_salt)}"/><dataIntegrity encryptedHmacKey="" encryptedHmacValue=""/>'
        '<keyEncryptors><keyEncryptor uri="http://schemas.microsoft.com/office/2006/keyEncryptor/password">'
        f'<p:encryptedKey spinCount="{rounds}" {how} saltValue="{text(salt)}" encryptedVerifierHashInput="{text(aes(block("fea7d2763b4b9e79"), salt, verifier))}" '
        f'encryptedVerifierHashValue="{text(aes(block("d7aa0f6d3061344e"), salt, sha(verifier)))}" encryptedKeyValue="{text(aes(block("146e0be7abacd0d6"), salt, secret))}"/>'
        "</keyEncryptor></keyEncryptors></encryption>"
    ).encode()
    sealed = struct.pack("<Q", len(package))
    package = package.ljust(4096, b"\0")  # our containers hold nothing small
    for i in range(0, len(package), 4096):
        part = package[i:i + 4096]
        sealed += aes(secret, sha(iv_salt, struct.pack("<I", i // 4096))[:16], part + b"\0" * (-len(part) % 16))
    container(name, [("EncryptionInfo", struct.pack("<HHI", 4, 4, 0x40) + information.ljust(4088)), ("EncryptedPackage", sealed)])


pdf("sealed.pdf", ["The harbour master keeps the key of the light."], b"tide", b"ebb")
pdf("restricted.pdf", ["Nobody may print this, but everybody may read it."], b"", b"ebb")
agile("sealed.docx", open("report.docx", "rb").read(), "springtide é")
agile("protected.xlsx", open("ships.xlsx", "rb").read(), "VelvetSweatshop")
