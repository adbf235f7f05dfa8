// System calls that Swift's C library module does not show.
#ifndef WINNOW_CSYSTEM_H
#define WINNOW_CSYSTEM_H

/// Cores that this process may run on (sched_getaffinity, else those online); at least 1.
int csys_available_cores(void);

#endif
