/**
 * What the board's hardware does by itself, at exact cycles: a byte has left a UART, a timer has run down. The kernel
 * knows of a device only its name, by which it finds what the device does then ({@link Kernel.hardware}), and its state.
 */
import { Cell } from './binfmt/abi';
import { cyclesNow, cyclesToNs, Note, type Kernel } from './kernel';

/** Something to happen to a device. */
export interface HardwareEvent {
  /** CPU cycles since boot at which it happens. */
  cycle: number;
  device: string;
  /** Which of the device's events. */
  what: number;
}

/** What leaves a board, and can reach another: bytes on a serial line, or the level of a pin. */
export type Output = { type: 'bytes'; bytes: Uint8Array } | { type: 'value'; channel: number; value: number };

/** What a device does when one of its events comes, or when something comes from outside of the board. */
export interface Hardware {
  /** {@link hardwareNow} is the exact cycle. */
  event?(k: Kernel, what: number): void;
}

/** Lets something happen to a device at a cycle; what happens at the same cycle keeps its order. */
export function schedule({ state, memory }: Kernel, device: string, cycle: number, what = 0): void {
  let at = state.events.length;
  while (at > 0 && state.events[at - 1]!.cycle > cycle) at--;
  state.events.splice(at, 0, { cycle, device, what });
  // The CPU was given cycles up to what came next before.
  const beyond = state.cycles + state.budget + 1 - cycle;
  if (beyond <= 0) return;
  state.budget -= beyond;
  memory.words[Cell.Fuel]! -= beyond;
}

/** Takes back what was scheduled, if it was. */
export function unschedule({ state }: Kernel, device: string, what = 0): void {
  const at = state.events.findIndex((event) => event.device === device && event.what === what);
  if (at >= 0) state.events.splice(at, 1);
}

/** The next event happens. */
export function serveEvent(k: Kernel): void {
  const { cycle, device, what } = k.state.events.shift()!;
  k.state.hardwareCycle = cycle;
  k.hardware[device]!.event!(k, what);
  k.state.hardwareCycle = 0;
}

/** The cycle of what happens now: the exact one of the event that is served, or where the CPU is. */
export function hardwareNow(k: Kernel): number {
  return k.state.hardwareCycle || cyclesNow(k);
}

/** State of a device. */
export function hardwareState<S extends object>({ state }: Kernel, device: string): S {
  return state.hardware.get(device) as S;
}

/** Cycles that a time in nanoseconds takes, at least one. */
export function cyclesOf({ state }: Kernel, ns: number): number {
  return Math.max(1, Math.round((ns * state.settings.cpuHz) / 1e9));
}

/** A wire of a device, by its place in the device's list, has a value from now on: for the Logic pane. */
export function wireChanged(k: Kernel, device: string, wire: number, value: number, detail = 0): void {
  const id = k.wireBase[device]! + wire;
  k.notes.add(cyclesToNs(k.state, hardwareNow(k)), Note.wire, k.state.onCpu, id, value, detail);
}

/** A device's own memory, valid until the machine is restored. */
export function deviceMemory({ state, memory }: Kernel, device: string): Uint8Array {
  const { start, size } = state.deviceMemory.get(device)!;
  return memory.bytes.subarray(start, start + size);
}
