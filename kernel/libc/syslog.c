/* The system log goes to the console, as in NuttX without any other channel. */

#include <stdarg.h>
#include <stdio.h>
#include <syslog.h>

static int g_mask = LOG_UPTO(LOG_DEBUG);

void vsyslog(int priority, const char *fmt, va_list ap)
{
  if (g_mask & LOG_MASK(priority & 7))
    {
      vfprintf(stderr, fmt, ap);
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
