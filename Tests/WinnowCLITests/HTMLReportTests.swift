import TestSupport
import Testing
import WinnowCore
import WinnowIO

/// The page of `winnow check --report html=FILE`: its markup by Python's parser, its behaviour in a real browser.
@Suite struct HTMLReportTests {
    private func run(_ script: String) throws -> Shell.Result {
        try withTemporaryFolder { folder in
            let file = "\(folder)/script"
            try AtomicFile.write(Array("REPO='\(repository)'\n\(Self.hostile)\(script)".utf8), to: file)
            return try Shell.run(script: file, input: "/dev/null")
        }
    }

    /// A corpus that would like to be markup, to run, and to turn its reader's text around.
    private static let hostile = #"""
        mkdir texts
        ferry='The ferry to the island leaves at noon and comes back before the evening bell rings.'
        printf '%s\n' "Share this page <img src=x onerror=\"console.error(1)\"> "$'\u202e'"live"$'\u202c' \
            '</span></li></ol><script>console.error(2)</script> &amp; '$'\u2066isolate' "$ferry" "${ferry/evening/holiday}" \
            'Share this page' > 'texts/a<img src=x onerror=console.error(3)>'$'\u202e''.txt'
        printf '%s\n' "$ferry" "\"'><svg onload=console.error(4)> caf"$'\u00c3\u00a9'" --> ]]> javascript:console.error(5)" \
            'Share this page' > texts/b.txt

        """#

    @Test func nothingOfTheCorpusIsMarkup() throws {
        let result = try run(
            #"""
            winnow check -q --no-config --report html=page.html texts > /dev/null; echo $?
            python3 - <<'END'
            import base64, hashlib, html.parser, re
            page = open("page.html", encoding="utf-8", newline="").read()
            allowed = set("""html head meta link title style body a header h1 h2 h3 span p ul li b nav main form input select option
                button section div table thead tbody tr th td small svg path ol details summary bdi del ins i footer script""".split())
            attributes = set("""lang charset http-equiv content name rel href class id role hidden type placeholder aria-label
                aria-hidden autocomplete spellcheck value data-filtered data-k data-l tabindex scope dir viewbox width height
                d""".split())
            text = []
            class Reader(html.parser.HTMLParser):
                def handle_starttag(self, tag, pairs):
                    assert tag in allowed, tag
                    for name, value in pairs:
                        assert name in attributes, name
                        if name == "href": assert value.startswith("#") or value == "data:,", value
                def handle_data(self, data): text.append(data)
            reader = Reader(convert_charrefs=True)
            reader.feed(page)
            reader.close()
            text = "".join(text)
            assert '<img src=x onerror="console.error(1)"> U+202EliveU+202C' in text
            assert "a<img src=x onerror=console.error(3)>U+202E.txt" in text
            assert not re.search("[\u202a-\u202e\u2066-\u2069]", page)
            assert "http:" not in page and "https:" not in page and "@import" not in page and "url(" not in page
            for tag in "style", "script":
                body = re.search(f"<{tag}>(.*?)</{tag}>", page, re.S).group(1)
                digest = base64.b64encode(hashlib.sha256(body.encode()).digest()).decode()
                assert f"{tag}-src 'sha256-{digest}'" in page, f"{tag}-src 'sha256-{digest}'"
            assert "<del>evening</del>" in page and "<ins>holiday</ins>" in page
            print("good")
            END
            """#)
        #expect(result.output == "1\ngood\n", "\(result)")
    }

    /// Each finding is as long as one can be: names of files, texts and escapes.
    @Test func itStaysBelowFiveMegabytes() throws {
        let result = try run(
            #"""
            python3 - <<'END'
            import os
            folder = "many/" + "/".join(["'" * 250] * 10)
            os.makedirs(folder)
            for number in range(40):
                with open(f"{folder}/{number}.txt", "w") as file:
                    for line in range(10):
                        file.write(f"{number} {line} " + "\u202e'" * 95 + "\u00c3\u00a9&amp;\u00a0e\u0301\a\n")
                        file.write(f"Share this page\n")
            END
            winnow check -q --no-config --max mojibake=0 --report html=page.html many > /dev/null
            [ $(stat -c %s page.html) -gt 1000000 ] && [ $(stat -c %s page.html) -lt 5000000 ] && echo small
            tail -c 15 page.html
            """#)
        #expect(result.output == "small\n</body></html>\n", "\(result)")
    }

    private static let browser =
        "for b in chromium chromium-browser google-chrome; do command -v $b > /dev/null && break; b=; done; [ -n \"$b\" ]"

    @Test(.enabled(if: (try? runBash(browser)) == 0, "needs Chromium: apt-get install chromium"))
    func aBrowserShowsAndFiltersItWithoutErrors() throws {
        let result = try run(
            Self.browser + #"""

                winnow check -q --no-config --report html=page.html texts > /dev/null
                browse() {
                    timeout 120 $b --headless --no-sandbox --disable-gpu --disable-dev-shm-usage --no-first-run \
                        --user-data-dir="$PWD/profile" --enable-logging=stderr "$@" 2> log
                    grep CONSOLE log
                }
                shown() { # the entries that a section shows
                    python3 - "$1" <<'END'
                import re, sys
                dom = open("dom", encoding="utf-8").read()
                section = re.search(f'<section id="{sys.argv[1]}".*?</section>', dom, re.S).group(0)
                print(sys.argv[1], re.findall(r'<(?:li|tr) data-k="([^"]*)"(?: data-l="[^"]*")?>', section))
                END
                }
                browse --dump-dom "file://$PWD/page.html" > dom
                grep -o '<form id="filter" role="search"[ hiden="]*>' dom
                shown findings
                browse --dump-dom "file://$PWD/page.html#kind=near-duplicate&words=holiday" > dom
                grep -o '[0-9]* of [0-9]* entries shown' dom
                for section in files copies furniture findings; do shown $section; done
                browse --dump-dom "file://$PWD/page.html#level=note&kind=nothing" > dom
                shown findings
                for look in 0 1; do
                    browse --window-size=1000,1400 --blink-settings=preferredColorScheme=$look --screenshot="$PWD/$look.png" \
                        "file://$PWD/page.html"
                    python3 - $look.png <<'END'
                import struct, sys, zlib
                data = open(sys.argv[1], "rb").read()
                assert data[:8] == b"\x89PNG\r\n\x1a\n"
                width, height = struct.unpack(">II", data[16:24])
                place, packed = 8, b""
                while place < len(data):
                    size, = struct.unpack(">I", data[place:place + 4])
                    if data[place + 4:place + 8] == b"IDAT": packed += data[place + 8:place + 8 + size]
                    place += size + 12
                rows = zlib.decompress(packed)
                # Many rows differ from an empty page's; the corner is of the background.
                step = len(rows) // height
                filled = len({rows[row * step:(row + 1) * step] for row in range(height)})
                print(width, height, "dark" if rows[1] < 128 else "light", filled > 300)
                END
                done
                """#)
        let lines = result.output.split(separator: "\n").map(String.init)
        #expect(
            lines == [
                "<form id=\"filter\" role=\"search\">",
                "findings ['bidi-control', 'bidi-control', 'near-duplicate', 'boilerplate', 'mojibake', 'boilerplate', 'across-file-duplicate']",
                "3 of 11 entries shown", "files ['boilerplate near-duplicate bidi-control']", "copies ['near-duplicate']",
                "furniture []", "findings ['near-duplicate']", "findings []", "1000 1400 dark True", "1000 1400 light True",
            ], "\(result)")
    }
}
