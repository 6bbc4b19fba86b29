/** What somebody who stands beside a board does to it: its power, and its programs. */
import { Cell } from '../kernel/binfmt/abi';
import { endTask } from '../kernel/sched/exit';
import { createTask } from '../kernel/sched/task';
import { taskOf, type Kernel } from '../kernel/kernel';
import { POWER_ON, type BuiltinApp } from '../kernel/state';

/** Status of a task that was ended from outside, as of one that SIGKILL has ended. */
const KILLED = 9;

/** A program of the board, or an app of the project. @throws Error when there is none of that name */
function programOf({ state }: Kernel, name: string): BuiltinApp {
  const { apps } = state.settings;
  const found = apps.find((app) => app.name === name);
  if (found) return found;
  throw new Error(`The board has no program "${name}"; it has ${apps.map((app) => app.name).join(', ')}.`);
}

/** Starts a program with arguments, beside what else runs. @throws Error when there is no such, or no room for it */
export function startProgram(k: Kernel, name: string, args: string[]): void {
  const program = programOf(k, name);
  if (createTask(k, { ...program, args }, null) >= 0) return;
  throw new Error(`${name} finds no room on the board for its stack of ${program.stackSize} bytes.`);
}

/** Every task that runs a program is gone at once, with all its threads, wherever it was: what it had open is closed. */
export function killProgram(k: Kernel, name: string): void {
  const { entry } = programOf(k, name);
  const { tasks, groups } = k.state;
  const mains = tasks.flatMap((tcb) => (tcb && (tcb.suspended[0]?.entry ?? tcb.entry) === entry ? [tcb] : []));
  for (const { group } of mains) {
    for (const pid of [...(groups.get(group)?.members ?? [])]) endTask(k, taskOf(k, pid)!, KILLED);
  }
}

/** The power comes back at a cycle: what the board was on its way to do, and what was on its way to it, is lost. */
export function switchOn(k: Kernel, cycle: number): void {
  const { state, memory } = k;
  const { boot, settings } = state;
  Object.assign(state, {
    cycles: cycle,
    budget: 0,
    ticks: boot.tick + Math.floor((cycle - boot.cycle) / settings.cyclesPerTick),
    events: [],
    arrivals: [],
    power: { cause: POWER_ON, flag: 0 },
  });
  state.irq.heldTicks = 0;
  memory.words[Cell.Fuel] = 0;
}
