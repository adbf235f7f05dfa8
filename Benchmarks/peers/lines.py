"""What the Python peers share: lines of standard input, shingles of five characters, near-duplicates by minhash."""
import re
import sys
from pathlib import Path

THRESHOLD, PERMUTATIONS = 0.8, 128


def shingles(line):
    text = " ".join(line.casefold().split())
    return [text[start : start + 5] for start in range(max(1, len(text) - 4))]


def rules():
    """The rules of the shell pipeline, as one expression."""
    lines = (Path(__file__).parent / "furniture.re").read_text(encoding="utf-8").splitlines()
    return re.compile("|".join(f"(?:{line})" for line in lines))


def rensa_filter():
    """A function that tells whether a line resembles one before it, by rensa."""
    import rensa

    index = rensa.RMinHashDeduplicator(THRESHOLD, PERMUTATIONS, True, 16, 1)
    count = 0

    def is_copy(line):
        nonlocal count
        count += 1
        sketch = rensa.RMinHash(PERMUTATIONS, 1)
        sketch.update(shingles(line))
        return not index.add(str(count), sketch)

    return is_copy


def datasketch_filter():
    """The same by datasketch."""
    from datasketch import MinHash, MinHashLSH

    index = MinHashLSH(threshold=THRESHOLD, num_perm=PERMUTATIONS)
    empty = MinHash(num_perm=PERMUTATIONS)
    count = 0

    def is_copy(line):
        nonlocal count
        sketch = empty.copy()
        sketch.update_batch([shingle.encode() for shingle in shingles(line)])
        if index.query(sketch):
            return True
        count += 1
        index.insert(count, sketch)
        return False

    return is_copy


def ftfy_fix():
    """A function that repairs a line, by ftfy."""
    import ftfy

    config = ftfy.TextFixerConfig(normalization="NFC")
    return lambda line: ftfy.fix_text(line, config)


def run(fix=None, drop=None, is_copy=None):
    """Repairs, drops by rules and drops copies, whichever is asked for; blank lines pass."""
    sys.stdin.reconfigure(encoding="utf-8", errors="replace", newline="\n")
    sys.stdout.reconfigure(encoding="utf-8", newline="\n")
    for line in sys.stdin:
        line = line.rstrip("\n")
        if fix:
            line = fix(line)
        if line.strip() and (drop and drop.search(line) or is_copy and is_copy(line)):
            continue
        print(line)
