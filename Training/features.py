"""What the classifier sees of a line and of the lines around it: the twin of Sources/WinnowStages/Boilerplate/Classifier.

Everything is integer arithmetic, so that this file and the Swift code give the same numbers. Texts are bytes of UTF-8.
"""
import numba as nb
import numpy as np

from characters import CAPITAL, COUNT, DIGIT, LETTER, MARK, SMALL, SPACE, UNSPACED, table

CLASSES, SMALLS = table()

# Of a longer line only the two ends are looked at, in bytes.
WHOLE, HEAD, TAIL = 384, 224, 96
# Words that give features of their own, from each end.
FIRST_WORDS, LAST_WORDS = 20, 10
MOST_TOKENS = 400
MOST_FEATURES = 64

# Kinds of line features; the numbers are part of the model's format.
(WORD, FIRST, LAST, LINE, SHAPE_FIRST, SHAPE_LAST, SHAPE_LINE, WORDS, LENGTH, CAPITALS, UPPER, DIGITS, MARKS, ENDING, COMMAS, LAST_CLASS,
 FIRST_CLASS, SENTENCES, WORD_LENGTH, SEPARATORS, ADDRESS) = range(21)

# Numbers of a line.
N_WORDS, N_CHARS, N_CAPITALS, N_MARKS, N_ENDING, N_CASED, N_HASH = range(7)
NUMBERS = 7


@nb.njit(inline="always")
def mix(a):
    a = np.uint64(a) & np.uint64(0xFFFFFFFF)
    a = (a * np.uint64(0x9E3779B1)) & np.uint64(0xFFFFFFFF)
    return a ^ (a >> np.uint64(15))


@nb.njit(inline="always")
def join(a, b):
    return mix((np.uint64(a) * np.uint64(0x85EBCA6B) & np.uint64(0xFFFFFFFF)) ^ np.uint64(b))


@nb.njit(inline="always")
def feature(kind, value):
    a = mix(np.uint64(value) ^ (np.uint64(kind + 1) * np.uint64(0x27D4EB2F)))
    a = (a * np.uint64(0xC2B2AE35)) & np.uint64(0xFFFFFFFF)
    return a ^ (a >> np.uint64(13))


@nb.njit
def bucket(v):
    """Half steps of a binary logarithm: 0 1 2 3 4-5 6-7 8-11 12-15 16-23 …"""
    if v < 2:
        return max(v, 0)
    bits = 0
    x = v
    while x > 0:
        x >>= 1
        bits += 1
    return 2 * bits - 2 + ((v >> (bits - 2)) & 1)


@nb.njit
def class_of(c):
    if c < COUNT:
        return CLASSES[c]
    if c <= 0x303F:
        return SPACE if c == 0x3000 else MARK
    if c >= 0xAC00 and c <= 0xD7FF:
        return LETTER
    if c <= 0x9FFF or (c >= 0xF900 and c <= 0xFAFF) or (c >= 0x20000 and c <= 0x3FFFF):
        return UNSPACED
    if c >= 0xFF00 and c <= 0xFF65:
        if c >= 0xFF10 and c <= 0xFF19:
            return DIGIT
        if c >= 0xFF21 and c <= 0xFF3A:
            return CAPITAL
        if c >= 0xFF41 and c <= 0xFF5A:
            return SMALL
        return MARK
    if c >= 0xFF66 and c <= 0xFF9F:
        return UNSPACED
    if (c >= 0xFE10 and c <= 0xFE6F and not (c >= 0xFE20 and c <= 0xFE2F)) or (c >= 0xFFE0 and c <= 0xFFFF):
        return MARK
    if c >= 0x1F000 and c <= 0x1FAFF:
        return MARK
    return LETTER


@nb.njit
def scalar(b, i):
    x = b[i]
    if x < 0x80:
        return np.int64(x), i + 1
    if x < 0xE0:
        return (np.int64(x & 0x1F) << 6) | np.int64(b[i + 1] & 0x3F), i + 2
    if x < 0xF0:
        return (np.int64(x & 0x0F) << 12) | (np.int64(b[i + 1] & 0x3F) << 6) | np.int64(b[i + 2] & 0x3F), i + 3
    return ((np.int64(x & 0x07) << 18) | (np.int64(b[i + 1] & 0x3F) << 12) | (np.int64(b[i + 2] & 0x3F) << 6)
            | np.int64(b[i + 3] & 0x3F)), i + 4


@nb.njit
def is_end(c):
    return (c == 0x2E or c == 0x21 or c == 0x3F or c == 0x2026 or c == 0x3002 or c == 0xFF01 or c == 0xFF1F or c == 0x061F
            or c == 0x06D4 or c == 0x0964 or c == 0x0965)


@nb.njit
def is_closing(c):
    return (c == 0x22 or c == 0x27 or c == 0x29 or c == 0x2019 or c == 0x201C or c == 0x201D or c == 0xBB or c == 0xAB
            or c == 0x300D or c == 0x300F or c == 0xFF09)


@nb.njit
def simple_class(c):
    """Letters and digits by their class, marks by themselves."""
    k = class_of(c)
    return np.int64(c) + 16 if k == MARK else np.int64(k)


@nb.njit
def line(b, kinds, hashes, numbers):
    """Fills in the features of a line, which is not blank; returns how many."""
    start, end = 0, len(b)
    while start < end and (b[start] == 0x20 or b[start] == 0x09):
        start += 1
    while end > start and (b[end - 1] == 0x20 or b[end - 1] == 0x09):
        end -= 1
    size = end - start
    ends = np.empty(4, np.int64)
    parts = 1
    ends[0], ends[1] = start, end
    if size > WHOLE:
        parts = 2
        i = start + HEAD
        while i > start and (b[i] & 0xC0) == 0x80:
            i -= 1
        j = end - TAIL
        while j < end and (b[j] & 0xC0) == 0x80:
            j += 1
        ends[1], ends[2], ends[3] = i, j, end
    token = np.empty(MOST_TOKENS, np.uint64)
    shape = np.empty(MOST_TOKENS, np.int64)
    is_word = np.empty(MOST_TOKENS, np.bool_)
    tokens = 0
    chars = letters = cased = uppers = digits = commas = seps = sentences = marks = words = caps = 0
    first = second_last = last = 0
    for part in range(parts):
        i, stop = ends[2 * part], ends[2 * part + 1]
        in_word = False
        after_stop = 0
        while i < stop:
            c, n = scalar(b, i)
            if chars == 0:
                first = c
            second_last, last = last, c
            chars += 1
            k = class_of(c)
            if k == SPACE:
                in_word = False
                if after_stop == 1:
                    after_stop = 2
                i = n
                continue
            if after_stop == 2:
                sentences += 1
            after_stop = 0
            if k == MARK or k == UNSPACED:
                in_word = False
                token[tokens] = mix(np.uint64(c))
                is_word[tokens] = k == UNSPACED
                shape[tokens] = (np.int64(c) << 4) if k == MARK else 6
                tokens += 1
                if k == MARK:
                    marks += 1
                    if c == 0x2C or c == 0x3001 or c == 0x060C or c == 0xFF0C:
                        commas += 1
                    elif c == 0x7C or c == 0x2022 or c == 0xB7 or c == 0xBB or c == 0x203A:
                        seps += 1
                    elif is_end(c):
                        after_stop = 1
                else:
                    words += 1
                    letters += 1
            else:
                low = np.int64(SMALLS[c]) if c < COUNT else (c + 32 if k == CAPITAL else (0x30 if k == DIGIT else c))
                if not in_word:
                    in_word = True
                    token[tokens] = np.uint64(0x1234567)
                    is_word[tokens] = True
                    # 1 small, 2 other letters, 3 capital first, 4 one capital, 5 all capitals, 7 8 9 digits
                    shape[tokens] = 7 if k == DIGIT else (4 if k == CAPITAL else (1 if k == SMALL else 2))
                    tokens += 1
                    words += 1
                    if k == CAPITAL:
                        caps += 1
                    run = 1
                else:
                    run += 1
                    s = shape[tokens - 1]
                    if s == 7 or s == 8 or s == 9:
                        shape[tokens - 1] = 7 if run < 3 else (9 if run == 4 else 8)
                    elif s == 4 or s == 5:
                        shape[tokens - 1] = 5 if k == CAPITAL else 3
                token[tokens - 1] = mix(token[tokens - 1] ^ np.uint64(low))
                if k == DIGIT:
                    digits += 1
                else:
                    letters += 1
                    if k != LETTER:
                        cased += 1
                    if k == CAPITAL:
                        uppers += 1
            i = n
    looked = 0
    for part in range(parts):
        looked += ends[2 * part + 1] - ends[2 * part]
    if parts == 2:
        words_all, chars_all = words * size // looked, chars * size // looked
        commas, sentences = commas * size // looked, sentences * size // looked
    else:
        words_all, chars_all = words, chars
    ending = 0
    if is_end(last):
        ending = 1
    elif is_closing(last) and is_end(second_last):
        ending = 2
    per = max(1, words)
    length = 0 if words_all <= 3 else (1 if words_all <= 8 else (2 if words_all <= 20 else 3))
    capital = caps * 8 // per
    digit = digits * 8 // max(1, chars)
    mark = marks * 10 // max(1, tokens)
    numbers[N_WORDS], numbers[N_CHARS], numbers[N_CAPITALS] = words_all, chars_all, caps * 64 // per
    numbers[N_MARKS], numbers[N_ENDING], numbers[N_CASED] = marks * 64 // max(1, tokens), ending, np.int64(cased * 2 >= letters)

    m = 0
    # Words.
    seen = 0
    whole = np.uint64(words)
    for t in range(tokens):
        if not is_word[t]:
            continue
        if words <= FIRST_WORDS + LAST_WORDS or seen < FIRST_WORDS or seen >= words - LAST_WORDS:
            kinds[m], hashes[m] = WORD, feature(WORD, token[t])
            m += 1
        seen += 1
        whole = join(whole, token[t])
    numbers[N_HASH] = np.int64(whole)
    if words <= 7:
        kinds[m], hashes[m] = LINE, feature(LINE, whole)
        m += 1
    # The ends.
    a, z = np.uint64(1), np.uint64(1)
    for k in range(min(3, tokens)):
        a, z = join(a, token[k]), join(z, token[tokens - 1 - k])
        kinds[m], hashes[m] = FIRST, feature(FIRST, a)
        kinds[m + 1], hashes[m + 1] = LAST, feature(LAST, z)
        m += 2
    a, z = np.uint64(1), np.uint64(1)
    for k in range(min(4, tokens)):
        a, z = join(a, np.uint64(shape[k])), join(z, np.uint64(shape[tokens - 1 - k]))
        kinds[m], hashes[m] = SHAPE_FIRST, feature(SHAPE_FIRST, a)
        kinds[m + 1], hashes[m + 1] = SHAPE_LAST, feature(SHAPE_LAST, z)
        m += 2
    if tokens <= 8:
        a = np.uint64(tokens)
        for t in range(tokens):
            a = join(a, np.uint64(shape[t]))
        kinds[m], hashes[m] = SHAPE_LINE, feature(SHAPE_LINE, a)
        m += 1
    # Measures.
    lw, lc = min(bucket(words_all), 14), min(bucket(chars_all), 20)
    url = 0
    p = ends[0]
    while p + 4 <= ends[1]:
        if b[p] == 0x68 and b[p + 1] == 0x74 and b[p + 2] == 0x74 and b[p + 3] == 0x70:
            url = 1
            break
        if b[p] == 0x77 and b[p + 1] == 0x77 and b[p + 2] == 0x77 and b[p + 3] == 0x2E:
            url = 1
            break
        p += 1
    for kind, value in (
            (WORDS, lw), (LENGTH, lc), (CAPITALS, capital * 4 + length), (UPPER, uppers * 10 // max(1, letters) * 4 + length),
            (DIGITS, digit * 4 + length), (MARKS, mark * 4 + length), (ENDING, ending * 16 + lw),
            (COMMAS, min(commas, 5) * 16 + lw), (LAST_CLASS, simple_class(last) * 4 + length),
            (FIRST_CLASS, simple_class(first) * 4 + length), (SENTENCES, min(sentences, 5) * 16 + lw),
            (WORD_LENGTH, min(chars_all // max(1, words_all), 12) * 4 + length), (SEPARATORS, min(seps, 3) * 4 + length),
            (ADDRESS, url * 4 + length)):
        kinds[m], hashes[m] = kind, feature(kind, np.uint64(value))
        m += 1
    return m
