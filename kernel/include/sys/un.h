#ifndef __INCLUDE_SYS_UN_H
#define __INCLUDE_SYS_UN_H

#include <sys/socket.h>
#include <string.h>

#define UNIX_PATH_MAX 108

struct sockaddr_un
{
  sa_family_t sun_family;
  char        sun_path[UNIX_PATH_MAX];
};

#define SUN_LEN(sun) (offsetof(struct sockaddr_un, sun_path) + strlen((sun)->sun_path))

#endif
