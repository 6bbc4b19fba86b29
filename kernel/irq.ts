/**
 * The interrupt controller (NuttX: up_enable_irq and its kin, sched/irq). A device raises its interrupt; the CPU takes
 * the most urgent of those that are pending and enabled, a latency later, one after the other. The system timer's tick
 * is not among them: its interrupt is the kernel's own heartbeat.
 */
import { hardwareNow, lookAgain, schedule, unschedule } from './hardware';
import { cyclesNow, note, Note, running, type Kernel } from './kernel';

/** Devices' interrupts have numbers from one on; 0 is the system timer. */
export const IRQ_TIMER = 0;
export const NR_IRQS = 64;

export interface InterruptController {
  /** By number. A lower priority is more urgent. */
  lines: Map<number, InterruptLine>;
  /** Pending ones are about to be taken. */
  scheduled: boolean;
  /** Ticks whose interrupt has not been taken yet. */
  heldTicks: number;
}

export interface InterruptLine {
  enabled: boolean;
  pending: boolean;
  priority: number;
  /** The firmware's handler (irq_attach) and its argument; 0 for none, then the device's driver has it. */
  handler: number;
  arg: number;
}

/** Priority of an interrupt that nobody gave one, as on a Cortex-M. */
const DEFAULT_PRIORITY = 128;

/** Device of the controller itself, in {@link Kernel.hardware}. */
export const CONTROLLER = 'irq';

export const createInterruptController = (): InterruptController => ({
  lines: new Map(),
  scheduled: false,
  heldTicks: 0,
});

export function lineOf({ state }: Kernel, irq: number): InterruptLine {
  const { lines } = state.irq;
  let line = lines.get(irq);
  if (!line) {
    line = { enabled: true, pending: false, priority: DEFAULT_PRIORITY, handler: 0, arg: 0 };
    lines.set(irq, line);
  }
  return line;
}

/** A device wants the CPU's attention. */
export function raiseInterrupt(k: Kernel, irq: number): void {
  lineOf(k, irq).pending = true;
  request(k);
}

/** The CPU takes what is pending soon, if there is something that it may take. */
export function request(k: Kernel): void {
  const { irq, settings } = k.state;
  if (irq.scheduled || running(k).irqMasked || nextLine(k) === undefined) return;
  irq.scheduled = true;
  schedule(k, CONTROLLER, hardwareNow(k) + settings.irqLatencyCycles);
}

/** Nothing is taken any more until {@link request}. */
export function withdraw(k: Kernel): void {
  k.state.irq.scheduled = false;
  unschedule(k, CONTROLLER);
}

/**
 * Whether the running task takes interrupts. It is a matter of the task, as on a CPU that keeps it among the registers: who
 * waits in a critical section, or wakes somebody more urgent, lets others run that take them.
 */
export function setMasked(k: Kernel, masked: boolean): void {
  running(k).irqMasked = masked;
  followMask(k);
}

/** Another task may run now, or the one that runs has changed its mind. */
export function followMask(k: Kernel): void {
  if (running(k).irqMasked) withdraw(k);
  else request(k);
  lookAgain(k);
}

/** Ticks since boot, with those whose interrupt waits. */
export const ticksPassed = ({ state }: Kernel): number => state.ticks + state.irq.heldTicks;

/** The system timer's interrupt has to wait. */
export function holdsTicks(k: Kernel): boolean {
  return running(k).irqMasked || k.state.irq.lines.get(IRQ_TIMER)?.enabled === false;
}

/** Most urgent of those that are pending and enabled; of equals the one with the lower number. */
function nextLine({ state }: Kernel): number | undefined {
  let found: [irq: number, line: InterruptLine] | undefined;
  for (const [irq, line] of state.irq.lines) {
    if (!line.pending || !line.enabled) continue;
    if (!found || line.priority < found[1].priority || (line.priority === found[1].priority && irq < found[0])) {
      found = [irq, line];
    }
  }
  return found?.[0];
}

/**
 * The CPU takes the most urgent interrupt. `handlers` are those of the board's drivers, by number. What the hardware did
 * while the CPU was late has happened before; and each of those that follow is an event of its own, so that a run can
 * end between them though they never do.
 */
export function serveInterrupt(k: Kernel, handlers: ReadonlyMap<number, (k: Kernel) => void>): void {
  const { events, irq: controller, hardwareCycle } = k.state;
  const now = cyclesNow(k);
  if (now > hardwareCycle && events.length > 0 && events[0]!.cycle <= now) {
    schedule(k, CONTROLLER, now);
    return;
  }
  const irq = nextLine(k);
  if (irq !== undefined) take(k, irq, handlers.get(irq));
  controller.scheduled = nextLine(k) !== undefined;
  if (controller.scheduled) schedule(k, CONTROLLER, Math.max(hardwareCycle, cyclesNow(k)));
}

function take(k: Kernel, irq: number, driver: ((k: Kernel) => void) | undefined): void {
  const line = lineOf(k, irq);
  const { pid } = running(k);
  line.pending = false;
  k.state.entries++;
  note(k, Note.irq_enter, pid, irq);
  if (line.handler !== 0) {
    // Its code takes time.
    k.state.hardwareCycle = 0;
    k.firmware.interrupt(line.handler, irq, 0, line.arg);
  } else driver?.(k);
  note(k, Note.irq_leave, pid, irq);
}
