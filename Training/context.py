"""What the lines around a line say of it: the twin of Sources/WinnowStages/Boilerplate/Classifier, in integer arithmetic."""
import numba as nb
import numpy as np

from features import N_CAPITALS, N_CHARS, N_ENDING, N_HASH, N_MARKS, N_WORDS, bucket

LONG = 15
# A document is judged when it has this many lines of LONG words or more that end like sentences and score over PROSE_SCORE.
PROSE_LINES, PROSE_SCORE = 3, 177
# Documents of fewer lines are judged with more caution: there is less around a line.
SHORT = 64
# Lines that score more stay: the trees are not asked.
SURE = 64
ROOTS = np.array([int(i ** .5) for i in range(1024)], np.int64)
REACH = (1, 2, 4, 8, 16, 32)

# Context features: name and how many values each part has. Their values index one table, one after the other.
KIND, WIDE = 24, 8
CONTEXT = [
    ("position", (20,)), ("lines above", (13,)), ("lines below", (13,)), ("share of the text above", (16,)),
    ("position and length", (10, KIND)), ("lines above and length", (13, WIDE)), ("lines below and length", (13, WIDE)),
    ("share above and length", (16, WIDE)), ("position in lines and text", (10, 8)),
    ("lines of the page and length", (20, KIND)), ("size of the page and length", (24, KIND)),
    ("long lines' text and length", (11, KIND)), ("long lines and length", (13, KIND)), ("lines and long text", (20, 11)),
    ("long text, long lines", (11, 13, WIDE)),
    ("repeats", (10, WIDE)), ("repeat of an earlier line", (2, KIND)),
    ("blank lines around", (3, 3, WIDE)), ("blank lines around and length", (3, 3, KIND)), ("blank lines of four", (3, 3, 3, 3)),
]
for _w in REACH:
    CONTEXT += [(f"text {_w} above", (22, WIDE)), (f"text {_w} below", (22, WIDE)), (f"text {_w} around", (22, 22)),
                (f"sentences {_w} around", (8, 8, WIDE)), (f"sentences {_w} around and ending", (8, 8, 3)),
                (f"long lines {_w} around", (8, 8, WIDE))]
SIZES = np.array([int(np.prod(s)) for _, s in CONTEXT], np.int64)
BASES = np.concatenate([[0], np.cumsum(SIZES)[:-1]]).astype(np.int64)
CONTEXT_SIZE = int(SIZES.sum())
CONTEXTS = len(CONTEXT)


@nb.njit
def wide(words):
    for k, edge in enumerate((1, 2, 4, 8, 15, 30, 60)):
        if words <= edge:
            return k
    return 7


@nb.njit
def few(v):
    return min(bucket(v), 7)


@nb.njit
def text_bucket(v):
    return min(bucket(v >> 2), 21)


@nb.njit
def sums(v):
    out = np.zeros(len(v) + 1, np.int64)
    for i in range(len(v)):
        out[i + 1] = out[i] + v[i]
    return out


@nb.njit
def repeats(numbers):
    """(how often the line stands in the document, at most 9; whether it stood before)"""
    n = len(numbers)
    count = np.zeros(n, np.int64)
    before = np.zeros(n, np.int64)
    seen = dict()
    for i in range(n):
        h = numbers[i, N_HASH]
        if h in seen:
            before[i] = 1
            seen[h] += 1
        else:
            seen[h] = 1
    for i in range(n):
        count[i] = min(seen[numbers[i, N_HASH]], 9)
    return count, before


@nb.njit
def context(numbers, gaps, out):
    """Fills in, for each line of a document, the indices of its context features."""
    n = len(numbers)
    chars = sums(numbers[:, N_CHARS])
    is_long = (numbers[:, N_WORDS] >= LONG).astype(np.int64)
    longs = sums(is_long)
    long_chars = sums(numbers[:, N_CHARS] * is_long)
    is_sentence = ((numbers[:, N_ENDING] > 0) & (numbers[:, N_WORDS] >= 6)).astype(np.int64)
    sentences = sums(is_sentence)
    total = max(1, chars[n])
    share = long_chars[n] * 10 // total
    lines = min(longs[n] * 20 // n, 12)
    page_lines = min(bucket(n), 19)
    page_size = min(bucket(total >> 4), 23)
    count, before = repeats(numbers)
    for i in range(n):
        w = wide(numbers[i, N_WORDS])
        ending = numbers[i, N_ENDING]
        kind = w * 3 + ending
        rel = i * 20 // n
        top, bottom = min(bucket(i), 12), min(bucket(n - 1 - i), 12)
        part = min((chars[i] * 2 + numbers[i, N_CHARS]) * 8 // total, 15)
        gap = np.empty(4, np.int64)
        for d in range(4):
            j = i - 1 + d
            gap[d] = 2 if j <= 0 or j >= n else gaps[j]
        c = 0
        for v in (rel, top, bottom, part, (rel // 2) * 24 + kind, top * 8 + w, bottom * 8 + w, part * 8 + w,
                  (rel // 2) * 8 + part // 2, page_lines * 24 + kind, page_size * 24 + kind, share * 24 + kind,
                  lines * 24 + kind, page_lines * 11 + share, (share * 13 + lines) * 8 + w,
                  count[i] * 8 + w, before[i] * 24 + kind,
                  (gap[1] * 3 + gap[2]) * 8 + w, (gap[1] * 3 + gap[2]) * 24 + kind,
                  ((gap[0] * 3 + gap[1]) * 3 + gap[2]) * 3 + gap[3]):
            out[i, c] = BASES[c] + v
            c += 1
        for reach in REACH:
            lo, hi = max(0, i - reach), min(n, i + reach + 1)
            above, below = text_bucket(chars[i] - chars[lo]), text_bucket(chars[hi] - chars[i + 1])
            s0, s1 = few(sentences[i] - sentences[lo]), few(sentences[hi] - sentences[i + 1])
            l0, l1 = few(longs[i] - longs[lo]), few(longs[hi] - longs[i + 1])
            for v in (above * 8 + w, below * 8 + w, above * 22 + below, (s0 * 8 + s1) * 8 + w, (s0 * 8 + s1) * 3 + ending,
                      (l0 * 8 + l1) * 8 + w):
                out[i, c] = BASES[c] + v
                c += 1


# Scores are in 128ths of log odds; probabilities in 1024ths.
UNIT = 128
SIGMOID = np.array([int(round(1024 / (1 + np.exp(-z / UNIT)))) for z in range(-1024, 1025)], np.int64)

WINDOWS = """score score+1 score-1 score+2 score-2 lone in from-span to-span lone-in lone-from-span lone-to-span page-content lone-page-content
share-above share-below good-above good-below bad-above bad-below lone-bad-above p3-above p3-below p6-above p12-above p12-below p25-above p25-below
lone-p25-above lone-p25-below text25-above text25-below words length capitals marks ending repeats""".split()
NW = len(WINDOWS)


@nb.njit
def sigmoid(z):
    return SIGMOID[min(max(z, -1024), 1024) + 1024]


@nb.njit
def root(v):
    return ROOTS[min(v, 1023)]


@nb.njit
def best_span(v):
    """The run of lines with the largest sum (Kadane): (first, last)."""
    best, cur, start, lo, hi = np.int64(-1 << 60), np.int64(0), 0, 0, 0
    for i in range(len(v)):
        if cur <= 0:
            cur, start = v[i], i
        else:
            cur += v[i]
        if cur > best:
            best, lo, hi = cur, start, i
    return lo, hi


@nb.njit
def at(v, j, outside):
    return v[j] if j >= 0 and j < len(v) else outside


@nb.njit
def windows(numbers, joint, lone, out):
    """Fills in, for each line of a document, the numbers that the trees look at (`WINDOWS`)."""
    n = len(numbers)
    chars = sums(numbers[:, N_CHARS])
    total = max(1, chars[n])
    count, _ = repeats(numbers)
    p = np.empty((2, n), np.int64)
    span = np.empty((2, 2), np.int64)
    content = np.empty(2, np.int64)
    near = np.empty((5, n), np.int64)
    for s in range(2):
        z = joint if s == 0 else lone
        v = np.empty(n, np.int64)
        for i in range(n):
            p[s, i] = sigmoid(z[i])
            v[i] = (p[s, i] - 512) * root(numbers[i, N_CHARS])
        span[s] = best_span(v)
        content[s] = (p[s] * numbers[:, N_CHARS]).sum() // total
    # How far the next lines are that are surely content, or surely debris.
    good, bad, lone_bad = -10000, -10000, -10000
    for i in range(n):
        near[0, i], near[2, i], near[4, i] = min(i - good, 300), min(i - bad, 300), min(i - lone_bad, 300)
        if p[0, i] > 819 and numbers[i, N_WORDS] >= 8:
            good = i
        if p[0, i] < 102:
            bad = i
        if p[1, i] < 102:
            lone_bad = i
    good, bad = 1000000, 1000000
    for i in range(n - 1, -1, -1):
        near[1, i], near[3, i] = min(good - i, 300), min(bad - i, 300)
        if p[0, i] > 819 and numbers[i, N_WORDS] >= 8:
            good = i
        if p[0, i] < 102:
            bad = i
    sum_p, sum_lone, text = sums(p[0]), sums(p[1]), sums(p[0] * numbers[:, N_CHARS])
    whole = text[n] + 1
    for i in range(n):
        o = out[i]
        o[0], o[1], o[2] = joint[i], at(joint, i + 1, -512), at(joint, i - 1, -512)
        o[3], o[4], o[5] = at(joint, i + 2, -512), at(joint, i - 2, -512), lone[i]
        for s in range(2):
            o[6 + 3 * s] = np.int64(i >= span[s, 0] and i <= span[s, 1])
            o[7 + 3 * s] = min(max(i - span[s, 0], -60), 200)
            o[8 + 3 * s] = min(max(span[s, 1] - i, -60), 200)
        o[12], o[13] = content[0], content[1]
        o[14], o[15] = text[i] * 1024 // whole, (text[n] - text[i + 1]) * 1024 // whole
        o[16], o[17], o[18], o[19], o[20] = near[0, i], near[1, i], near[2, i], near[3, i], near[4, i]
        o[21], o[22] = sum_p[i] - sum_p[max(0, i - 3)], sum_p[min(n, i + 4)] - sum_p[i + 1]
        o[23] = sum_p[i] - sum_p[max(0, i - 6)]
        o[24], o[25] = sum_p[i] - sum_p[max(0, i - 12)], sum_p[min(n, i + 13)] - sum_p[i + 1]
        lo, hi = max(0, i - 25), min(n, i + 26)
        o[26], o[27] = sum_p[i] - sum_p[lo], sum_p[hi] - sum_p[i + 1]
        o[28], o[29] = sum_lone[i] - sum_lone[lo], sum_lone[hi] - sum_lone[i + 1]
        o[30], o[31] = chars[i] - chars[lo], chars[hi] - chars[i + 1]
        o[32], o[33], o[34] = numbers[i, N_WORDS], numbers[i, N_CHARS], numbers[i, N_CAPITALS]
        o[35], o[36], o[37] = numbers[i, N_MARKS], numbers[i, N_ENDING], count[i]
