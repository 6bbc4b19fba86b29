#ifndef __INCLUDE_NUTTX_IRQ_H
#define __INCLUDE_NUTTX_IRQ_H

#include <nuttx/config.h>
#include <nuttx/compiler.h>
#include <stdint.h>
#include <stdbool.h>

typedef uint32_t irqstate_t;

/* A function that the CPU calls for an interrupt. */

typedef CODE int (*xcpt_t)(int irq, FAR void *context, FAR void *arg);

irqstate_t enter_critical_section(void);
void leave_critical_section(irqstate_t flags);
irqstate_t up_irq_save(void);
void up_irq_restore(irqstate_t flags);
bool up_interrupt_context(void);

#endif
