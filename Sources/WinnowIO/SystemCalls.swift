#if canImport(Glibc)
    import Glibc
#else
    import Musl
#endif
import CSystem

// The one seam to the file system. Debug builds can make any of these calls fail, or end the process at it: see Faults.swift.
// Paths are C strings, because names need not be UTF-8; a String is passed as one.

func sysOpen(_ path: UnsafePointer<CChar>, _ flags: Int32, _ mode: mode_t) -> Int32 {
    Faults.strike(.open) ? -1 : open(path, flags, mode)
}

/// A file without a name, for writing.
func sysOpenNameless(_ folder: UnsafePointer<CChar>, _ mode: mode_t) -> Int32 {
    Faults.strike(.open) ? -1 : csys_open_nameless(folder, Int32(mode))
}

/// Gives a file of `sysOpenNameless` a name that is free.
func sysLink(_ fd: Int32, _ path: UnsafePointer<CChar>) -> Int32 {
    Faults.strike(.link) ? -1 : csys_link_nameless(fd, path)
}

func sysClose(_ fd: Int32) -> Int32 {
    // A close that fails has closed all the same.
    let strikes = Faults.strike(.close)
    let code = errno
    let result = close(fd)
    guard strikes else { return result }
    errno = code
    return -1
}

func sysRead(_ fd: Int32, _ buffer: UnsafeMutableRawPointer?, _ count: Int) -> Int {
    Faults.strike(.read) ? -1 : read(fd, buffer, count)
}

func sysWrite(_ fd: Int32, _ buffer: UnsafeRawPointer?, _ count: Int) -> Int {
    Faults.strike(.write, tearing: { _ = write(fd, buffer, count / 2) }) ? -1 : write(fd, buffer, count)
}

func sysWriteAt(_ fd: Int32, _ buffer: UnsafeRawPointer?, _ count: Int, _ offset: off_t) -> Int {
    Faults.strike(.write, tearing: { _ = pwrite(fd, buffer, count / 2, offset) }) ? -1 : pwrite(fd, buffer, count, offset)
}

func sysPoll(_ fds: UnsafeMutablePointer<pollfd>, _ count: nfds_t, _ timeout: Int32) -> Int32 { poll(fds, count, timeout) }

func sysFsync(_ fd: Int32) -> Int32 { Faults.strike(.fsync) ? -1 : fsync(fd) }

func sysTruncate(_ fd: Int32, _ size: off_t) -> Int32 { Faults.strike(.truncate) ? -1 : ftruncate(fd, size) }

func sysRename(_ from: UnsafePointer<CChar>, _ to: UnsafePointer<CChar>) -> Int32 {
    Faults.strike(.rename) ? -1 : rename(from, to)
}

func sysRemoveFolder(_ path: UnsafePointer<CChar>) -> Int32 { rmdir(path) }

func sysUnlink(_ path: UnsafePointer<CChar>) -> Int32 { Faults.strike(.unlink) ? -1 : unlink(path) }

func sysMakeFolder(_ path: UnsafePointer<CChar>, _ mode: mode_t) -> Int32 { Faults.strike(.mkdir) ? -1 : mkdir(path, mode) }

/// `fstatat`: of a name in a folder, or of a path with `AT_FDCWD`.
func sysStat(
    _ folder: Int32, _ path: UnsafePointer<CChar>, _ status: UnsafeMutablePointer<stat>, followingLinks: Bool
) -> Int32 {
    Faults.strike(.stat) ? -1 : fstatat(folder, path, status, followingLinks ? 0 : AT_SYMLINK_NOFOLLOW)
}

/// `flock`, which says at once when another holds the lock.
func sysLock(_ fd: Int32, exclusive: Bool) -> Int32 {
    Faults.strike(.lock) ? -1 : flock(fd, (exclusive ? LOCK_EX : LOCK_SH) | LOCK_NB)
}

func sysReadAt(_ fd: Int32, _ buffer: UnsafeMutableRawPointer?, _ count: Int, _ offset: off_t) -> Int {
    Faults.strike(.read) ? -1 : pread(fd, buffer, count, offset)
}

/// `pipe2`; both ends are closed in programs that are started.
func sysPipe(_ ends: inout [Int32]) -> Int32 { Faults.strike(.open) ? -1 : csys_pipe(&ends) }

/// `posix_spawnp`; returns the number of an error.
func sysSpawn(
    _ process: inout pid_t, _ program: UnsafePointer<CChar>, _ actions: inout posix_spawn_file_actions_t,
    _ attributes: inout posix_spawnattr_t, _ words: [UnsafeMutablePointer<CChar>?]
) -> Int32 {
    Faults.strike(.spawn) ? errno : posix_spawnp(&process, program, &actions, &attributes, words, environ)
}

/// `waitpid`.
func sysWait(_ process: pid_t, _ status: inout Int32) -> pid_t { waitpid(process, &status, 0) }
