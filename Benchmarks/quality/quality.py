#!/usr/bin/env python3
"""Scores winnow on the judging half of the labelled articles (even numbers) and compares with the figures that are kept.

    quality.py --winnow PROGRAM --articles FOLDER --figures FILE [--update REASON]

An article is NAME.txt with NAME.labels beside it, a label a line (Fixtures/articles/README.md). Per language:

    kept    share of content lines (c, k) that are in the output
    trap    the same of k alone: content that looks like debris
    cut     share of debris lines (b) that are not
    one     share of groups of copies of which one is left
    best    share of groups of which it is the best one

Exit code 1 when a figure has fallen by more than the noise of a line or two; --update writes the figures anew, and says why.
"""
import argparse
import collections
import concurrent.futures
import pathlib
import re
import subprocess
import sys
import unicodedata

INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufe0e\ufe0f\ufeff]")
NAMES = ["kept", "trap", "cut", "one", "best"]
PROFILES = ["article", "page"]


def key(text):
    """What lines are compared by: compatible characters, case, spaces and invisible characters do not count."""
    return " ".join(unicodedata.normalize("NFKC", INVISIBLE.sub("", text)).casefold().split())


def read(path):
    """The lines of an article as (label, expected text)."""
    text = path.read_bytes().decode("utf-8", "replace").lstrip("\ufeff")
    lines = re.split("\r\n|\n|\r", text)
    labels = path.with_suffix(".labels").read_text(encoding="utf-8").split("\n")
    rows = []
    for line, label in zip(lines, labels):
        label, _, expected = label.partition("\t")
        rows.append((label.strip(), expected or line))
    return rows


def judge(path, program, profile):
    """Counts of one article: name -> (right, all)."""
    command = [program, "--no-config", "--quiet", "--profile", profile, str(path)]
    output = subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout.decode("utf-8", "replace")
    left = collections.Counter(key(line) for line in re.split("\r\n|\n|\r", output))
    counts = {name: [0, 0] for name in NAMES}

    def count(name, right):
        counts[name][0] += bool(right)
        counts[name][1] += 1

    rest = left.copy()
    groups = collections.defaultdict(list)
    rows = [(label, key(text)) for label, text in read(path)]
    for label, text in rows:
        if label in ("c", "k"):
            is_there = rest[text] > 0
            rest[text] -= is_there
            count("kept", is_there)
            if label == "k":
                count("trap", is_there)
        elif label[:1].isdigit():
            groups[label.rstrip("*")].append((label.endswith("*"), text))
    for label, text in rows:
        # What content has not used up is debris that stayed.
        if label == "b":
            count("cut", rest[text] <= 0)
            rest[text] -= 1
    for members in groups.values():
        texts = collections.Counter(text for _, text in members)
        copies = sum(min(left[text], times) for text, times in texts.items())
        best = next(text for is_best, text in members if is_best)
        count("one", copies == 1)
        count("best", copies == 1 and left[best] >= 1)
    return counts


def score(program, folder):
    """(profile, language) -> counts."""
    articles = [path for path in sorted(folder.glob("*-*.txt")) if int(path.stem.split("-")[1]) % 2 == 0]
    totals = collections.defaultdict(lambda: {name: [0, 0] for name in NAMES})
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        for profile in PROFILES:
            jobs = [(path, pool.submit(judge, path, program, profile)) for path in articles]
            for path, job in jobs:
                for language in (path.stem.split("-")[0], "all"):
                    for name, (right, all_) in job.result().items():
                        totals[profile, language][name][0] += right
                        totals[profile, language][name][1] += all_
    return totals


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--winnow", required=True)
    parser.add_argument("--articles", type=pathlib.Path, required=True)
    parser.add_argument("--figures", type=pathlib.Path, required=True)
    parser.add_argument("--update", metavar="REASON")
    options = parser.parse_args()
    totals = score(options.winnow, options.articles)
    old = {}
    if options.figures.exists():
        for line in options.figures.read_text().splitlines():
            if line and not line.startswith("#") and not line.startswith("profile"):
                profile, language, *values = line.split("\t")
                old[profile, language] = dict(zip(NAMES, map(float, values)))
    rows, fallen = [], []
    for (profile, language), counts in sorted(totals.items()):
        values = []
        for name in NAMES:
            right, all_ = counts[name]
            value = right / all_ if all_ else 1.0
            values.append(f"{value:.4f}")
            before = old.get((profile, language), {}).get(name)
            # Two lines of a language are noise, and five in a thousand of all.
            if before is not None and value < before - (0.005 if language == "all" else 2.01 / max(1, all_)):
                fallen.append(f"{profile} {language}: {name} {before:.4f} -> {value:.4f}")
        rows.append("\t".join([profile, language, *values]))
    print("\n".join(["profile\tlang\t" + "\t".join(NAMES), *rows]))
    if options.update:
        head = f"# Written by `make quality UPDATE='...'`. Last reason: {options.update}"
        options.figures.write_text("\n".join([head, "profile\tlang\t" + "\t".join(NAMES), *rows]) + "\n")
    elif fallen:
        print("\n".join(["", "fallen:", *fallen, "", "mend it, or say why: make quality UPDATE='reason'"]), file=sys.stderr)
        sys.exit(1)


main()
