"""Classes and small letters of code points below U+3000, from the Unicode 3.2 data that every Python carries: they never change."""
import unicodedata

import numpy as np

SPACE, MARK, DIGIT, SMALL, CAPITAL, LETTER, UNSPACED = range(7)
COUNT = 0x3000


def is_unspaced(c):
    return 0x2E80 <= c <= 0x2FFF or 0x0E00 <= c <= 0x0EFF or 0x1000 <= c <= 0x109F or 0x1780 <= c <= 0x17FF


def character_class(c):
    category = unicodedata.ucd_3_2_0.category(chr(c))
    if category[0] == "Z" or category == "Cc":
        return SPACE
    if category == "Nd":
        return DIGIT
    if category == "Lu" or category == "Lt":
        return CAPITAL
    if category == "Ll":
        return SMALL
    if is_unspaced(c):
        return UNSPACED
    if category[0] in "LM" or category in ("Nl", "Cf", "Cn", "Cs", "Co") or c == 0x5F:
        return LETTER
    return MARK


def table():
    """(classes, small letters): arrays of COUNT entries; digits become '0'."""
    classes = np.array([character_class(c) for c in range(COUNT)], np.uint8)
    small = np.arange(COUNT, dtype=np.uint16)
    for c in range(COUNT):
        if classes[c] == CAPITAL:
            low = chr(c).lower()
            if len(low) == 1 and ord(low) < COUNT:
                small[c] = ord(low)
        elif classes[c] == DIGIT:
            small[c] = 0x30
    return classes, small
