/** The system timer's interrupt (NuttX: nxsched_process_timer). */
import { note, Note, running, type Kernel } from '../kernel';
import { processRoundRobin } from '../sched/setscheduler';
import { processSporadic } from '../sched/sporadic';
import { Policy } from '../state';
import { fadeLoad } from './cpuload';
import { expireTimeouts } from './timeout';

/** Interrupt number of the system timer, as the log has it. */
const IRQ_TIMER = 0;

/** One tick: the running task's time slice, then everything that waits for this moment. */
export function processTick(k: Kernel): void {
  const { state } = k;
  const tcb = running(k);
  const interrupted = tcb.pid;
  note(k, Note.irq_enter, interrupted, IRQ_TIMER);
  state.ticks++;
  state.entries++;
  if (tcb.policy === Policy.Rr) processRoundRobin(k, tcb);
  else if (tcb.policy === Policy.Sporadic) processSporadic(k, tcb);
  expireTimeouts(k);
  fadeLoad(k);
  note(k, Note.irq_leave, interrupted, IRQ_TIMER);
}
