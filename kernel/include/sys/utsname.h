#ifndef __INCLUDE_SYS_UTSNAME_H
#define __INCLUDE_SYS_UTSNAME_H

#include <limits.h>

#define SYS_NAMELEN     21
#define VERSION_NAMELEN 51

struct utsname
{
  char sysname[SYS_NAMELEN];
  char nodename[HOST_NAME_MAX + 1];
  char release[SYS_NAMELEN];
  char version[VERSION_NAMELEN];
  char machine[SYS_NAMELEN];
};

int uname(struct utsname *name);

#endif
