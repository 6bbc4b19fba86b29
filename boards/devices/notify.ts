/** How drivers tell a task that something has happened: struct sigevent, as nxsig_notification has it. */
import type { Kernel } from '../../kernel/kernel';
import { running } from '../../kernel/kernel';
import { groupOf } from '../../kernel/sched/group';
import { loadSigevent, notify, type SigEvent } from '../../kernel/signal/notify';
import { SigCode } from '../../kernel/signal/state';

export interface Notification {
  event: SigEvent;
  /** A task's. */
  pid: number;
}

/** A struct sigevent for a task; pid 0 is the caller. */
export function loadNotification(k: Kernel, event: number, pid: number): Notification {
  return { event: loadSigevent(k, event), pid: pid === 0 ? groupOf(k, running(k)).id : pid };
}

/** Below what timers and queues call theirs. */
const OWNER = -0x6000_0000;

/** `which` makes the devices' notifications out from each other. */
export function tell(k: Kernel, { event, pid }: Notification, which: number): void {
  notify(k, pid, event, SigCode.Queue, OWNER - which);
}
