#ifndef __INCLUDE_NUTTX_IRQ_H
#define __INCLUDE_NUTTX_IRQ_H

#include <nuttx/config.h>
#include <nuttx/compiler.h>
#include <stdint.h>
#include <stdbool.h>
#include <stddef.h>

typedef uint32_t irqstate_t;

/* A function that the CPU calls for an interrupt. */

typedef CODE int (*xcpt_t)(int irq, FAR void *context, FAR void *arg);

int irq_attach(int irq, xcpt_t isr, void *arg);
#define irq_detach(irq) irq_attach(irq, NULL, NULL)

irqstate_t enter_critical_section(void);
void leave_critical_section(irqstate_t flags);
irqstate_t up_irq_save(void);
void up_irq_restore(irqstate_t flags);
void up_irq_enable(void);
void up_irq_disable(void);
bool up_interrupt_context(void);

#endif
