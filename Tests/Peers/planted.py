"""A data repository with planted faults, for `winnow check`.

planted.py make N FOLDER   writes N files below FOLDER/data, and FOLDER/truth: kind, file, line of each fault
planted.py judge FOLDER    compares FOLDER/found (--format jsonl) with the truth: what was missed, what was invented
"""

import json
import os
import random
import sys

FAULTS = [
    "boilerplate", "related", "near-duplicate", "exact-duplicate", "across-file-duplicate", "surplus-blank-line", "invalid-utf8",
    "mojibake", "html-entity", "not-nfc", "control-character", "bidi-control", "invisible-character", "odd-space",
    "trailing-space", "foreign-encoding", "mixed-line-ends", "carriage-returns", "no-final-newline", "empty-document",
    "short-document", "mostly-debris",
]
FURNITURE = ["Share this page", "Advertisement", "Photo: Ana Example / East Desk", "Subscribe to our newsletter"]


class Prose:
    """Sentences of words that no language has, none like another."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        heads = ["b", "br", "d", "dr", "f", "fl", "g", "gl", "h", "k", "kl", "l", "m", "n", "p", "pr", "r", "s", "st", "t", "tr", "v"]
        self.words = sorted({
            "".join(self.random.choice(heads) + self.random.choice("aeiou") for _ in range(self.random.choice((2, 3, 3, 4)))) +
            self.random.choice(("", "n", "r", "l", "m", "t")) for _ in range(6000)})

    def sentence(self, words=None):
        chosen = [self.random.choice(self.words) for _ in range(words or self.random.randint(12, 24))]
        return " ".join(chosen).capitalize() + "."


def make(count, folder):
    prose = Prose(count)
    chance = prose.random
    truth = []
    earlier = None
    for number in range(count):
        name = f"data/{number * 20 // count:02}/{number:05}.txt"
        lines = [prose.sentence() for _ in range(chance.randint(8, 20))]
        # Every third file is as it should be.
        fault = FAULTS[number // 3 * 2 % len(FAULTS) + number % 3 - 1] if number % 3 else None
        place = chance.randint(2, len(lines) - 3)
        encoding, end, ends = "utf-8", "\n", {}
        found = []

        def spoil(text, kind):
            words = lines[place].split(" ")
            words[3] = words[3][:2] + text + words[3][2:]
            lines[place] = " ".join(words)
            found.append((kind, place + 1))

        if fault == "boilerplate":
            lines.insert(place, chance.choice(FURNITURE))
            found.append((fault, place + 1))
        elif fault == "related":
            lines += ["Related content", prose.sentence(6).rstrip("."), prose.sentence(7).rstrip(".")]
            found += [("boilerplate", len(lines) - 2), ("boilerplate", len(lines) - 1), ("boilerplate", len(lines))]
        elif fault == "near-duplicate":
            lines[0] = prose.sentence(22)
            words = lines[0].split(" ")
            words[9] = chance.choice(prose.words)
            lines.append(" ".join(words))
            found.append((fault, len(lines)))
        elif fault == "exact-duplicate":
            lines.append(lines[0])
            found.append((fault, len(lines)))
        elif fault == "across-file-duplicate" and earlier:
            lines[place] = earlier
            found.append((fault, place + 1))
        elif fault == "surplus-blank-line":
            lines[place:place] = ["", ""]
            found.append((fault, place + 2))
        elif fault == "invalid-utf8":
            spoil("\udcff", fault)
        elif fault == "mojibake":
            spoil("caf" + "é".encode().decode("cp1252") + "s", fault)
        elif fault == "html-entity":
            spoil("&eacute;", fault)
        elif fault == "not-nfc":
            spoil("e\u0301", fault)
        elif fault == "control-character":
            spoil("\x07", fault)
        elif fault == "bidi-control":
            spoil("\u202e", fault)
        elif fault == "invisible-character":
            spoil("\u200b", fault)
        elif fault == "odd-space":
            spoil("\u00a0", fault)
        elif fault == "trailing-space":
            lines[place] += "  "
            found.append((fault, place + 1))
        elif fault == "foreign-encoding":
            lines[place] += " Café crème brûlée à volonté."
            encoding = "cp1252"
            found.append((fault, 0))
        elif fault == "mixed-line-ends":
            ends[place] = "\r\n"
            found.append((fault, place + 1))
        elif fault == "carriage-returns":
            end = "\r\n"
            found.append((fault, 0))
        elif fault == "no-final-newline":
            ends[len(lines) - 1] = ""
            found.append((fault, len(lines)))
        elif fault == "empty-document":
            lines = []
            found.append((fault, 0))
        elif fault == "short-document":
            lines = ["Ends here."]
            found.append((fault, 0))
        elif fault == "mostly-debris":
            lines = [prose.sentence(9)] + FURNITURE[:3] + ["Related content", prose.sentence(5).rstrip(".")]
            found += [("boilerplate", line) for line in range(2, 7)] + [(fault, 0)]
        if fault is None:
            earlier = lines[1]
        text = "".join(line + ends.get(index, end) for index, line in enumerate(lines))
        path = os.path.join(folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as handle:
            handle.write(text.encode(encoding, "surrogateescape"))
        truth += [(kind, name, line) for kind, line in found]
    with open(os.path.join(folder, "truth"), "w", encoding="utf-8") as handle:
        for row in truth:
            print(*row, sep="\t", file=handle)


def judge(folder):
    with open(os.path.join(folder, "truth"), encoding="utf-8") as handle:
        truth = {(kind, file, int(line)) for kind, file, line in (row.rstrip("\n").split("\t") for row in handle)}
    found = set()
    with open(os.path.join(folder, "found"), encoding="utf-8") as handle:
        for row in map(json.loads, handle):
            if "kind" in row:
                found.add((row["kind"], row["file"], row.get("line", 0)))
    for name, rows in ("missed", truth - found), ("invented", found - truth):
        for row in sorted(rows)[:20]:
            print(name, *row)
    print(f"{len(truth)} planted, {len(truth & found)} found, {len(truth - found)} missed, {len(found - truth)} invented")


if sys.argv[1] == "make":
    make(int(sys.argv[2]), sys.argv[3])
else:
    judge(sys.argv[2])
