/**
 * What the board's hardware does by itself, at exact cycles: a byte has left a UART, a timer has run down. The kernel
 * knows of a device only its name, by which it finds what the device does then ({@link Kernel.hardware}), and its state.
 */
import { Cell } from './binfmt/abi';
import type { Timespec } from './clock/timespec';
import { cyclesNow, cyclesToNs, Note, type Kernel } from './kernel';
import type { NetDriver } from './net/netdev';
import type { SerialLine } from './serial/tty';

/** Something to happen to a device. */
export interface HardwareEvent {
  /** CPU cycles since boot at which it happens. */
  cycle: number;
  device: string;
  /** Which of the device's events. */
  what: number;
}

/** How bytes are on a serial line: baud, bits without parity, stop bits. */
export interface LineSettings {
  baud: number;
  bits: number;
  parity: 'none' | 'odd' | 'even';
  stop: number;
}

/** What leaves a board, and can reach another: bytes on a serial line, the line held low, the level of a pin, a frame. */
export type Output =
  /** With settings: they have passed on the line as these have it, up to now. */
  | { type: 'bytes'; bytes: Uint8Array; line?: LineSettings }
  | { type: 'break'; on: boolean }
  | { type: 'value'; channel: number; value: number }
  | FrameOutput;

/**
 * An Ethernet frame, from its destination address on, without its check sequence. `startNs` is the exact time since power
 * on at which the end of its start delimiter passes the port: of the sender when it leaves, of the receiver when it comes
 * there. It reaches the receiver's device when its last bit is there. Nobody writes to its bytes.
 */
export interface FrameOutput {
  type: 'frame';
  bytes: Uint8Array;
  startNs: number;
  /** The check sequence does not fit: a link has damaged it. */
  damaged?: true;
  /** Nanoseconds by which it reaches the device later than its last bit: it is the host's, and was on its way there. */
  lateNs?: number;
}

/** A network port has a link to somewhere, as fast as that; 0: no more. */
export interface Carrier {
  type: 'carrier';
  bitsPerSecond: number;
}

/** Something that another board has sent, and its time: of two at the same cycle the one by the lower link is first. */
export interface Arrival {
  cycle: number;
  link: number;
  device: string;
  value: Output | Carrier;
}

/** Name of the links' end on a board, in {@link Kernel.hardware}: its events are the arrivals, in their order. */
export const LINKS = 'links';

/** What a device does when one of its events comes, or when something comes from outside of the board. */
export interface Hardware {
  /** The firmware has set CLOCK_REALTIME: a clock that goes on without power follows. */
  timeSet?(k: Kernel): void;
  /** {@link hardwareNow} is the exact cycle. */
  event?(k: Kernel, what: number): void;
  /** Of a clock: what it shows now, without the error of a reading; parts of a nanosecond, too. */
  time?(k: Kernel): Timespec;
  /** Of a UART: what the terminal that it has sends by. */
  line?: SerialLine;
  /** Of an Ethernet controller: what its interface sends by. */
  net?: NetDriver;
  /** Somebody is to be told, not by a wait of his own, when something comes from outside. */
  isAwaited?(k: Kernel): boolean;
}

/** Lets something happen to a device at a cycle; what happens at the same cycle keeps its order. */
export function schedule(k: Kernel, device: string, cycle: number, what = 0): void {
  const { events } = k.state;
  let at = events.length;
  while (at > 0 && events[at - 1]!.cycle > cycle) at--;
  insertEvent(k, at, { cycle, device, what });
}

/**
 * Something that is on its way over a link reaches a device at its cycle, before anything else that happens then. What
 * the board does is the same whenever it is told of that, as long as it has not come to that cycle.
 */
export function arrive(k: Kernel, arrival: Arrival): void {
  const { events, arrivals } = k.state;
  const { cycle, link } = arrival;
  let place = arrivals.length;
  while (place > 0 && isLater(arrivals[place - 1]!, cycle, link)) place--;
  arrivals.splice(place, 0, arrival);
  let at = events.length;
  while (at > 0 && events[at - 1]!.cycle >= cycle) at--;
  insertEvent(k, at, { cycle, device: LINKS, what: 0 });
}

function isLater(arrival: Arrival, cycle: number, link: number): boolean {
  return arrival.cycle > cycle || (arrival.cycle === cycle && arrival.link > link);
}

function insertEvent({ state, memory }: Kernel, at: number, event: HardwareEvent): void {
  state.events.splice(at, 0, event);
  // A handler runs to its end, whatever comes.
  if (state.interrupts > 0) return;
  // The CPU was given cycles up to what came next before.
  const beyond = state.cycles + state.budget + 1 - event.cycle;
  if (beyond <= 0) return;
  state.budget -= beyond;
  memory.words[Cell.Fuel]! -= beyond;
}

/** What the CPU is to stop for has changed: it looks, at the end of the system call at the latest. */
export function lookAgain({ state, memory }: Kernel): void {
  const left = memory.words[Cell.Fuel]! + 1;
  if (left <= 0 || state.interrupts > 0) return;
  state.budget -= left;
  memory.words[Cell.Fuel]! -= left;
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

/** The same exactly, in nanoseconds since the power came on. */
export function hardwareNs(k: Kernel): number {
  const { nsPerCycle, cpuHz } = k.state.settings;
  return nsPerCycle > 0 ? hardwareNow(k) * nsPerCycle : (hardwareNow(k) * 1e9) / cpuHz;
}

/** The first cycle that does not begin before a time in nanoseconds. */
export function cycleFrom({ state }: Kernel, ns: number): number {
  const { nsPerCycle, cpuHz } = state.settings;
  return Math.ceil(nsPerCycle > 0 ? ns / nsPerCycle : (ns * cpuHz) / 1e9);
}

/** State of a device. */
export function hardwareState<S extends object>({ state }: Kernel, device: string): S {
  return state.hardware.get(device) as S;
}

/** Cycles that a time in nanoseconds takes, at least one. */
export function cyclesOf({ state }: Kernel, ns: number): number {
  return Math.max(1, Math.round((ns * state.settings.cpuHz) / 1e9));
}

/** The CPU waits in a driver, and does nothing else, for a time in nanoseconds, which may be longer than its fuel can say. */
export function busyWait(k: Kernel, ns: number): void {
  const { words } = k.memory;
  const cycles = cyclesOf(k, ns);
  const beyond = Math.max(0, cycles - words[Cell.Fuel]! - 1);
  k.state.cycles += beyond;
  words[Cell.Fuel]! -= cycles - beyond;
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
