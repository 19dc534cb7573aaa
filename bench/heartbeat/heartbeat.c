/* Heartbeat on a state board against WATCHDOG=1 of sd_notify, both in one run. SPDX-License-Identifier: MIT
   usage: heartbeat                               without a supervisor; prints ns
          heartbeat board|notify BEATS PAUSE_US   a job: after each BEATS appends (beats, ns) to $STAMP_FILE; without a pause once */
#define _GNU_SOURCE
#include "../../clients/c/supervisor_board.h"

#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

static double now(void)
{
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    return at.tv_sec * 1e9 + at.tv_nsec;
}

/* Connected once: a program that keeps its socket. sd_notify(3) makes one for each call. */
static int notify_socket(void)
{
    struct sockaddr_un to = {.sun_family = AF_UNIX};
    const char *path = getenv("NOTIFY_SOCKET");
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (path == NULL || strlen(path) >= sizeof to.sun_path) {
        return -1;
    }
    memcpy(to.sun_path, path, strlen(path));
    if (path[0] == '@') {
        to.sun_path[0] = 0;
    }
    return connect(fd, (struct sockaddr *)&to, offsetof(struct sockaddr_un, sun_path) + strlen(path) + (path[0] != '@')) == 0 ? fd : -1;
}

static int job(int by_board, long beats, long pause_us)
{
    struct supervisor_board *board = supervisor_board_open();
    int out = open(getenv("STAMP_FILE"), O_WRONLY | O_APPEND | O_CLOEXEC), to = by_board ? -1 : notify_socket();
    if (out < 0 || (by_board ? board == NULL : to < 0)) {
        return 1;
    }
    do {
        double began = now();
        long record[2] = {beats, 0};
        for (long i = 0; i < beats; i++) {
            if (by_board) {
                supervisor_board_beat(board);
                __asm__ volatile("" ::: "memory");
            } else if (send(to, "WATCHDOG=1", 10, 0) != 10) {
                return 1;
            }
            if (pause_us > 0) {
                usleep(pause_us);
            }
        }
        record[1] = (long)(now() - began);
        if (write(out, record, sizeof record) != sizeof record) {
            return 1;
        }
    } while (pause_us > 0);
    for (;;) {
        pause();
    }
}

int main(int argc, char **argv)
{
    if (argc == 4) {
        return job(strcmp(argv[1], "board") == 0, atol(argv[2]), atol(argv[3]));
    }
    const long beats = 200000000, messages = 200000;
    int fd = memfd_create("bench", 0), pair[2];
    struct supervisor_board *board;
    char number[16], drain[64];
    double began;
    long i;

    if (ftruncate(fd, SUPERVISOR_BOARD_SIZE) != 0 || socketpair(AF_UNIX, SOCK_DGRAM, 0, pair) != 0) {
        perror("heartbeat");
        return 1;
    }
    board = mmap(NULL, SUPERVISOR_BOARD_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    board->magic = SUPERVISOR_BOARD_MAGIC;
    board->abi_version = SUPERVISOR_BOARD_ABI_VERSION;
    snprintf(number, sizeof number, "%d", fd);
    setenv("SUPERVISOR_BOARD_FD", number, 1);
    board = supervisor_board_open();

    began = now();
    for (i = 0; i < beats; i++) {
        supervisor_board_beat(board);
        __asm__ volatile("" ::: "memory");
    }
    printf("C     heartbeat                     %8.2f ns\n", (now() - began) / beats);

    began = now();
    for (i = 0; i < beats; i++) {
        supervisor_board_beat(NULL);
        __asm__ volatile("" ::: "memory");
    }
    printf("C     heartbeat without a board     %8.2f ns\n", (now() - began) / beats);

    began = now();
    for (i = 0; i < messages; i++) {
        if (send(pair[0], "WATCHDOG=1", 10, 0) != 10 || recv(pair[1], drain, sizeof drain, 0) != 10) {
            perror("send");
            return 1;
        }
    }
    printf("C     WATCHDOG=1, sent and received %8.2f ns\n", (now() - began) / messages);
    return 0;
}
