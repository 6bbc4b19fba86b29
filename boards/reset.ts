/**
 * A board that is reset boots again: RAM and the kernel are as they were when the power came on. Time, the event log, the
 * position, random numbers, what devices have of their own, and what is set from outside go on.
 */
import { Cell, Flow } from '../kernel/binfmt/abi';
import { setRate } from '../kernel/clock/realtime';
import { LINKS } from '../kernel/hardware';
import { ticksPassed } from '../kernel/irq';
import { cyclesNow, note, Note, type Kernel } from '../kernel/kernel';
import { NOTE_WORDS } from '../kernel/note/note';
import type { KernelState, ResetCause } from '../kernel/state';
import type { Device } from './device';

/** `boot` is the state at power on, with the events that led to it; RAM of that time is back already. */
export function reboot(k: Kernel, boot: KernelState, bootLog: Int32Array, devices: readonly Device[]): void {
  const before = k.state;
  const { cause, flag } = before.power as ResetCause;
  const [cycle, tick] = [cyclesNow(k), ticksPassed(k)];
  const kept = new Map(devices.map((device) => [device.name, device.kept?.(k)]));
  note(k, Note.reset, before.onCpu, cause, flag);
  k.state = {
    ...structuredClone(boot),
    cycles: cycle,
    budget: 0,
    switchedAt: cycle,
    ticks: tick,
    entries: before.entries + 1,
    boot: { cycle, tick, cause, flag },
    console: { ...structuredClone(boot.console), written: before.console.written },
    random: before.random,
    wander: before.wander,
    quirks: before.quirks,
    // The devices' own come again from them; what other boards have sent is on its way all the same.
    events: before.events.filter(({ device }) => device === LINKS),
    arrivals: before.arrivals,
  };
  k.memory.words[Cell.Flow] = Flow.Run;
  k.memory.words[Cell.Fuel] = 0;
  setRate(k, 0, 0);
  for (let at = 0; at < bootLog.length; at += NOTE_WORDS) {
    const [type, pid, ...args] = bootLog.subarray(at + 2, at + NOTE_WORDS);
    note(k, type!, pid!, ...args);
  }
  for (const { name, state } of devices) k.state.hardware.set(name, { ...structuredClone(state), ...kept.get(name) });
  for (const device of devices) device.start?.(k);
}
