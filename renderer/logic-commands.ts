/** What can be done in the Logic pane. The keys are those of its canvas. */
import type { Wave } from '../main/contract/board';
import type { Command } from './commands';
import { download } from './download';
import { noteNumberAt } from './notes';
import { type Cursor, useLogic } from './stores/logic';
import { useHost } from './stores/host';
import { useNotes } from './stores/notes';
import { useNotices } from './stores/notices';
import { useSelection } from './stores/selection';
import { useSession } from './stores/session';

export function logicCommands(): Command[] {
  const logic = useLogic();
  const hasWaves = (): boolean => logic.shown.length > 0;
  const command = (id: string, title: string, run: () => unknown, enabled = hasWaves): Command => ({
    id: `logic-${id}`,
    title: `Logic: ${title}`,
    enabled,
    run,
  });
  return [
    command('zoom-in', 'zoom in', () => logic.zoomBy(0.5)),
    command('zoom-out', 'zoom out', () => logic.zoomBy(2)),
    command('fit', 'show everything since boot', () => logic.fit()),
    command('follow', 'follow the running machine, or no longer', () => (logic.following = !logic.following)),
    command('previous-edge', 'go to the previous edge', () => goToEdge(true)),
    command('next-edge', 'go to the next edge', () => goToEdge(false)),
    command('no-cursors', 'remove the cursors', () => (logic.cursors = { a: null, b: null })),
    command('export', 'export as VCD', exportVcd),
    command('hide-unchanged', 'hide signals without a change', async () => logic.hide(await logic.unchanged())),
    command(
      'show-all',
      'show all signals',
      () => logic.show(logic.hidden.map(({ id }) => id)),
      () => logic.hidden.length > 0,
    ),
  ];
}

/** The wave whose edges the keys go along. */
function selectedWave(): Wave | undefined {
  const logic = useLogic();
  return logic.shown.find(({ id }) => id === logic.selected) ?? logic.shown[0];
}

async function goToEdge(back: boolean, cursor: Cursor = 'a'): Promise<void> {
  const logic = useLogic();
  const wave = selectedWave();
  if (wave === undefined) return;
  logic.selected = wave.id;
  const from = logic.cursors[cursor] ?? (back ? logic.nowNs : logic.span.from - 1);
  const edge = await logic.nextEdge(wave, from, back);
  if (edge === null) return;
  logic.reveal(edge);
  moveCursor(cursor, edge);
}

/** Cursor A is the moment that is selected everywhere. */
export function moveCursor(cursor: Cursor, ns: number): void {
  const logic = useLogic();
  logic.setCursor(cursor, ns);
  const number = cursor === 'a' ? eventAt(logic.cursors.a) : null;
  if (number !== null) useSelection().event = number;
}

/** Number of the event at a time, a wire's if there is one, or of the last one before; null when the log has it not. */
export function eventAt(ns: number | null): number | null {
  const wire = useHost().hello?.noteTypes.find(({ name }) => name === 'wire')?.id ?? -1;
  return ns === null ? null : noteNumberAt(useNotes().log, ns, wire);
}

async function exportVcd(): Promise<void> {
  try {
    const text = await useLogic().dump();
    if (text !== undefined) download(`${useSession().project?.name ?? 'tickscope'}.vcd`, text);
  } catch (error) {
    useNotices().add(error instanceof Error ? error.message : String(error));
  }
}

/** What a key does while the canvas has the focus; undefined when it means nothing there. */
export function logicKey(event: KeyboardEvent): (() => unknown) | undefined {
  const logic = useLogic();
  const cursor: Cursor = event.shiftKey ? 'b' : 'a';
  const part = (logic.span.to - logic.span.from) / 8;
  const select = (rows: number): void => {
    const index = logic.shown.findIndex(({ id }) => id === logic.selected);
    const target = Math.min(Math.max(index + rows, 0), logic.shown.length - 1);
    logic.selected = logic.shown[target]?.id ?? null;
  };
  if (event.altKey) {
    const selected = logic.selected;
    if (selected === null) return undefined;
    if (event.key === 'ArrowUp') return () => logic.moveBy(selected, -1);
    if (event.key === 'ArrowDown') return () => logic.moveBy(selected, 1);
    return undefined;
  }
  if (event.ctrlKey) {
    if (event.key === 'ArrowLeft') return () => logic.panBy(-part);
    if (event.key === 'ArrowRight') return () => logic.panBy(part);
    return undefined;
  }
  const keys: Record<string, () => unknown> = {
    ArrowLeft: () => goToEdge(true, cursor),
    ArrowRight: () => goToEdge(false, cursor),
    ArrowUp: () => select(-1),
    ArrowDown: () => select(1),
    PageUp: () => logic.panBy(-8 * part),
    PageDown: () => logic.panBy(8 * part),
    Home: () => logic.reveal(0),
    End: () => (logic.following = true),
    '+': () => logic.zoomBy(0.5),
    '=': () => logic.zoomBy(0.5),
    '-': () => logic.zoomBy(2),
    '0': () => logic.fit(),
    Delete: () => logic.selected !== null && logic.hide([logic.selected]),
    Escape: () => (logic.cursors = { a: null, b: null }),
  };
  return keys[event.key];
}
