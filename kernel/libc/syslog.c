/* The system log goes to the console, as in NuttX without any other channel. */

#include <stdarg.h>
#include <syslog.h>

#include <nuttx/tls.h>

/* Instead of a descriptor (kernel/binfmt/wasi.ts). */

#define SYSTEM_LOG (-1)

size_t __stdio_write(FILE *f, const unsigned char *data, size_t size);

static int g_mask = LOG_UPTO(LOG_DEBUG);

void vsyslog(int priority, const char *fmt, va_list ap)
{
  if (g_mask & LOG_MASK(priority & 7))
    {
      unsigned char unused[1];
      FILE log = { .buf = unused, .fd = SYSTEM_LOG, .lbf = -1, .write = __stdio_write };

      vfprintf(&log, fmt, ap);
    }
}

void syslog(int priority, const char *fmt, ...)
{
  va_list ap;

  va_start(ap, fmt);
  vsyslog(priority, fmt, ap);
  va_end(ap);
}

int setlogmask(int mask)
{
  int old = g_mask;

  if (mask != 0)
    {
      g_mask = mask;
    }

  return old;
}

void openlog(const char *ident, int option, int facility)
{
}

void closelog(void)
{
}
