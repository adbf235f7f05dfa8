#define _GNU_SOURCE
#include "CSystem.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

int csys_available_cores(void) {
#if defined(__linux__)
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) == 0 && CPU_COUNT(&set) > 0) return CPU_COUNT(&set);
#endif
    const long online = sysconf(_SC_NPROCESSORS_ONLN);
    return online > 0 ? (int)online : 1;
}

int csys_terminal_columns(int fd) {
    struct winsize size;
    return ioctl(fd, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

int csys_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC); }

int csys_open_nameless(const char *folder, int mode) {
#if defined(O_TMPFILE)
    return open(folder, O_WRONLY | O_TMPFILE | O_CLOEXEC, mode);
#else
    errno = EOPNOTSUPP;
    return -1;
#endif
}

int csys_link_nameless(int fd, const char *path) {
#if defined(AT_EMPTY_PATH)
    return linkat(fd, "", AT_FDCWD, path, AT_EMPTY_PATH);
#else
    errno = EOPNOTSUPP;
    return -1;
#endif
}

int csys_nameless_file(void) { return memfd_create("winnow", MFD_CLOEXEC); }
