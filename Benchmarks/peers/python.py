"""Python's tools for the parts of winnow's work. Reads standard input.

usage: python.py rensa | datasketch | ftfy | ftfy-rules-rensa
"""
import sys

import lines

peers = {
    "rensa": lambda: {"is_copy": lines.rensa_filter()},
    "datasketch": lambda: {"is_copy": lines.datasketch_filter()},
    "ftfy": lambda: {"fix": lines.ftfy_fix()},
    "ftfy-rules-rensa": lambda: {"fix": lines.ftfy_fix(), "drop": lines.rules(), "is_copy": lines.rensa_filter()},
}
if len(sys.argv) != 2 or sys.argv[1] not in peers:
    sys.exit(__doc__)
lines.run(**peers[sys.argv[1]]())
