// System calls that Swift's C library module does not show, or that a signal handler may not make from Swift.
#ifndef WINNOW_CSYSTEM_H
#define WINNOW_CSYSTEM_H

/// Cores that this process may run on (sched_getaffinity, else those online); at least 1.
int csys_available_cores(void);

/// Columns of the terminal that a descriptor leads to; 0 when it is none or does not say.
int csys_terminal_columns(int fd);

/// From now on the first SIGINT or SIGTERM is noted, and a second one, at least 0.1 s later, ends the process as if it had
/// never been caught. A signal that the process was started with as ignored (nohup) stays ignored.
///
/// Returns a descriptor that is readable once a signal was noted, or -1 with errno. Later calls return the same descriptor.
int csys_catch_signals(void);

/// The signal that was noted; 0 when there was none.
int csys_caught_signal(void);

/// pipe2 with O_CLOEXEC.
int csys_pipe(int ends[2]);

/// Opens a file without a name on the file system of a folder, for writing (O_TMPFILE); -1 with errno, also where the file system
/// or the kernel has no such files.
int csys_open_nameless(const char *folder, int mode);

/// Gives such a file a name; -1 with errno, EEXIST where there is one. Before Linux 6.10 this needs CAP_DAC_READ_SEARCH (ENOENT).
int csys_link_nameless(int fd, const char *path);

/// A file without a name, in memory (memfd_create); -1 with errno.
int csys_nameless_file(void);

#endif
