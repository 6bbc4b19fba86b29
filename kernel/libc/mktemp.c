/* Names for files that nobody else has (manual 2.10.5, 2.10.6). */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define TRIES 100

/* The last six characters of a template, which have to be X; NULL with EINVAL when they are not. Behind them ".tmp" may
 * stand, as in what tmpnam gives.
 */

static char *variable_part(char *path)
{
  char *found = strrchr(path, 'X');

  if (!found || found - path < 5 || strncmp(found - 5, "XXXXXX", 6) != 0)
    {
      errno = EINVAL;
      return NULL;
    }

  return found - 5;
}

static void fill(char *part)
{
  static const char letters[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

  for (int i = 0; i < 6; i++)
    {
      part[i] = letters[arc4random_uniform(sizeof(letters) - 1)];
    }
}

int mktemp(char *path_template)
{
  char *part = variable_part(path_template);
  struct stat buf;

  for (int i = 0; part && i < TRIES; i++)
    {
      fill(part);
      if (stat(path_template, &buf) < 0)
        {
          return errno == ENOENT ? 0 : -1;
        }

      errno = EEXIST;
    }

  return -1;
}

int mkstemp(char *path_template)
{
  char *part = variable_part(path_template);

  for (int i = 0; part && i < TRIES; i++)
    {
      int fd;

      fill(part);
      fd = open(path_template, O_RDWR | O_CREAT | O_EXCL, 0600);
      if (fd >= 0 || errno != EEXIST)
        {
          return fd;
        }
    }

  return -1;
}

char *tmpnam(char *s)
{
  static char path[L_tmpnam];
  char *name = s ? s : path;

  snprintf(name, L_tmpnam, "%s/XXXXXX.tmp", P_tmpdir);
  return mktemp(name) < 0 ? NULL : name;
}

char *tempnam(const char *dir, const char *pfx)
{
  char *path;

  if (asprintf(&path, "%s/%s-XXXXXX.tmp", dir ? dir : P_tmpdir, pfx ? pfx : "") < 0)
    {
      return NULL;
    }

  if (mktemp(path) < 0)
    {
      free(path);
      return NULL;
    }

  return path;
}

FILE *tmpfile(void)
{
  char path[] = P_tmpdir "/XXXXXX.tmp";
  int fd = mkstemp(path);
  FILE *f = fd < 0 ? NULL : fdopen(fd, "w+");

  if (fd >= 0)
    {
      unlink(path);
    }

  if (fd >= 0 && !f)
    {
      close(fd);
    }

  return f;
}

int remove(const char *path)
{
  struct stat buf;

  if (stat(path, &buf) < 0)
    {
      return -1;
    }

  return S_ISDIR(buf.st_mode) ? rmdir(path) : unlink(path);
}
