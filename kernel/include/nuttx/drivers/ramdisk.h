#ifndef __INCLUDE_NUTTX_DRIVERS_RAMDISK_H
#define __INCLUDE_NUTTX_DRIVERS_RAMDISK_H

#include <nuttx/config.h>
#include <sys/types.h>

/* rdflags: the disk can be written; its memory is freed when it has gone. */

#define RDFLAG_WRENABLED (1 << 0)
#define RDFLAG_FUNLINK   (1 << 1)

int ramdisk_register(int minor, uint8_t *buffer, uint32_t nsectors, uint16_t sectsize, uint8_t rdflags);

#define romdisk_register(m, b, n, s) ramdisk_register(m, (FAR uint8_t *)(b), n, s, 0)

#endif
