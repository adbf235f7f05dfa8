import TestSupport
import Testing
import WinnowCore
import WinnowIO

/// `winnow sweep` and `winnow diff` as processes.
@Suite struct SweepTests {
    private func run(_ script: String) throws -> Shell.Result {
        try withTemporaryFolder { folder in
            let file = "\(folder)/script"
            try AtomicFile.write(Array("REPO='\(repository)'\n\(script)".utf8), to: file)
            return try Shell.run(script: file, input: "/dev/null")
        }
    }

    /// One run says what a run with each threshold would, or less: where a line is kept that another repeats.
    @Test func thresholdsAreThoseOfRuns() throws {
        let result = try run(
            #"""
            texts="$REPO/Fixtures/articles --include de-*.txt --include ja-*.txt --include pt-*.txt"; set -f
            for j in 1 3; do
                winnow sweep --no-config --no-progress -j $j --format json --stage near-duplicates --threshold 0.5..0.9 --step 0.2 $texts > $j
            done
            cmp 1 3 && echo same
            for t in 0.5 0.7 0.9; do
                winnow check --no-config --no-progress --within-files --format jsonl --set near-duplicates.threshold=$t $texts |
                    grep -c '"action":"drop","stage":"near-duplicates"'
            done > runs
            python3 - <<'END'
            import json
            sweep = json.load(open("1"))
            rows = sweep["thresholds"]
            runs = [int(line) for line in open("runs")]
            print([row["threshold"] for row in rows], rows[0]["removed"] == runs[0])
            # A run removes at least as many, and hardly more.
            print(all(row["removed"] <= run <= 1.02 * row["removed"] for row, run in zip(rows, runs)), rows[0]["removed"] > rows[2]["removed"])
            for row, after in zip(rows, rows[1:] + [None]):
                near = [pair["twin"]["shared"] / pair["twin"]["total"] for pair in row["nearest"]]
                assert near == sorted(near) and len(near) <= 3 and near[0] >= row["threshold"], near
                assert row["is_exact"] == (row is rows[0])
                assert after is None or near[-1] < after["threshold"] and row["removed"] - after["removed"] == row["of_this_step"]
                assert all(pair["text"] != pair["twin_text"] for pair in row["nearest"] if "twin_text" in pair)
            END
            """#)
        #expect(result.output == "same\n[0.5, 0.7, 0.9] True\nTrue True\n", "\(result)")
    }

    /// A line that two rules would each take counts for both, whichever the stage names for it; what is protected, for none.
    @Test func eachRuleByItself() throws {
        let result = try run(
            #"""
            mkdir a
            printf 'Home\nNews\nSport\nContact\n\nThe bridge was opened again after nine months of work on its piers.\n\n' > a/1.txt
            printf '© 2024 Example Press. All rights reserved.\n© 2024 Example Press\n' >> a/1.txt
            printf 'The river fell by a metre on Monday after the rain had stopped.\nShare this page\n' > a/2.txt
            printf '{"text": "© 2023 Example Press. All rights reserved."}\n{"text": "Share this page\\nA word."}\n' > a/3.jsonl
            sweep() { winnow sweep --no-config --no-progress --stage boilerplate "$@"; }
            sweep --set 'boilerplate.drop=^Share' a
            sweep -j 1 --format json a > 1
            sweep -j 2 --format json a | cmp - 1
            python3 - <<'END'
            import json
            print([(row["rule"], row["lines"], row["only"], row["documents"]) for row in json.load(open("1"))["rules"]])
            END
            printf 'version: 1\nprotect: ["Share|Example"]\n' > pipeline.yml
            winnow sweep --no-progress --stage boilerplate a | grep -v '^      ' | sed -n '4,$p'
            """#)
        #expect(
            result.output == """
                3 files, 4 documents, 14 lines

                  rule                    lines   of all   only it   documents
                  menu-run                    4   0.2857         1           1
                      a/1.txt:1  Home
                  copyright-sign              3   0.2143         1           2
                      a/1.txt:8  © 2024 Example Press. All rights reserved.
                      a/3.jsonl#1:1  © 2023 Example Press. All rights reserved.
                  navigation                  3   0.2143         0           1
                      a/1.txt:1  Home
                  copyright                   2   0.1429         0           2
                      a/1.txt:8  © 2024 Example Press. All rights reserved.
                      a/3.jsonl#1:1  © 2023 Example Press. All rights reserved.
                  drop-pattern                2   0.1429         0           2
                      a/2.txt:2  Share this page
                  share                       2   0.1429         0           2
                      a/2.txt:2  Share this page

                9 lines in all, each counted for every rule that takes it.
                [('menu-run', 4, 1, 1), ('copyright-sign', 3, 1, 2), ('navigation', 3, 0, 1), ('copyright', 2, 0, 2), ('share', 2, 2, 2)]
                  menu-run                    4   0.2857         1           1
                  navigation                  3   0.2143         0           1

                4 lines in all, each counted for every rule that takes it.

                """, "\(result)")
    }

    @Test func rulesAndDifferences() throws {
        let result = try run(
            #"""
            mkdir a b
            printf 'Share this page\nThe river fell by a metre on Monday after the rain had stopped.\nShare this page\n' > a/1.txt
            printf 'The bridge was opened again after nine months of work.\nAdvertisement\nShare this page\n' > a/2.txt
            winnow sweep --no-config --no-progress --stage boilerplate a
            winnow batch -q --no-config a -o b
            winnow diff --no-config --no-progress a b | sed -n '1,11p'
            winnow diff --no-config --no-progress --format json a b > difference
            python3 - <<'END'
            import json
            found = json.load(open("difference"))
            print({row["name"]: (row["a"], row["b"]) for row in found["findings"]})
            print(next(row for row in found["measures"] if row["name"] == "removed-lines"))
            END
            exec 2>&1
            winnow sweep a; echo $?
            winnow sweep --stage boilerplate --threshold 0.5..0.6 a; echo $?
            winnow sweep --stage near-duplicates --threshold 0.9..0.6 a; echo $?
            winnow diff a; echo $?
            """#)
        #expect(
            result.output == """
                2 files, 2 documents, 6 lines

                  rule                    lines   of all   only it   documents
                  share                       3      0.5         3           2
                      a/1.txt:1  Share this page
                  advertisement               1   0.1667         1           1
                      a/2.txt:2  Advertisement

                4 lines in all, each counted for every rule that takes it.
                A a
                B b

                  corpus                                       A             B         B - A
                  files                                        2             2
                  documents                                    2             2
                  lines                                        6             2            -4
                  distinct-lines                               4             2            -2
                  bytes                                      181           119           -62

                  findings                                     A             B         B - A
                {'boilerplate': (4, 0)}
                {'name': 'removed-lines', 'a': 0.666667, 'b': 0}
                winnow: sweep needs a stage: --stage near-duplicates or boilerplate
                  winnow sweep [OPTION…] FILE|FOLDER… --stage near-duplicates --threshold 0.5..0.95, or --stage boilerplate
                2
                winnow: --threshold goes with --stage near-duplicates
                2
                winnow: --threshold 0.9..0.6: expected numbers from 0.3 to 1, such as 0.5..0.95
                2
                winnow: diff takes two files or folders
                  winnow diff [OPTION…] A B
                2

                """, "\(result)")
    }
}
