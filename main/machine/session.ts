/**
 * One debugging session of a board, or of several that run together: runs them at a speed, steps them forwards and
 * backwards, and tells whoever listens what they show. Everything that came from outside is kept with its position, so
 * that going back and on again gives the same run.
 */
import { programs } from '../../boards/apps';
import { Bench, type BenchApp, type BenchInput } from '../../boards/bench';
import { findBoard } from '../../boards/board';
import type { BenchPlan } from '../../boards/plan';
import type { RunEnd } from '../../kernel/binfmt/executor';
import { awaitsOutside } from '../../kernel/fs/outside';
import { taskOf } from '../../kernel/kernel';
import type { ConfigValue } from '../contract/project';
import type { Params, Payload, Result, StepUnit } from '../contract/messages';
import type { FilePiece, FileTree } from '../contract/files';
import type { SignalEvent } from '../contract/objects';
import type { Frame, RunState } from '../contract/target';
import type { LinkedFirmware } from '../toolchain';
import { sameMemory } from './bytes';
import { Capture, capturedBoards } from './capture';
import { crashDump } from './dump';
import { readPiece, readTree } from './files';
import { Firmware } from './firmware';
import { History } from './history';
import { headerOf, endLine, logLine } from './input-log';
import { NetTraffic, type HostFrame, type PortOutput } from './net-traffic';
import { AHEAD_NS, Pace } from './pace';
import { Rate } from './rate';
import { Screen } from './screen';
import { Seat } from './seat';
import { type PacketMethod, PacketDesk } from './packet-desk';
import { PtpDesk, type PtpMethod } from './ptp/desk';
import { benchNetwork, lastEvent, snapshot } from './snapshot';
import { stackOf } from './stack';
import { UartTraffic, type UartOnBoard } from './uart-traffic';
import type { Change } from './wave';
import { ScenarioRun } from '../lab/run';
import type { Scenario } from '../lab/scenario';
import type { BoardsNet } from '../net/user/boards';

/** What a session runs. */
export interface Load {
  linked: LinkedFirmware;
  board: string;
  /** What the project makes of several such boards. */
  bench?: BenchPlan | undefined;
  config: Record<string, ConfigValue>;
  apps: BenchApp[];
  seed: number;
}

/** What a session sends, unasked: to whoever shows it, and for what its UARTs and ports are wired to. */
export type SessionEvents =
  | { [E in Shown]: { event: E; payload: Payload<E> } }[Shown]
  | { event: 'uartLines'; payload: UartOnBoard[] }
  | { event: 'uartOutput'; payload: { uart: string; data: Uint8Array<ArrayBuffer> } }
  | { event: 'netPorts'; payload: string[] }
  | { event: 'netOutput'; payload: PortOutput }
  /** What the boards have that a port leads to, by port. */
  | { event: 'netNews'; payload: Record<string, BoardsNet> };
type Shown = 'snapshot' | 'notes' | 'console';

/** Events kept in the logs of all boards, and at most sent at a time while running. */
const KEEP_NOTES = 1 << 20;
/** Of each of very many boards. */
const LEAST_NOTES = 1 << 15;
const NOTES_PER_UPDATE = 4096;
/** Milliseconds of wall time between two updates of the window while running, and at a stretch for the machine. */
const UPDATE_MS = 100;
const SLICE_MS = 8;
/** One call of the machine takes about so many milliseconds: it ends after as many ticks as that, or kernel entries. */
const PIECE_MS = 1;
const PIECE_ENTRIES = 4096;
/** At most, for a board that has little to do. */
const PIECE_TICKS = 256;
const WAITS_FOR_INPUT = 'every task waits, one of them for something from outside, such as console input';
/** Why a run ended that no event tells. */
const END_WORDS: Partial<Record<RunEnd, string>> = {
  idle: 'every task waits, and nothing can wake one: a deadlock?',
  ended: 'the end: every task has exited, or the board is off',
};

export class Session {
  private bench: Bench | null = null;
  private firmware: Firmware | null = null;
  private history: History | null = null;
  /** The boards, and the one that is looked at. */
  private seats: Seat[] = [];
  private seat: Seat | null = null;
  private loadedFrom: Load | null = null;
  private uarts = new UartTraffic([], null);
  private net: NetTraffic | null = null;
  private capture = new Capture([]);
  private readonly packets = new PacketDesk();
  private ptp: PtpDesk | null = null;
  private lab: ScenarioRun | null = null;
  private runState: RunState = 'empty';
  private generation = 0;
  private pausedAt = '';
  private speed: number | null = 1;
  private readonly pace = new Pace(1);
  private timer: { cancel(): void } | null = null;
  private rate = new Rate();
  private lastUpdate = 0;
  /** Of one call of the machine, as the last ones went. */
  private pieceTicks = 1;

  constructor(private readonly send: (event: SessionEvents) => void) {}

  /** Puts a firmware on its board and stops before its first instruction. Throws what is wrong; the old one stays. */
  load(load: Load): void {
    const { linked, board: boardName, bench: plan, config, apps, seed } = load;
    const board = { ...findBoard(boardName)!, ...(plan && { bench: plan }) };
    const firmware = new Firmware(linked, board.ramSize);
    const screens: Screen[] = [];
    const screen = (place: number) => (screens[place] ??= new Screen());
    const capture = new Capture(capturedBoards(board));
    const bench = new Bench({
      module: firmware.module,
      board,
      config,
      apps,
      programs,
      seed,
      onConsole: (place, bytes) => screen(place).write(bytes),
      onOutput: (place, device, output, cycle) => {
        if (output.type === 'bytes') this.uarts.add(this.seats[place], device, output.bytes, cycle);
      },
      onFrame: (...frame) => {
        capture.add(...frame);
        this.ptp?.record.passed(...frame);
      },
      onHostFrame: (...frame) => this.net?.add(...frame),
      sameMemory,
      keepNotes: Math.max(LEAST_NOTES, KEEP_NOTES / (plan?.boards.length ?? 1)),
    });
    this.halt();
    this.loadedFrom = load;
    const watched = this.seat?.waves.expressions.filter((expression) => firmware.has(expression)) ?? [];
    this.firmware = firmware;
    this.bench = bench;
    this.capture = capture;
    this.packets.show(capture);
    this.ptp = new PtpDesk(bench, capture);
    this.lab = null;
    this.seats = bench.places.map((place, i) => new Seat(place, firmware, screen(i)));
    this.seat = this.seats.find(({ name }) => name === this.seat?.name) ?? this.seats[0]!;
    this.uarts = new UartTraffic(this.seats, this.uarts);
    this.send({ event: 'uartLines', payload: this.uarts.list() });
    this.net = new NetTraffic(bench, this.net);
    this.send({ event: 'netPorts', payload: this.net.list() });
    for (const { waves } of this.seats) for (const expression of watched) waves.watch(expression);
    this.begin();
  }

  /** Back to before the first instruction; what was typed is forgotten. A scenario begins again, unless it was stopped. */
  reset(): void {
    const { bench } = this.loaded();
    this.halt();
    if (this.lab?.isStopped) this.lab = null;
    bench.reset();
    this.begin();
  }

  private begin(): void {
    this.history = new History(this.bench!, () => {
      for (const seat of this.seats) seat.goneBack();
      this.capture.goneBack(this.logged());
    });
    this.capture.begin(this.logged());
    const { history } = this;
    this.net?.begin((input) => history.input(input));
    this.lab?.begin((input) => history.input(input));
    history.begun();
    this.generation++;
    for (const seat of this.seats) seat.begin();
    this.uarts.anotherRun();
    this.stopped('limit');
    this.refresh();
  }

  /** Switches the boards on for a scenario of the project; it runs when they run, and at its end they are paused. */
  startLab(scenario: Scenario, seed: number): void {
    const { bench } = this.loaded();
    this.lab = new ScenarioRun(scenario, seed, bench, this.ptp!.record);
    this.reset();
  }

  /** Ends the scenario: nothing more of it comes. */
  stopLab(): void {
    const { history } = this.loaded();
    if (!this.lab) throw new Error('No scenario runs.');
    this.halt();
    this.lab.stop((input) => history.input(input));
    this.stopped('limit');
    this.update();
  }

  /** What has come of the scenario, as JSON. */
  labResult(): string {
    this.loaded();
    if (!this.lab) throw new Error('No scenario has run. Run one first.');
    return JSON.stringify(this.lab.result(), null, 2);
  }

  /** Looks at another of the boards. */
  selectMachine(name: string): void {
    this.loaded();
    const seat = this.seats.find((each) => each.name === name);
    if (!seat) {
      throw new Error(`There is no board "${name}"; there are ${this.seats.map((each) => each.name).join(', ')}.`);
    }
    this.seat = seat;
    // Another log and another screen: nothing of the one before is to be compared with them.
    this.generation++;
    this.refresh();
  }

  /** Sends the current state again, for one who has just come. */
  refresh(): void {
    const { seat } = this;
    this.send({ event: 'console', payload: { reset: true, data: seat?.screen.all() ?? new Uint8Array(0) } });
    if (!seat) return;
    const { notes } = seat.machine.kernel;
    seat.sentNotes = Math.max(notes.first, notes.count - NOTES_PER_UPDATE);
    this.sendNotes();
    this.sendSnapshot();
  }

  run(): void {
    const { bench } = this.loaded();
    if (this.runState === 'running') return;
    if (this.runState === 'crashed' || this.runState === 'ended') {
      throw new Error(`The firmware has ${this.runState}. Reset it, or step back, to run it again.`);
    }
    this.runState = 'running';
    this.rate = new Rate();
    this.startPace(bench);
    this.setClocks();
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
    if (this.bench) this.startPace(this.bench);
    if (this.runState === 'running') {
      this.cancelTimer();
      this.schedule(0);
    }
    if (this.bench) this.sendSnapshot();
  }

  step(unit: StepUnit, back: boolean): void {
    const { bench, history } = this.loaded();
    this.halt();
    if (back) this.stepBack(unit, history);
    else this.stopped(this.stepOn(unit, bench, history));
    this.update();
  }

  private stepOn(unit: StepUnit, bench: Bench, history: History): RunEnd {
    switch (unit) {
      case 'tick':
        return history.advance({ ticks: bench.ticks + 1 });
      case 'event':
        return history.advance({ entries: bench.position + 1 });
      case 'switch':
        return history.advance({ switch: true, idle: true });
    }
  }

  private stepBack(unit: StepUnit, history: History): void {
    if (!history.canGoBack()) throw new Error('The machine is at boot: there is nothing to go back to.');
    if (unit === 'tick') history.backOneTick();
    else if (unit === 'event') history.backOneEntry();
    else history.backOneSwitch();
    this.stopped('limit');
    const { seat } = this.loaded();
    this.send({ event: 'console', payload: { reset: true, data: seat.screen.all() } });
    const { notes } = seat.machine.kernel;
    if (seat.sentNotes > notes.count) {
      seat.sentNotes = notes.count;
      this.sendBatch(notes.count, new Int32Array(0));
    }
  }

  /** Something comes from outside: a key typed at the console, a button pressed, the power switched; for the board that is looked at, or one by name. */
  input(input: BenchInput): void {
    const { history, seat } = this.loaded();
    history.input({ board: seat.name, ...input });
    // A board that has crashed goes on when its power is switched on again.
    if ('power' in input && this.runState === 'crashed') this.stopped('limit');
    this.came();
  }

  /** Something has come from outside. */
  private came(): void {
    this.uarts.anotherRun();
    this.net?.anotherRun();
    if (this.runState === 'ended') this.stopped('limit');
    if (this.runState !== 'running') this.update();
  }

  /** Bytes come from outside for a UART; resolves when its line has room for them. */
  feed(uart: string, data: Uint8Array): Promise<void> {
    const fed = this.uarts.feed(uart, data);
    this.deliver();
    return fed;
  }

  /** So many of the bytes that a UART sent have gone on. */
  taken(uart: string, count: number): void {
    this.uarts.taken(uart, count);
    if (this.runState === 'running' && this.timer === null && !this.uarts.isFull) this.schedule(0);
  }

  /** What has come from outside goes in where the run ends, not where it has been before. */
  private deliver(): void {
    const { history, net } = this;
    if (!history?.isAtEnd || !net) return;
    const input = (each: BenchInput) => history.input(each);
    const frames = net.deliver(this.runState === 'running' ? this.pace : null, input);
    if (this.uarts.deliver(input) || frames) this.came();
  }

  /** Joins a port of the boards to a network outside, or no longer; from then on time is the wall's. */
  joinPort(port: string, on: boolean): void {
    const { bench, history } = this.loaded();
    this.net?.join(port, on, (input) => history.input(input));
    this.startPace(bench);
    if (this.runState === 'running') this.setClocks();
    this.came();
  }

  /** While boards stand still the wall's time goes on: their clocks are set as they begin to run. */
  private setClocks(): void {
    const { history } = this.loaded();
    if (history.isAtEnd) this.net?.setClocks(this.pace, (input) => history.input(input));
  }

  /** Frames come from outside for a port. */
  feedPort(port: string, frames: HostFrame[]): void {
    this.net?.feed(port, frames);
    if (this.runState !== 'running') this.deliver();
    else if (this.timer !== null) {
      this.cancelTimer();
      this.schedule(0);
    }
  }

  /** All that came from outside since boot, as a file that `tickscope run --replay` takes. */
  inputLog(): string {
    const { bench, history } = this.loaded();
    const { linked, ...rest } = this.loadedFrom!;
    const header = logLine(headerOf({ wasm: linked.wasm, ...rest }));
    const end = endLine({ position: bench.position, dozed: bench.dozed }, bench.hash());
    return [header, ...history.inputs.filter(({ position }) => position < bench.position).map(logLine), end].join('');
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
    this.loaded();
    for (const { waves } of this.seats) {
      if (on) waves.watch(expression);
      else waves.unwatch(expression);
    }
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

  /** Answers a question about packets. */
  packetRequest<M extends PacketMethod>(method: M, params: Params<M>): Result<M> {
    return this.packets.handlers[method](params);
  }

  /** Answers a question about PTP clocks. */
  ptpRequest<M extends PtpMethod>(method: M, params: Params<M>): Result<M> {
    this.loaded();
    return this.ptp!.handlers[method](params);
  }

  /** The last steps of signals on their way, oldest first. */
  signalTrace(): SignalEvent[] {
    return this.loaded().seat.signals();
  }

  /** The board's file system. */
  fileTree(): FileTree {
    return readTree(this.loaded().machine);
  }

  /** Bytes of a file on the board. */
  filePiece(path: string, offset: number, length: number): FilePiece {
    return readPiece(this.loaded().machine, path, offset, length);
  }

  private loaded() {
    const { bench, firmware, history, seat } = this;
    if (!bench || !firmware || !history || !seat) {
      throw new Error('No firmware is loaded. Open a project that builds first.');
    }
    return { bench, firmware, history, seat, machine: seat.machine, waves: seat.waves };
  }

  // --- Running -----------------------------------------------------------------------------------------------------

  private startPace(bench: Bench): void {
    // Who is outside cannot be made faster.
    this.pace.speed = this.net?.isJoined ? Math.min(this.speed ?? 1, 1) : this.speed;
    this.pace.start(bench.timeNs);
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
    const { bench, history, machine } = this.loaded();
    this.timer = null;
    this.deliver();
    const start = performance.now();
    const isJoined = this.net?.isJoined ?? false;
    const isOver = this.lab?.isOver ?? true;
    const target = Math.min(this.pace.targetNs() + (isJoined ? AHEAD_NS : 0), isOver ? Infinity : this.lab!.endNs);
    // What is outside can wake anybody, at any time; and a scenario has its time though nobody has anything to do.
    const rest = isJoined ? { sleepNs: target } : { idle: isOver };
    let end: RunEnd = 'limit';
    let now = start;
    while (end === 'limit' && bench.timeNs < target && now - start < SLICE_MS) {
      const ticks = Math.min(
        this.pieceTicks,
        Math.ceil((target - bench.timeNs) / machine.kernel.state.settings.tickNs),
      );
      end = history.advance({ ticks: bench.ticks + ticks, entries: bench.position + PIECE_ENTRIES, ...rest });
      const since = now;
      now = performance.now();
      if (now - since > PIECE_MS) this.pieceTicks = Math.max(1, this.pieceTicks >> 1);
      else if (now - since < PIECE_MS / 2) this.pieceTicks = Math.min(PIECE_TICKS, 2 * this.pieceTicks);
      if (bench.dozed !== null) break;
    }
    this.rate.add(
      now,
      bench.timeNs,
      this.logged().reduce((all, count) => all + count, 0),
    );
    const isEnd = !isOver && this.lab!.isOver;
    if (end !== 'limit' || isEnd) {
      this.halt();
      this.stopped(end);
      if (isEnd) this.pausedAt = this.lab!.endText;
      this.update();
      return;
    }
    if (now - this.lastUpdate >= UPDATE_MS) this.update();
    this.tellOutside();
    // Whoever takes what the UARTs send has the boards run on.
    if (this.uarts.isFull) return;
    this.schedule(this.pace.delayMs(bench));
  }

  /** Events that each board has logged since boot. */
  private logged(): number[] {
    return this.seats.map(({ machine }) => machine.kernel.notes.count);
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
    const { seats } = this;
    this.runState = end === 'crashed' ? 'crashed' : end === 'ended' ? 'ended' : 'paused';
    const waitsForInput = end === 'idle' && seats.some(({ machine }) => awaitsOutside(machine.kernel));
    this.pausedAt = waitsForInput ? WAITS_FOR_INPUT : (END_WORDS[end] ?? this.lastEvent());
  }

  /** The last that happened, on whichever board. */
  private lastEvent(): string {
    const { bench, firmware } = this.loaded();
    const { machine, title } = bench.latest;
    const event = lastEvent(machine, firmware);
    return this.seats.length > 1 ? `${title}: ${event}` : event;
  }

  // --- Telling -----------------------------------------------------------------------------------------------------

  private tellOutside(): void {
    for (const payload of this.uarts.take()) this.send({ event: 'uartOutput', payload });
    if (!this.net?.isJoined) return;
    const news = this.net.news();
    if (news) this.send({ event: 'netNews', payload: news });
    for (const payload of this.net.take(this.pace)) this.send({ event: 'netOutput', payload });
  }

  private update(): void {
    this.tellOutside();
    this.lastUpdate = performance.now();
    for (const seat of this.seats) seat.tellCrash();
    const data = this.loaded().seat.screen.take();
    if (data.length > 0) this.send({ event: 'console', payload: { reset: false, data } });
    this.sendNotes();
    this.sendSnapshot();
  }

  private sendSnapshot(): void {
    const { bench, machine, firmware, history, waves, seat } = this.loaded();
    const running = this.runState === 'running';
    this.send({
      event: 'snapshot',
      payload: snapshot(machine, firmware, {
        generation: this.generation,
        runState: this.runState,
        boards: this.seats.map((each) => each.stateIn(this.runState)),
        boardName: seat.name,
        pausedAt: running ? '' : this.pausedAt,
        canStepBack: history.canGoBack(),
        speed: this.pace.speed,
        speedReached: running ? this.rate.speed : 0,
        eventsPerSecond: running ? this.rate.events : 0,
        waves: waves.list,
        network: benchNetwork(bench, this.capture.end - 1),
        ptp: this.ptp!.snapshot(),
        lab: this.lab?.state(running) ?? null,
      }),
    });
  }

  private sendNotes(): void {
    const { seat } = this.loaded();
    const { notes } = seat.machine.kernel;
    const first = Math.max(seat.sentNotes, notes.first, notes.count - NOTES_PER_UPDATE);
    if (first < notes.count) this.sendBatch(first, notes.slice(first, notes.count));
    seat.sentNotes = notes.count;
  }

  private sendBatch(first: number, words: Int32Array<ArrayBuffer>): void {
    const data = new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
    this.send({ event: 'notes', payload: { generation: this.generation, first, data } });
  }
}
