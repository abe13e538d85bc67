/* The limit of the disk, for the figures beside it: writes groups of bytes to a new file, with one pwrite and one fdatasync each.
 *
 *     raw_write FILE <SIZES
 *
 * SIZES are the groups' bytes, one a line. Prints the nanoseconds that each took. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { kGroupBytesMax = 64 << 20 };

static int64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000000000 + time.tv_nsec;
}

static void require(int good, const char* what) {
    if (good) return;
    perror(what);
    exit(1);
}

int main(int count, char** arguments) {
    require(count == 2, "usage: raw_write FILE <SIZES");
    const int file = open(arguments[1], O_WRONLY | O_CREAT | O_EXCL, 0644);
    require(file >= 0, arguments[1]);
    char* bytes = malloc(kGroupBytesMax);
    require(bytes != NULL, "malloc");
    for (int i = 0; i < kGroupBytesMax; ++i) bytes[i] = (char)(i * 2654435761u >> 13);

    off_t position = 0;
    long size = 0;
    while (scanf("%ld", &size) == 1) {
        require(size > 0 && size <= kGroupBytesMax, "a size is out of range");
        const int64_t began = now();
        require(pwrite(file, bytes, (size_t)size, position) == size, "pwrite");
        require(fdatasync(file) == 0, "fdatasync");
        printf("%lld\n", (long long)(now() - began));
        position += size;
    }
    return 0;
}
