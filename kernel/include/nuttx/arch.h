#ifndef __INCLUDE_NUTTX_ARCH_H
#define __INCLUDE_NUTTX_ARCH_H

#include <nuttx/config.h>
#include <nuttx/compiler.h>
#include <nuttx/irq.h>
#include <stdint.h>
#include <stdbool.h>

void up_udelay(unsigned int microseconds);
void up_mdelay(unsigned int milliseconds);

#endif
