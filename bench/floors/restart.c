/* The floor of a restart: N children; whenever one ends, wait and vfork + execve of the next. Runs until killed; its children are the caller's affair.   usage: restart N PROGRAM */
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static pid_t start(char *program)
{
    char *const arguments[] = {program, NULL};
    pid_t pid = vfork();
    if (pid == 0)
    {
        execve(program, arguments, environ);
        _exit(127);
    }
    return pid;
}

int main(int argc, char **argv)
{
    int count = atoi(argv[1]);
    for (int i = 0; i < count; i++) start(argv[2]);
    while (wait(NULL) > 0) start(argv[2]);
    return 0;
}
