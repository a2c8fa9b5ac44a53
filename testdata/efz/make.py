#!/usr/bin/env python3
"""Makes rsa.json: containers "ZEFZ version 1" with wrapped keys, by the cryptography package and zlib alone.

Run beside the two PEM files. The keys serve these tests and nothing else.
"""
import hashlib
import hmac
import json
import os
import struct
import zlib

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
try:
    from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
except ImportError:
    TripleDES = algorithms.TripleDES


def ebcdic(text, length):
    # The characters used here are the same in IBM-037 and IBM-1047.
    return text.encode("cp037").ljust(length, b"\x40")


def container(pem, label, key_type, oaep, compressed, integrity, records, desc):
    private = serialization.load_pem_private_key(open(pem, "rb").read(), None)
    public = private.public_key()
    spki = public.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    clear = os.urandom(32)
    pad = padding.OAEP(padding.MGF1(hashes.SHA1()), hashes.SHA1(), None) if oaep else padding.PKCS1v15()
    wrapped = public.encrypt(clear, pad)
    cut = 16 if key_type == 0x40 else 24
    key, iv = clear[:cut], clear[cut:]
    body = b"".join(
        struct.pack(">IH", len(r), 0x8000 if n == len(records) - 1 else 0) + r for n, r in enumerate(records))
    framed = len(body)
    if compressed:
        deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
        body = deflate.compress(body) + deflate.flush()
    length = len(body)
    body = body.ljust(-(-length // len(iv)) * len(iv), b"\0")
    algorithm = algorithms.AES(key) if key_type == 0x40 else TripleDES(key)
    encryptor = Cipher(algorithm, modes.CBC(iv)).encryptor()
    secret = encryptor.update(body) + encryptor.finalize()
    extension = ebcdic(label, 64) + hashlib.sha1(spki).digest()
    extension += struct.pack(">HBB", len(wrapped), 2 if oaep else 1, 0) + wrapped
    flags = (0x80 if compressed else 0) | 0x20 | (0x10 if integrity else 0)
    header = bytes.fromhex("e9d1d6c2c5c6e940") + struct.pack(">HH", 1, 120 + len(extension))
    header += struct.pack(">BBBBI8x", key_type, flags, 0, 1, 0)
    header += struct.pack(">BBHIQ4x", 0x90, 1 if compressed else 0, 80, 27920, length)
    header += hashlib.sha256(b"zjob-efz-check" + key).digest()[:8] + ebcdic(desc, 64) + extension
    out = header + secret
    if integrity:
        mac = hmac.new(clear, b"zjob-efz-mac", hashlib.sha256).digest()
        out += hmac.new(mac, out, hashlib.sha256).digest()
    return {
        "pem": pem, "label": label, "key_type": f"{key_type:02x}", "oaep": oaep, "compressed": compressed,
        "integrity": integrity, "framed": framed, "desc": desc, "records": [r.hex() for r in records],
        "container": out.hex(),
    }


card = lambda n: ebcdic(f"RECORD {n}", 80)
rows = [
    container("rsa-2048.pem", "ITSOLD.TEST.RSA2048", 0x20, False, False, True, [card(1), card(2)], "secure key"),
    container("rsa-2048.pem", "ITSOLD.TEST.RSA2048", 0x80, True, False, False, [card(1)], "OAEP"),
    container("rsa-4096.pem", "$BIG.KEY", 0x40, False, True, True, [card(n) for n in range(50)], "compressed"),
    container("rsa-2048.pem", "A", 0x40, True, True, False, [], ""),
]
with open("rsa.json", "w") as out:
    json.dump({"rsa": rows}, out, indent=1)
