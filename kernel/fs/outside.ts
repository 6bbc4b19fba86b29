/** Whether something from outside of the board can be what everybody waits for. */
import { members, type Kernel } from '../kernel';
import { groupOf } from '../sched/group';
import { waitsInDriver } from '../sched/driverwait';
import { fileOf } from './file';

/**
 * Somebody waits in a driver, polls one, or is to be told by one, or the firmware has interrupt handlers of its own: with
 * nothing else to come, for something from outside.
 */
export function awaitsOutside(k: Kernel): boolean {
  return (
    waitsInDriver(k) ||
    isPolledOutside(k) ||
    Object.values(k.hardware).some(({ isAwaited }) => isAwaited?.(k)) ||
    [...k.state.irq.lines.values()].some(({ handler }) => handler !== 0)
  );
}

function isPolledOutside(k: Kernel): boolean {
  return members(k, k.state.pollers).some((tcb) =>
    tcb.polled!.some(({ fd }) => {
      const file = fileOf(k, groupOf(k, tcb), fd);
      return file !== undefined && k.drivers[file.kind]!.fromOutside === true;
    }),
  );
}
