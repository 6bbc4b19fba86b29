#ifndef __INCLUDE_STDIO_H
#define __INCLUDE_STDIO_H

#include <nuttx/config.h>
#include <nuttx/compiler.h>
#include <stddef.h>
#include <sys/types.h>
#include_next <stdio.h>

/* Each task group has its own streams. */

#undef stdin
#undef stdout
#undef stderr
#define stdin  lib_get_stream(0)
#define stdout lib_get_stream(1)
#define stderr lib_get_stream(2)

#undef BUFSIZ
#undef FILENAME_MAX
#undef L_tmpnam
#undef P_tmpdir
#define BUFSIZ       CONFIG_STDIO_BUFFER_SIZE
#define FILENAME_MAX CONFIG_NAME_MAX
#define P_tmpdir     CONFIG_LIBC_TMPDIR
#define L_tmpnam     CONFIG_PATH_MAX

#ifndef __rsize_t_defined
#define __rsize_t_defined 1
typedef size_t rsize_t;
#endif

_LIBC FILE *lib_get_stream(int fd);

/* Streams */

_LIBC void clearerr(FILE *stream);
_LIBC int fclose(FILE *stream);
_LIBC int fflush(FILE *stream);
_LIBC int feof(FILE *stream);
_LIBC int ferror(FILE *stream);
_LIBC int fileno(FILE *stream);
_LIBC int fgetc(FILE *stream);
_LIBC int fgetpos(FILE *stream, fpos_t *pos);
_LIBC char *fgets(char *s, int n, FILE *stream);
_LIBC FILE *fopen(const char *path, const char *mode);
_LIBC int fprintf(FILE *stream, const char *format, ...);
_LIBC int fputc(int c, FILE *stream);
_LIBC int fputs(const char *s, FILE *stream);
_LIBC size_t fread(void *ptr, size_t size, size_t n_items, FILE *stream);
_LIBC FILE *freopen(const char *path, const char *mode, FILE *stream);
_LIBC int fseek(FILE *stream, long offset, int whence);
_LIBC int fsetpos(FILE *stream, const fpos_t *pos);
_LIBC long ftell(FILE *stream);
_LIBC size_t fwrite(const void *ptr, size_t size, size_t n_items, FILE *stream);
_LIBC char *gets(char *s);
_LIBC char *gets_s(char *s, rsize_t n);
_LIBC void setbuf(FILE *stream, char *buf);
_LIBC int setvbuf(FILE *stream, char *buffer, int mode, size_t size);
_LIBC int ungetc(int c, FILE *stream);
_LIBC FILE *fdopen(int fd, const char *mode);
_LIBC void flockfile(FILE *stream);
_LIBC int ftrylockfile(FILE *stream);
_LIBC void funlockfile(FILE *stream);

/* Formatting */

_LIBC int printf(const char *format, ...);
_LIBC int puts(const char *s);
_LIBC int sprintf(char *dest, const char *format, ...);
_LIBC int asprintf(char **ptr, const char *format, ...);
_LIBC int snprintf(char *buf, size_t size, const char *format, ...);
_LIBC int sscanf(const char *buf, const char *format, ...);
_LIBC void perror(const char *s);
_LIBC int vprintf(const char *format, va_list ap);
_LIBC int vfprintf(FILE *stream, const char *format, va_list ap);
_LIBC int vsprintf(char *buf, const char *format, va_list ap);
_LIBC int vasprintf(char **ptr, const char *format, va_list ap);
_LIBC int vsnprintf(char *buf, size_t size, const char *format, va_list ap);
_LIBC int vsscanf(const char *buf, const char *format, va_list ap);
_LIBC int dprintf(int fd, const char *format, ...);
_LIBC int vdprintf(int fd, const char *format, va_list ap);

/* Paths */

int rename(const char *oldpath, const char *newpath);
_LIBC FILE *tmpfile(void);
_LIBC char *tmpnam(char *s);
_LIBC char *tempnam(const char *dir, const char *pfx);
_LIBC int remove(const char *path);

#endif
