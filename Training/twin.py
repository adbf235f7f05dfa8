"""Scores texts with the Python twin of the classifier: what Swift's must be, line by line.

    twin.py MODEL OUT FILE…

Writes, for each line that is not blank, file, line number, the three scores of the first round, and whether it stays in the end.
"""
import os
import sys

import numpy as np

import crossvalidation
import data
import tables
from model import Model


def main():
    model = Model(data.read(sys.argv[1]))
    rows = []
    for path in sys.argv[3:]:
        text = data.read(path)
        count = len(text.split(b"\n")) - text.endswith(b"\n")
        page = data.Page(os.path.basename(path), "", "", text, [1] * count)
        lines = data.Lines([page])
        slots, starts = tables.find_slots(lines, model.table)
        sums = tables.line_sums(slots, starts, model.tables.weights)
        scores = crossvalidation.score(lines.numbers, lines.gaps, sums, model)
        kept = set(crossvalidation.rounds(lines.numbers, lines.gaps, sums, model, (model.limits[0], model.limits[2])).tolist())
        for i, place in enumerate(page.places):
            rows.append("\t".join([page.name, str(place + 1), *(str(int(s[i])) for s in scores), "stays" if i in kept else "goes"]))
    with open(sys.argv[2], "w") as f:
        f.write("\n".join(rows) + "\n")


if __name__ == "__main__":
    main()
