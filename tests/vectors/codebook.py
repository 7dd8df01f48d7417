#!/usr/bin/env python3
"""Writes tests/vectors/codebook.vec: codewords by docs/formats/codebook.md, from hashlib and the openssl program alone."""
import hashlib, hmac, struct, subprocess


def aes(key, blocks):
    run = subprocess.run(["openssl", "enc", "-aes-128-ecb", "-nopad", "-K", key.hex()], input=blocks,
                         capture_output=True, check=True)
    return run.stdout


def derive(key, label):
    return hmac.new(key, label, hashlib.sha256).digest()[:16]


def classes(key, carriers):
    stream = aes(derive(key, b"barium codebook 1 biases"), b"".join(struct.pack("<QQ", i, 0) for i in range(carriers)))
    return [next(b for b in stream[16 * i:16 * i + 16] if b != 255) % 3 for i in range(carriers)]


def symbols(key, carriers, copy, bias):
    symbol_key = derive(key, b"barium codebook 1 symbols")
    blocks = (carriers + 127) // 128
    planes = [aes(symbol_key, b"".join(struct.pack("<QII", copy, b, p) for b in range(blocks))) for p in range(3)]
    text = ""
    for i in range(carriers):
        b = [plane[i // 8] >> (i % 8) & 1 for plane in planes]
        low = b[0] & b[1] & b[2]
        text += "+" if (low, b[0], 1 - low)[bias[i]] else "-"
    return text


print("# first key byte (the rest count up), carriers, copy number, bias class per carrier, symbol per carrier")
for first, carriers, copy in [(0, 40, 0), (0, 300, 1), (17, 129, 4294967296), (200, 256, 18446744073709551615)]:
    key = bytes((first + i) % 256 for i in range(32))
    bias = classes(key, carriers)
    print(first, carriers, copy, "".join(map(str, bias)), symbols(key, carriers, copy, bias))
