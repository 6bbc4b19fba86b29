/** Interrupts (nuttx/irq.h, nuttx/arch.h). */
import { entry, resumedBy, returned } from '../call';
import * as irq from './irq';

const goesOn = resumedBy(irq.goOnDelaying);

export const irqCalls = [
  entry('', 'int irq_attach(int irq, xcpt_t isr, void *arg)', irq.irq_attach, returned),
  entry('', 'irqstate_t enter_critical_section(void)', irq.up_irq_save, returned),
  entry('', 'void leave_critical_section(irqstate_t flags)', irq.up_irq_restore, returned),
  entry('', 'irqstate_t up_irq_save(void)', irq.up_irq_save, returned),
  entry('', 'void up_irq_restore(irqstate_t flags)', irq.up_irq_restore, returned),
  entry('', 'void up_irq_enable(void)', irq.up_irq_enable, returned),
  entry('', 'void up_irq_disable(void)', irq.up_irq_disable, returned),
  entry('', 'void up_enable_irq(int irq)', irq.up_enable_irq, returned),
  entry('', 'void up_disable_irq(int irq)', irq.up_disable_irq, returned),
  entry('', 'int up_prioritize_irq(int irq, int priority)', irq.up_prioritize_irq, returned),
  entry('', 'void up_trigger_irq(int irq, cpu_set_t cpuset)', irq.up_trigger_irq, returned),
  entry('', 'bool up_interrupt_context(void)', irq.up_interrupt_context, returned),
  entry('', 'void up_udelay(unsigned int microseconds)', irq.up_udelay, returned, goesOn),
  entry('', 'void up_mdelay(unsigned int milliseconds)', irq.up_mdelay, returned, goesOn),
] as const;
