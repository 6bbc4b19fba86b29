import { defineStore } from 'pinia';
import { computed, ref, shallowRef, watch } from 'vue';
import type { Wave } from '../../main/contract/board';
import { changeAt, indexAt, readChanges, timeAt, type Change, type Changes } from '../logic/changes';
import { edgesOf, TooManyEdges } from '../logic/edges';
import { useTimeView } from '../logic/view';
import { writeVcd } from '../logic/vcd';
import { load, save } from '../persistence';
import { useHost } from './host';
import { useMachine } from './machine';

export type Cursor = 'a' | 'b';

interface Kept {
  /** Ids of waves as the person has put them; others follow. */
  order: string[];
  hidden: string[];
}

const SECOND = 1e9;
/** A dump has every change that the host has kept. */
const ALL = Number.MAX_SAFE_INTEGER;

/** Where a wave stands that the person has not moved: what they ask for first, then what is looked at most. */
const ranks: Record<Wave['kind'], number> = { level: 1, pwm: 2, bytes: 3, bus: 4, analog: 5 };
function placeOf(chosen: ReadonlyMap<string, number>, { id, device, kind }: Wave): number {
  return chosen.get(id) ?? chosen.size + (device === null ? 0 : ranks[kind]);
}

/** What the Logic pane shows: which waves, which span of time, and two cursors. */
export const useLogic = defineStore('logic', () => {
  const host = useHost();
  const machine = useMachine();

  const kept = ref<Kept>(load<Kept>('logic') ?? { order: [], hidden: [] });
  watch(kept, (value) => save('logic', value));

  const cursors = ref<Record<Cursor, number | null>>({ a: null, b: null });
  const time = useTimeView(
    { from: 0, to: SECOND },
    () => cursors.value.a,
    () => machine.snapshot?.timeNs,
  );
  const { nowNs, span } = time;
  const selected = ref<string | null>(null);
  /** Pixels: as many changes of a wave can be told apart. */
  const width = ref(1000);
  /** Changes by wave, for the span that was asked for last. */
  const data = shallowRef<ReadonlyMap<string, Changes>>(new Map());
  /** The span that they are of. */
  let dataSpan = { from: 0, to: 0 };

  const all = computed<Wave[]>(() => {
    const place = new Map(kept.value.order.map((id, index) => [id, index]));
    const waves = machine.snapshot?.waves ?? [];
    return waves.toSorted((a, b) => placeOf(place, a) - placeOf(place, b));
  });
  const shown = computed(() => all.value.filter(({ id }) => !kept.value.hidden.includes(id)));
  const hidden = computed(() => all.value.filter(({ id }) => kept.value.hidden.includes(id)));

  // --- Changes from the host ----------------------------------------------------------------------------------------

  let asking = false;
  let again = false;

  /** Asks for what is on screen; one question at a time, and the last one once more. */
  async function ask(): Promise<void> {
    if (asking) {
      again = true;
      return;
    }
    asking = true;
    do {
      again = false;
      const ids = shown.value.map(({ id }) => id);
      const { from, to } = span.value;
      const answer = ids.length === 0 ? { waves: [] } : await host.ask('waves', { ids, from, to, points: width.value });
      if (!answer) continue;
      data.value = new Map(answer.waves.map(({ id, changes }) => [id, readChanges(changes)]));
      dataSpan = { from, to };
    } while (again);
    asking = false;
  }

  /** A pane shows the waves: how many look. */
  const watchers = ref(0);
  watch(
    [watchers, span, shown, width, () => [machine.snapshot?.generation, machine.snapshot?.notes]],
    () => watchers.value > 0 && void ask(),
  );

  watch(
    () => machine.snapshot?.generation,
    () => (cursors.value = { a: null, b: null }),
  );

  // --- What the person does -----------------------------------------------------------------------------------------

  function setCursor(cursor: Cursor, ns: number | null): void {
    cursors.value = { ...cursors.value, [cursor]: ns === null ? null : Math.max(0, Math.round(ns)) };
  }

  /** The edge of a wave next to a time, on screen or not; null when there is none. */
  async function nextEdge(wave: Wave, fromNs: number, back: boolean): Promise<number | null> {
    // What is on screen may have been asked for, and not be here yet.
    const { from, to } = dataSpan;
    const changes = data.value.get(wave.id) ?? new Float64Array();
    if (fromNs >= from - 1 && fromNs <= to) {
      const found = nearest(edgesIn(wave, changes, from, Math.min(to, nowNs.value)), fromNs, back);
      if (found !== null) return found;
    }
    const answer = await host.ask('waveChange', { id: wave.id, at: fromNs, back });
    const change = answer?.change ?? null;
    if (back) {
      if (change === null) return null;
      const least = fromNs - pulsesNs(wave, change[1]);
      return nearest(edgesIn(wave, Float64Array.from(change), least, fromNs), fromNs, true) ?? change[0];
    }
    const current = indexAt(changes, fromNs);
    const end = Math.min(change?.[0] ?? Infinity, nowNs.value);
    if (wave.kind === 'pwm' && current >= 0) {
      const setting = changeAt(changes, current);
      const pulses = Math.min(end, fromNs + pulsesNs(wave, setting.value));
      const found = nearest(edgesIn(wave, onlyOne(setting), fromNs, pulses), fromNs, false);
      if (found !== null) return found;
    }
    if (change === null) return null;
    // Set to what it is, a level has no edge.
    const level = current >= 0 ? changeAt(changes, current).value : 0;
    return wave.kind === 'level' && change[1] === level ? nextEdge(wave, change[0], false) : change[0];
  }

  /** Puts a wave where another is. */
  function move(id: string, to: string): void {
    const ids = all.value.map((wave) => wave.id);
    const place = ids.indexOf(to);
    const others = ids.filter((other) => other !== id);
    others.splice(place, 0, id);
    kept.value = { ...kept.value, order: others };
  }

  function moveBy(id: string, rows: number): void {
    const index = shown.value.findIndex((wave) => wave.id === id);
    const target = shown.value[index + rows];
    if (index >= 0 && target) move(id, target.id);
  }

  function hide(ids: readonly string[]): void {
    kept.value = { ...kept.value, hidden: [...new Set([...kept.value.hidden, ...ids])] };
    if (selected.value !== null && ids.includes(selected.value)) selected.value = null;
  }

  function show(ids: readonly string[]): void {
    kept.value = { ...kept.value, hidden: kept.value.hidden.filter((id) => !ids.includes(id)) };
  }

  /** Waves that have no change since boot. */
  async function unchanged(): Promise<string[]> {
    const ids = shown.value.map(({ id }) => id);
    const answer = await host.ask('waves', { ids, from: 1, to: nowNs.value, points: 1 });
    const quiet = (changes: Changes): boolean =>
      indexAt(changes, ALL) < 0 || timeAt(changes, indexAt(changes, ALL)) < 1;
    return answer?.waves.filter(({ changes }) => quiet(readChanges(changes))).map(({ id }) => id) ?? [];
  }

  async function watchVariable(expression: string, on: boolean): Promise<void> {
    await host.ask('watch', { expression, on });
  }

  /** A dump of the waves that are shown: between the cursors when both are set, else of all that has happened. */
  async function dump(): Promise<string | undefined> {
    const { a, b } = cursors.value;
    const [from, to] = a !== null && b !== null && a !== b ? [Math.min(a, b), Math.max(a, b)] : [0, nowNs.value];
    const answer = await host.ask('waves', { ids: shown.value.map(({ id }) => id), from, to, points: ALL });
    if (!answer) return undefined;
    const changes = new Map(answer.waves.map((wave) => [wave.id, readChanges(wave.changes)]));
    return writeVcd(
      shown.value.map((wave) => ({ wave, changes: changes.get(wave.id) ?? new Float64Array() })),
      from,
      to,
    );
  }

  return {
    ...time,
    ...{ cursors, selected, width, data, watchers, shown, hidden },
    ...{ setCursor, nextEdge, move, moveBy, hide, show, unchanged },
    ...{ watchVariable, dump },
  };
});

/** Times of edges; of an analogue wave, of its changes. */
function edgesIn(wave: Wave, changes: Changes, fromNs: number, toNs: number): number[] {
  try {
    return edgesOf(wave.kind, changes, fromNs, toNs, 100_000).map(({ timeNs }) => Math.round(timeNs));
  } catch (error) {
    if (error instanceof TooManyEdges) return [];
    throw error;
  }
}

/** A time in which a PWM output has edges; other waves have none between their changes. */
function pulsesNs(wave: Wave, hertz: number): number {
  return wave.kind === 'pwm' && hertz > 0 ? 3e9 / hertz : wave.kind === 'bytes' ? Infinity : 0;
}

function onlyOne({ timeNs, value, detail }: Change): Changes {
  return Float64Array.of(timeNs, value, detail);
}

function nearest(times: readonly number[], fromNs: number, back: boolean): number | null {
  return (back ? times.findLast((time) => time < fromNs) : times.find((time) => time > fromNs)) ?? null;
}
