/*
 * The state board and the named regions of a job, for C and C++: one header, no library. SPDX-License-Identifier: MIT
 *
 * A program that is not run by the supervisor gets NULL from supervisor_board_open(); every function takes that NULL and does nothing, so that
 * the program needs no second path. Documentation: docs/state-board.md.
 *
 * Compilers: GCC and Clang (the __atomic builtins). Byte order: little-endian, as the board.
 */
#ifndef SUPERVISOR_BOARD_H
#define SUPERVISOR_BOARD_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#ifdef __cplusplus
extern "C" {
#endif

/* <generated> by the supervisor's sources; a test keeps it equal to them */
#define SUPERVISOR_BOARD_MAGIC UINT64_C(0x4452414F42505553)
#define SUPERVISOR_BOARD_ABI_VERSION 1u
#define SUPERVISOR_BOARD_SIZE 4096u
#define SUPERVISOR_BOARD_COUNTERS 32

struct supervisor_counter {
    uint64_t value; /* 0 */
    uint32_t kind; /* 8 */
    unsigned char reserved0[4];
    char name[48]; /* 16 */
};

struct supervisor_board {
    uint64_t magic; /* 0 */
    uint32_t abi_version; /* 8 */
    uint32_t total_size; /* 12 */
    unsigned char reserved0[48];
    uint32_t supervisor_sequence; /* 64 */
    uint32_t goal; /* 68 */
    uint64_t stop_deadline; /* 72 */
    uint64_t start_time; /* 80 */
    uint32_t pid; /* 88 */
    uint32_t attempt; /* 92 */
    uint32_t instance; /* 96 */
    uint32_t restarts; /* 100 */
    uint32_t reloads; /* 104 */
    uint32_t last_exit_cause; /* 108 */
    int32_t last_exit_code; /* 112 */
    int32_t last_exit_signal; /* 116 */
    unsigned char reserved1[8];
    char job[128]; /* 128 */
    uint64_t heartbeat; /* 256 */
    unsigned char reserved2[56];
    uint32_t phase; /* 320 */
    uint32_t progress_sequence; /* 324 */
    uint64_t progress_done; /* 328 */
    uint64_t progress_total; /* 336 */
    uint32_t status_sequence; /* 344 */
    uint32_t status_length; /* 348 */
    char status_text[256]; /* 352 */
    unsigned char reserved3[32];
    unsigned char job_bytes[512]; /* 640 */
    struct supervisor_counter counters[SUPERVISOR_BOARD_COUNTERS]; /* 1152 */
    unsigned char reserved4[896];
};
/* </generated> */

enum { SUPERVISOR_GOAL_RUN = 1, SUPERVISOR_GOAL_STOP = 2, SUPERVISOR_GOAL_RELOAD = 3 };
enum { SUPERVISOR_PHASE_STARTING = 1, SUPERVISOR_PHASE_READY = 2, SUPERVISOR_PHASE_STOPPING = 3 };
enum { SUPERVISOR_COUNTER = 1, SUPERVISOR_GAUGE = 2, SUPERVISOR_BEING_NAMED = 3 };

/* The descriptor that a variable of the environment names; -1: there is none. */
static inline int supervisor_descriptor_(const char *variable)
{
    const char *text = getenv(variable);
    char *end;
    long fd;
    if (text == NULL || *text == '\0') {
        return -1;
    }
    fd = strtol(text, &end, 10);
    return *end == '\0' && fd >= 0 && fd <= 0x7fffffff ? (int)fd : -1;
}

/* Maps the board of this job. NULL: there is none, or it is of an ABI that this header does not know. */
static inline struct supervisor_board *supervisor_board_open(void)
{
    int fd = supervisor_descriptor_("SUPERVISOR_BOARD_FD");
    struct supervisor_board *board;
    void *page;
    if (fd < 0) {
        return NULL;
    }
    page = mmap(NULL, SUPERVISOR_BOARD_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (page == MAP_FAILED) {
        return NULL;
    }
    board = (struct supervisor_board *)page;
    if (board->magic != SUPERVISOR_BOARD_MAGIC || board->abi_version != SUPERVISOR_BOARD_ABI_VERSION) {
        munmap(page, SUPERVISOR_BOARD_SIZE);
        return NULL;
    }
    return board;
}

/* A sign of life: one store. Threads may beat at the same time: any change counts. */
static inline void supervisor_board_beat(struct supervisor_board *board)
{
    if (board != NULL) {
        __atomic_store_n(&board->heartbeat, __atomic_load_n(&board->heartbeat, __ATOMIC_RELAXED) + 1, __ATOMIC_RELAXED);
    }
}

static inline void supervisor_board_phase(struct supervisor_board *board, uint32_t phase)
{
    if (board != NULL) {
        __atomic_store_n(&board->phase, phase, __ATOMIC_RELEASE);
    }
}

/* A sequence is odd while its fields are written; `| 1` repairs one that a writer left odd when it died. One thread at a time. */
static inline uint32_t supervisor_begin_(uint32_t *sequence)
{
    uint32_t odd = __atomic_load_n(sequence, __ATOMIC_RELAXED) | 1u;
    __atomic_store_n(sequence, odd, __ATOMIC_RELAXED);
    __atomic_thread_fence(__ATOMIC_RELEASE);
    return odd;
}

/* Progress: done of total units; total 0: not known. */
static inline void supervisor_board_progress(struct supervisor_board *board, uint64_t done, uint64_t total)
{
    uint32_t odd;
    if (board == NULL) {
        return;
    }
    odd = supervisor_begin_(&board->progress_sequence);
    __atomic_store_n(&board->progress_done, done, __ATOMIC_RELAXED);
    __atomic_store_n(&board->progress_total, total, __ATOMIC_RELAXED);
    __atomic_store_n(&board->progress_sequence, odd + 1, __ATOMIC_RELEASE);
}

/* What the job does now: one line of UTF-8; what does not fit is cut off at the end of a character. */
static inline void supervisor_board_status(struct supervisor_board *board, const char *text)
{
    size_t length, at;
    uint32_t odd;
    if (board == NULL) {
        return;
    }
    length = strlen(text);
    if (length > sizeof board->status_text) {
        for (at = sizeof board->status_text; at > 0 && ((unsigned char)text[at] & 0xc0) == 0x80; at--) {
        }
        length = at;
    }
    odd = supervisor_begin_(&board->status_sequence);
    memcpy(board->status_text, text, length);
    __atomic_store_n(&board->status_length, (uint32_t)length, __ATOMIC_RELAXED);
    __atomic_store_n(&board->status_sequence, odd + 1, __ATOMIC_RELEASE);
}

/*
 * The cell of a named counter or gauge: found, or named now in a free entry. Never NULL: without a board, with a full table or a name that cannot
 * be one, it is a cell that nobody reads. Keep the pointer; the look-up is not for hot paths.
 */
static inline uint64_t *supervisor_board_cell_(struct supervisor_board *board, const char *name, uint32_t kind)
{
    static uint64_t nobody;
    size_t length = strlen(name);
    int i;
    if (board == NULL || length == 0 || length >= sizeof board->counters[0].name) {
        return &nobody;
    }
    for (i = 0; i < SUPERVISOR_BOARD_COUNTERS; i++) {
        struct supervisor_counter *entry = &board->counters[i];
        uint32_t found = __atomic_load_n(&entry->kind, __ATOMIC_ACQUIRE);
        if (found == 0 && __atomic_compare_exchange_n(&entry->kind, &found, SUPERVISOR_BEING_NAMED, 0, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE)) {
            memcpy(entry->name, name, length + 1);
            __atomic_store_n(&entry->kind, kind, __ATOMIC_RELEASE);
            return &entry->value;
        }
        if (found == kind && strncmp(entry->name, name, sizeof entry->name) == 0) {
            return &entry->value;
        }
    }
    return &nobody;
}

static inline uint64_t *supervisor_board_counter(struct supervisor_board *board, const char *name)
{
    return supervisor_board_cell_(board, name, SUPERVISOR_COUNTER);
}

static inline int64_t *supervisor_board_gauge(struct supervisor_board *board, const char *name)
{
    return (int64_t *)supervisor_board_cell_(board, name, SUPERVISOR_GAUGE);
}

static inline void supervisor_counter_add(uint64_t *counter, uint64_t by)
{
    __atomic_fetch_add(counter, by, __ATOMIC_RELAXED);
}

static inline void supervisor_gauge_set(int64_t *gauge, int64_t value)
{
    __atomic_store_n(gauge, value, __ATOMIC_RELAXED);
}

/* What is wanted of the job: SUPERVISOR_GOAL_RUN without a board. */
static inline uint32_t supervisor_board_goal(const struct supervisor_board *board)
{
    return board == NULL ? SUPERVISOR_GOAL_RUN : __atomic_load_n(&board->goal, __ATOMIC_ACQUIRE);
}

/* When SIGKILL follows, in ns of CLOCK_MONOTONIC; 0: no stop is on its way. */
static inline uint64_t supervisor_board_stop_deadline(const struct supervisor_board *board)
{
    return board == NULL ? 0 : __atomic_load_n(&board->stop_deadline, __ATOMIC_ACQUIRE);
}

/* The 512 bytes that are the job's own and survive its restarts; NULL without a board. Zero at the very first start. */
static inline void *supervisor_board_bytes(struct supervisor_board *board)
{
    return board == NULL ? NULL : board->job_bytes;
}

/*
 * Maps the region of that name, the same pages in every job that names it; *size becomes its size. NULL: the job does not name it. Region "big-cache"
 * comes through SUPERVISOR_REGION_BIG_CACHE_FD.
 */
static inline void *supervisor_region_open(const char *name, size_t *size)
{
    char variable[128] = "SUPERVISOR_REGION_";
    size_t at = strlen(variable);
    struct stat status;
    void *pages;
    int fd;
    for (; *name != '\0' && at < sizeof variable - 4; name++) {
        char letter = *name;
        variable[at++] = letter >= 'a' && letter <= 'z' ? (char)(letter - 'a' + 'A') : letter == '-' || letter == '.' ? '_' : letter;
    }
    memcpy(variable + at, "_FD", 4);
    fd = supervisor_descriptor_(variable);
    if (fd < 0 || fstat(fd, &status) != 0 || status.st_size <= 0) {
        return NULL;
    }
    pages = mmap(NULL, (size_t)status.st_size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (pages == MAP_FAILED) {
        return NULL;
    }
    if (size != NULL) {
        *size = (size_t)status.st_size;
    }
    return pages;
}

#ifdef __cplusplus
}
#endif

#endif
