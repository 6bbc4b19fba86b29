/** A board as the session knows it: its machine, its console's screen, and what is kept of its past for the panes. */
import type { Place } from '../../boards/bench';
import type { Machine } from '../../boards/machine';
import type { BoardState, RunState } from '../contract/target';
import { crashDump } from './dump';
import type { Firmware } from './firmware';
import type { Screen } from './screen';
import { SignalTrace } from './signal-trace';
import { Waves } from './waves';

export class Seat {
  readonly name: string;
  readonly machine: Machine;
  readonly waves: Waves;
  /** Events of its log that were sent. */
  sentNotes = 0;
  private readonly title: string;
  private trace: SignalTrace;
  /** Its crash is on its screen. */
  private isDumped = false;

  constructor(
    { name, title, machine }: Place,
    private readonly firmware: Firmware,
    /** Where the machine writes to. */
    readonly screen: Screen,
  ) {
    this.name = name;
    this.title = title;
    this.machine = machine;
    this.waves = new Waves(machine, firmware);
    this.trace = new SignalTrace(machine.kernel.state.settings);
  }

  /** The run begins. */
  begin(): void {
    this.sentNotes = 0;
    this.goneBack();
  }

  /** The machine has gone back to a checkpoint. */
  goneBack(): void {
    const { state } = this.machine.kernel;
    this.screen.truncate(state.console.written);
    this.trace = new SignalTrace(state.settings);
    this.isDumped = false;
  }

  /** A crash is told on the console, once. */
  tellCrash(): void {
    const dump = this.isDumped ? null : crashDump(this.machine, this.firmware);
    if (!dump) return;
    this.screen.write(new TextEncoder().encode(dump.text));
    this.isDumped = true;
  }

  /** `whole` is what the run of all boards does. */
  stateIn(whole: RunState): BoardState {
    const { name, title, machine } = this;
    const end = machine.kernel.state.crashed ? 'crashed' : 'ended';
    return { name, title, runState: machine.done ? end : whole, alive: !machine.dead };
  }

  /** The last steps of signals on their way, oldest first. */
  signals(): ReturnType<SignalTrace['read']> {
    return this.trace.read(this.machine.kernel.notes);
  }
}
