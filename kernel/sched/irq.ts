/** Interrupts as firmware sees them (nuttx/irq.h, nuttx/arch.h; NuttX: sched/irq, arch): handlers, priorities, keeping them off. */
import { Cell } from '../binfmt/abi';
import { Errno } from '../errno';
import { busyWait, cyclesOf, lookAgain } from '../hardware';
import { lineOf, NR_IRQS, raiseInterrupt, request, setMasked } from '../irq';
import { BLOCKED, running, type Kernel } from '../kernel';

const isIrq = (irq: number) => irq >= 0 && irq < NR_IRQS;
const MOST_PRIORITY = 255;

/**
 * Lets the CPU call `isr(irq, context, arg)` for an interrupt, in place of the board's own driver; the driver has it again
 * for null. The context is null. -EINVAL: no such interrupt, or the system timer's, which is the kernel's own.
 */
export function irq_attach(k: Kernel, irq: number, isr: number, arg: number): number {
  if (!isIrq(irq) || irq === 0) return -Errno.EINVAL;
  Object.assign(lineOf(k, irq), { handler: isr, arg });
  return 0;
}

/** An interrupt that comes while it is disabled is taken when it is enabled again. The system timer's has number 0. */
export function up_enable_irq(k: Kernel, irq: number): number {
  return enable(k, irq, true);
}

export function up_disable_irq(k: Kernel, irq: number): number {
  return enable(k, irq, false);
}

function enable(k: Kernel, irq: number, enabled: boolean): number {
  if (!isIrq(irq)) return 0;
  lineOf(k, irq).enabled = enabled;
  request(k);
  lookAgain(k);
  return 0;
}

/** Of interrupts that are pending together the one of the lowest priority (0 to 255) is first. -EINVAL: there is none such. */
export function up_prioritize_irq(k: Kernel, irq: number, priority: number): number {
  if (!isIrq(irq) || priority < 0 || priority > MOST_PRIORITY) return -Errno.EINVAL;
  lineOf(k, irq).priority = priority;
  return 0;
}

/** Raises an interrupt as its device would; `cpus` is of no account. */
export function up_trigger_irq(k: Kernel, irq: number): number {
  if (isIrq(irq) && irq !== 0) raiseInterrupt(k, irq);
  return 0;
}

/** Keeps interrupts off; gives whether they were kept off before, for {@link up_irq_restore}. */
export function up_irq_save(k: Kernel): number {
  // A handler is not interrupted anyway.
  if (k.state.interrupts > 0) return 1;
  const before = running(k).irqMasked;
  if (!before) setMasked(k, true);
  return before ? 1 : 0;
}

/** As {@link up_irq_save} found it. */
export function up_irq_restore(k: Kernel, flags: number): number {
  if (k.state.interrupts === 0 && running(k).irqMasked !== (flags !== 0)) setMasked(k, flags !== 0);
  return 0;
}

export function up_irq_enable(k: Kernel): number {
  return up_irq_restore(k, 0);
}

export function up_irq_disable(k: Kernel): number {
  return up_irq_restore(k, 1);
}

/** Whether an interrupt handler asks. */
export function up_interrupt_context({ state }: Kernel): number {
  return state.interrupts > 0 ? 1 : 0;
}

/** The CPU is busy for a time in microseconds, not counting what interrupts and other tasks take of it. */
export function up_udelay(k: Kernel, usec: number): number {
  return delay(k, (usec >>> 0) * 1000);
}

/** The same in milliseconds. */
export function up_mdelay(k: Kernel, msec: number): number {
  return delay(k, (msec >>> 0) * 1_000_000);
}

function delay(k: Kernel, ns: number): number {
  if (ns === 0) return 0;
  if (k.state.interrupts > 0) {
    busyWait(k, ns);
    return 0;
  }
  running(k).progress = cyclesOf(k, ns);
  return goOnDelaying(k);
}

/** Until the delay is over, or something is due: then the task leaves the CPU for it, ready to go on. */
export function goOnDelaying(k: Kernel): number {
  const tcb = running(k);
  const { words } = k.memory;
  const fuel = Math.max(0, words[Cell.Fuel]!);
  words[Cell.Fuel]! -= Math.min(tcb.progress, fuel + 1);
  tcb.progress -= Math.min(tcb.progress, fuel + 1);
  return tcb.progress === 0 ? 0 : BLOCKED;
}
