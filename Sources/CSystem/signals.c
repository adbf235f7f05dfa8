#define _GNU_SOURCE
#include "CSystem.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <time.h>
#include <unistd.h>

static atomic_int caught;
static _Atomic int64_t caught_at;
static int wake[2] = {-1, -1};

static int64_t milliseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

// Only what signal-safety(7) allows.
static void note(int number) {
    const int saved = errno;
    int none = 0;
    if (atomic_compare_exchange_strong(&caught, &none, number)) {
        atomic_store(&caught_at, milliseconds());
        const char byte = 0;
        // A full pipe is readable already.
        if (write(wake[1], &byte, 1) < 0) errno = saved;
    } else {
        // timeout(1) sends one signal to the process and one to its group: that is no second wish.
        const int64_t first = atomic_load(&caught_at);
        if (first != 0 && milliseconds() - first >= 100) {
            signal(number, SIG_DFL);
            raise(number);
        }
    }
    errno = saved;
}

int csys_catch_signals(void) {
    if (wake[0] >= 0) return wake[0];
    if (pipe2(wake, O_CLOEXEC | O_NONBLOCK) != 0) return -1;
    const int numbers[] = {SIGINT, SIGTERM};
    for (unsigned i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        struct sigaction old;
        if (sigaction(numbers[i], NULL, &old) == 0 && old.sa_handler == SIG_IGN) continue;
        struct sigaction action = {.sa_handler = note, .sa_flags = SA_RESTART};
        sigemptyset(&action.sa_mask);
        sigaction(numbers[i], &action, NULL);
    }
    return wake[0];
}

int csys_caught_signal(void) { return atomic_load(&caught); }
