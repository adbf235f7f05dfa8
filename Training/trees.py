"""The second half of the model: a few boosted trees over windows of the first half's scores."""
import lightgbm as lgb
import numba as nb
import numpy as np

from context import NW, windows

SETTINGS = dict(objective="binary", num_leaves=16, learning_rate=.1, feature_fraction=.4, bagging_fraction=.5, bagging_freq=1,
                min_child_samples=300, lambda_l2=5, max_bin=63, verbose=-1, num_threads=1, force_col_wise=True, deterministic=True, seed=1)
# Leaf values are kept in 1024ths of log odds.
LEAF_UNIT = 1024


def numbers(lines, joint, lone):
    out = np.zeros((len(joint), NW), np.int64)
    for a, b in zip(lines.offsets, lines.offsets[1:]):
        windows(lines.numbers[a:b], joint[a:b], lone[a:b], out[a:b])
    return out


def train(x, lines, rows, count):
    use = rows & (lines.weight > 0)
    data = lgb.Dataset(x[use].astype(np.float32), lines.target[use], weight=lines.weight[use],
                       params=SETTINGS)
    return lgb.train(SETTINGS, data, count)


def fixed(booster):
    """The trees as flat integer arrays: per tree the nodes (column, threshold, left, right) and the leaves' values.

    A child that is not negative is a node, one that is negative is leaf -1 - child. Go left when number <= threshold.
    """
    out = []
    for tree in booster.dump_model()["tree_info"]:
        nodes, leaves = [], []

        def walk(node):
            if "leaf_value" in node:
                leaves.append((int(round(node["leaf_value"] * LEAF_UNIT)), node.get("leaf_count", 1)))
                return -len(leaves)
            i = len(nodes)
            nodes.append(None)
            left = walk(node["left_child"])
            right = walk(node["right_child"])
            nodes[i] = (node["split_feature"], int(np.floor(node["threshold"])), left, right,
                        int(round(node["internal_value"] * LEAF_UNIT)))
            return i

        walk(tree["tree_structure"])
        out.append((nodes, [v for v, _ in leaves]))
    return out


class Forest:
    """The trees in flat arrays, as the model file has them: child c >= 0 is a node, c < 0 is leaf -1 - c, both counted over all trees."""

    def __init__(self, trees):
        node, leaf, roots = [], [], []
        for nodes, leaves in trees:
            base, first = len(node), len(leaf)
            roots.append(base if nodes else -1 - first)
            for column, threshold, left, right, value in nodes:
                shift = lambda c: c + base if c >= 0 else c - first
                node.append((column, threshold, shift(left), shift(right), value))
            leaf += leaves
        self.nodes = np.array(node, np.int64).reshape(-1, 5)
        self.leaves = np.array(leaf, np.int64)
        self.roots = np.array(roots, np.int64)

    def predict(self, x):
        return predict(self.nodes, self.leaves, self.roots, x)


@nb.njit
def predict(nodes, leaves, roots, x):
    """Sums of the trees, in 1024ths of log odds."""
    out = np.zeros(len(x), np.int64)
    for i in range(len(x)):
        for r in roots:
            at = r
            while at >= 0:
                at = nodes[at, 2] if x[i, nodes[at, 0]] <= nodes[at, 1] else nodes[at, 3]
            out[i] += leaves[-1 - at]
    return out
