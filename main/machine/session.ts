/**
 * One debugging session of one machine: runs it at a speed, steps it forwards and backwards, and tells whoever listens
 * what it shows. Everything that came from outside is kept with its position, so that going back and on again gives
 * the same run.
 */
import { Machine, type App, type MachineInput } from '../../boards/machine';
import { programs } from '../../boards/apps';
import { findBoard } from '../../boards/board';
import type { RunEnd } from '../../kernel/binfmt/executor';
import { awaitsOutside } from '../../kernel/fs/outside';
import { taskOf } from '../../kernel/kernel';
import type { ConfigValue } from '../contract/project';
import type { Payload, StepUnit } from '../contract/messages';
import type { FilePiece, FileTree } from '../contract/files';
import type { SignalEvent } from '../contract/objects';
import type { Frame, RunState } from '../contract/target';
import type { LinkedFirmware } from '../toolchain';
import { crashDump } from './dump';
import { readPiece, readTree } from './files';
import { Firmware } from './firmware';
import { History } from './history';
import { Rate } from './rate';
import { Screen } from './screen';
import { SignalTrace } from './signal-trace';
import { lastEvent, snapshot } from './snapshot';
import { stackOf } from './stack';
import type { Change } from './wave';
import { Waves } from './waves';

/** What a session runs. */
export interface Load {
  linked: LinkedFirmware;
  board: string;
  config: Record<string, ConfigValue>;
  apps: App[];
  seed: number;
}

/** What a session sends, unasked. */
export type SessionEvents = {
  [E in 'snapshot' | 'notes' | 'console']: { event: E; payload: Payload<E> };
}['snapshot' | 'notes' | 'console'];

/** Events kept in the log, and at most sent at a time while running. */
const KEEP_NOTES = 1 << 20;
const NOTES_PER_UPDATE = 4096;
/** Milliseconds of wall time between two updates of the window while running, and at a stretch for the machine. */
const UPDATE_MS = 100;
const SLICE_MS = 8;
/** One call of the machine ends after a tick or so many kernel entries: about a millisecond. */
const PIECE_ENTRIES = 4096;
const WAITS_FOR_INPUT = 'every task waits, one of them for console input';
/** Why a run ended that no event tells. */
const END_WORDS: Partial<Record<RunEnd, string>> = {
  idle: 'every task waits, and nothing can wake one: a deadlock?',
  ended: 'the end: every task has exited',
};

export class Session {
  private machine: Machine | null = null;
  private firmware: Firmware | null = null;
  private history: History | null = null;
  private trace: SignalTrace | null = null;
  private waves: Waves | null = null;
  private readonly screen = new Screen();
  private runState: RunState = 'empty';
  private generation = 0;
  private pausedAt = '';
  private speed: number | null = 1;
  private timer: { cancel(): void } | null = null;
  private sentNotes = 0;
  private pace = { wall: 0, virtual: 0 };
  private rate = new Rate();
  private lastUpdate = 0;

  constructor(private readonly send: (event: SessionEvents) => void) {}

  /** Puts a firmware on its board and stops before its first instruction. Throws what is wrong; the old one stays. */
  load({ linked, board: boardName, config, apps, seed }: Load): void {
    const board = findBoard(boardName)!;
    const firmware = new Firmware(linked, board.ramSize);
    const machine = new Machine({
      module: firmware.module,
      board,
      config,
      apps,
      programs,
      seed,
      onConsole: (bytes) => this.screen.write(bytes),
      keepNotes: KEEP_NOTES,
    });
    this.halt();
    this.firmware = firmware;
    this.machine = machine;
    const waves = new Waves(machine, firmware);
    for (const expression of this.waves?.expressions ?? []) if (firmware.has(expression)) waves.watch(expression);
    this.waves = waves;
    this.begin();
  }

  /** Back to before the first instruction; what was typed is forgotten. */
  reset(): void {
    const { machine } = this.loaded();
    this.halt();
    machine.reset();
    this.begin();
  }

  private begin(): void {
    const machine = this.machine!;
    this.history = new History(machine, () => this.screen.truncate(machine.kernel.state.console.written));
    this.trace = new SignalTrace(machine.kernel.state.settings);
    this.generation++;
    this.screen.truncate(0);
    this.sentNotes = 0;
    this.stopped('limit');
    this.refresh();
  }

  /** Sends the current state again, for one who has just come. */
  refresh(): void {
    this.send({ event: 'console', payload: { reset: true, data: this.screen.all() } });
    if (!this.machine) return;
    const { notes } = this.machine.kernel;
    this.sentNotes = Math.max(notes.first, notes.count - NOTES_PER_UPDATE);
    this.sendNotes();
    this.sendSnapshot();
  }

  run(): void {
    const { machine } = this.loaded();
    if (this.runState === 'running') return;
    if (this.runState === 'crashed' || this.runState === 'ended') {
      throw new Error(`The firmware has ${this.runState}. Reset it, or step back, to run it again.`);
    }
    this.runState = 'running';
    this.rate = new Rate();
    this.startPace(machine);
    this.update();
    this.schedule(0);
  }

  pause(): void {
    if (this.runState !== 'running') return;
    this.halt();
    this.stopped('limit');
    this.update();
  }

  /** @param factor multiple of real time; null is flat out */
  setSpeed(factor: number | null): void {
    this.speed = factor;
    if (this.machine) this.startPace(this.machine);
    if (this.runState === 'running') {
      this.cancelTimer();
      this.schedule(0);
    }
    if (this.machine) this.sendSnapshot();
  }

  step(unit: StepUnit, back: boolean): void {
    const { machine, history } = this.loaded();
    this.halt();
    if (back) this.stepBack(unit, history);
    else this.stopped(this.stepOn(unit, machine, history));
    this.update();
  }

  private stepOn(unit: StepUnit, machine: Machine, history: History): RunEnd {
    switch (unit) {
      case 'tick':
        return history.advance({ ticks: machine.ticks + 1 });
      case 'event':
        return history.advance({ entries: machine.position + 1 });
      case 'switch':
        return history.advance({ switch: true, idle: true });
    }
  }

  private stepBack(unit: StepUnit, history: History): void {
    if (!history.canGoBack()) throw new Error('The machine is at boot: there is nothing to go back to.');
    if (unit === 'tick') history.backOneTick();
    else if (unit === 'event') history.backOneEntry();
    else history.backOneSwitch();
    this.trace = new SignalTrace(this.loaded().machine.kernel.state.settings);
    this.stopped('limit');
    this.send({ event: 'console', payload: { reset: true, data: this.screen.all() } });
    const { notes } = this.loaded().machine.kernel;
    if (this.sentNotes > notes.count) {
      this.sentNotes = notes.count;
      this.sendBatch(notes.count, new Int32Array(0));
    }
  }

  /** Something comes from outside: a key typed at the console, a button pressed. */
  input(input: MachineInput): void {
    const { history } = this.loaded();
    history.input(input);
    if (this.runState === 'ended') this.stopped('limit');
    if (this.runState !== 'running') this.update();
  }

  /** The call stack of a task, innermost frame first. */
  stack(pid: number): Frame[] {
    const { machine, firmware } = this.loaded();
    const tcb = taskOf(machine.kernel, pid);
    if (!tcb) throw new Error(`There is no task ${pid} any more.`);
    return stackOf(machine, firmware, tcb, crashDump(machine, firmware));
  }

  /** Watches a variable of the firmware from now on, or no longer. Throws what is wrong with the expression. */
  watch(expression: string, on: boolean): void {
    const { waves } = this.loaded();
    if (on) waves.watch(expression);
    else waves.unwatch(expression);
    this.sendSnapshot();
  }

  /** Names of global variables. */
  variables(): string[] {
    return this.loaded().firmware.variableNames();
  }

  /** Changes of waves in a span of time, as the contract has them. */
  waveSpans(
    ids: string[],
    from: number,
    to: number,
    points: number,
  ): { id: string; changes: Uint8Array<ArrayBuffer> }[] {
    const { waves } = this.loaded();
    return ids.flatMap((id) => {
      const changes = waves.span(id, from, to, points);
      return changes ? [{ id, changes: new Uint8Array(changes.buffer) }] : [];
    });
  }

  /** The last change of a wave before a time, or the first after it. */
  waveChange(id: string, at: number, back: boolean): Change | null {
    return this.loaded().waves.neighbour(id, at, back);
  }

  /** The last steps of signals on their way, oldest first. */
  signalTrace(): SignalEvent[] {
    return this.trace?.read(this.loaded().machine.kernel.notes) ?? [];
  }

  /** The board's file system. */
  fileTree(): FileTree {
    return readTree(this.loaded().machine);
  }

  /** Bytes of a file on the board. */
  filePiece(path: string, offset: number, length: number): FilePiece {
    return readPiece(this.loaded().machine, path, offset, length);
  }

  private loaded(): { machine: Machine; firmware: Firmware; history: History; waves: Waves } {
    const { machine, firmware, history, waves } = this;
    if (!machine || !firmware || !history || !waves)
      throw new Error('No firmware is loaded. Open a project that builds first.');
    return { machine, firmware, history, waves };
  }

  // --- Running -----------------------------------------------------------------------------------------------------

  private startPace(machine: Machine): void {
    this.pace = { wall: performance.now(), virtual: machine.timeNs };
  }

  private schedule(delayMs: number): void {
    const next = () => this.slice();
    if (delayMs < 1) {
      const immediate = setImmediate(next);
      this.timer = { cancel: () => clearImmediate(immediate) };
    } else {
      const timeout = setTimeout(next, delayMs);
      this.timer = { cancel: () => clearTimeout(timeout) };
    }
  }

  /** Nobody waits for a slice's answer: what goes wrong in one stops the run and is shown where it stands. */
  private slice(): void {
    try {
      this.runSlice();
    } catch (error) {
      this.halt();
      this.pausedAt = `an internal error of Tickscope: ${String(error)}. Reset or build again, and please report it.`;
      this.sendSnapshot();
    }
  }

  /** Runs for a few milliseconds, or until virtual time is where the speed wants it. */
  private runSlice(): void {
    const { machine, history } = this.loaded();
    const start = performance.now();
    const target = this.target(start);
    let end: RunEnd = 'limit';
    while (end === 'limit' && machine.timeNs < target && performance.now() - start < SLICE_MS) {
      end = history.advance({ ticks: machine.ticks + 1, entries: machine.position + PIECE_ENTRIES, idle: true });
    }
    const now = performance.now();
    this.rate.add(now, machine.timeNs, machine.kernel.notes.count);
    if (end !== 'limit') {
      this.halt();
      this.stopped(end);
      this.update();
      return;
    }
    if (now - this.lastUpdate >= UPDATE_MS) this.update();
    const ahead = this.speed === null ? 0 : (machine.timeNs - this.target(now)) / (1e6 * this.speed);
    // A machine that cannot keep up does not try to make good for it later.
    if (ahead < -UPDATE_MS) this.startPace(machine);
    this.schedule(ahead);
  }

  private target(now: number): number {
    if (this.speed === null) return Infinity;
    return this.pace.virtual + (now - this.pace.wall) * 1e6 * this.speed;
  }

  private cancelTimer(): void {
    this.timer?.cancel();
    this.timer = null;
  }

  /** Stops running, if it is. */
  private halt(): void {
    this.cancelTimer();
    if (this.runState === 'running') this.runState = 'paused';
  }

  private stopped(end: RunEnd): void {
    const { machine, firmware } = this.loaded();
    this.runState = end === 'crashed' ? 'crashed' : end === 'ended' ? 'ended' : 'paused';
    const waitsForInput = end === 'idle' && awaitsOutside(machine.kernel);
    this.pausedAt = waitsForInput ? WAITS_FOR_INPUT : (END_WORDS[end] ?? lastEvent(machine, firmware));
    if (end === 'crashed') this.screen.write(new TextEncoder().encode(crashDump(machine, firmware)!.text));
  }

  // --- Telling -----------------------------------------------------------------------------------------------------

  private update(): void {
    this.lastUpdate = performance.now();
    const data = this.screen.take();
    if (data.length > 0) this.send({ event: 'console', payload: { reset: false, data } });
    this.sendNotes();
    this.sendSnapshot();
  }

  private sendSnapshot(): void {
    const { machine, firmware, history, waves } = this.loaded();
    const running = this.runState === 'running';
    this.send({
      event: 'snapshot',
      payload: snapshot(machine, firmware, {
        generation: this.generation,
        runState: this.runState,
        pausedAt: running ? '' : this.pausedAt,
        canStepBack: history.canGoBack(),
        speed: this.speed,
        speedReached: running ? this.rate.speed : 0,
        eventsPerSecond: running ? this.rate.events : 0,
        waves: waves.list,
      }),
    });
  }

  private sendNotes(): void {
    const { notes } = this.loaded().machine.kernel;
    const first = Math.max(this.sentNotes, notes.first, notes.count - NOTES_PER_UPDATE);
    if (first < notes.count) this.sendBatch(first, notes.slice(first, notes.count));
    this.sentNotes = notes.count;
  }

  private sendBatch(first: number, words: Int32Array<ArrayBuffer>): void {
    const data = new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
    this.send({ event: 'notes', payload: { generation: this.generation, first, data } });
  }
}
