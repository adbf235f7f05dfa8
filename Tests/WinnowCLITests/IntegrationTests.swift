import TestSupport
import Testing
import WinnowCore
import WinnowIO

/// What `Integrations/` gives to GitHub, GitLab and pre-commit: the shell steps that they run, with what they set.
@Suite(.enabled(if: (try? runBash("command -v git > /dev/null")) == 0, "needs git"))
struct IntegrationTests {
    /// A repository of texts with a commit that is good and one that is not.
    private static let start = #"""
        own="$REPO/Integrations"
        git init -qb main texts && cd texts
        git config user.email a@b.example; git config user.name a
        mkdir data 'more data'
        echo 'The bridge was opened again after nine months of work.' > data/bridge.txt
        printf 'The river fell by a metre on Monday after the rain had stopped.\nShare this page\n' > 'more data/river.txt'
        git add .; git commit -qm good; good=$(git rev-parse HEAD)
        # $1 a file, $2 a key at any depth: the value of a line, or the block below "- |".
        step() {
            python3 - "$1" "$2" <<'END'
        import re, sys
        lines = open(sys.argv[1], encoding="utf-8").read().split("\n")
        for number, line in enumerate(lines):
            found = re.match(r"( *(?:- )?)" + re.escape(sys.argv[2]) + r":(.*)", line)
            if not found: continue
            if found[2].strip():
                print(found[2].strip().strip("'"))
                continue
            assert lines[number + 1].strip() == "- |", lines[number + 1]
            deep = len(lines[number + 1]) - len(lines[number + 1].lstrip()) + 2
            for text in lines[number + 2:]:
                if text.strip() and len(text) - len(text.lstrip()) < deep: break
                print(text[deep:])
        END
        }

        """#

    private func run(_ script: String) throws -> [String] {
        try withTemporaryFolder { folder in
            let file = "\(folder)/script"
            try AtomicFile.write(Array("REPO='\(repository)'\n\(Self.start)\(script)".utf8), to: file)
            let result = try Shell.run(script: file, input: "/dev/null")
            #expect(result.errors == "", "\(result)")
            return result.output.split(separator: "\n").map(String.init)
        }
    }

    @Test func theGitHubAction() throws {
        let lines = try run(
            #"""
            step "$own/github/action.yml" run > steps
            export GITHUB_ACTION_PATH="$own/github" RUNNER_TEMP="$PWD/../temp" GITHUB_WORKSPACE="$PWD"
            export GITHUB_STEP_SUMMARY="$PWD/../summary" GITHUB_OUTPUT="$PWD/../output" GITHUB_PATH="$PWD/../path"
            wc -l < steps
            bash --noprofile --norc -eo pipefail -c "$(sed -n 1p steps)" | cut -d' ' -f1
            again() { : > "$GITHUB_STEP_SUMMARY"; : > "$GITHUB_OUTPUT"
                bash --noprofile --norc -eo pipefail -c "$(sed -n 2p steps)" > annotations; echo "exit $?"
                cut -c 1-60 annotations; head -n 1 "$GITHUB_STEP_SUMMARY"; head -n 1 "$GITHUB_OUTPUT"; }
            export WINNOW_PATHS=$'data\nmore data' WINNOW_ARGUMENTS=$'--no-config\n--max=boilerplate=0.6'
            again
            ls "$(sed -n 's/^reports=//p' "$GITHUB_OUTPUT")"
            echo 'Subscribe to our newsletter' >> data/bridge.txt
            export WINNOW_SINCE=auto WINNOW_BASE=$good
            again
            WINNOW_SINCE= WINNOW_PATHS=gone again 2> /dev/null
            """#)
        #expect(
            lines == [
                "2", "winnow", "exit 0", "::warning file=more data/river.txt,line=2,title=boilerplate:",
                "::notice title=winnow check::winnow check passed, with 1 war", "## winnow check: passed, with 1 warning",
                "result=passed", "check.html", "check.json", "check.md", "check.sarif",
                "exit 1", "::error file=data/bridge.txt,line=2,title=boilerplate::page ",
                "::notice title=winnow check::winnow check failed: 1 limit ex", "## winnow check: failed: 1 limit exceeded",
                "result=failed", "exit 2", "result=error",
            ])
    }

    @Test func theGitLabTemplate() throws {
        let lines = try run(
            #"""
            step "$own/gitlab/winnow-check.yml" script > script
            again() { rm -f gl-* winnow-*; sh -e script | tail -n 1; ls gl-* winnow-*; }
            export WINNOW_PATHS=data WINNOW_ARGUMENTS=--no-config
            again
            echo 'Subscribe to our newsletter' >> data/bridge.txt
            WINNOW_SINCE=auto CI_MERGE_REQUEST_DIFF_BASE_SHA=$good again > log; sed -n 1p log
            grep -o '"check_name":"[a-z-]*"' gl-code-quality-report.json
            git checkout -q data
            export WINNOW_PATHS=$'data\nmore data' WINNOW_BASELINE=../known.txt
            winnow check -q --no-config --baseline $WINNOW_BASELINE --update-baseline data 'more data' > log
            again | sed -n 1p
            """#)
        #expect(
            lines == [
                "passed", "gl-code-quality-report.json", "winnow-check.html", "winnow-check.json", "winnow-check.xml",
                "failed: 1 limit exceeded", "\"check_name\":\"boilerplate\"", "passed",
            ])
    }

    @Test func theHookOfPreCommit() throws {
        let lines = try run(
            #"""
            entry="$REPO/$(step "$REPO/.pre-commit-hooks.yaml" entry)"
            step "$REPO/.pre-commit-hooks.yaml" args | tr -d '[],' > args
            cat args
            # What stood there before is no matter of this commit.
            echo 'The lake is still low.' >> 'more data/river.txt'; git add .
            "$entry" $(cat args) --no-config 'more data/river.txt' | tail -n 1
            echo 'Subscribe to our newsletter' >> 'more data/river.txt'; git add .
            "$entry" $(cat args) --no-config data/bridge.txt 'more data/river.txt' > log; echo "exit $?"; tail -n 1 log
            # Before the first commit all counts.
            git init -q ../new && cd ../new && cp '../texts/more data/river.txt' . && git add .
            "$entry" $(cat ../texts/args) --no-config river.txt | grep -c boilerplate
            PATH=/usr/bin:/bin "$entry" river.txt 2>&1; echo "exit $?"
            """#)
        #expect(
            lines == [
                "--since HEAD", "passed", "exit 1", "failed: 1 limit exceeded", "4",
                "winnow is not on the PATH; 'make install' in its checkout puts it there", "exit 2",
            ])
    }

    /// The examples name what there is.
    @Test func theExamplesFit() throws {
        let lines = try run(
            #"""
            cd "$own"
            for input in paths since upload-sarif; do grep -c "^  $input:" github/action.yml; grep -c "^          $input:" github/example.yml; done
            for name in $(grep -o 'WINNOW_[A-Z]*' gitlab/example.yml | sort -u); do grep -q "\$$name\|^    $name:" gitlab/winnow-check.yml && echo "$name"; done
            grep -c "id: $(sed -n 's/^- id: //p' ../.pre-commit-hooks.yaml)" pre-commit/example.yaml
            # Nothing that an input says is put into a script.
            grep -n 'run:.*{{' github/action.yml
            """#)
        #expect(lines == ["1", "1", "1", "1", "1", "1", "WINNOW_PATHS", "WINNOW_REPOSITORY", "WINNOW_SINCE", "1"])
    }
}
