#ifndef __INCLUDE_SYS_BOARDCTL_H
#define __INCLUDE_SYS_BOARDCTL_H

#include <nuttx/config.h>
#include <sys/types.h>

#define BOARDIOC_INIT     0x0001
#define BOARDIOC_POWEROFF 0x0002
#define BOARDIOC_RESET    0x0003

int boardctl(unsigned int cmd, uintptr_t arg);

#endif
