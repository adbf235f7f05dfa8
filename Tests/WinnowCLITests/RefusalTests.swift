import TestSupport
import Testing
import WinnowIO

#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif

/// What the system refuses a batch: permissions, as an ordinary user meets them, and room on a disk. The message is clear, nothing
/// is written half, and the next run goes on.
@Suite struct RefusalTests {
    /// How a script becomes that of an ordinary user, for whom permissions count: as it is, or by `setpriv`.
    private static let asUser: String? = {
        guard geteuid() == 0 else { return "" }
        let change = "setpriv --reuid=65534 --regid=65534 --clear-groups"
        // The user must be able to reach the program.
        let status = try? runBash("cd /tmp && \(change) test -x \"$1/winnow\" && \(change) test ! -w /", [Shell.products])
        return status == 0 ? change : nil
    }()

    /// Runs a script as an ordinary user, in a folder of his with 20 articles in `in`.
    private func run(_ script: String) throws -> Shell.Result {
        let change = Self.asUser ?? ""
        return try withTemporaryFolder { folder in
            let file = "\(folder)/script"
            let inner = "\(folder)/inner"
            try AtomicFile.write(Array(script.utf8), to: inner)
            // Folders above must be open to all.
            try AtomicFile.write(
                Array(
                    """
                    mkdir in; for i in $(seq 100 119); do cp '\(repository)'/Fixtures/articles/en-01.txt in/$i.txt; done
                    chmod 755 "$HOME" . '\(folder)'; chmod 644 '\(inner)'
                    \(change.isEmpty ? "" : "chown -R 65534:65534 .")
                    \(change) bash '\(inner)'; status=$?
                    chmod -R u+rwX .
                    exit $status
                    """.utf8), to: file)
            return try Shell.run(script: file, input: "/dev/null")
        }
    }

    private static let note: Comment = "permissions cannot be tested: root, and no setpriv that makes an ordinary user of it"

    @Test(.enabled(if: asUser != nil, note)) func unreadableInputs() throws {
        let result = try run(
            """
            mkdir in/closed in/blind; echo x > in/closed/a.txt; cp in/100.txt in/blind
            chmod 000 in/105.txt in/closed; chmod 444 in/blind
            winnow batch -j 2 in -o out > messages 2>&1; echo $?; grep denied messages
            sed -n '/^[0-9]* files/p; /^[0-9]* name/p' messages
            ls out | wc -l
            chmod 755 in/closed in/blind; chmod 644 in/105.txt
            winnow batch in -o out 2>&1 | head -1
            winnow batch --quarantine in -o out 2>&1 | head -1
            """)
        #expect(
            result.output == """
                1
                winnow: in/blind/100.txt: Permission denied
                winnow: in/closed: Permission denied
                winnow: in/105.txt: Permission denied
                20 files: 19 cleaned, 1 failed
                2 names could not be read
                19
                22 files: 3 cleaned, 19 done before
                22 files: 0 cleaned, 22 done before

                """, "\(result)")
    }

    @Test(.enabled(if: asUser != nil, note)) func readOnlyOutputs() throws {
        let result = try run(
            """
            mkdir closed; chmod 555 closed
            winnow batch in -o closed; echo $?
            winnow batch in -o closed/below; echo $?
            winnow batch -q in -o out; echo y >> in/101.txt; mkdir in/sub; cp in/100.txt in/sub
            # A new folder cannot be made; what is there stays.
            cp -a out before; chmod 555 out
            winnow batch -q -j 1 in -o out; echo $?
            diff -r --exclude=manifest.db --exclude=lock before out && find out -name '.winnow-tmp*'
            chmod 755 out; winnow batch in -o out 2>&1 | head -1
            # Nor a file replaced, or the manifest written.
            mkdir other; : > other/.winnow; winnow batch -q in -o other; echo $?
            chmod 444 out/.winnow/manifest.db; echo z >> in/102.txt; winnow batch -q in -o out; echo $?
            chmod 644 out/.winnow/manifest.db; winnow batch in -o out 2>&1 | head -1
            mkdir back; chmod 555 back; winnow batch -q --ledger --force in -o out; winnow restore -q out -o back 2>&1 | head -1
            """)
        #expect(
            result.output == """
                2
                2
                2
                21 files: 2 cleaned, 19 done before
                2
                2
                21 files: 1 cleaned, 20 done before
                winnow: back/100.txt: Permission denied

                """, "\(result)")
        #expect(
            result.errors == """
                winnow: closed/.winnow: Permission denied
                winnow: closed/below: Permission denied
                winnow: out/101.txt: Permission denied
                winnow: other/.winnow: is in the way: a folder is needed here
                winnow: out/.winnow/manifest.db: the manifest may not be written to

                """, "\(result)")
    }

    /// A limit on the size of files stands for a full disk: a write fails half-way through it, in an output, a ledger or the
    /// manifest.
    @Test(arguments: [1, 4, 12, 20, 40, 80]) func filesThatGrowTooLarge(_ limit: Int) throws {
        let result = try run(
            """
            for i in $(seq 40); do cat in/100.txt; done > in/large.txt; gzip -k in/large.txt
            winnow batch -q --ledger in -o whole
            (ulimit -f \(limit); winnow batch -q --ledger in -o out) 2> messages; echo $?
            grep -q 'ulimit -f' messages || cat messages
            find out -name '.winnow-tmp*'
            (cd out; find . -type f -not -path './.winnow/[lm]*' -exec cmp {} ../whole/{} \\;)
            winnow batch -q --ledger in -o out && rm -f {out,whole}/.winnow/{lock,manifest.db} && diff -r whole out && echo same
            """)
        #expect(result.output == "2\nsame\n", "\(result)")
        #expect(result.errors == "")
    }

    private static let hasSmallDisk =
        geteuid() == 0
        && (try? runBash(
            "d=$(mktemp -d); mount -t tmpfs -o size=64k none $d 2> /dev/null && umount $d; s=$?; rmdir $d; exit $s"))
            == 0

    @Test(.enabled(if: hasSmallDisk, "a small disk cannot be mounted here"), arguments: [64, 128, 256])
    func fullDisk(_ size: Int) throws {
        let result = try withTemporaryFolder { folder in
            let file = "\(folder)/script"
            try AtomicFile.write(
                Array(
                    """
                    mkdir in disk; for i in $(seq 100 180); do cp '\(repository)'/Fixtures/articles/en-01.txt in/$i.txt; done
                    mount -t tmpfs -o size=\(size)k none disk; trap 'umount disk' EXIT
                    winnow batch -q --ledger in -o whole
                    winnow batch -q --ledger in -o disk/out 2> messages; echo $?
                    grep -q 'No space left on device' messages && grep -q 'run again' messages || cat messages
                    find disk -name '.winnow-tmp*'
                    (cd disk/out; find . -type f -not -path './.winnow/[lm]*' -exec cmp {} ../../whole/{} \\;)
                    mount -o remount,size=8m disk
                    winnow batch -q --ledger in -o disk/out && rm -f {disk/out,whole}/.winnow/{lock,manifest.db} &&
                        diff -r whole disk/out && echo same
                    """.utf8), to: file)
            return try Shell.run(script: file, input: "/dev/null")
        }
        #expect(result.output == "2\nsame\n", "\(result)")
    }
}
