"""Out-of-fold scores, and what a threshold does on pages that the model has not seen, round after round."""
import numpy as np

import tables
import trees
from context import CONTEXTS, LONG, NW, PROSE_LINES, PROSE_SCORE, SHORT, SURE, context, windows
from data import FOLDS, CONTENT, DEBRIS
from features import N_CASED, N_ENDING, N_WORDS


class Fold:
    """The models that have not seen the pages of one fold."""

    def __init__(self, tables_, forest, sums):
        self.tables, self.forest, self.sums = tables_, forest, sums


def nested(lines, bits, count):
    """Models by fold, and the joint and lone scores that trees of all lines may learn from.

    The trees of a fold learn from scores of tables that had seen neither the fold nor the line.
    """
    n = len(lines.labels)
    everything = np.ones(n, bool)
    table = tables.keep_features(lines, bits, everything)
    slots, starts = tables.find_slots(lines, table)
    ctx = tables.contexts(lines)
    z = np.zeros((FOLDS, 2, n), np.int64)
    own = []
    for k in range(FOLDS):
        for j in range(k, FOLDS):
            m = tables.train(lines, slots, starts, ctx, (lines.fold != k) & (lines.fold != j), bits)
            s = np.stack(tables.scores(lines, slots, starts, ctx, m))
            z[k][:, lines.fold == j] = s[:, lines.fold == j]
            z[j][:, lines.fold == k] = s[:, lines.fold == k]
            if j == k:
                own.append(m)
    folds, first = [], np.zeros((2, n), np.int64)
    for k in range(FOLDS):
        x = trees.numbers(lines, *z[k])
        booster = trees.train(x, lines, lines.fold != k, count)
        folds.append(Fold(own[k], trees.Forest(trees.fixed(booster)), tables.line_sums(slots, starts, own[k].weights)))
        folds[k].gain = booster.feature_importance("gain")
        folds[k].out = folds[k].forest.predict(x)
        first[:, lines.fold == k] = z[k][:, lines.fold == k]
    return folds, first, (table, slots, starts, ctx)


def score(numbers, gaps, sums, model):
    """(joint, lone, final) scores of the lines of one document."""
    n = len(numbers)
    ctx = np.zeros((n, CONTEXTS), np.int32)
    context(numbers, gaps, ctx)
    joint = tables.joint_scores(sums, ctx, model.tables.context, model.tables.bias, np.zeros(n, np.int64), np.full(n, n), tables.SHIFTS)
    lone = sums[:, 5] + model.tables.lone_bias
    x = np.zeros((n, NW), np.int64)
    windows(numbers, joint, lone, x)
    return joint, lone, model.forest.predict(x)


def has_prose(numbers, joint):
    """Whether enough lines are surely prose; code, tables, lists and verse are nothing that the model was taught on."""
    return int(((joint > PROSE_SCORE) & (numbers[:, N_WORDS] >= LONG) & (numbers[:, N_ENDING] > 0)).sum()) >= PROSE_LINES


def is_cased(numbers):
    """Whether most lines of some words are of scripts with small letters and capitals."""
    longer = numbers[:, N_WORDS] >= 4
    return 2 * int(numbers[longer, N_CASED].sum()) >= int(longer.sum())


def rounds(numbers, gaps, sums, model, limits):
    """limits: thresholds, the usual and the cautious one, which is for short documents and for scripts without capitals. Which lines stay when lines under the threshold go, again and again until none does; the first line stays."""
    kept = np.arange(len(numbers))
    while True:
        joint, _, final = score(numbers[kept], merged(gaps, kept), sums[kept], model)
        if not has_prose(numbers[kept], joint):
            return kept
        usual = len(kept) >= SHORT and is_cased(numbers[kept])
        stays = (final >= limits[0 if usual else 1]) | (joint > SURE) | (numbers[kept, N_WORDS] == 0)
        stays[0] = True
        if stays.all():
            return kept
        kept = kept[stays]


def merged(gaps, kept):
    """Whether a blank line stands before each kept line, now that lines between are gone."""
    some = np.concatenate([[0], np.cumsum(gaps)])
    ends = kept + 1
    begins = np.concatenate([[0], ends[:-1]])
    return (some[ends] > some[begins]).astype(np.int64)


def kept_lines(lines, folds, limits, sources=None):
    """For each line of these sources, whether it stays."""
    out = np.zeros(len(lines.labels), bool)
    for page, a, b in zip(lines.pages, lines.offsets, lines.offsets[1:]):
        if sources and page.source not in sources:
            continue
        model = folds[lines.fold[a]]
        kept = rounds(lines.numbers[a:b], lines.gaps[a:b], model.sums[a:b], model, limits)
        out[a + kept] = True
    return out


def figures(lines, kept, source):
    """(loss, cut, share of pages that lose more than 5 %) of a source: content words lost, mean over pages; debris lines gone."""
    of = np.array([p.source == source for p in lines.pages])[lines.page]
    words = np.maximum(lines.numbers[:, N_WORDS], 1).astype(float)
    content, debris = of & (lines.labels == CONTENT), of & (lines.labels == DEBRIS)
    total = np.bincount(lines.page[content], words[content], len(lines.pages))
    lost = np.bincount(lines.page[content], (words * ~kept)[content], len(lines.pages))
    share = lost[total > 0] / total[total > 0]
    return share.mean(), (~kept[debris]).mean(), (share > .05).mean()
