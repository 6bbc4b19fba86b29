#ifndef __INCLUDE_SYS_IPC_H
#define __INCLUDE_SYS_IPC_H

#include <sys/types.h>

#define IPC_PRIVATE 0

#define IPC_CREAT   (1 << 10)
#define IPC_EXCL    (1 << 11)
#define IPC_NOWAIT  (1 << 12)

#define IPC_RMID    0
#define IPC_SET     1
#define IPC_STAT    2

struct ipc_perm
{
  mode_t mode;
};

#endif
