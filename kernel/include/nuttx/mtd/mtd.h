#ifndef __INCLUDE_NUTTX_MTD_MTD_H
#define __INCLUDE_NUTTX_MTD_MTD_H

#include <nuttx/config.h>
#include <nuttx/fs/ioctl.h>
#include <limits.h>
#include <stdint.h>

#define MTDIOC_GEOMETRY     _MTDIOC(0x0001)
#define MTDIOC_BULKERASE    _MTDIOC(0x0003)
#define MTDIOC_ERASESTATE   _MTDIOC(0x000a)
#define MTDIOC_ERASESECTORS _MTDIOC(0x000c)

struct mtd_geometry_s
{
  uint32_t blocksize;
  uint32_t erasesize;
  uint32_t neraseblocks;
  char     model[NAME_MAX + 1];
};

struct mtd_erase_s
{
  uint32_t startblock;
  uint32_t nblocks;
};

#endif
