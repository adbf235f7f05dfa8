import TestSupport
import Testing
import WinnowIO

/// `winnow batch` as a process: threads, kills, signals, parts, the lock.
@Suite struct BatchTests {
    /// A tree with all formats and packings; a file larger than a chunk, and one that is cleaned by all cores.
    static let tree = """
        mkdir -p in/a/b in/c
        cp "$REPO"/Fixtures/articles/en-0[1-4].txt in/a/
        cp "$REPO"/Fixtures/articles/de-0[12].txt in/a/b/
        for f in "$REPO"/Fixtures/formats/sample.*; do mkdir "in/c/${f##*.}"; cp "$f" "in/c/${f##*.}/"; done
        for f in in/a/b/*.txt; do gzip -nk "$f"; zstd -q "$f"; done
        text=$(cat in/a/en-01.txt | tr -d '"\\\\' | sed 's/$/\\\\n/' | tr -d '\\n\\t')
        for i in $(seq 400); do printf '{"id":%d,"text":"%s %d"}\\n' $i "$text" $i; done > in/many.jsonl
        gzip -cd in/a/b/*.gz > in/c/all.txt
        """

    private func run(_ script: String) throws -> Shell.Result {
        try withTemporaryFolder { folder in
            let file = "\(folder)/script"
            try AtomicFile.write(Array("REPO='\(repository)'\n\(Self.tree)\n\(script)".utf8), to: file)
            return try Shell.run(script: file, input: "/dev/null")
        }
    }

    @Test func sameBytesForAnyNumberOfThreads() throws {
        let result = try run(
            """
            for i in $(seq 8); do cat in/many.jsonl; done > in/large.jsonl
            for scope in document corpus; do
                for j in 1 3; do
                    winnow batch -q --ledger -j $j --set near-duplicates.scope=$scope in -o $scope$j || exit 9
                done
                rm $scope?/.winnow/lock $scope?/.winnow/manifest.db
                diff -r ${scope}1 ${scope}3 || exit 8
            done
            for j in 1 3; do
                winnow batch -q --ledger -j $j --separator '^$' --set near-duplicates.scope=corpus in -o parted$j || exit 7
                rm parted$j/.winnow/lock parted$j/.winnow/manifest.db
            done
            diff -r parted1 parted3 || exit 6
            find in -type f | wc -l; find document1 -type f -not -path '*/.winnow/*' | wc -l
            winnow < in/c/all.txt | cmp - document1/c/all.txt
            winnow < in/a/en-01.txt | cmp - document1/a/en-01.txt
            winnow batch -q -j 1 in -o - | md5sum > one; winnow batch -q -j 3 in -o - | md5sum | cmp - one
            """)
        let counts = result.output.split(separator: "\n")
        #expect(result.status == 0 && counts.count == 2 && counts.first == counts.last, "\(result)")
        #expect(result.errors == "")
    }

    /// Each line of the output is the line of the input with the text as `winnow` cleans it, but for its last line end.
    @Test func recordsAreDocuments() throws {
        let result = try run(
            """
            winnow batch -q in/many.jsonl -o out
            cat > check.py <<'END'
            import json, subprocess
            a = [json.loads(x) for x in open('in/many.jsonl')]
            b = [json.loads(x) for x in open('out/many.jsonl')]
            assert len(a) == len(b) and [x['id'] for x in a] == [x['id'] for x in b]
            for x, y in list(zip(a, b))[::50]:
                clean = subprocess.run(['winnow'], input=x['text'].encode(), capture_output=True).stdout.decode()
                assert clean.removesuffix('\\n') == y['text'] != x['text'], (clean, y['text'])
            END
            python3 check.py
            """)
        #expect(result.status == 0, "\(result)")
    }

    /// Killed at random moments, and gone on with, until it is done: the bytes are those of a run that nobody disturbed.
    @Test(arguments: ["document", "corpus"]) func killsLoseNothing(_ scope: String) throws {
        let result = try run(
            """
            options="-q --set near-duplicates.scope=\(scope) --ledger --no-progress -j 2"
            winnow batch $options in -o whole || exit 9
            kills=0
            for round in $(seq 200); do
                winnow batch $options in -o out & process=$!
                sleep 0.0$((RANDOM % 10))$((RANDOM % 10))
                kill -9 $process 2>/dev/null && kills=$((kills + 1))
                wait $process 2>/dev/null
                # Every file that is there is whole.
                (cd out 2>/dev/null && find . -type f -not -path './.winnow/[lm]*' -not -name '.winnow-tmp-*' \
                    -exec cmp -s {} ../whole/{} \\; -o -type f -not -path './.winnow/[lm]*' -not -name '.winnow-tmp-*' -print) >&2
                [ $kills -ge 24 ] && break
                [ -f out/many.jsonl ] && [ $((RANDOM % 3)) = 0 ] && rm -rf out
            done
            winnow batch $options in -o out || exit 8
            find out -name '.winnow-tmp-*' >&2
            rm -f {out,whole}/.winnow/{lock,manifest.db}
            diff -r whole out >&2
            [ $kills -ge 20 ] && echo enough
            """)
        #expect(result.output == "enough\n", "\(result)")
        #expect(!result.errors.contains("out") && !result.errors.contains("./"), "\(result.errors)")
    }

    #if DEBUG
        /// Killed at every call of the system in turn, or half-way through it.
        @Test(arguments: [("kill", ""), ("tear", ""), ("kill", "--no-sync")])
        func killsAtEveryCallLoseNothing(_ fault: String, _ option: String) throws {
            let result = try run(
                """
                rm -r in; mkdir -p in/a; cp "$REPO"/Fixtures/articles/en-01.txt in/a; cp "$REPO"/Fixtures/formats/sample.jsonl in/
                cp "$REPO"/Fixtures/formats/sample.txt.gz in/
                winnow batch -q --ledger \(option) -j 1 in -o whole || exit 9
                for n in $(seq 2000); do
                    rm -rf out
                    WINNOW_FAULT=\(fault):$n winnow batch -q --ledger \(option) -j 1 in -o out 2>/dev/null && break
                    winnow batch -q --ledger \(option) -j 1 in -o out || exit 8
                    rm out/.winnow/{lock,manifest.db}
                    diff -r --exclude={lock,manifest.db} whole out || exit 7
                done 2>/dev/null
                [ $n -gt 50 ] && [ $n -lt 2000 ] && echo enough
                """)
            #expect(result.output == "enough\n", "\(result)")
        }
    #endif

    @Test(arguments: [("INT", 130), ("TERM", 143)]) func signalsEndItAndItGoesOn(_ name: String, _ code: Int) throws {
        let result = try run(
            """
            for i in $(seq 60); do cat in/many.jsonl; done > in/zz.jsonl
            # Shells let what runs in the background ignore SIGINT, unless jobs are controlled.
            set -m
            winnow batch in -o out 2> messages & process=$!
            for i in $(seq 500); do [ -f out/many.jsonl ] && break; sleep 0.01; done
            kill -\(name) $process; wait $process; echo $?
            grep -c 'ended by SIG\(name): 1 file left' messages
            ls out/zz.jsonl out/.winnow-tmp* 2>/dev/null
            winnow batch in -o out 2>&1 | head -1 | sed 's/[0-9]* done/N done/'
            """)
        #expect(result.output == "\(code)\n1\n20 files: 1 cleaned, N done before\n", "\(result)")
    }

    @Test func partsTogetherAreOneRun() throws {
        let result = try run(
            """
            winnow batch -q in -o whole
            for i in 1 2 3; do winnow batch -q in -o parts --shard $i/3 & done; wait
            winnow batch in -o parts --shard 2/3 2>&1 | grep -c ' 0 cleaned'
            rm -r {whole,parts}/.winnow; diff -r whole parts && echo same
            """)
        #expect(result.output == "1\nsame\n", "\(result)")
    }

    /// What parts have done is known to a run of all, and to other parts; not where the output was changed since.
    @Test func partsAreKnownToOtherRuns() throws {
        let result = try run(
            """
            count() { winnow batch in -o out "$@" 2>&1 | head -1 | grep -o '[0-9]* cleaned'; }
            for i in 1 2; do winnow batch -q in -o out --shard $i/2; done
            winnow batch -n in -o out 2> list; cat list
            count
            winnow batch -q --skip boilerplate in -o out --shard 1/3; count --shard 1/3 --skip boilerplate
            # One of the first third has another output now, of the same size.
            rm -r out; for i in 1 2; do winnow batch -q in -o out --shard $i/2; done
            tr a-y b-z < out/a/en-01.txt > x && cp x out/a/en-01.txt
            count; count
            for i in 1 2 3; do count --shard $i/3; done
            """)
        #expect(
            result.output == """
                winnow: dry run: 0 files to clean, 19 done already
                0 cleaned
                0 cleaned
                1 cleaned
                0 cleaned
                0 cleaned
                0 cleaned
                0 cleaned

                """, "\(result)")
    }

    @Test func messagesComeInTheOrderOfFiles() throws {
        let result = try run(
            """
            for i in $(seq 100 160); do
                case $((i % 4)) in
                    0) for n in $(seq 200); do cat in/a/en-01.txt; done > in/$i.txt ;;
                    1) printf '{"text":%s}\\n' 1 2 > in/$i.jsonl ;;
                    *) printf 'x' | gzip | head -c 12 > in/$i.txt.gz ;;
                esac
            done
            winnow batch -j 1 in -o one 2>&1 >/dev/null | sed '$d' > one.messages
            winnow batch -j 4 in -o four 2>&1 >/dev/null | sed '$d' > four.messages
            cmp one.messages four.messages; grep -c 'cut off' four.messages
            grep -o 'in/1[0-9]*' four.messages | sort -c && echo sorted
            """)
        #expect(result.output == "30\nsorted\n", "\(result)")
    }

    @Test func aSecondRunIsRefused() throws {
        let result = try run(
            """
            mkfifo list
            winnow batch -q in -o out
            exec 7<> out/.winnow/lock; flock 7
            echo "process 12 on here, since then" >&7
            winnow batch in -o out; echo $?
            """)
        #expect(result.output == "2\n", "\(result)")
        #expect(result.errors.contains("out: another run writes here: process 12 on here, since then"), "\(result)")
    }

    @Test func aDryRunWritesNothing() throws {
        let result = try run(
            """
            winnow batch -n in -o out > /dev/null 2>&1; ls -d out 2>/dev/null
            winnow batch -q in -o out; touch in/a/*
            find . -printf '%p %s %T@ %i\\n' | sort > ../before
            winnow batch -n in -o out > ../list 2>/dev/null
            winnow batch -n --force --skip boilerplate in -o out > ../list 2>/dev/null
            find . -printf '%p %s %T@ %i\\n' | sort | diff ../before - && echo same
            """)
        #expect(result.output == "same\n", "\(result)")
    }

    @Test func touchedFilesAreNotCleanedAgain() throws {
        let result = try run(
            """
            winnow batch -q in -o out; touch in/a/*.txt
            winnow batch in -o out 2>&1 | grep -o ': 0 cleaned'
            """)
        #expect(result.output == ": 0 cleaned\n", "\(result)")
    }

    /// What stands in a folder that cannot be written to, or on a disk that is full, ends the run and leaves nothing half.
    @Test func outputsThatCannotBeWrittenEndTheRun() throws {
        let result = try run(
            """
            (ulimit -f 20; winnow batch -q --stats=text in -o out); echo $?
            find out -type f -size +20k
            find out -name '.winnow-tmp-*'
            mkdir blocked; : > blocked/a; winnow batch -q in -o blocked; echo $?
            """)
        #expect(result.output == "2\n2\n", "\(result)")
        #expect(
            result.errors.contains("ulimit -f") && result.errors.contains("blocked/a/b: Not a directory"), "\(result.errors)")
    }

    /// What last week's run kept does not come out again; an output folder can be made again, and is as it was.
    @Test func anIndexRemembers() throws {
        let result = try run(
            """
            same() { diff -r -x .winnow "$1" "$2"; }
            winnow batch -q -j 1 in -o all --set near-duplicates.scope=corpus || exit 9
            winnow batch -q -j 3 in -o one --index seen || exit 9
            same all one || exit 8
            winnow batch -q in -o two --index seen || exit 7
            # Lines that are too short to be compared across documents stay.
            test $(cat two/a/en-01.txt | awk 'length > 60' | wc -l) = 0 || exit 6
            test $(cat one/a/en-01.txt | awk 'length > 60' | wc -l) -gt 5 || exit 5
            cp seen before
            winnow batch -q in -o one --index seen; winnow batch -q in -o two --index seen; cmp seen before || exit 4
            winnow batch -q --force in -o one --index seen && same all one || exit 3
            printf 'A line that nobody has written yet, not in any of the other files.\\n' > in/a/new.txt
            winnow batch -q in -o three --index seen --no-index-update && test -s three/a/new.txt || exit 2
            winnow batch -q in -o one --index seen && cmp in/a/new.txt one/a/new.txt || exit 1
            winnow index check seen && winnow index stat --stats=json seen | python3 -m json.tool > /dev/null
            winnow < in/c/all.txt --index seen -q | awk 'length > 60' | wc -l
            """)
        #expect(result.status == 0 && result.output.hasSuffix("\n0\n"), "\(result)")
    }

    @Test func indexesAreBuiltAndMerged() throws {
        let result = try run(
            """
            winnow index build in/a -o a -q && winnow index build in/many.jsonl -o b -q -j 3 || exit 9
            winnow index merge a b -o ab -q && winnow index merge b a -o ba -q && cmp ab ba || exit 8
            winnow index build in/a -o a && exit 7
            winnow index merge a nothing -o c && exit 6
            test ! -e c && test ! -e c.part || exit 5
            winnow batch -q in/a -o out --index ab || exit 4
            test $(cat out/en-01.txt | awk 'length > 60' | wc -l) = 0 || exit 3
            head -c 9000 ab > cut; winnow index check cut ab; test $? = 1 || exit 2
            winnow index chec ab
            """)
        #expect(result.status == 2 && result.errors.contains("did you mean 'check'"), "\(result)")
    }

    /// With a fourth of the memory that the index takes, the bytes are the same.
    @Test func linesGoToDisk() throws {
        let result = try run(
            """
            winnow batch -q in -o memory --index one || exit 9
            winnow batch -q in -o disk --index two --memory 96KiB --ledger || exit 8
            diff -r -x .winnow memory disk && cmp one two || exit 7
            find disk -name '.winnow-*'
            """)
        #expect(result.status == 0 && result.output == "", "\(result)")
    }

    /// Killed at random moments and gone on with, the outputs and the index are those of a run that nobody disturbed.
    @Test func killsLoseNothingOfAnIndex() throws {
        let result = try run(
            """
            winnow index build in/a -o old -q; cp old seen; cp old expected
            options="-q --ledger --no-progress -j 2 in"
            winnow batch $options -o whole --index expected || exit 9
            kills=0
            for round in $(seq 100); do
                winnow batch $options -o out --index seen & process=$!
                sleep 0.0$((RANDOM % 10))$((RANDOM % 10))
                kill -9 $process 2>/dev/null && kills=$((kills + 1))
                wait $process 2>/dev/null
            done
            winnow batch $options -o out --index seen || exit 8
            diff -r -x .winnow whole out || exit 7
            winnow index stat seen | tail -n +2 > a; winnow index stat expected | tail -n +2 > b; cmp a b || exit 6
            echo $kills
            """)
        #expect(result.status == 0 && (Int(result.output.dropLast()) ?? 0) > 10, "\(result)")
    }

    @Test func furnitureIsCounted() throws {
        let result = try run(
            """
            for site in x y; do
                mkdir -p fur/$site
                for i in $(seq 9); do
                    printf 'Home of %s\\n\\nStory %d of %s is one of its own, with so many words that it is prose.\\nOur own shop is open\\n' \\
                        $site $i $site > fur/$site/$i.txt
                done
            done
            cat > p.yml <<'END'
            version: 1
            stages:
              - normalize
              - furniture: {documents: 18, share: 0.9}
              - blank-lines
            END
            winnow batch -q -c p.yml -j 1 --ledger fur -o one && winnow batch -q -c p.yml -j 3 --ledger fur -o three || exit 9
            diff -r -x manifest.db -x lock one three || exit 8
            for i in 1 2 3; do winnow batch -q -c p.yml --shard $i/3 --ledger fur -o shards || exit 7; done
            diff -r -x .winnow one shards || exit 6
            cat one/x/1.txt
            winnow restore -q one -o back && diff -r fur back || exit 5
            winnow why --out one fur/y/3.txt:1 | sed -n 2p; winnow why --out one fur/y/3.txt:4 | sed -n 2p
            winnow -c p.yml < fur/x/1.txt
            """)
        #expect(
            result.output == """
                Story 1 of x is one of its own, with so many words that it is prose.
                  why: furniture/in-most-of-a-site: in 9 of 9 documents
                  why: furniture/in-many-documents: in 18 of 18 documents

                """, "\(result)")
        #expect(result.status == 2 && result.errors.contains("winnow batch"), "\(result)")
    }
}
