/* The floor of a start: N times vfork and execve of one program, nothing else; then what is left of a supervisor's duty: waits until told to end
   by a closed stdin, kills all, reaps all. Prints "KILLED ns" when all are reaped after the kill.   usage: start N PROGRAM */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

static long now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000L + t.tv_nsec;
}

int main(int argc, char **argv)
{
    int count = atoi(argv[1]);
    pid_t *pids = malloc(count * sizeof *pids);
    char *const arguments[] = {argv[2], NULL};
    for (int i = 0; i < count; i++)
    {
        pid_t pid = vfork();
        if (pid == 0)
        {
            execve(arguments[0], arguments, environ);
            _exit(127);
        }
        pids[i] = pid;
    }
    char byte;
    while (read(0, &byte, 1) > 0)
    {
    }
    long begun = now();
    for (int i = 0; i < count; i++) kill(pids[i], SIGTERM);
    while (wait(NULL) > 0)
    {
    }
    printf("KILLED %ld\n", now() - begun);
    return 0;
}
