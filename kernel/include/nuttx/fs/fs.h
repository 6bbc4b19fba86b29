#ifndef __INCLUDE_NUTTX_FS_FS_H
#define __INCLUDE_NUTTX_FS_FS_H

#include <nuttx/config.h>
#include <limits.h>
#include <stdbool.h>
#include <sys/types.h>

struct geometry
{
  bool      geo_available;
  bool      geo_mediachanged;
  bool      geo_writeenabled;
  blkcnt_t  geo_nsectors;
  blksize_t geo_sectorsize;
  char      geo_model[NAME_MAX + 1];
};

#endif
