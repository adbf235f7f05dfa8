#!/usr/bin/env python3
"""Writes ../blocks.h: for each code point of the BMP, whether it
  may change under NFC or has a combining class (wk_not_inert),
  is invisible, an odd space or a C1 control (wk_invisible).
Data: Python's unicodedata (Unicode Character Database). KernelTests compares the table with ICU's own data."""
import pathlib
import unicodedata as u

INVISIBLE = set([0xAD, 0x34F, 0x61C, 0x115F, 0x1160, 0x180E, 0x3000, 0x3164, 0xFEFF, 0xFFA0, 0x1680, 0x202F, 0x205F])
INVISIBLE |= set(range(0x80, 0xA1)) | set(range(0x2000, 0x2010)) | set(range(0x2028, 0x202F)) | set(range(0x2060, 0x2070))
INVISIBLE |= set(range(0xFFF0, 0xFFFD)) | set(range(0xFE00, 0xFE10)) | set(range(0x180B, 0x1810))


def inert(c):
    s = chr(c)
    if u.combining(s) or u.normalize("NFC", s) != s:
        return False
    # NFC_QC = Maybe: may join with a character before it.
    if 0x1161 <= c <= 0x1175 or 0x11A8 <= c <= 0x11C2 or c in COMPOSING:
        return False
    return True


COMPOSING = set()
for c in range(0x110000):
    d = u.decomposition(chr(c))
    if d and not d.startswith("<") and " " in d and u.normalize("NFC", chr(c)) == chr(c):
        COMPOSING.add(int(d.split()[1], 16))

def table(name, test):
    masks = [
        sum(1 << (c & 63) for c in range(b << 6, (b + 1) << 6) if not 0xD800 <= c <= 0xDFFF and test(c)) for b in range(1024)
    ]
    text = f"static const uint64_t {name}[1024] = {{\n"
    for i in range(0, 1024, 8):
        text += "    " + ", ".join(hex(m) for m in masks[i : i + 8]) + ",\n"
    return text + "};\n"


text = "// Written by generate/blocks.py: a bit a code point of the BMP, 64 to a word.\n"
text += table("wk_not_inert", lambda c: not inert(c)) + table("wk_invisible", lambda c: c in INVISIBLE)
pathlib.Path(__file__).parent.joinpath("../blocks.h").write_text(text)
