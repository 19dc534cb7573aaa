/* Preloaded into the daemon: the wall clock is off by as many seconds as the file CLOCK_OFFSET says at that moment. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

int clock_gettime(clockid_t id, struct timespec *now) {
    static int (*real)(clockid_t, struct timespec *);
    if (!real) real = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
    int result = real(id, now);
    const char *file = getenv("CLOCK_OFFSET");
    if (result == 0 && file && (id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE)) {
        char text[24] = "";
        int fd = open(file, O_RDONLY | O_CLOEXEC);
        if (fd >= 0) {
            if (read(fd, text, sizeof text - 1) > 0) now->tv_sec += atol(text);
            close(fd);
        }
    }
    return result;
}
