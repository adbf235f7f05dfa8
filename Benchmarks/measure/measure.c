// Runs a command and writes what it cost. A program of its own, and a small one: a child's peak memory counts from its parent's
// at the moment of the spawn, so a large parent would hide a small child.
//
//     measure CPU INPUT FIGURES COMMAND [ARGUMENT...]
//
// CPU is the number of the core to stay on, or "all". INPUT becomes standard input; standard output goes nowhere. FIGURES gets
// one line: wall nanoseconds, processor microseconds (user and system), peak resident KiB of the largest process, exit code.
#define _GNU_SOURCE
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void fail(const char *what) {
    perror(what);
    exit(125);
}

int main(int count, char **words) {
    if (count < 5) {
        fputs("usage: measure CPU INPUT FIGURES COMMAND [ARGUMENT...]\n", stderr);
        return 125;
    }
    if (strcmp(words[1], "all") != 0) {
        cpu_set_t set;
        CPU_ZERO(&set);
        CPU_SET((unsigned)strtoul(words[1], NULL, 10), &set);
        if (sched_setaffinity(0, sizeof set, &set) != 0) fail(words[1]);
    }
    int input = open(words[2], O_RDONLY | O_CLOEXEC);
    if (input < 0) fail(words[2]);
    int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
    if (nowhere < 0) fail("/dev/null");

    struct timespec start, end;
    clock_gettime(CLOCK_MONOTONIC, &start);
    pid_t child = vfork();
    if (child < 0) fail("vfork");
    if (child == 0) {
        dup2(input, 0);
        dup2(nowhere, 1);
        execvp(words[4], words + 4);
        _exit(127);
    }
    int status = 0;
    struct rusage usage;
    if (wait4(child, &status, 0, &usage) != child) fail("wait4");
    clock_gettime(CLOCK_MONOTONIC, &end);

    long long wall = (end.tv_sec - start.tv_sec) * 1000000000LL + (end.tv_nsec - start.tv_nsec);
    long long busy = (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000LL + usage.ru_utime.tv_usec + usage.ru_stime.tv_usec;
    int code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    FILE *figures = fopen(words[3], "w");
    if (figures == NULL) fail(words[3]);
    fprintf(figures, "%lld %lld %ld %d\n", wall, busy, usage.ru_maxrss, code);
    return fclose(figures) == 0 ? 0 : 125;
}
