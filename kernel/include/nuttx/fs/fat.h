#ifndef __INCLUDE_NUTTX_FS_FAT_H
#define __INCLUDE_NUTTX_FS_FAT_H

#include <nuttx/config.h>
#include <sys/types.h>

#define FATATTR_READONLY  0x01
#define FATATTR_HIDDEN    0x02
#define FATATTR_SYSTEM    0x04
#define FATATTR_VOLUMEID  0x08
#define FATATTR_DIRECTORY 0x10
#define FATATTR_ARCHIVE   0x20

typedef uint8_t fat_attrib_t;

int fat_getattrib(const char *path, fat_attrib_t *attrib);
int fat_setattrib(const char *path, fat_attrib_t setbits, fat_attrib_t clearbits);

#endif
