/** Everything the window can be told to do: the palette, the keys, the buttons and their tooltips come from here. */
import type { StepUnit } from '../main/contract/messages';
import { formatSpeed } from './format';
import { keyOf } from './keys';
import { paneTitles, type PaneId } from './layout';
import { logicCommands } from './logic-commands';
import { networkCommands } from './network-commands';
import { packetCommands } from './packet-commands';
import { ptpCommands } from './ptp-commands';
import { serialCommands } from './serial-commands';
import { useDialogs } from './stores/dialogs';
import { useHost } from './stores/host';
import { useLayout } from './stores/layout';
import { useMachine } from './stores/machine';
import { useSession } from './stores/session';
import { useTheme } from './stores/theme';

export interface Command {
  id: string;
  title: string;
  /** As {@link keyOf} writes it: Ctrl+Shift+P. */
  key?: string;
  /** Offered now; without it, always. Read inside a computed or a template, it is reactive. */
  enabled?: () => boolean;
  run: () => unknown;
}

export const SPEEDS: readonly (number | null)[] = [0.1, 0.5, 1, 2, 10, 100, 1000, null];

const STEPS: readonly { unit: StepUnit; name: string; key: string }[] = [
  { unit: 'tick', name: 'one tick', key: 'F10' },
  { unit: 'event', name: 'one event', key: 'F11' },
  { unit: 'switch', name: 'one context switch', key: 'F8' },
];

/** Builds the registry. Call after Pinia is there. */
function createCommands(): ReadonlyMap<string, Command> {
  const host = useHost();
  const machine = useMachine();
  const session = useSession();
  const layout = useLayout();
  const dialogs = useDialogs();
  const theme = useTheme();

  const isPaused = (): boolean => machine.runState === 'paused';
  const isRunning = (): boolean => machine.runState === 'running';
  const isLoaded = (): boolean => machine.runState !== 'empty';
  const canStepBack = (): boolean => !isRunning() && machine.snapshot?.canStepBack === true;
  const step = (unit: StepUnit, back: boolean): unknown => host.ask('step', { unit, back });

  const list: Command[] = [
    { id: 'run', title: 'Run', key: 'F5', enabled: isPaused, run: () => host.ask('run', {}) },
    { id: 'pause', title: 'Pause', key: 'F6', enabled: isLoaded, run: () => host.ask('pause', {}) },
    ...STEPS.map(({ unit, name, key }) => ({
      id: `step-${unit}`,
      title: `Step ${name}`,
      key,
      enabled: isPaused,
      run: () => step(unit, false),
    })),
    ...STEPS.map(({ unit, name, key }) => ({
      id: `back-${unit}`,
      title: `Step back ${name}`,
      key: `Shift+${key}`,
      enabled: canStepBack,
      run: () => step(unit, true),
    })),
    {
      id: 'reset',
      title: 'Reset',
      key: 'Ctrl+Shift+F5',
      enabled: isLoaded,
      run: () => host.ask('reset', {}),
    },
    {
      id: 'build',
      title: 'Build',
      key: 'Ctrl+B',
      enabled: () => session.project !== null && !session.building,
      run: () => host.ask('build', {}),
    },
    {
      id: 'cancel-build',
      title: 'Cancel the build',
      enabled: () => session.building,
      run: () => host.ask('cancelBuild', {}),
    },
    { id: 'open-folder', title: 'Open folder...', key: 'Ctrl+O', run: openFolder },
    ...SPEEDS.map((factor) => ({
      id: `speed-${factor ?? 'flat'}`,
      title: `Set speed: ${formatSpeed(factor)}`,
      enabled: isLoaded,
      run: () => host.ask('setSpeed', { factor }),
    })),
    {
      id: 'next-board',
      title: 'Look at the next board',
      key: 'Ctrl+Shift+B',
      enabled: () => machine.boards.length > 0,
      run: nextBoard,
    },
    { id: 'palette', title: 'Find anything', key: 'Ctrl+Shift+P', run: () => (dialogs.open = 'palette') },
    { id: 'next-pane', title: 'Go to the next pane', key: 'Ctrl+F6', run: () => layout.focusNext(1) },
    { id: 'previous-pane', title: 'Go to the previous pane', key: 'Ctrl+Shift+F6', run: () => layout.focusNext(-1) },
    ...(Object.keys(paneTitles) as PaneId[]).map((id) => ({
      id: `show-${id}`,
      title: `Show pane: ${paneTitles[id]}`,
      run: () => layout.focus(id),
    })),
    ...logicCommands(),
    ...networkCommands(),
    ...packetCommands(),
    ...ptpCommands(),
    ...serialCommands(),
    { id: 'float-pane', title: 'Float the active pane', run: () => layout.float() },
    { id: 'maximize-pane', title: 'Maximize or restore the active pane', run: () => layout.toggleMaximized() },
    { id: 'close-pane', title: 'Close the active pane', run: () => layout.closeActive() },
    { id: 'reset-layout', title: 'Reset layout', run: () => layout.reset() },
    { id: 'toggle-theme', title: 'Switch between dark and light theme', run: () => theme.toggle() },
    {
      id: 'system-theme',
      title: "Use the system's theme",
      enabled: () => theme.chosen !== null,
      run: () => theme.choose(null),
    },
  ];

  function nextBoard(): unknown {
    const names = machine.boards.map(({ name }) => name);
    const name = names[(names.indexOf(machine.snapshot!.boardName) + 1) % names.length]!;
    return host.ask('selectMachine', { name });
  }

  async function openFolder(): Promise<void> {
    if (host.hello?.shell !== 'electron') {
      dialogs.open = 'folder';
      return;
    }
    const chosen = await host.ask('chooseFolder', {});
    if (chosen !== undefined && chosen.path !== null) await host.ask('openProject', { path: chosen.path });
  }

  return new Map(list.map((command) => [command.id, command]));
}

let registry: ReadonlyMap<string, Command> | undefined;

/** All commands, by id. */
export function commands(): ReadonlyMap<string, Command> {
  return (registry ??= createCommands());
}

/** One command. Throws when there is none of that id, which is a mistake in the window. */
export function command(id: string): Command {
  const found = commands().get(id);
  if (found === undefined) throw new Error(`no command ${id}`);
  return found;
}

/** Tells whether a command is offered now. */
export function isEnabled({ enabled }: Command): boolean {
  return enabled === undefined || enabled();
}

/**
 * Runs commands by their keys, wherever the focus is: it listens before the terminal and the editor do. A key that is
 * held down does not repeat a command that has not been answered yet.
 */
export function listenToKeys(target: Window): void {
  const dialogs = useDialogs();
  const byKey = new Map([...commands().values()].flatMap((item) => (item.key === undefined ? [] : [[item.key, item]])));
  const busy = new Set<Command>();

  target.addEventListener(
    'keydown',
    (event) => {
      const found = byKey.get(keyOf(event));
      if (found === undefined) return;
      // Also when the command is not offered now: F5 must never reload the window.
      event.preventDefault();
      event.stopPropagation();
      if (!isEnabled(found) || dialogs.open !== null || (event.repeat && busy.has(found))) return;
      busy.add(found);
      void Promise.resolve(found.run()).finally(() => busy.delete(found));
    },
    { capture: true },
  );
}
