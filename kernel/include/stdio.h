#ifndef __INCLUDE_STDIO_H
#define __INCLUDE_STDIO_H

#include <nuttx/compiler.h>
#include_next <stdio.h>

/* The part of it that needs a file system. */

FILE *fopen(const char *path, const char *mode);
FILE *freopen(const char *path, const char *mode, FILE *stream);
FILE *fdopen(int fd, const char *mode);
FILE *tmpfile(void);
char *tmpnam(char *s);
int remove(const char *path);
int rename(const char *oldpath, const char *newpath);

#endif
