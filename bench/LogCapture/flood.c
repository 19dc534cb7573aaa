/* Writes lines of 100 bytes to standard output. usage: flood BYTES BLOCK (100: line by line) */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    if (argc != 3)
    {
        return 2;
    }

    long left = atol(argv[1]), block = atol(argv[2]);
    char *lines = malloc(block);
    memset(lines, 'x', block);
    for (long i = 99; i < block; i += 100)
    {
        lines[i] = '\n';
    }

    for (; left > 0; left -= block)
    {
        for (long done = 0, n; done < block; done += n)
        {
            if ((n = write(1, lines + done, block - done)) < 0)
            {
                return 1;
            }
        }
    }

    return 0;
}
