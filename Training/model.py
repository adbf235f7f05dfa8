"""The model file: what training writes and winnow reads (docs/model.md has its format)."""
import struct

import numba as nb
import numpy as np

import context
import features
from tables import COLUMNS, Tables
from trees import Forest

MAGIC, VERSION, BITS = b"WNWLINES", 1, 16


@nb.njit
def checksum(words):
    h = np.uint64(0x243F6A8885A308D3)
    for w in words:
        h = (h ^ w) * np.uint64(0x9E3779B97F4A7C15)
        h ^= h >> np.uint64(32)
    return h


def padded(data):
    return data + bytes(-len(data) % 8)


def encode(table, tables, forest, thresholds):
    """The bytes of a model file."""
    slots = np.zeros((1 << BITS, 8), np.uint8)
    used = table >= 0
    check = np.where(used, table >> 16, 0).astype(np.uint16)
    slots[:, :2] = check.astype("<u2").view(np.uint8).reshape(-1, 2)
    weights = np.where(used[:, None], tables.weights, 0)
    slots[:, 2:] = (weights[:, :COLUMNS] + 128).astype(np.uint8)
    nodes = np.zeros(len(forest.nodes), np.dtype([("threshold", "<i4"), ("left", "<i2"), ("right", "<i2"), ("value", "<i2"), ("column", "<u2")]))
    nodes["column"], nodes["threshold"] = forest.nodes[:, 0], forest.nodes[:, 1]
    nodes["left"], nodes["right"] = forest.nodes[:, 2], forest.nodes[:, 3]
    nodes["value"] = np.clip(forest.nodes[:, 4], -32767, 32767)
    classes, small = features.CLASSES, features.SMALLS
    body = b"".join(padded(part.tobytes()) for part in (
        slots, tables.context.astype("<i2"), nodes, forest.leaves.astype("<i2"), forest.roots.astype("<i2"),
        small.astype("<u2"), classes.astype(np.uint8), context.SIGMOID.astype("<u2")))
    head = struct.pack("<10i", len(tables.context), len(forest.nodes), len(forest.leaves), len(forest.roots), tables.bias,
                       tables.lone_bias, *thresholds)
    rest = head + body
    total = int(checksum(np.frombuffer(rest, "<u8")))
    return MAGIC + struct.pack("<IIQ", VERSION, len(rest) + 24, total) + rest


class Model:
    """A model as it stands in a file."""

    def __init__(self, data):
        if data[:8] != MAGIC or struct.unpack_from("<II", data, 8) != (VERSION, len(data)):
            raise SystemExit("no model of this version")
        contexts, nodes, leaves, roots, bias, lone_bias, *limits = struct.unpack_from("<10i", data, 24)
        # article, page; and the cautious ones of both.
        self.limits = limits
        offset = 64

        def part(kind, count):
            nonlocal offset
            out = np.frombuffer(data, kind, count, offset)
            offset += len(padded(out.tobytes()))
            return out

        slots = part(np.uint8, 8 << BITS).reshape(-1, 8)
        check = slots[:, :2].copy().view("<u2")[:, 0].astype(np.int64)
        weights = slots[:, 2:].astype(np.int64) - 128
        used = (weights != 0).any(1)
        self.table = np.where(used, check << 16 | np.arange(1 << BITS), -1)
        self.tables = Tables(weights, part("<i2", contexts).astype(np.int64), bias, lone_bias)
        kind = np.dtype([("threshold", "<i4"), ("left", "<i2"), ("right", "<i2"), ("value", "<i2"), ("column", "<u2")])
        rows = part(kind, nodes)
        self.forest = Forest([])
        self.forest.nodes = np.stack([rows[k].astype(np.int64) for k in ("column", "threshold", "left", "right", "value")], 1)
        self.forest.leaves = part("<i2", leaves).astype(np.int64)
        self.forest.roots = part("<i2", roots).astype(np.int64)
