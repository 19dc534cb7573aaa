/* A job that writes: BYTES of lines of 100 bytes to stdout, in blocks of 64 KiB ("blocks") or one write a line ("lines"); each line has its number.
   Appends a record to $STAMP_FILE when it is there, writes two seconds later, appends (lines, ns that the writing took), and sleeps until it is ended.
   usage: lines BYTES blocks|lines */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static long now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000L + t.tv_nsec;
}

static void put(const char *from, long size)
{
    for (long done = 0, n; done < size; done += n)
    {
        if ((n = write(1, from + done, size - done)) < 0) _exit(1);
    }
}

int main(int argc, char **argv)
{
    enum { line = 100, block = 640 * line };
    static char buffer[block];
    long lines = atol(argv[1]) / line, per = strcmp(argv[2], "lines") == 0 ? 1 : block / line, record[2] = {getpid(), now()};
    int file = open(getenv("STAMP_FILE"), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
    if (write(file, record, sizeof record) != sizeof record) return 1;
    sleep(2);
    long begun = now();
    memset(buffer, 'x', sizeof buffer);
    for (long first = 0; first < lines; first += per)
    {
        long count = lines - first < per ? lines - first : per;
        for (long i = 0; i < count; i++)
        {
            char *at = buffer + i * line;
            long number = first + i;
            for (int digit = 11; digit >= 0; digit--, number /= 10) at[digit] = '0' + number % 10;
            at[12] = ' ';
            at[line - 1] = '\n';
        }
        put(buffer, count * line);
    }
    record[0] = lines, record[1] = now() - begun;
    if (write(file, record, sizeof record) != sizeof record) return 1;
    close(file);
    for (;;) pause();
}
