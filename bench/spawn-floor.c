/* The floor of a start: vfork, execve, waitpid in C. usage: spawn-floor N: microseconds until vfork returns, median and 99 %. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int compare(const void *a, const void *b) { return (*(double *)a > *(double *)b) - (*(double *)a < *(double *)b); }

int main(int argc, char **argv)
{
    int count = argc > 1 ? atoi(argv[1]) : 1000;
    double *took = malloc(count * sizeof *took);
    char *const arguments[] = {"/bin/true", NULL};
    for (int i = 0; i < count; i++)
    {
        struct timespec from, to;
        clock_gettime(CLOCK_MONOTONIC, &from);
        pid_t pid = vfork();
        if (pid == 0)
        {
            execve(arguments[0], arguments, NULL);
            _exit(127);
        }
        clock_gettime(CLOCK_MONOTONIC, &to);
        took[i] = (to.tv_sec - from.tv_sec) * 1e6 + (to.tv_nsec - from.tv_nsec) / 1e3;
        waitpid(pid, NULL, 0);
    }
    qsort(took, count, sizeof *took, compare);
    printf("%d starts, median %.0f us, 99%% %.0f us\n", count, took[count / 2], took[count * 99 / 100]);
    return 0;
}
