import TestSupport
import Testing
import WinnowCore
import WinnowIO

/// `winnow check` as a process: a data repository with planted faults, threads, git, schemas.
@Suite struct CheckTests {
    private func run(_ script: String) throws -> Shell.Result {
        try withTemporaryFolder { folder in
            let file = "\(folder)/script"
            try AtomicFile.write(Array("REPO='\(repository)'\n\(script)".utf8), to: file)
            return try Shell.run(script: file, input: "/dev/null")
        }
    }

    /// `Tests/Peers/planted.py make 2000` is the same at full size.
    @Test func plantedFaultsAreFoundAndNoneIsInvented() throws {
        let result = try run(
            """
            python3 "$REPO"/Tests/Peers/planted.py make 240 .
            winnow check --no-config --format jsonl data > found; echo $?
            python3 "$REPO"/Tests/Peers/planted.py judge .
            for j in 1 3; do winnow check --no-config -j $j --format json data > $j.json; done; cmp 1.json 3.json && echo same
            winnow check --no-config --format jsonl -j 3 data | cmp - found && echo same
            """)
        let lines = result.output.split(separator: "\n")
        #expect(lines.count == 4 && lines.first == "1" && lines[2] == "same" && lines[3] == "same", "\(result)")
        #expect(lines.count == 4 && lines[1].hasSuffix(" found, 0 missed, 0 invented"), "\(result)")
    }

    @Test func aBaselineLeavesWhatIsNew() throws {
        let result = try run(
            """
            python3 "$REPO"/Tests/Peers/planted.py make 240 .
            winnow check -q --no-config --baseline base --update-baseline data > /dev/null; echo $?
            winnow check --no-config --baseline base data | tail -1
            LC_ALL=C sort -c -k4 -k1,1 <(grep -v '#' base) && echo sorted
            # Lines move, and one fault is new.
            sed -i '1i A line that nobody has written before stands above all others.' data/*/*.txt
            cp base again; winnow check -q --no-config --baseline again --update-baseline data > /dev/null
            diff <(sort base) <(sort again) | grep -c '^>'
            echo 'Share this page' >> data/10/00120.txt
            winnow check --no-config --format jsonl --baseline again data > found; echo $?
            grep -c '"kind"' found
            # What is mended is told; nothing else changes.
            echo > data/10/00121.txt
            winnow check --no-config --baseline again data | sed -n 2p
            """)
        let lines = result.output.split(separator: "\n").map(String.init)
        #expect(lines.prefix(3) == ["0", "passed", "sorted"], "\(result)")
        #expect(lines.dropFirst(4).prefix(2) == ["1", "1"], "\(result)")
        #expect(lines.last?.contains(" fixed, 0 of files not checked") == true && lines.last?.contains(" 0 fixed") == false)
    }

    @Test(.enabled(if: (try? runBash("command -v git > /dev/null")) == 0, "needs git"))
    func onlyWhatChangedSinceARevision() throws {
        let result = try run(
            """
            git init -q; git config user.email a@b.example; git config user.name a
            mkdir 'new texts'
            long='The ferry to the island leaves at noon and comes back before the evening bell rings.'
            printf 'Share this page\\nThe river fell by a metre on Monday.\\n%s\\n' "$long" > a.txt
            printf 'The bridge was opened again after nine months of work.\\nTweet\\n' > b.txt
            git add .; git commit -qm one
            echo 'Advertisement' >> a.txt
            printf '%s\\nSubscribe to our newsletter\\n' "$long" > 'new texts/c ü.txt'
            winnow check --no-config --since HEAD --format jsonl . > found; echo $?
            grep -o '"kind":"[^"]*","file":"[^"]*","line":[0-9]*' found
            sed -i 2d 'new texts/c ü.txt'; sed -i '$d' a.txt; mv 'new texts/c ü.txt' 0.txt
            echo "An unchanged line is copied into a file that stands before it."
            winnow check --no-config --since HEAD --format jsonl . | grep -o '"file":"[^"]*","line":[0-9]*,.*"twin":.*"shared"'
            winnow check --no-config --since nothing . ; echo $?
            """)
        #expect(
            result.output == """
                1
                "kind":"boilerplate","file":"a.txt","line":4
                "kind":"boilerplate","file":"new texts/c ü.txt","line":2
                "kind":"across-file-duplicate","file":"new texts/c ü.txt","line":1
                An unchanged line is copied into a file that stands before it.
                "file":"0.txt","line":1,"stage":"check","rule":"across-files","message":"equal, a.txt:3","twin":{"file":"a.txt","line":3,"shared"
                2

                """, "\(result)")
        #expect(result.errors.contains("--since nothing: fatal: "), "\(result)")
    }

    @Test func reportsAreWhatTheirReadersTake() throws {
        let result = try run(
            #"""
            mkdir -p 'a b'; printf 'Share this page\n[x](http://example.com) ]]> | `t` <b> & cafe\u0301 ::error::\n\001\n' > 'a b/c%.txt'
            printf '{"text":"Advertisement"}\n{"text":' > r.jsonl
            args=(--no-config --max duplicate-lines=0 .)
            for f in json sarif gitlab junit github markdown jsonl text; do args+=(--report $f=out.$f); done
            mkdir empty; cd empty; cp -r '../a b' ../r.jsonl .; winnow check "${args[@]}" > /dev/null 2>&1; echo $?
            cat > judge.py <<'END'
            import json, sys, xml.dom.minidom
            result = json.load(open('out.json'))
            assert result['version'] == 1 and result['damaged_records'] == 1, result
            sarif = json.load(open('out.sarif'))
            run = sarif['runs'][0]
            assert sarif['version'] == '2.1.0' and not run['invocations'][0]['executionSuccessful']
            for found in run['results']:
                assert run['tool']['driver']['rules'][found['ruleIndex']]['id'] == found['ruleId']
                place = found['locations'][0]['physicalLocation']
                assert place['artifactLocation']['uri'] in ('a%20b/c%25.txt', 'r.jsonl'), place
                assert place['region']['startLine'] >= 1
            assert any(r'\[x\](http' in f['message']['text'] for f in run['results'])
            fingerprints = [f['partialFingerprints']['primaryLocationLineHash'] for f in run['results']]
            assert len(set(fingerprints)) == len(fingerprints) == len(result['findings'])
            assert len({f['fingerprint'] for f in json.load(open('out.gitlab'))}) == len(fingerprints)
            suite = xml.dom.minidom.parse('out.junit').getElementsByTagName('testsuite')[0]
            assert int(suite.getAttribute('failures')) == len(suite.getElementsByTagName('failure'))
            assert int(suite.getAttribute('tests')) == len(suite.getElementsByTagName('testcase'))
            for line in open('out.github'):
                assert line.startswith(('::error ', '::warning ', '::notice ')) and '::' in line[2:], line
            import re
            text = open('out.markdown').read()
            assert '<b>' in text and '<b>' not in re.sub(r'(`+).+?\1(?!`)', '', text), text
            lines = [json.loads(line) for line in open('out.jsonl')]
            assert len(lines) == len(fingerprints) + 1 and lines[-1]['result']['findings'] == len(fingerprints)
            END
            python3 judge.py && echo good
            """#)
        #expect(result.output == "2\ngood\n", "\(result)")
    }

    /// As many annotations as GitHub shows, and one that sums up.
    @Test func annotationsStayWithinTheirLimit() throws {
        let result = try run(
            """
            for i in $(seq 40); do printf 'Line %d of the text that stands here.\\n\\x07 and a bell\\nShare this page\\n' $i > $i.txt; done
            winnow check --no-config --format github --within-files . > out; echo $?
            for k in error warning notice; do grep -c "^::$k " out; done
            grep -o '20 are annotated' out || tail -1 out
            """)
        #expect(result.output.hasPrefix("1\n10\n"), "\(result)")
        #expect(result.output.hasSuffix("are annotated\n") || result.output.contains("are annotated"), "\(result)")
    }

    @Test(arguments: ["Fixtures/clean"]) func defaultsPassWhatIsClean(_ folder: String) throws {
        let result = try run("cd \"$REPO\"/\(folder); winnow check --no-config --format jsonl --exclude README.md .; echo $?")
        #expect(result.output.hasSuffix("\n0\n") && !result.output.contains("\"kind\""), "\(result)")
    }

    @Test func fixingLeavesAWayBack() throws {
        let result = try run(
            #"""
            mkdir -p data/sub links
            printf 'The river fell by a metre on Monday after the rain had stopped.\nShare this page\nThe lake is caf\303\203\302\251 blue.' > data/river.txt
            printf 'The bridge was opened again after nine months of work.\n' > data/good.txt
            printf '{"id":1,"text":"The ferry calls at noon every day.\\nSubscribe to our newsletter"}\n' > data/sub/a.jsonl
            printf '{"id":1,"text":"The ferry calls at night every day.\\nSubscribe to our newsletter"}\n{"id":2,\n' > data/sub/broken.jsonl
            printf 'Der Fl\374gel des Hauses ist gr\374n gestrichen worden.\nShare this page\n' > data/latin.txt
            printf 'The tower was closed for years and is open now.\nShare this page\n' | gzip > data/tower.txt.gz
            printf 'The mill was closed for years and is open now.\nShare this page\n' | xz > data/mill.txt.xz
            printf 'A heron stood in the reeds all day long.\nShare this page\n' > data/heron.txt
            gzip -n data/heron.txt && winnow batch -q --no-config --stage blank-lines data/heron.txt.gz -o packed && mv packed/heron.txt.gz data
            ln -s ../data/tower.txt.gz links/link.txt
            chmod 640 data/river.txt
            cp -a data before
            winnow check --no-config --fix --no-progress data > out 2> err; echo "exit $?"
            sed 's/improper.*/improper/' err
            grep -c . data/river.txt; stat -c %a data/river.txt
            diff -rq data before
            winnow restore -q .winnow-fix -o back; echo "restored $?"
            cmp back/data/river.txt before/river.txt && cmp back/data/sub/a.jsonl before/sub/a.jsonl && cmp back/data/heron.txt.gz before/heron.txt.gz && echo same
            winnow check --no-config --no-progress -q data/river.txt data/heron.txt.gz | tail -1
            winnow check --no-config --fix --no-progress data > out 2>&1; echo "exit $?"; cat out
            winnow check --no-config --fix --ledgers other -L --no-progress links > out 2> err; echo "exit $?"; cat err
            winnow check --no-config --fix --ledgers other --set near-duplicates.scope=corpus data 2>&1; echo "exit $?"
            """#)
        #expect(
            result.output == """
                exit 2
                winnow: data/sub/broken.jsonl:2: record 2 at byte 83: not a JSON object: The JSON document has an improper
                  one JSON object a line is wanted; correct or remove the line
                winnow: data/latin.txt: was left as it is: it is in another encoding; --encoding names it
                winnow: data/mill.txt.xz: was left as it is: it is packed in a way that winnow reads and does not write
                winnow: data/sub/broken.jsonl: was left as it is: not all of it could be read
                winnow: data/tower.txt.gz: was left as it is: its ledger would not give back its bytes (packed by another program, or changed meanwhile)
                winnow: 3 files fixed, 4 left as they are
                  winnow restore .winnow-fix -o BACK gives back what they were
                2
                640
                Files data/heron.txt.gz and before/heron.txt.gz differ
                Files data/river.txt and before/river.txt differ
                Files data/sub/a.jsonl and before/sub/a.jsonl differ
                restored 0
                same
                passed
                exit 2
                winnow: .winnow-fix: is there already, perhaps with the way back from an earlier run, and was not changed
                  name another folder (--ledgers FOLDER), or remove it
                exit 1
                winnow: links/link.txt: was left as it is: it is a symbolic link; name the file that it stands for
                winnow: 0 files fixed, 1 left as they are
                winnow: --fix cleans each file by itself, and near-duplicates has `scope: corpus`
                  clean into a folder (winnow batch), or --set near-duplicates.scope=document
                exit 2

                """, "\(result)")
    }

    /// The kept line stands in another file: plain, packed, one of records.
    @Test func theKeptLineOfAClusterIsReadAgain() throws {
        let result = try run(
            #"""
            ferry='The Ferry to the Island leaves at noon and comes back before the evening bell rings.'
            printf 'One.\n%s\r\nTwo.\n' "$ferry" > a.txt
            for name in b c; do printf '%s\n' "${ferry,,}" > $name.txt; done
            kept() {
                winnow check --no-config --no-progress --format json "$@" > found
                python3 -c 'import json; found = json.load(open("found"))["copies"][0]; print(found["count"], found["place"], found["text"])'
            }
            kept .
            gzip a.txt; kept .; rm a.txt.gz
            printf '{"text":"One.\\n%s"}\n' "$ferry" > a.jsonl; kept .
            """#)
        #expect(
            result.output == """
                2 {'file': 'a.txt', 'line': 2} The Ferry to the Island leaves at noon and comes back before the evening bell rings.
                2 {'file': 'a.txt.gz', 'line': 2} The Ferry to the Island leaves at noon and comes back before the evening bell rings.
                2 {'file': 'a.jsonl', 'record': 1, 'line': 2, 'file_line': 1} the ferry to the island leaves at noon and comes back before the evening bell rings.

                """, "\(result)")
    }

    @Test func checkChangesNothing() throws {
        let result = try run(
            """
            mkdir articles; cp "$REPO"/Fixtures/articles/*-01.txt articles; cp -r "$REPO"/Fixtures/formats .
            find . -printf '%p %s %T@ %i\\n' | sort > ../before
            winnow check --no-config . > ../out 2>&1; echo $?
            find . -printf '%p %s %T@ %i\\n' | sort | diff ../before - && echo same
            """)
        #expect(result.output == "1\nsame\n", "\(result)")
    }
}

@Suite struct CheckDocumentation {
    @Test(arguments: LimitSubject.names) func everyNameIsExplained(_ name: String) throws {
        let isKind = FindingKind(rawValue: name) != nil
        let text = String(decoding: try readWhole("\(repository)/docs/\(isKind ? "check" : "measures").md"), as: UTF8.self)
        #expect(text.contains("| `\(name)` | "))
    }
}
