/* The C library's functions on streams, one thread of the group at a time (the linker's --wrap), and those on stdin, stdout
 * and stderr, which each group has of its own.
 */

#include <stdarg.h>
#include <stdbool.h>
#include <string.h>

#include <nuttx/tls.h>

#define LOCKED(type, name, parameters, arguments) \
  type __real_##name parameters; \
  type __wrap_##name parameters \
  { \
    type result; \
    __stdio_lock(f); \
    result = __real_##name arguments; \
    __stdio_unlock(f); \
    return result; \
  }

LOCKED(int, vfprintf, (FILE *f, const char *format, va_list ap), (f, format, ap))
LOCKED(int, vfscanf, (FILE *f, const char *format, va_list ap), (f, format, ap))
LOCKED(size_t, fread, (void *data, size_t size, size_t count, FILE *f), (data, size, count, f))
LOCKED(size_t, fwrite, (const void *data, size_t size, size_t count, FILE *f), (data, size, count, f))
LOCKED(int, fgetc, (FILE *f), (f))
LOCKED(int, getc, (FILE *f), (f))
LOCKED(int, fputc, (int c, FILE *f), (c, f))
LOCKED(int, putc, (int c, FILE *f), (c, f))
LOCKED(char *, fgets, (char *s, int n, FILE *f), (s, n, f))
LOCKED(ssize_t, getdelim, (char **s, size_t *n, int delimiter, FILE *f), (s, n, delimiter, f))
LOCKED(int, ungetc, (int c, FILE *f), (c, f))
LOCKED(int, fseek, (FILE *f, long offset, int whence), (f, offset, whence))
LOCKED(int, fseeko, (FILE *f, off_t offset, int whence), (f, offset, whence))
LOCKED(long, ftell, (FILE *f), (f))
LOCKED(off_t, ftello, (FILE *f), (f))
LOCKED(int, fgetpos, (FILE *f, fpos_t *pos), (f, pos))
LOCKED(int, fsetpos, (FILE *f, const fpos_t *pos), (f, pos))

void __real_rewind(FILE *f);

void __wrap_rewind(FILE *f)
{
  __stdio_lock(f);
  __real_rewind(f);
  __stdio_unlock(f);
}

int vprintf(const char *format, va_list ap)
{
  return vfprintf(stdout, format, ap);
}

int printf(const char *format, ...)
{
  va_list ap;
  int result;

  va_start(ap, format);
  result = vfprintf(stdout, format, ap);
  va_end(ap);
  return result;
}

int vscanf(const char *format, va_list ap)
{
  return vfscanf(stdin, format, ap);
}

int scanf(const char *format, ...)
{
  va_list ap;
  int result;

  va_start(ap, format);
  result = vfscanf(stdin, format, ap);
  va_end(ap);
  return result;
}

int puts(const char *s)
{
  FILE *f = stdout;
  size_t length = strlen(s);
  bool good;

  __stdio_lock(f);
  good = __real_fwrite(s, 1, length, f) == length && __real_fputc('\n', f) >= 0;
  __stdio_unlock(f);
  return good ? (int)length + 1 : EOF;
}

int putchar(int c)
{
  return fputc(c, stdout);
}

int getchar(void)
{
  return fgetc(stdin);
}

int putchar_unlocked(int c)
{
  return putc_unlocked(c, stdout);
}

int getchar_unlocked(void)
{
  return getc_unlocked(stdin);
}

/* A line of stdin without its end; what finds no room of n bytes is lost. */

static char *get_line(char *s, size_t n)
{
  FILE *f = stdin;
  size_t length = 0;
  int c;

  __stdio_lock(f);
  while ((c = __real_fgetc(f)) != EOF && c != '\n')
    {
      if (length < n - 1)
        {
          s[length++] = c;
        }
    }

  __stdio_unlock(f);
  s[length] = '\0';
  return c == EOF && length == 0 ? NULL : s;
}

char *gets(char *s)
{
  return get_line(s, (size_t)-1);
}

char *gets_s(char *s, rsize_t n)
{
  return s && n >= 2 ? get_line(s, n) : NULL;
}

/* For the library's own messages, and instead of its stderr. */

size_t __stdio_write(FILE *f, const unsigned char *data, size_t size);

static unsigned char g_unget[STREAM_UNGET];

FILE __stderr_FILE =
{
  .flags = STREAM_PERMANENT | STREAM_NOREAD,
  .buf = g_unget + STREAM_UNGET,
  .fd = 2,
  .lbf = -1,
  .write = __stdio_write,
};
