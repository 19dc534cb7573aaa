/* The floor of log capture: read a pipe, write a file. Prints nothing; the caller measures. usage: floor FILE < pipe */
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    enum { size = 256 * 1024 };
    char *buffer = malloc(size);
    int file = open(argv[argc - 1], O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0640);
    ssize_t count;
    while ((count = read(0, buffer, size)) > 0)
    {
        for (ssize_t done = 0, n; done < count; done += n)
        {
            if ((n = write(file, buffer + done, count - done)) < 0)
            {
                return 1;
            }
        }
    }

    return 0;
}
