"""Labelled pages: their lines as winnow's classifier sees them, with what is known of each."""
import hashlib
import os
import tempfile
import zlib
from collections import Counter, defaultdict

import numpy as np

import features

FOLDS = 5
CONTENT, DEBRIS, UNKNOWN = 1, 0, -1


class Page:
    """A page: its name, site, source, lines (bytes, not blank), their places among all lines, whether a blank line stands before, labels."""

    def __init__(self, name, site, source, text, labels, weight=1.0):
        lines = text.split(b"\n")
        if lines and lines[-1] == b"":
            lines.pop()
        if len(labels) != len(lines):
            raise SystemExit(f"{source}: {name}: {len(labels)} labels for {len(lines)} lines")
        self.name, self.site, self.source, self.weight = name, site, source, weight
        self.all = lines
        self.places = [i for i, line in enumerate(lines) if line.strip()]
        self.lines = [lines[i] for i in self.places]
        before = [-1] + self.places
        self.gaps = [min(b - a - 1, 1) for a, b in zip(before, self.places)]
        self.labels = [labels[i] for i in self.places]


def read(path):
    with open(path, "rb") as f:
        return f.read()


def table(path):
    rows = read(path).decode().splitlines()
    head = rows[0].split("\t")
    return [dict(zip(head, row.split("\t"))) for row in rows[1:]]


def bench(root, normalized, suite, licences, source=None):
    """Pages with labels of one letter a line."""
    out = []
    meaning = {"c": CONTENT, "b": DEBRIS, "s": DEBRIS, "r": DEBRIS, "m": DEBRIS}
    for row in table(f"{root}/pages.tsv"):
        path = f"{normalized}/{row['name']}.txt"
        if row["licence"].split()[0] not in licences or row["kind"] not in ("article", "mixed") or not os.path.exists(path):
            continue
        labels = read(f"{root}/{suite}/labels/{row['name']}.txt").decode().rstrip("\n")
        out.append(Page(row["name"], row["domain"], source or suite, read(path), [meaning.get(x, UNKNOWN) for x in labels]))
    return out


def articles(folder, normalized, wanted=lambda number: True, weight=1.0):
    """Labelled articles (docs/training.md), whose labels may name copies: the best is content, the others are not looked at."""
    out = []
    for name in sorted(os.listdir(folder)):
        if not name.endswith(".labels"):
            continue
        stem = name[:-7]
        if not wanted(int(stem.rsplit("-", 1)[1])):
            continue
        labels = []
        for row in read(f"{folder}/{name}").decode(errors="replace").splitlines():
            label = row.split("\t")[0]
            labels.append(CONTENT if label in ("c", "k") or label.endswith("*") else DEBRIS if label == "b" else UNKNOWN)
        out.append(Page(stem, f"article {stem}", "articles", read(f"{normalized}/{stem}.txt"), labels, weight))
    return out


def labelled(folder, normalize):
    """Pages that a user labelled (`winnow label`, vote.py): files SITE__NAME.labels of rows label, tab, line.

    `normalize` takes a folder of texts and returns one of the same names, normalized.
    """
    pages = {}
    for name in sorted(os.listdir(folder)):
        if not name.endswith(".labels"):
            continue
        rows = [row.partition("\t") for row in read(f"{folder}/{name}").decode(errors="replace").split("\n")]
        if rows and rows[-1] == ("", "", ""):
            rows.pop()
        for number, (label, tab, _) in enumerate(rows, 1):
            if not tab:
                raise SystemExit(f"{folder}/{name}:{number}: expected a label, a tab and the line")
        pages[name[:-7]] = rows
    if not pages:
        raise SystemExit(f"{folder}: no files *.labels")
    with tempfile.TemporaryDirectory() as texts:
        for stem, rows in pages.items():
            with open(f"{texts}/{stem}.txt", "w", newline="\n") as f:
                f.writelines(f"{line}\n" for _, _, line in rows)
        normalized = normalize(texts)
    out = []
    for stem, rows in pages.items():
        labels = [CONTENT if label in ("c", "k") else DEBRIS if label == "b" else UNKNOWN for label, _, _ in rows]
        site = stem.partition("__")[0]
        out.append(Page(stem, site, "own", read(f"{normalized}/{stem}.txt"), labels))
    return out


class Lines:
    """All lines of all pages in arrays."""

    def __init__(self, pages):
        self.pages = pages
        n = sum(len(p.lines) for p in pages)
        self.offsets = np.concatenate([[0], np.cumsum([len(p.lines) for p in pages])]).astype(np.int64)
        self.numbers = np.zeros((n, features.NUMBERS), np.int64)
        self.gaps = np.concatenate([p.gaps for p in pages]).astype(np.int64)
        self.labels = np.concatenate([p.labels for p in pages]).astype(np.int64)
        self.page = np.repeat(np.arange(len(pages)), [len(p.lines) for p in pages])
        kinds = np.zeros(features.MOST_FEATURES, np.int64)
        hashes = np.zeros(features.MOST_FEATURES, np.uint64)
        known, all_hashes, counts = {}, [], np.zeros(n, np.int64)
        i = 0
        for page in pages:
            for text in page.lines:
                if text not in known:
                    m = features.line(np.frombuffer(text, np.uint8), kinds, hashes, self.numbers[i])
                    known[text] = (hashes[:m].astype(np.uint32), kinds[:m].astype(np.uint8), self.numbers[i].copy())
                h, k, x = known[text]
                all_hashes.append((h, k))
                self.numbers[i] = x
                counts[i] = len(h)
                i += 1
        self.hashes = np.concatenate([h for h, _ in all_hashes])
        self.kinds = np.concatenate([k for _, k in all_hashes])
        self.starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        sites = sorted({p.site for p in pages})
        number = {s: i for i, s in enumerate(sites)}
        self.site = np.array([number[p.site] for p in pages])[self.page]
        fold, load = {}, [0] * FOLDS
        size = Counter(p.site for p in pages)
        for s in sorted(size, key=lambda s: (-size[s], zlib.crc32(s.encode()))):
            k = int(np.argmin(load))
            fold[s] = k
            load[k] += size[s]
        self.fold = np.array([fold[p.site] for p in pages])[self.page]
        # A content line weighs by its share of its article's words.
        words = np.maximum(self.numbers[:, features.N_WORDS], 1)
        is_content = self.labels == CONTENT
        total = np.bincount(self.page, words * is_content, len(pages))
        share = words / np.maximum(total[self.page], 1)
        self.target = is_content.astype(np.float64)
        self.weight = np.where(self.labels == UNKNOWN, 0, np.where(is_content, .5 + np.minimum(share * 10, 5), 1.))
        self.weight *= np.array([p.weight for p in pages])[self.page]
