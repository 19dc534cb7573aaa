/* Counts in line 0 of the shared table. SPDX-License-Identifier: MIT */
#include "../../../clients/c/supervisor_board.h"

#include <stdio.h>
#include <time.h>

int main(void)
{
    struct supervisor_board *board = supervisor_board_open();
    uint64_t *table = supervisor_region_open("counters", NULL);
    uint64_t *rounds = supervisor_board_counter(board, "rounds");
    const struct timespec pause = {0, 20000000};
    const char *text = getenv("ROUNDS");
    uint64_t total = text != NULL ? strtoull(text, NULL, 10) : 200, done;

    supervisor_board_phase(board, SUPERVISOR_PHASE_READY);
    supervisor_board_status(board, "counting in C");
    for (done = 1; done <= total && supervisor_board_goal(board) != SUPERVISOR_GOAL_STOP; done++) {
        if (table != NULL) {
            __atomic_fetch_add(&table[0], 1, __ATOMIC_RELAXED);
        }
        supervisor_counter_add(rounds, 1);
        supervisor_board_progress(board, done, total);
        supervisor_board_beat(board);
        nanosleep(&pause, NULL);
    }
    supervisor_board_status(board, "done");
    printf("C counted to %llu\n", (unsigned long long)(done - 1));
    return 0;
}
