"""Trains the line classifier of the boilerplate stage: labelled pages in, a model file out, the same bytes each time.

    train.py --winnow BINARY [--data FOLDER] [--pages FOLDER] --articles FOLDER --work FOLDER --out FILE [--figures FILE] [--folds FOLDER]

FOLDER of --data holds `boilerplate` and `train`, that of --pages labelled pages of one's own (see README.md). The pages pass through winnow's `normalize` first, since the
classifier sees lines after it.
"""
import argparse
import os
import subprocess

import numpy as np

import crossvalidation
import data
import model
import tables
import trees

LICENCES = {"MIT", "Apache-2.0", "CC-BY-4.0"}
TREES = 80
# What each profile aims at after the last round: of whole pages, content words lost, mean over pages; of labelled articles, which are
# short and hold traps, content lines lost. The first sets the usual threshold, the second the cautious one.
GOALS = {"article": (.004, .001), "page": (.018, .01)}
JUDGED = ("page-ht", "main-ht")


def normalized(winnow, folder, work, name):
    out = f"{work}/{name}"
    subprocess.run([winnow, "batch", "--no-config", "--stage", "normalize", "--include", "*.txt", "--quiet", "--no-sync", folder, "-o", out],
                   check=True, stderr=subprocess.DEVNULL)
    return out


def load(args):
    pages = []
    if args.pages:
        pages += data.labelled(args.pages, lambda folder: normalized(args.winnow, folder, args.work, "own"))
    for suite in JUDGED if args.data else ():
        root = f"{args.data}/boilerplate"
        if os.path.isdir(f"{root}/{suite}"):
            pages += data.bench(root, normalized(args.winnow, f"{root}/{suite}/in", args.work, suite), suite, LICENCES)
    root = f"{args.data}/train"
    if args.data and os.path.isdir(root):
        pages += data.bench(root, normalized(args.winnow, f"{root}/in", args.work, "train"), ".", LICENCES, "train")
    # Odd numbers teach, even numbers judge.
    pages += data.articles(args.articles, normalized(args.winnow, args.articles, args.work, "articles"), lambda n: n % 2 == 1)
    return pages


def highest(loss, goal):
    """The highest threshold with a loss within the goal, to within 50."""
    low, high = -4200, -1000
    while high - low > 50:
        middle = (low + high) // 2
        if loss(middle) <= goal:
            low = middle
        else:
            high = middle
    return low


def thresholds(lines, folds, log):
    """For each profile its usual and its cautious threshold."""
    own = np.array([p.source == "articles" for p in lines.pages])[lines.page] & (lines.labels == data.CONTENT)
    # Whole pages set the usual threshold: those with references, else one's own.
    sources = [s for s in JUDGED if any(p.source == s for p in lines.pages)] or ["own"]
    found = {}
    for profile, (goal, own_goal) in GOALS.items():
        cautious = highest(lambda t: (~crossvalidation.kept_lines(lines, folds, (t, t), ("articles",))[own]).mean(), own_goal)

        def loss(threshold):
            kept = crossvalidation.kept_lines(lines, folds, (threshold, min(threshold, cautious)), sources)
            return np.mean([crossvalidation.figures(lines, kept, s)[0] for s in sources])

        usual = highest(loss, goal)
        found[profile] = usual, min(usual, cautious)
        kept = crossvalidation.kept_lines(lines, folds, found[profile])
        for source in sorted({p.source for p in lines.pages}):
            lost, cut, bad = crossvalidation.figures(lines, kept, source)
            log(f"{profile}\t{source}\tthresholds {found[profile]}\tloss {lost:.4f}\tcut {cut:.3f}\tpages that lose over 5 % {bad:.3f}")
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("winnow", "articles", "work", "out"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--data", help="folder of labelled pages in the layout of the development data")
    parser.add_argument("--pages", help="folder of files SITE__NAME.labels")
    parser.add_argument("--figures", help="write the cross-validated figures here")
    parser.add_argument("--folds", help="write here the five models that have each not seen a fifth of the sites, and which pages those are")
    args = parser.parse_args()
    figures = []

    def log(text):
        print(text, flush=True)
        figures.append(text)

    if not args.data and not args.pages:
        parser.error("name --data, --pages or both")
    pages = load(args)
    lines = data.Lines(pages)
    log(f"{len(pages)} pages, {len({p.site for p in pages})} sites, {len(lines.labels)} lines")
    folds, first, (table, slots, starts, contexts) = crossvalidation.nested(lines, model.BITS, TREES)
    log(f"{int((table >= 0).sum())} features in {len(table)} slots")
    found = thresholds(lines, folds, log)
    limits = (found["article"][0], found["page"][0], found["article"][1], found["page"][1])
    if args.folds:
        os.makedirs(args.folds, exist_ok=True)
        for k, fold in enumerate(folds):
            with open(f"{args.folds}/{k}.model", "wb") as f:
                f.write(model.encode(table, fold.tables, fold.forest, limits))
        with open(f"{args.folds}/pages.tsv", "w") as f:
            f.writelines(f"{p.source}\t{p.name}\t{lines.fold[a]}\n" for p, a in zip(pages, lines.offsets))
    everything = np.ones(len(lines.labels), bool)
    final = tables.train(lines, slots, starts, contexts, everything, model.BITS)
    booster = trees.train(trees.numbers(lines, *first), lines, everything, TREES)
    encoded = model.encode(table, final, trees.Forest(trees.fixed(booster)), limits)
    with open(args.out, "wb") as f:
        f.write(encoded)
    log(f"{len(encoded)} bytes")
    if args.figures:
        with open(args.figures, "w") as f:
            f.write("\n".join(figures) + "\n")


if __name__ == "__main__":
    main()
