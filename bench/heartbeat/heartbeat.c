/* Heartbeat on a state board against WATCHDOG=1 of sd_notify, both in one run. SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include "../../clients/c/supervisor_board.h"

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

int main(void)
{
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
