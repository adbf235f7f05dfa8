"""Labels the lines of web pages by a vote of three extractors: HTML in, pages to learn from out.

    vote.py HTML-FOLDER OUT-FOLDER

Each page becomes OUT/SITE__NAME.labels: a label, a tab and the line, for each line of the page as text. `c` (content): all of
trafilatura, readability and resiliparse keep the line; `b` (debris): none does; `d`: they disagree, and nothing is learned from it; `t`: the title; `-`: blank.
The site is the host of the page's canonical address, else the folder that holds the file; folds of cross-validation part sites.
"""
import os
import re
import sys
from collections import Counter
from urllib.parse import urlsplit

import html_text
import lxml.html
import readability
import trafilatura
from resiliparse.extract.html2text import extract_plain_text
from resiliparse.parse.encoding import bytes_to_str, detect_encoding


def words(text):
    # Each character of Han, kana and Hangul is a word.
    return re.findall(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]|[^\W_]+", text.lower())


def grams(tokens, n=4):
    return [tuple(tokens[i:i + n]) for i in range(len(tokens) - n + 1)]


def extractions(html):
    """The main text as each of the extractors sees it; one that fails sees nothing."""
    def by_readability():
        return html_text.extract_text(readability.Document(html).summary())

    for extract in (lambda: trafilatura.extract(html, include_comments=False, include_tables=True), by_readability,
                    lambda: extract_plain_text(html, main_content=True, alt_texts=False)):
        try:
            yield extract() or ""
        except Exception:  # whatever an extractor stumbles over, it has no vote then
            yield ""


def kept(lines, text):
    """For each line whether it stands in the text: as a whole, or, where it is long, half of its runs of four words."""
    whole = Counter(" ".join(words(line)) for line in text.split("\n"))
    runs = set(grams(words(text)))
    out = []
    for line in lines:
        tokens = words(line)
        key = " ".join(tokens)
        if whole[key] > 0:
            whole[key] -= 1
            out.append(True)
        elif len(tokens) >= 4:
            mine = grams(tokens)
            out.append(sum(g in runs for g in mine) * 2 >= len(mine))
        else:
            out.append(False)
    return out


def label(html):
    """Rows (label, line) of a page; none where the extractors find no text."""
    page = html_text.extract_text(html)
    lines = page.split("\n")
    votes = [kept(lines, text) for text in extractions(html) if text.strip()]
    if len(votes) < 3:
        return []
    # The first title is the page's; pictures have titles, too.
    titles = re.findall(r"(?is)<title[^>]*>(.*?)</title", html)[:1] + re.findall(r"(?is)<h1[^>]*>(.*?)</h1", html)
    titles = {" ".join(words(re.sub("<[^>]*>", " ", t))) for t in titles}
    rows = []
    for line, *kept_by in zip(lines, *votes):
        if not line.strip():
            rows.append(("-", ""))
        elif " ".join(words(line)) in titles:
            rows.append(("t", line))
        else:
            rows.append(("c" if all(kept_by) else "d" if any(kept_by) else "b", line))
    return rows


def site(html, path, root):
    try:
        tree = lxml.html.document_fromstring(html)
        for address in tree.xpath("//link[@rel='canonical']/@href | //meta[@property='og:url']/@content"):
            host = urlsplit(address).hostname
            if host:
                return host.removeprefix("www.")
    except (ValueError, lxml.etree.LxmlError):
        pass
    folder = os.path.relpath(os.path.dirname(path), root)
    return "pages" if folder == "." else folder.split(os.sep)[0]


def main():
    if len(sys.argv) != 3 or not os.path.isdir(sys.argv[1]):
        raise SystemExit(__doc__)
    source, out = sys.argv[1:]
    os.makedirs(out, exist_ok=True)
    written = left = 0
    for folder, folders, names in os.walk(source):
        folders.sort()
        for name in sorted(names):
            if not name.lower().endswith((".html", ".htm")):
                continue
            path = os.path.join(folder, name)
            with open(path, "rb") as f:
                data = f.read()
            html = bytes_to_str(data, detect_encoding(data))
            rows = label(html)
            if not any(mark == "c" for mark, _ in rows):
                left += 1
                continue
            stem = re.sub(r"[^\w.-]+", "-", os.path.relpath(path, source).rsplit(".", 1)[0])
            with open(os.path.join(out, f"{site(html, path, source)}__{stem}.labels"), "w", newline="\n") as f:
                f.writelines(f"{mark}\t{' '.join(line.split())}\n" for mark, line in rows)
            written += 1
    print(f"{written} pages in {out}; {left} in which the extractors found no article")


if __name__ == "__main__":
    main()
