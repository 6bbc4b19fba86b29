#ifndef __INCLUDE_DIRENT_H
#define __INCLUDE_DIRENT_H

#include <limits.h>
#include <sys/types.h>

/* The type bits of st_mode. */

#define DTYPE_UNKNOWN   0
#define DTYPE_FIFO      1
#define DTYPE_CHR       2
#define DTYPE_SEM       3
#define DTYPE_DIRECTORY 4
#define DTYPE_MQ        5
#define DTYPE_BLK       6
#define DTYPE_SHM       7
#define DTYPE_FILE      8
#define DTYPE_MTD       9
#define DTYPE_LINK      10
#define DTYPE_SOCK      12

#define DT_UNKNOWN      DTYPE_UNKNOWN
#define DT_FIFO         DTYPE_FIFO
#define DT_CHR          DTYPE_CHR
#define DT_SEM          DTYPE_SEM
#define DT_DIR          DTYPE_DIRECTORY
#define DT_MQ           DTYPE_MQ
#define DT_BLK          DTYPE_BLK
#define DT_SHM          DTYPE_SHM
#define DT_REG          DTYPE_FILE
#define DT_MTD          DTYPE_MTD
#define DT_LNK          DTYPE_LINK
#define DT_SOCK         DTYPE_SOCK

#define DIRENT_ISFIFO(t)      ((t) == DTYPE_FIFO)
#define DIRENT_ISCHR(t)       ((t) == DTYPE_CHR)
#define DIRENT_ISSEM(t)       ((t) == DTYPE_SEM)
#define DIRENT_ISDIRECTORY(t) ((t) == DTYPE_DIRECTORY)
#define DIRENT_ISMQ(t)        ((t) == DTYPE_MQ)
#define DIRENT_ISBLK(t)       ((t) == DTYPE_BLK)
#define DIRENT_ISFILE(t)      ((t) == DTYPE_FILE)
#define DIRENT_ISLINK(t)      ((t) == DTYPE_LINK)

struct dirent
{
  uint8_t d_type;
  char    d_name[NAME_MAX + 1];
};

typedef struct
{
  int           fd;
  struct dirent entry;
} DIR;

DIR *opendir(const char *path);
DIR *fdopendir(int fd);
int dirfd(DIR *dirp);
int closedir(DIR *dirp);
struct dirent *readdir(DIR *dirp);
int readdir_r(DIR *dirp, struct dirent *entry, struct dirent **result);
void rewinddir(DIR *dirp);
void seekdir(DIR *dirp, long loc);
long telldir(DIR *dirp);
_LIBC int scandir(const char *path, struct dirent ***list, int (*filter)(const struct dirent *), int (*compare)(const struct dirent **, const struct dirent **));
_LIBC int alphasort(const struct dirent **a, const struct dirent **b);

#endif
