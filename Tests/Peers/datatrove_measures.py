"""Compares winnow's counts with datatrove's own code.

Standard input: JSON, {file: {measure: [numerator, denominator]}}. Prints each disagreement, then how many values agree.
Words are separated by white space, as in C4, Dolma and DCLM; datatrove's filters take spaCy's unless told otherwise.
"""

import json
import sys

from datatrove.data import Document
from datatrove.pipeline.filters import c4_filters, fineweb_quality_filter, gopher_quality_filter, gopher_repetition_filter
from datatrove.pipeline.filters.gopher_repetition_filter import find_all_duplicate, find_duplicates, find_top_duplicate, get_n_grams


def split_into_words(text, language=None):
    return text.split()


for module in (c4_filters, fineweb_quality_filter, gopher_quality_filter, gopher_repetition_filter):
    if hasattr(module, "split_into_words"):
        module.split_into_words = split_into_words


def ratios(text):
    """What datatrove's functions count."""
    repetition = gopher_repetition_filter.GopherRepetitionFilter()
    words = text.split()
    lines = repetition._line_splitter.split(text)
    paragraphs = repetition.paragraph_exp.split(text)
    count, characters = find_duplicates(lines)
    found = {"duplicate-lines": (count, len(lines)), "duplicate-line-characters": (characters, len(text))}
    count, characters = find_duplicates(paragraphs)
    found["duplicate-paragraphs"] = (count, len(paragraphs))
    found["duplicate-paragraph-characters"] = (characters, len(text))
    for n in 2, 3, 4:
        grams = get_n_grams(words, n)
        found[f"top-{n}-gram"] = (find_top_duplicate(grams) if grams else 0, len(text))
    for n in range(5, 11):
        found[f"duplicate-{n}-grams"] = (find_all_duplicate(words, n), len(text))
    c4 = c4_filters.C4QualityFilter(
        min_num_sentences=-1, filter_lorem_ipsum=False, filter_curly_bracket=False, min_words_per_line=3)
    filled = "\n".join(line for line in text.split("\n") if line.strip())
    c4.filter(Document(text=filled, id="0"))
    stats = {key: int(value.total) for key, value in c4.stats.stats.items()}
    total = stats["line-total"]
    for ours, theirs in (
        ("c4-long-word-lines", "too_long_word"), ("c4-unterminated-lines", "no_terminal_punc"),
        ("c4-few-word-lines", "too_few_words"), ("c4-javascript-lines", "javascript"), ("c4-policy-lines", "policy")):
        found[ours] = (stats.get(f"line-filter-{theirs}", 0), total)
    for ours, option in ("c4-lorem-ipsum", "filter_lorem_ipsum"), ("c4-curly-bracket", "filter_curly_bracket"):
        others = {"filter_lorem_ipsum": False, "filter_curly_bracket": False, option: True}
        dropped = c4_filters.C4QualityFilter(min_num_sentences=-1, **others).filter(Document(text=filled, id="0")) is not True
        found[ours] = (int(dropped), 1)
    return found


def switches(filter_class, off, option, name, is_most, value, text):
    """Whether the filter takes the document just beyond the value, and not at it: the value is the filter's own."""
    step = 1e-9
    beyond, at = (value - step, value + step) if is_most else (value + step, value - step)

    def reason(limit):
        answer = filter_class(**{**off, option: limit}).filter(Document(text=text, id="0"))
        return None if answer is True else answer[1]

    return reason(beyond) == name and reason(at) is None


GOPHER = dict(
    min_doc_words=None, max_doc_words=None, min_avg_word_length=None, max_avg_word_length=None, max_symbol_word_ratio=None,
    max_bullet_lines_ratio=None, max_ellipsis_lines_ratio=None, max_non_alpha_words_ratio=None, min_stop_words=None)
FINEWEB = dict(line_punct_thr=-1, short_line_thr=9, char_duplicates_ratio=9, new_line_ratio=1e9)
quality = gopher_quality_filter.GopherQualityFilter
fineweb = fineweb_quality_filter.FineWebQualityFilter
SWITCHES = {
    "mean-word-length": (quality, GOPHER, "max_avg_word_length", "gopher_above_avg_threshold", True),
    "hash-to-word": (quality, GOPHER, "max_symbol_word_ratio", "gopher_too_many_hashes", True),
    "bullet-lines": (quality, GOPHER, "max_bullet_lines_ratio", "gopher_too_many_bullets", True),
    "ellipsis-lines": (quality, GOPHER, "max_ellipsis_lines_ratio", "gopher_too_many_end_ellipsis", True),
    "alphabetic-words": (quality, GOPHER, "max_non_alpha_words_ratio", "gopher_below_alpha_threshold", False),
    "terminated-lines": (fineweb, FINEWEB, "line_punct_thr", "line_punct_ratio", False),
    "short-lines": (fineweb, FINEWEB, "short_line_thr", "short_line_ratio", True),
    "character-repetition": (fineweb, FINEWEB, "char_duplicates_ratio", "char_dup_ratio", True),
    "newlines-to-words": (fineweb, FINEWEB, "new_line_ratio", "list_ratio", True),
}


def main():
    agreed = 0
    for file, ours in sorted(json.load(sys.stdin).items()):
        with open(file, encoding="utf-8") as handle:
            text = handle.read().strip("\n")
        for name, theirs in ratios(text).items():
            if tuple(ours[name]) == theirs:
                agreed += 1
            else:
                print(f"{file}: {name}: winnow {ours[name]}, datatrove {list(theirs)}")
        for name, (filter_class, off, option, reason, is_most) in SWITCHES.items():
            numerator, denominator = ours[name]
            value = numerator / denominator
            if option == "max_symbol_word_ratio":
                # The filter judges number signs and ellipses by one limit.
                text_seen = text.replace("...", "").replace("…", "")
                value = text_seen.count("#") / max(1, len(text_seen.split()))
                if numerator != text.count("#"):
                    print(f"{file}: {name}: winnow {numerator}, datatrove {text.count('#')}")
                    continue
            else:
                text_seen = text
            # A limit of nought switches a rule of Gopher off.
            if value <= 1e-8 or switches(filter_class, off, option, reason, is_most, value, text_seen):
                agreed += 1
            else:
                print(f"{file}: {name}: winnow {value}, and {filter_class.__name__} does not switch there")
        if (found := ours["ellipsis-to-word"][0]) != text.count("...") + text.count("…"):
            print(f"{file}: ellipsis-to-word: winnow {found}")
    print(f"{agreed} values agree")


main()
