#ifndef __INCLUDE_LIMITS_H
#define __INCLUDE_LIMITS_H

#include <nuttx/config.h>
#include_next <limits.h>

#undef NAME_MAX
#undef PIPE_BUF
#undef PATH_MAX
#undef SEM_VALUE_MAX
#undef MQ_PRIO_MAX
#undef HOST_NAME_MAX
#undef ATEXIT_MAX
#undef PTHREAD_STACK_MIN
#undef PTHREAD_KEYS_MAX

#define NAME_MAX          CONFIG_NAME_MAX
#define PATH_MAX          CONFIG_PATH_MAX
#define HOST_NAME_MAX     32
#define PIPE_BUF          512
#define ATEXIT_MAX        CONFIG_LIBC_MAX_EXITFUNS
#define SEM_VALUE_MAX     0x7fffffff
#define MQ_PRIO_MAX       255
#define PTHREAD_STACK_MIN CONFIG_PTHREAD_STACK_MIN
#define PTHREAD_KEYS_MAX  CONFIG_TLS_NELEM

#endif
