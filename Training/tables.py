"""The first half of the model: tables of weights for hashed line features and for context features.

A slot holds six weights: what a feature says of its own line, of the next, the previous, the second next and the second previous line,
and of its own line alone. They are learned by logistic regression with AdaGrad (Duchi et al. 2011) and kept in 128ths of log odds.
"""
import numba as nb
import numpy as np

from context import CONTEXT_SIZE, CONTEXTS, UNIT, context

# Column c speaks for the line i when the feature stands in line i + SHIFTS[c].
SHIFTS = np.array([0, -1, 1, -2, 2], np.int64)
COLUMNS = 6
MIN_SITES = 4


def keep_features(lines, bits, rows):
    """Features by slot: the one that is seen on most sites has its slot; -1 marks an empty slot."""
    spread = np.repeat(np.where(rows, lines.site, -1), np.diff(lines.starts))
    pairs = np.unique((lines.hashes.astype(np.uint64) << np.uint64(16) | spread.astype(np.uint64) & np.uint64(0xFFFF))[spread >= 0])
    feature, sites = np.unique((pairs >> np.uint64(16)).astype(np.uint32), return_counts=True)
    feature, sites = feature[sites >= MIN_SITES], sites[sites >= MIN_SITES]
    order = np.argsort(-sites, kind="stable")
    feature = feature[order]
    slot = feature & np.uint32((1 << bits) - 1)
    _, first = np.unique(slot, return_index=True)
    table = np.full(1 << bits, -1, np.int64)
    table[slot[first]] = feature[first]
    return table


def find_slots(lines, table):
    """(slots, starts): the slots of the known features of each line."""
    slot = lines.hashes & np.uint32(len(table) - 1)
    known = table[slot] == lines.hashes
    total = np.concatenate([[0], np.cumsum(known)])
    return slot[known].astype(np.int64), total[lines.starts].astype(np.int64)


def contexts(lines):
    out = np.zeros((len(lines.labels), CONTEXTS), np.int32)
    for a, b in zip(lines.offsets, lines.offsets[1:]):
        context(lines.numbers[a:b], lines.gaps[a:b], out[a:b])
    return out


@nb.njit
def learn(slots, starts, ctx, target, weight, order, first, last, size, context_size, shifts, epochs, rate, decay):
    columns = len(shifts)
    w = np.zeros((size, columns), np.float32)
    wa = np.full((size, columns), 1e-2, np.float32)
    v = np.zeros(context_size, np.float32)
    va = np.full(context_size, 1e-2, np.float32)
    bias, ba = 0.0, 1e-2
    state = np.uint64(88172645463325252)
    for _ in range(epochs):
        for i in range(len(order) - 1, 0, -1):
            state ^= state << np.uint64(13)
            state ^= state >> np.uint64(7)
            state ^= state << np.uint64(17)
            j = np.int64(state % np.uint64(i + 1))
            order[i], order[j] = order[j], order[i]
        for i in order:
            z = bias
            for c in range(columns):
                q = i + shifts[c]
                if q >= first[i] and q < last[i]:
                    for j in range(starts[q], starts[q + 1]):
                        z += w[slots[j], c]
            for k in range(ctx.shape[1]):
                z += v[ctx[i, k]]
            g0 = (1 / (1 + np.exp(-z)) - target[i]) * weight[i]
            bias -= rate * g0 / np.sqrt(ba)
            ba += g0 * g0
            for c in range(columns):
                q = i + shifts[c]
                if q >= first[i] and q < last[i]:
                    for j in range(starts[q], starts[q + 1]):
                        s = slots[j]
                        g = g0 + decay * w[s, c]
                        wa[s, c] += g * g
                        w[s, c] -= rate * g / np.sqrt(wa[s, c])
            for k in range(ctx.shape[1]):
                s = ctx[i, k]
                g = g0 + decay * v[s]
                va[s] += g * g
                v[s] -= rate * g / np.sqrt(va[s])
    return w, v, bias


class Tables:
    """Weights as the model file holds them."""

    def __init__(self, weights, context_weights, bias, lone_bias):
        self.weights, self.context, self.bias, self.lone_bias = weights, context_weights, bias, lone_bias


def fixed(v, limit):
    return np.clip(np.rint(v * UNIT), -limit, limit).astype(np.int64)


def train(lines, slots, starts, ctx, rows, bits, epochs=2, rate=.01, decay=1e-5):
    order = np.where(rows & (lines.weight > 0))[0]
    first, last = lines.offsets[lines.page], lines.offsets[lines.page + 1]
    common = (lines.target, lines.weight)
    none = np.zeros((len(lines.labels), 0), np.int32)
    w, v, bias = learn(slots, starts, ctx, *common, order.copy(), first, last, 1 << bits, CONTEXT_SIZE, SHIFTS, epochs, rate, decay)
    lone, _, lone_bias = learn(slots, starts, none, *common, order.copy(), first, last, 1 << bits, 1, SHIFTS[:1], epochs, rate, decay)
    return Tables(fixed(np.concatenate([w, lone], 1), 127), fixed(v, 32767), int(fixed(bias, 32767)), int(fixed(lone_bias, 32767)))


@nb.njit
def line_sums(slots, starts, weights):
    out = np.zeros((len(starts) - 1, weights.shape[1]), np.int64)
    for i in range(len(starts) - 1):
        for j in range(starts[i], starts[i + 1]):
            for c in range(weights.shape[1]):
                out[i, c] += weights[slots[j], c]
    return out


@nb.njit
def joint_scores(sums, ctx, context_weights, bias, first, last, shifts):
    n = len(sums)
    z = np.zeros(n, np.int64)
    for i in range(n):
        z[i] = bias
        for k in range(ctx.shape[1]):
            z[i] += context_weights[ctx[i, k]]
        for c in range(len(shifts)):
            q = i + shifts[c]
            if q >= first[i] and q < last[i]:
                z[i] += sums[q, c]
    return z


def scores(lines, slots, starts, ctx, tables):
    """(joint, lone) scores of all lines."""
    sums = line_sums(slots, starts, tables.weights)
    first, last = lines.offsets[lines.page], lines.offsets[lines.page + 1]
    return joint_scores(sums, ctx, tables.context, tables.bias, first, last, SHIFTS), sums[:, 5] + tables.lone_bias
