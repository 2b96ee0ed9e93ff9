// count_lfs.c: the least that a check has to do: read the file and find its LFs. What `wholeline check` is
// measured against.
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static char block[1 << 20];

int main(int count, char** words) {
  const int fd = count == 2 ? open(words[1], O_RDONLY) : -1;
  if (fd < 0) return 2;
  long lines = 0;
  for (ssize_t got; (got = read(fd, block, sizeof block)) > 0;) {
    const char* const end = block + got;
    for (const char* p = block; (p = memchr(p, '\n', (size_t)(end - p))) != NULL; p++) lines++;
  }
  printf("%ld\n", lines);
  return 0;
}
