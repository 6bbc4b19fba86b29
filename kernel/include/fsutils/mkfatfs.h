#ifndef __INCLUDE_FSUTILS_MKFATFS_H
#define __INCLUDE_FSUTILS_MKFATFS_H

#include <nuttx/config.h>
#include <sys/types.h>

#define MKFATFS_DEFAULT_NFATS          2
#define MKFATFS_DEFAULT_FATTYPE        0
#define MKFATFS_DEFAULT_CLUSTSHIFT     0xff
#define MKFATFS_DEFAULT_VOLUMELABEL    { ' ', ' ', ' ', ' ', ' ', ' ', ' ', ' ', ' ', ' ', ' ' }
#define MKFATFS_DEFAULT_BKUPBOOT       0
#define MKFATFS_DEFAULT_ROOTDIRENTRIES 0
#define MKFATFS_DEFAULT_RSVDSECCOUNT   0
#define MKFATFS_DEFAULT_HIDSEC         0
#define MKFATFS_DEFAULT_VOLUMEID       0
#define MKFATFS_DEFAULT_NSECTORS       0

#define FAT_FORMAT_INITIALIZER \
{ \
  MKFATFS_DEFAULT_NFATS, \
  MKFATFS_DEFAULT_FATTYPE, \
  MKFATFS_DEFAULT_CLUSTSHIFT, \
  MKFATFS_DEFAULT_VOLUMELABEL, \
  MKFATFS_DEFAULT_BKUPBOOT, \
  MKFATFS_DEFAULT_ROOTDIRENTRIES, \
  MKFATFS_DEFAULT_RSVDSECCOUNT, \
  MKFATFS_DEFAULT_HIDSEC, \
  MKFATFS_DEFAULT_VOLUMEID, \
  MKFATFS_DEFAULT_NSECTORS \
}

struct fat_format_s
{
  uint8_t  ff_nfats;           /* Copies of the table, 1 to 4 */
  uint8_t  ff_fattype;         /* 12, 16, 32, or 0: what suits the size */
  uint8_t  ff_clustshift;      /* Log2 of sectors per cluster, or 0xff */
  uint8_t  ff_volumelabel[11];
  uint16_t ff_backupboot;      /* Sector with the boot sector's copy, FAT32 */
  uint16_t ff_rootdirentries;  /* FAT12 and FAT16 */
  uint16_t ff_rsvdseccount;
  uint32_t ff_hidsec;          /* Sectors in front of the volume */
  uint32_t ff_volumeid;        /* 0: a random one */
  uint32_t ff_nsectors;        /* 0: all of the device */
};

int mkfatfs(const char *pathname, struct fat_format_s *fmt);

#endif
