#ifndef __INCLUDE_NUTTX_ARCH_H
#define __INCLUDE_NUTTX_ARCH_H

#include <nuttx/config.h>
#include <nuttx/compiler.h>
#include <nuttx/irq.h>
#include <sched.h>
#include <stdint.h>
#include <stdbool.h>

void up_enable_irq(int irq);
void up_disable_irq(int irq);
int up_prioritize_irq(int irq, int priority);
void up_trigger_irq(int irq, cpu_set_t cpuset);
void up_udelay(unsigned int microseconds);
void up_mdelay(unsigned int milliseconds);

#endif
