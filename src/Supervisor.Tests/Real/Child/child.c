/* A child that misbehaves on demand: each way takes a few lines. Usage: child WAY [ARGUMENT...]; several ways may follow each other,
 * separated by "then". A way that lasts for ever comes last. */
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

static void say(const char *text) { printf("%s\n", text); fflush(stdout); }

static void sleep_forever(void) { for (;;) pause(); }

static void sleep_ms(long ms) {
    struct timespec left = { ms / 1000, ms % 1000 * 1000000 };
    while (nanosleep(&left, &left) != 0) { }
}

static void caught(int sig) {
    char line[32];
    int n = snprintf(line, sizeof line, "caught %d\n", sig);
    if (write(1, line, n) < 0) { _exit(3); }
}

static void stop_after_term(int sig) { (void)sig; _exit(7); }

static void catch_all(void) {
    static const int signals[] = { SIGHUP, SIGINT, SIGTERM, SIGUSR1, SIGUSR2, SIGCONT, SIGQUIT, SIGWINCH };
    for (unsigned i = 0; i < sizeof signals / sizeof *signals; i++) signal(signals[i], caught);
    say("catching");
}

static void print_fds(void) {
    DIR *dir = opendir("/proc/self/fd");
    for (struct dirent *entry; (entry = readdir(dir)) != NULL;) {
        char link[64], target[512];
        ssize_t n;
        if (entry->d_name[0] == '.' || atoi(entry->d_name) == dirfd(dir)) continue;
        snprintf(link, sizeof link, "/proc/self/fd/%.16s", entry->d_name);
        n = readlink(link, target, sizeof target - 1);
        target[n < 0 ? 0 : n] = 0;
        printf("fd %s %s\n", entry->d_name, target);
    }
    closedir(dir);
    say("end of fds");
}

static void print_limits(void) {
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    printf("nofile %lu:%lu\n", (unsigned long)limit.rlim_cur, (unsigned long)limit.rlim_max);
    fflush(stdout);
}

static void print_ids(void) {
    char cwd[512];
    mode_t mask = umask(0);
    printf("uid %d gid %d umask %04o sid %s pgid %s cwd %s\n", getuid(), getgid(), mask, getsid(0) == getpid() ? "own" : "other",
        getpgid(0) == getpid() ? "own" : "other", getcwd(cwd, sizeof cwd) ? cwd : "?");
    fflush(stdout);
}

static void print_signals(void) {
    char line[256];
    FILE *status = fopen("/proc/self/status", "r");
    while (fgets(line, sizeof line, status)) if (strncmp(line, "Sig", 3) == 0) fputs(line, stdout);
    fclose(status);
    fflush(stdout);
}

/* A grandchild in our group that keeps our stdout. */
static void grandchild(int ignore_term) {
    if (fork() == 0) {
        if (ignore_term) signal(SIGTERM, SIG_IGN);
        printf("grandchild %d\n", getpid()); fflush(stdout);
        sleep_forever();
    }
}

/* A process that leaves group and session and has no parent of ours. */
static void leave(int twice) {
    if (fork() == 0) {
        setsid();
        if (twice && fork() != 0) _exit(0);
        printf("left %d\n", getpid()); fflush(stdout);
        sleep_forever();
    }
}

static int run(int argc, char **argv) {
    const char *way = argv[0];
    long number = argc > 1 ? atol(argv[1]) : 0;
    if (!strcmp(way, "exit")) _exit((int)number);
    else if (!strcmp(way, "exit-after")) { sleep_ms(number); _exit(argc > 2 ? atoi(argv[2]) : 0); }
    else if (!strcmp(way, "segv")) { signal(SIGSEGV, SIG_DFL); raise(SIGSEGV); }
    else if (!strcmp(way, "abort")) abort();
    else if (!strcmp(way, "kill-self")) raise((int)number);
    else if (!strcmp(way, "stop-self")) raise(SIGSTOP);
    else if (!strcmp(way, "ignore-term")) { signal(SIGTERM, SIG_IGN); say("ignoring SIGTERM"); }
    else if (!strcmp(way, "exit-7-on-term")) { signal(SIGTERM, stop_after_term); say("waiting for SIGTERM"); }
    else if (!strcmp(way, "catch")) catch_all();
    else if (!strcmp(way, "sleep")) sleep_forever();
    else if (!strcmp(way, "sleep-ms")) sleep_ms(number);
    else if (!strcmp(way, "say")) for (int i = 1; i < argc; i++) say(argv[i]);
    else if (!strcmp(way, "say-error")) for (int i = 1; i < argc; i++) fprintf(stderr, "%s\n", argv[i]);
    else if (!strcmp(way, "say-without-newline")) { fputs(argc > 1 ? argv[1] : "partial", stdout); fflush(stdout); }
    else if (!strcmp(way, "numbered")) { for (long i = 1; i <= number; i++) printf("line %ld\n", i); fflush(stdout); }
    else if (!strcmp(way, "flood")) for (;;) puts("flood flood flood flood flood flood flood flood");
    else if (!strcmp(way, "flood-without-newline")) for (;;) fputs("flood", stdout);
    else if (!strcmp(way, "spin")) for (;;) { }
    else if (!strcmp(way, "close-stdout")) { fclose(stdout); close(2); }
    else if (!strcmp(way, "double-fork")) leave(1);
    else if (!strcmp(way, "setsid-child")) leave(0);
    else if (!strcmp(way, "grandchild")) grandchild(0);
    else if (!strcmp(way, "grandchild-ignoring-term")) grandchild(1);
    else if (!strcmp(way, "touch")) close(open(argv[1], O_CREAT | O_WRONLY | O_APPEND, 0644));
    else if (!strcmp(way, "append")) { FILE *f = fopen(argv[1], "a"); fprintf(f, "%s\n", argc > 2 ? argv[2] : ""); fclose(f); }
    else if (!strcmp(way, "exit-unless-exists")) { if (access(argv[1], F_OK) != 0) _exit(argc > 2 ? atoi(argv[2]) : 1); }
    else if (!strcmp(way, "print-env")) { for (char **e = environ; *e; e++) puts(*e); say("end of environment"); }
    else if (!strcmp(way, "print-fds")) print_fds();
    else if (!strcmp(way, "print-limits")) print_limits();
    else if (!strcmp(way, "print-ids")) print_ids();
    else if (!strcmp(way, "print-signals")) print_signals();
    else if (!strcmp(way, "print-pid")) { printf("pid %d\n", getpid()); fflush(stdout); }
    else { fprintf(stderr, "child: no such way: %s\n", way); _exit(120); }
    return 0;
}

int main(int argc, char **argv) {
    int first = 1;
    for (int i = 1; i <= argc; i++) {
        if (i < argc && strcmp(argv[i], "then") != 0) continue;
        if (i > first) run(i - first, argv + first);
        first = i + 1;
    }
    return 0;
}
