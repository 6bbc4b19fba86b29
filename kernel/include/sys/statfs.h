#ifndef __INCLUDE_SYS_STATFS_H
#define __INCLUDE_SYS_STATFS_H

#include <sys/types.h>

#define BINFS_MAGIC       0x4242
#define MSDOS_SUPER_MAGIC 0x4d44
#define PROC_SUPER_MAGIC  0x9fa0
#define PROCFS_MAGIC      0x434f5250
#define ROMFS_MAGIC       0x7275
#define TMPFS_MAGIC       0x01021994

struct statfs
{
  uint32_t f_type;
  size_t   f_namelen;
  size_t   f_bsize;
  uint64_t f_blocks;
  uint64_t f_bfree;
  uint64_t f_bavail;
  uint64_t f_files;
  uint64_t f_ffree;
};

int statfs(const char *path, struct statfs *buf);
int fstatfs(int fd, struct statfs *buf);

#endif
