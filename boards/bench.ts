/**
 * The boards that run together: one alone, or several side by side in one virtual time, wired to each other.
 *
 * Each board has a clock of its own, and none runs so far ahead that another could still send it something into its
 * past. Who runs next, and how far, depends on nothing but the boards' states; so kernel entries of all boards have one
 * order, a position is their number, and it does not matter in which pieces a run is made.
 */
import type { RunEnd, RunLimit } from '../kernel/binfmt/executor';
import { awaitsOutside } from '../kernel/fs/outside';
import { arrive, type Arrival, type Output } from '../kernel/hardware';
import type { Kernel } from '../kernel/kernel';
import type { KnownHost } from '../kernel/net/netdb/etc';
import { clearAgenda, createAgenda, putDown, type Agenda } from './agenda';
import { wiresOf, type Wire } from './link';
import { Machine, type App, type Checkpoint, type MachineInput, type MachineOptions } from './machine';
import { hashData } from './hash';
import { matches, type BenchPlan, type PlacePlan } from './plan';
import {
  Network,
  type LinkView,
  type NetworkHooks,
  type NetworkInput,
  type NetworkState,
  type SwitchView,
} from './net/network';

/** A board on the bench. */
export interface Place {
  name: string;
  title: string;
  machine: Machine;
}

export interface BenchOptions extends Omit<MachineOptions, 'onConsole' | 'onOutput' | 'onFrame' | 'apps'> {
  apps: BenchApp[];
  /** Hears what a board, known by its place, writes to its console. */
  onConsole: (board: number, bytes: Uint8Array) => void;
  /** Hears what leaves a board otherwise. */
  onOutput?: (board: number, device: string, output: Output, cycle: number) => void;
  /** Hears of the frames that come to a port of the host; again when a run is made again. */
  onHostFrame?: (...frame: Parameters<NetworkHooks['onHostFrame']>) => void;
  /** Hears of every frame that passes a port of a board. */
  onFrame?: (board: number, ...frame: Parameters<Kernel['onFrame']>) => void;
}

export interface BenchApp extends App {
  /** Name of the board on which it starts, or of several: `node*`. On each, if there is none. */
  on?: string | undefined;
}

/**
 * For a board, by its name (the first without one), or for the network; `atNs`: not now, but at that time since power on.
 * `forget`: nothing of what was to come at such times comes.
 */
export type BenchInput = (InputNow & { atNs?: number }) | { forget: true };
type InputNow = (MachineInput & { board?: string }) | NetworkInput;

/** Where a run of all boards ends at the latest: kernel entries of all together, ticks that each has come to. */
export interface BenchLimit extends Omit<RunLimit, 'cycles' | 'beyondEnd'> {
  /** Before the boards sleep up to something that comes later than that, or little later: see {@link Bench.dozed}. */
  sleepNs?: number;
}

/** A whole bench at one position. */
export interface BenchCheckpoint {
  machines: Checkpoint[];
  network: NetworkState;
  agenda: Agenda<InputNow>;
  turn: Turn | null;
  dozed: number | null;
  latest: Place;
}

/** The board that runs, and the cycle of its own up to which nothing can reach it that is not on its way already. */
interface Turn {
  board: number;
  until: number;
}

/** No board is longer ahead of another than that, though it never hears from it. */
const LEAD_NS = 1_000_000;

export class Bench {
  readonly places: readonly Place[];
  private readonly machines: readonly Machine[];
  private readonly network: Network;
  private readonly wires: readonly Wire[];
  /** Nothing comes to a board by a wire earlier than that after it was sent; by place. */
  private readonly wireNs: readonly number[];
  private turn: Turn | null = null;
  /** Inputs that are to come. */
  private agenda = createAgenda<InputNow>();
  /** The board that ran last. */
  latest: Place;
  /**
   * How far the boards have come since the last kernel entry, where the position alone does not tell: up to a time,
   * because nothing happens before; Infinity, where nothing happens any more but from outside. Null: not at all. A run
   * that comes there again has to {@link doze} as far.
   */
  dozed: number | null = null;

  // What follows from the boards' states, so that a turn need not ask them all: {@link look}.
  /** When something happens on a board next: its cycle, and nanoseconds. */
  private readonly nextCycle: Float64Array;
  private readonly next: Float64Array;
  private readonly done: boolean[] = [];
  /** Those that are not done; and those of them that are not asleep. */
  private live = 0;
  private readonly asleep: boolean[] = [];
  private awake = 0;

  constructor({ apps, onConsole, onOutput, onFrame, onHostFrame, ...rest }: BenchOptions) {
    const { board, seed } = rest;
    const { boards, links, network }: BenchPlan = board.bench ?? {
      boards: [{ name: board.name, title: board.title }],
      links: [],
      network: noNetwork,
    };
    const names = boards.map(({ name }) => name);
    const machines: Machine[] = [];
    const hosts = boards.length > 1 ? boards.map((plan, i) => hostOf(plan, i, rest.config)) : [];
    for (const [i, plan] of boards.entries()) {
      const { name } = plan;
      machines.push(
        new Machine({
          ...rest,
          ...(plan.oscillator && { oscillator: plan.oscillator }),
          ...(plan.stampJitterNs !== undefined && { stampJitterNs: plan.stampJitterNs }),
          config: configOf(plan, i, rest.config),
          apps: apps.map((app) => ({ ...app, boot: app.boot && matches(app.on ?? '*', name) })),
          seed: seed + i,
          place: i,
          hosts,
          like: machines[0]?.boot,
          onConsole: (bytes) => onConsole(i, bytes),
          onOutput: (device, output, cycle) => {
            onOutput?.(i, device, output, cycle);
            if (this.machines) this.send(i, device, output, cycle);
          },
          onFrame: (...frame) => onFrame?.(i, ...frame),
        }),
      );
    }
    this.machines = machines;
    this.places = boards.map(({ name, title }, i) => ({ name, title, machine: machines[i]! }));
    this.wires = links.flatMap((link) => wiresOf(link, names));
    this.wireNs = names.map((_, i) =>
      Math.min(...this.wires.filter(({ to }) => to === i).map(({ lookaheadNs }) => lookaheadNs)),
    );
    const ports = board.devices.filter(({ net }) => net).map(({ name }) => name);
    this.network = new Network(
      network,
      names.map((name) => ({ name, ports })),
      seed,
      {
        arrive: (to, way, device, value, atNs) =>
          this.arrive(to, { cycle: cycleAt(atNs, machines[to]!), link: this.wires.length + way, device, value }),
        onHostFrame: (...frame) => onHostFrame?.(...frame),
      },
    );
    this.nextCycle = new Float64Array(machines.length);
    this.next = new Float64Array(machines.length);
    this.latest = this.places[0]!;
    this.connect();
  }

  /** Kernel entries of all boards since boot, and inputs of the network: where a run stands, exactly. */
  get position(): number {
    let sum = this.network.position + this.agenda.position;
    for (const { position } of this.machines) sum += position;
    return sum;
  }

  /** That every board has come to which is not dead. */
  get ticks(): number {
    const live = this.machines.filter((machine) => !machine.dead);
    return live.length > 0
      ? Math.min(...live.map(({ ticks }) => ticks))
      : Math.max(...this.machines.map(({ ticks }) => ticks));
  }

  /** Of the board that has come farthest, or the network. */
  get timeNs(): number {
    return Math.max(this.network.nowNs, ...this.machines.map(({ timeNs }) => timeNs));
  }

  /** Links of the network. */
  get links(): LinkView[] {
    return this.network.links;
  }

  get switches(): SwitchView[] {
    return this.network.switches(this.timeNs);
  }

  /** Ports that can be joined to the host's network: their names, and whether a cable is in them. */
  get hostPorts(): { id: string; plugged: boolean }[] {
    return this.network.hostPorts;
  }

  /** When the host's next frame can begin at one of its ports. */
  hostFreeNs(port: string): number {
    return this.network.hostFreeNs(port);
  }

  /** Every task of every board waits, and only something from outside can wake one. */
  get stuck(): boolean {
    return (
      this.plannedNs === Infinity &&
      this.network.nextNs === Infinity &&
      this.machines.some(({ done }) => !done) &&
      this.machines.every(({ done, asleep }) => done || asleep)
    );
  }

  /** No board ever does anything any more, unless somebody comes. */
  get isOver(): boolean {
    return this.plannedNs === Infinity && this.machines.every(({ done }) => done);
  }

  /**
   * Runs until a limit is reached, which counts for all boards together; `switch` is one of any board. One that ends or
   * crashes does not stop the others.
   */
  run(limit: BenchLimit): RunEnd {
    const { position, dozed } = this;
    this.dozed = null;
    const end = this.runOn(limit);
    if (end !== 'limit') this.dozed = Infinity;
    // Who slept on has not slept less.
    if (dozed !== null && this.position === position) this.dozed = Math.max(dozed, this.dozed ?? dozed);
    return end;
  }

  private runOn(limit: BenchLimit): RunEnd {
    if (this.machines.length === 1 && !this.network.exists && this.plannedNs === Infinity)
      return this.machines[0]!.run(limit);
    const end = this.takeTurns(limit);
    this.alignClocks();
    return end;
  }

  /** On from the last kernel entry to where another run had {@link dozed}. */
  doze(dozed: number): void {
    this.run({ ...(dozed === Infinity ? { switch: true } : { sleepNs: dozed }), entries: this.position + 1 });
  }

  private takeTurns(limit: BenchLimit): RunEnd {
    const { machines } = this;
    const { entries = Infinity, ticks = Infinity, sleepNs = Infinity } = limit;
    const isBehind = (machine: Machine) => !machine.dead && machine.ticks < ticks;
    machines.forEach((_, board) => this.look(board));
    let { position } = this;
    let behind = machines.filter(isBehind).length;
    for (;;) {
      if (position >= entries || (behind === 0 && this.ticks >= ticks)) return 'limit';
      if (!this.turn) {
        if (this.plannedNs === Infinity) {
          if (this.live === 0) return machines.some(({ fault }) => fault) ? 'crashed' : 'ended';
          if (this.endsIdle(limit)) return 'idle';
        }
        this.turn = this.nextTurn(sleepNs);
        if (!this.turn && this.plannedNs > sleepNs) {
          this.dozed = sleepNs;
          return 'limit';
        }
        if (!this.turn) {
          this.doPlanned();
          machines.forEach((_, board) => this.look(board));
          ({ position } = this);
          behind = machines.filter(isBehind).length;
          continue;
        }
      }
      const { turn } = this;
      this.latest = this.places[turn.board]!;
      const { machine } = this.latest;
      const wasBehind = isBehind(machine);
      // That of the last board that a limit waits for ends right behind the tick.
      if (
        !limit.switch &&
        this.live > 0 &&
        position + 1 < entries &&
        (behind > 1 || machine.ticks + 1 < ticks) &&
        machine.passTick(turn.until)
      ) {
        if (wasBehind && !isBehind(machine)) behind--;
        position++;
        this.look(turn.board);
        this.turn = null;
        continue;
      }
      const before = { position: machine.position, onCpu: machine.kernel.state.onCpu };
      machine.run({
        cycles: turn.until,
        entries: entries - position + before.position,
        ticks: machine.ticks < ticks ? ticks : Infinity,
        // A board that only another one can wake goes on with it.
        switch: limit.switch === true && !machine.asleep,
        beyondEnd: this.live > (machine.done ? 0 : 1),
      });
      this.look(turn.board);
      position += machine.position - before.position;
      if (wasBehind && !isBehind(machine)) behind--;
      const isOver = this.nextCycle[turn.board]! >= turn.until && machine.cycles >= turn.until;
      if (machine.dead || isOver || this.live === 0) this.turn = null;
      if (limit.switch && machine.kernel.state.onCpu !== before.onCpu) return 'limit';
    }
  }

  private endsIdle(limit: BenchLimit): boolean {
    if (this.awake > 0 || this.network.nextNs !== Infinity) return false;
    return limit.switch === true || (limit.idle === true && !this.machines.some(({ kernel }) => awaitsOutside(kernel)));
  }

  /** What there is to know of a board, which has run or to which something is on its way. */
  private look(board: number): void {
    const machine = this.machines[board]!;
    const { done } = machine;
    const asleep = done || machine.asleep;
    this.live += Number(!done) - Number(this.done[board] === false);
    this.awake += Number(!asleep) - Number(this.asleep[board] === false);
    this.done[board] = done;
    this.asleep[board] = asleep;
    this.nextCycle[board] = machine.nextCycle;
    this.next[board] = nsAt(this.nextCycle[board], machine);
  }

  /**
   * The board on which something happens next has its turn, until something could reach it that it does not know of. Null
   * when nothing happens up to a time, or before what is planned.
   */
  private nextTurn(sleepNs: number): Turn | null {
    const { plannedNs } = this;
    let [board, earliest, second] = this.soonest();
    while (this.network.nextNs <= Math.min(earliest, sleepNs) && this.network.nextNs < plannedNs) {
      this.network.step();
      [board, earliest, second] = this.soonest();
    }
    const nextNs = Math.min(earliest, this.network.nextNs);
    if (nextNs > sleepNs || nextNs >= plannedNs) return null;
    const machine = this.machines[board]!;
    const nextCycle = this.nextCycle[board]!;
    const lead = Math.floor(Math.min(earliest + LEAD_NS, plannedNs) * (machine.board.cpuHz / 1e9));
    return { board, until: Math.max(nextCycle + 1, Math.min(this.reach(board, second), lead)) };
  }

  /** When something happens next, on a board or in the network, or comes that is planned. */
  get nextNs(): number {
    return Math.min(this.soonest()[1], this.network.nextNs, this.plannedNs);
  }

  /** When the next of what is planned comes. */
  private get plannedNs(): number {
    return this.agenda.items[0]?.atNs ?? Infinity;
  }

  /** The next of what is planned comes, at its time. */
  private doPlanned(): void {
    const { atNs, input } = this.agenda.items.shift()!;
    this.alignClocks(atNs);
    this.inputNow(input, Math.max(atNs, this.timeNs));
  }

  /** The board on which something happens first, and when; and when on any other. */
  private soonest(): [board: number, earliest: number, second: number] {
    const { next } = this;
    let board = 0;
    let earliest = Infinity;
    let second = Infinity;
    for (let i = 0; i < next.length; i++) {
      const ns = next[i]!;
      if (ns >= second) continue;
      if (ns >= earliest) second = ns;
      else [board, earliest, second] = [i, ns, earliest];
    }
    return [board, earliest, second];
  }

  /** The first cycle of a board at which something could arrive that is not on its way. */
  private horizon(board: number): number {
    const [first, earliest, second] = this.soonest();
    return this.reach(board, first === board ? second : earliest);
  }

  /** The same, when other boards send nothing before a time. */
  private reach(board: number, othersNs: number): number {
    const { cpuHz } = this.machines[board]!.board;
    const { nextNs, lookaheadNs, farNs } = this.network;
    const byBoards = othersNs + Math.min(this.wireNs[board]!, farNs[board]!);
    return Math.floor(Math.min(byBoards, nextNs + lookaheadNs[board]!) * (cpuHz / 1e9));
  }

  /** Something leaves a board: it is on its way to those that it is wired to, and who hears of it may answer. */
  private send(from: number, device: string, output: Output, cycle: number): void {
    if (output.type === 'frame') this.network.send(from, device, output);
    else this.sendByWire(from, device, output, cycle);
    if (this.turn?.board === from) this.endTurnAt(this.horizon(from));
  }

  private sendByWire(from: number, device: string, output: Output, cycle: number): void {
    this.wires.forEach((wire, link) => {
      if (wire.from !== from || wire.device !== device) return;
      const delivery = wire.transfer(output);
      if (!delivery) return;
      const [sender, receiver] = [this.machines[from]!.board.cpuHz, this.machines[wire.to]!.board.cpuHz];
      const at = Math.ceil(cycle * (receiver / sender) + (wire.lookaheadNs * receiver) / 1e9);
      this.arrive(wire.to, { cycle: at, link, ...delivery });
    });
  }

  private arrive(board: number, arrival: Arrival): void {
    const machine = this.machines[board]!;
    if (machine.dead) return;
    arrive(machine.kernel, arrival);
    this.look(board);
  }

  private endTurnAt(cycle: number): void {
    const { turn } = this;
    if (!turn || turn.until <= cycle) return;
    turn.until = cycle;
    this.machines[turn.board]!.endAt(cycle);
  }

  /** Clocks of idle boards come as far as those of the others, so that what comes from outside comes at one time. */
  private alignClocks(timeNs = this.timeNs): void {
    const [first, earliest, second] = this.soonest();
    this.machines.forEach((machine, board) => {
      if (machine.dead || !machine.idle) return;
      const now = Math.floor((timeNs * machine.board.cpuHz) / 1e9);
      const before = machine.cycles;
      if (before >= now) return;
      const horizon = this.reach(board, first === board ? second : earliest);
      const cycles = Math.min(now, this.nextCycle[board]!, horizon);
      if (cycles > before && !machine.passTime(cycles)) machine.run({ cycles, beyondEnd: true });
    });
  }

  /** Something comes from outside. @throws Error when there is no such board, device, link or port, or it cannot take that */
  input(input: BenchInput): void {
    if ('forget' in input) clearAgenda(this.agenda);
    // A frame of the host has a time of its own.
    else if ('frame' in input || !(input.atNs! > this.timeNs)) this.inputNow(input, this.timeNs);
    else this.plan(input);
    this.turn = null;
    this.dozed = null;
  }

  private plan({ atNs, ...input }: InputNow & { atNs?: number }): void {
    putDown(this.agenda, atNs!, input);
  }

  private inputNow(input: InputNow, nowNs: number): void {
    if ('link' in input || 'switch' in input || 'port' in input) this.network.input(input, nowNs);
    else this.inputOf(input, nowNs);
  }

  private inputOf({ board, ...input }: MachineInput & { board?: string }, nowNs: number): void {
    const at = board === undefined ? 0 : this.places.findIndex(({ name }) => name === board);
    const place = this.places[at];
    if (!place) throw new Error(`There is no board "${board}".`);
    place.machine.input(input, nowNs);
    if ('power' in input) this.network.power(at, !place.machine.dead, nowNs);
    this.latest = place;
  }

  /** Back to the moment before the first instruction. */
  reset(): void {
    for (const machine of this.machines) machine.reset();
    this.network.reset();
    this.agenda = createAgenda();
    this.turn = null;
    this.dozed = null;
    this.connect();
  }

  /** Pins that are driven by others have their levels from the beginning, and ports have a link if there is one. */
  private connect(): void {
    for (const { from, to, device, transfer } of this.wires) {
      const [sender, receiver] = [this.machines[from]!, this.machines[to]!];
      const source = sender.board.devices.find(({ name }) => name === device);
      for (const control of source?.view(sender.kernel).controls ?? []) {
        if (control.type !== 'level') continue;
        const delivery = transfer({ type: 'value', channel: control.channel, value: control.level });
        const target = receiver.board.devices.find(({ name }) => name === delivery?.device);
        if (delivery) target?.input?.(receiver.kernel, delivery.value);
      }
    }
    for (const { board, device, value } of this.network.carriers()) {
      const { kernel, board: made } = this.machines[board]!;
      made.devices.find(({ name }) => name === device)!.input!(kernel, value);
    }
  }

  /** Freezes this position. `previous` is the checkpoint to share unchanged pages with. */
  checkpoint(previous?: BenchCheckpoint): BenchCheckpoint {
    return {
      machines: this.machines.map((machine, i) => machine.checkpoint(previous?.machines[i])),
      network: this.network.checkpoint(),
      agenda: structuredClone(this.agenda),
      turn: this.turn && { ...this.turn },
      dozed: this.dozed,
      latest: this.latest,
    };
  }

  restore({ machines, network, agenda, turn, dozed, latest }: BenchCheckpoint): void {
    this.machines.forEach((machine, i) => machine.restore(machines[i]!));
    this.network.restore(network);
    this.agenda = structuredClone(agenda);
    this.turn = turn && { ...turn };
    this.dozed = dozed;
    this.latest = latest;
  }

  /** Two benches with the same hash are in the same state. */
  hash(): string {
    const agenda = this.agenda.position > 0 ? [hashData(this.agenda)] : [];
    return [...this.machines.map((machine) => machine.hash()), this.network.hash(), ...agenda].join('-');
  }
}

/** The configuration of a board; what it says of its address is said of the first board, which the others follow. */
function configOf(
  { address, config }: PlacePlan,
  place: number,
  common: BenchOptions['config'],
): BenchOptions['config'] {
  if (!config && address === undefined) return common;
  const own = address === undefined ? {} : { CONFIG_NETINIT_IPADDR: address - place };
  return { ...common, ...config, ...own };
}

/** By its name and the address that it has at boot. */
function hostOf(plan: PlacePlan, place: number, common: BenchOptions['config']): KnownHost {
  const first = Number(configOf(plan, place, common).CONFIG_NETINIT_IPADDR);
  return { name: plan.name, address: (first + place) >>> 0 };
}

const noNetwork = { switches: [], links: [] };

/** The first cycle of a board that is not before a time. */
function cycleAt(ns: number, { board: { cpuHz } }: Machine): number {
  return 1e9 % cpuHz === 0 ? Math.ceil(ns / (1e9 / cpuHz)) : Math.ceil(ns * (cpuHz / 1e9));
}

function nsAt(cycle: number, { board: { cpuHz } }: Machine): number {
  return cycle * (1e9 / cpuHz);
}
