/**
 * The boards that run together: one alone, or several side by side in one virtual time, wired to each other.
 *
 * Each board has a clock of its own, and none runs so far ahead that another could still send it something into its
 * past. Who runs next, and how far, depends on nothing but the boards' states; so kernel entries of all boards have one
 * order, a position is their number, and it does not matter in which pieces a run is made.
 */
import type { RunEnd, RunLimit } from '../kernel/binfmt/executor';
import { awaitsOutside } from '../kernel/fs/outside';
import { arrive, type Output } from '../kernel/hardware';
import { wiresOf, type Wire } from './link';
import { Machine, type App, type Checkpoint, type MachineInput, type MachineOptions } from './machine';

/** A board on the bench. */
export interface Place {
  name: string;
  title: string;
  machine: Machine;
}

export interface BenchOptions extends Omit<MachineOptions, 'onConsole' | 'onOutput' | 'apps'> {
  apps: BenchApp[];
  /** Hears what a board, known by its place, writes to its console. */
  onConsole: (board: number, bytes: Uint8Array) => void;
  /** Hears what leaves a board otherwise. */
  onOutput?: (board: number, device: string, output: Output, cycle: number) => void;
}

export interface BenchApp extends App {
  /** Name of the board on which it starts; on each, if there is none. */
  on?: string | undefined;
}

export interface BenchInput extends MachineInput {
  /** Name of the board that it is for; the first without one. */
  board?: string;
}

/** Where a run of all boards ends at the latest: kernel entries of all together, ticks that each has come to. */
export type BenchLimit = Omit<RunLimit, 'cycles' | 'beyondEnd'>;

/** A whole bench at one position. */
export interface BenchCheckpoint {
  machines: Checkpoint[];
  turn: Turn | null;
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
  private readonly wires: readonly Wire[];
  private turn: Turn | null = null;
  /** The board that ran last. */
  latest: Place;

  constructor({ apps, onConsole, onOutput, ...rest }: BenchOptions) {
    const { board, seed } = rest;
    const { boards, links } = board.bench ?? { boards: [board], links: [] };
    const names = boards.map(({ name }) => name);
    const machines: Machine[] = [];
    for (const [i, { name }] of boards.entries()) {
      machines.push(
        new Machine({
          ...rest,
          apps: apps.map((app) => ({ ...app, boot: app.boot && (app.on ?? name) === name })),
          seed: seed + i,
          place: i,
          onConsole: (bytes) => onConsole(i, bytes),
          onOutput: (device, output, cycle) => {
            onOutput?.(i, device, output, cycle);
            if (this.machines) this.send(i, device, output, cycle);
          },
        }),
      );
    }
    this.machines = machines;
    this.places = boards.map(({ name, title }, i) => ({ name, title, machine: machines[i]! }));
    this.wires = links.flatMap((link) => wiresOf(link, names));
    this.latest = this.places[0]!;
    this.connectPins();
  }

  /** Kernel entries of all boards since boot: where a run stands, exactly. */
  get position(): number {
    let sum = 0;
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

  /** Of the board that has come farthest. */
  get timeNs(): number {
    return Math.max(...this.machines.map(({ timeNs }) => timeNs));
  }

  /** Every task of every board waits, and only something from outside can wake one. */
  get stuck(): boolean {
    return this.machines.some(({ done }) => !done) && this.machines.every(({ done, asleep }) => done || asleep);
  }

  /**
   * Runs until a limit is reached, which counts for all boards together; `switch` is one of any board. One that ends or
   * crashes does not stop the others.
   */
  run(limit: BenchLimit): RunEnd {
    if (this.machines.length === 1) return this.machines[0]!.run(limit);
    const end = this.takeTurns(limit);
    this.alignClocks();
    return end;
  }

  private takeTurns(limit: BenchLimit): RunEnd {
    const { machines } = this;
    const { entries = Infinity, ticks = Infinity } = limit;
    for (;;) {
      const { position } = this;
      if (position >= entries || (ticks !== Infinity && this.ticks >= ticks)) return 'limit';
      if (!this.turn) {
        if (machines.every(({ done }) => done)) return machines.some(({ fault }) => fault) ? 'crashed' : 'ended';
        if (this.endsIdle(limit)) return 'idle';
        this.turn = this.nextTurn();
      }
      const { turn } = this;
      this.latest = this.places[turn.board]!;
      const { machine } = this.latest;
      const { onCpu } = machine.kernel.state;
      machine.run({
        cycles: turn.until,
        entries: entries - position + machine.position,
        ticks: machine.ticks < ticks ? ticks : Infinity,
        // A board that only another one can wake goes on with it.
        switch: limit.switch === true && !machine.asleep,
        beyondEnd: machines.some((other) => other !== machine && !other.done),
      });
      const isOver = machine.cycles >= turn.until && machine.nextCycle >= turn.until;
      if (machine.dead || isOver || machines.every(({ done }) => done)) this.turn = null;
      if (limit.switch && machine.kernel.state.onCpu !== onCpu) return 'limit';
    }
  }

  private endsIdle(limit: BenchLimit): boolean {
    if (!this.stuck) return false;
    return limit.switch === true || (limit.idle === true && !this.machines.some(({ kernel }) => awaitsOutside(kernel)));
  }

  /** The board on which something happens next has its turn, until something could reach it that it does not know of. */
  private nextTurn(): Turn {
    let [board, earliest] = [0, Infinity];
    this.machines.forEach((machine, i) => {
      const ns = (machine.nextCycle / machine.board.cpuHz) * 1e9;
      if (ns < earliest) [board, earliest] = [i, ns];
    });
    const {
      nextCycle,
      board: { cpuHz },
    } = this.machines[board]!;
    const lead = Math.ceil((LEAD_NS * cpuHz) / 1e9);
    return { board, until: Math.min(this.horizon(board), nextCycle + lead) };
  }

  /** The first cycle of a board at which something could arrive that is not on its way, when itself sends nothing. */
  private horizon(board: number): number {
    const next = this.machines.map((machine, i) => (i === board ? Infinity : machine.nextCycle));
    let horizon = Infinity;
    for (let known = false; !known;) {
      known = true;
      for (const wire of this.wires) {
        const { from, to } = wire;
        const cycle = this.arrivalOf(wire, next[from]!);
        if (to === board) horizon = Math.min(horizon, cycle);
        else if (cycle < next[to]! && !this.machines[to]!.dead) {
          next[to] = cycle;
          known = false;
        }
      }
    }
    return horizon;
  }

  /** Something leaves a board: it is on its way to those that it is wired to, and who hears of it may answer. */
  private send(from: number, device: string, output: Output, cycle: number): void {
    this.wires.forEach((wire, link) => {
      if (wire.from !== from || wire.device !== device) return;
      const delivery = wire.transfer(output);
      const receiver = this.machines[wire.to]!;
      if (!delivery || receiver.dead) return;
      arrive(receiver.kernel, { cycle: this.arrivalOf(wire, cycle), link, ...delivery });
      if (this.turn?.board !== from || this.turn.until <= cycle) return;
      this.turn.until = cycle;
      this.machines[from]!.endAt(cycle);
    });
  }

  /** Cycle of the receiver at which that arrives which leaves the sender at a cycle of its own. */
  private arrivalOf({ from, to, lookaheadNs }: Wire, cycle: number): number {
    const [sender, receiver] = [this.machines[from]!.board.cpuHz, this.machines[to]!.board.cpuHz];
    return Math.ceil(cycle * (receiver / sender) + (lookaheadNs * receiver) / 1e9);
  }

  /** Clocks of idle boards come as far as those of the others, so that what comes from outside comes at one time. */
  private alignClocks(): void {
    const { timeNs } = this;
    this.machines.forEach((machine, board) => {
      if (machine.dead || !machine.idle) return;
      const now = Math.floor((timeNs * machine.board.cpuHz) / 1e9);
      const cycles = Math.min(now, machine.nextCycle, this.horizon(board));
      if (cycles > machine.cycles) machine.run({ cycles, beyondEnd: true });
    });
  }

  /** Something comes from outside. @throws Error when there is no such board or device, or it cannot take that */
  input({ board, ...input }: BenchInput): void {
    const place = board === undefined ? this.places[0] : this.places.find(({ name }) => name === board);
    if (!place) throw new Error(`There is no board "${board}".`);
    place.machine.input(input);
    this.turn = null;
    this.latest = place;
  }

  /** Back to the moment before the first instruction. */
  reset(): void {
    for (const machine of this.machines) machine.reset();
    this.turn = null;
    this.connectPins();
  }

  /** Pins that are driven by others have their levels from the beginning. */
  private connectPins(): void {
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
  }

  /** Freezes this position. `previous` is the checkpoint to share unchanged pages with. */
  checkpoint(previous?: BenchCheckpoint): BenchCheckpoint {
    return {
      machines: this.machines.map((machine, i) => machine.checkpoint(previous?.machines[i])),
      turn: this.turn && { ...this.turn },
      latest: this.latest,
    };
  }

  restore({ machines, turn, latest }: BenchCheckpoint): void {
    this.machines.forEach((machine, i) => machine.restore(machines[i]!));
    this.turn = turn && { ...turn };
    this.latest = latest;
  }

  /** Two benches with the same hash are in the same state. */
  hash(): string {
    return this.machines.map((machine) => machine.hash()).join('-');
  }
}
