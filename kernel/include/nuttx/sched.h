#ifndef __INCLUDE_NUTTX_SCHED_H
#define __INCLUDE_NUTTX_SCHED_H

#include <nuttx/config.h>
#include <nuttx/compiler.h>
#include <sched.h>
#include <sys/types.h>

int kthread_create(const char *name, int priority, int stack_size, main_t entry, char *const argv[]);

#endif
