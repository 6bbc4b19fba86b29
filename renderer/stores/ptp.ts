import { defineStore } from 'pinia';
import { computed, ref, shallowRef, watch } from 'vue';
import type {
  PtpClockDetail,
  PtpClockName,
  PtpClockSnapshot,
  PtpMessage,
  PtpSeriesName,
  PtpStateChange,
  PtpStatistics,
} from '../../main/contract/ptp';
import { compareWith } from '../changes';
import { fitting, type Span } from '../logic/scale';
import { useTimeView } from '../logic/view';
import { load, save } from '../persistence';
import { readPoints, type Scale } from '../ptp/axis';
import { chartKinds, seriesOf, type ChartKind } from '../ptp/charts';
import { defaultLevels, type Levels } from '../ptp/levels';
import { useHost } from './host';
import { useLab } from './lab';
import { useMachine } from './machine';
import { useNotices } from './notices';

export const ptpViews = {
  clocks: 'Clocks',
  charts: 'Charts',
  statistics: 'Statistics',
  exchange: 'Exchange',
  packets: 'Packets',
  lab: 'Lab',
} as const;
export type PtpView = keyof typeof ptpViews;

const SECOND = 1e9;
/** More lines than that could not be told apart. */
export const MOST_LINES = 6;
const BINS = 41;
const PERCENTS = [1, 5, 25, 50, 75, 95, 99];
/** Messages that are asked for: between a Sync and the next Delay_Req there may be many of them. */
const MESSAGES = 100;

/** What a board's chart lines are made of: times and values, by `series board`. */
export type Points = ReadonlyMap<string, Float64Array>;
const pointsKey = (series: PtpSeriesName, board: string): string => `${series} ${board}`;

export const usePtp = defineStore('ptp', () => {
  const host = useHost();
  const machine = useMachine();
  const lab = useLab();

  const view = ref<PtpView>('clocks');
  const levels = ref<Levels>(load<Levels>('ptp-levels') ?? defaultLevels);
  watch(levels, (value) => save('ptp-levels', value));
  const settingLevels = ref(false);

  // --- Clocks ------------------------------------------------------------------------------------------------------

  const clocks = computed<PtpClockSnapshot[]>(() => machine.snapshot?.ptp.clocks ?? []);
  const changed = computed(() => {
    const before = machine.ptpBefore?.clocks ?? [];
    // Of the first clocks that there are nothing has changed.
    return compareWith(before.length > 0 ? before : undefined, ({ board }: PtpClockSnapshot) => board);
  });
  const chosen = ref<string | null>(null);
  /** The clock that is looked at: the one that was chosen, else one that a scenario is about, or that follows another. */
  const clock = computed<PtpClockSnapshot | null>(
    () =>
      clocks.value.find(({ board }) => board === chosen.value) ??
      clocks.value.find((each) => lab.bands.some(({ boards }) => boards.includes(each.board))) ??
      clocks.value.find(({ role }) => role === 'slave') ??
      clocks.value[0] ??
      null,
  );
  const board = computed(() => clock.value?.board ?? null);
  const detail = shallowRef<PtpClockDetail | null>(null);

  /** Boards beside the one that is looked at that are in the charts. */
  const pinned = ref<readonly string[]>([]);
  /** Boards whose lines are in the charts, the one that is looked at first: so many that they can be told apart. */
  const charted = computed<string[]>(() => {
    const known = pinned.value.filter((name) => clocks.value.some((each) => each.board === name));
    const all = board.value === null || known.includes(board.value) ? known : [board.value, ...known];
    return all.slice(0, MOST_LINES);
  });
  /** There is room for another one's lines. */
  const hasRoom = computed(() => charted.value.length < MOST_LINES);
  function togglePin(name: string): void {
    if (pinned.value.includes(name)) pinned.value = pinned.value.filter((each) => each !== name);
    else if (hasRoom.value || charted.value.includes(name)) pinned.value = [...pinned.value, name];
    else useNotices().add(`The charts show ${MOST_LINES} clocks at the most: take one out of them first.`);
  }

  /** Looks at the next clock, or the one before. */
  function chooseNext(step: 1 | -1): void {
    const index = clocks.value.findIndex((each) => each.board === board.value);
    const next = clocks.value[(index + step + clocks.value.length) % clocks.value.length];
    if (next) chosen.value = next.board;
  }

  // --- Time --------------------------------------------------------------------------------------------------------

  /** The moment under the pointer, else the one that was clicked. */
  const hovered = ref<number | null>(null);
  const marked = ref<number | null>(null);
  const cursor = computed(() => hovered.value ?? marked.value);
  const time = useTimeView(
    { from: 0, to: 60 * SECOND },
    () => marked.value,
    () => machine.snapshot?.ptp.timeNs,
  );
  const { nowNs, span, following } = time;

  watch(
    () => machine.snapshot?.generation,
    () => {
      hovered.value = marked.value = null;
      following.value = true;
      statistics.value = detail.value = null;
      points.value = new Map();
    },
  );

  // Of a scenario that begins all is in view: what will be done, and what its masks want.
  watch(
    () => lab.starting,
    (starting) => {
      if (!starting && lab.scenario !== null) span.value = fitting(lab.scenario.durationNs);
    },
  );

  function setSpan(next: Span): void {
    span.value = next;
    following.value = false;
  }

  // --- Charts ------------------------------------------------------------------------------------------------------

  const charts = ref<ChartKind[]>(load<ChartKind[]>('ptp-charts') ?? ['offset', 'delay', 'frequency', 'packets']);
  watch(charts, (value) => save('ptp-charts', value));
  function toggleChart(kind: ChartKind): void {
    const next = charts.value.includes(kind)
      ? charts.value.filter((each) => each !== kind)
      : (Object.keys(chartKinds) as ChartKind[]).filter((each) => each === kind || charts.value.includes(each));
    if (next.length > 0) charts.value = next;
  }
  const scale = ref<Scale>(load<Scale>('ptp-scale') ?? 'most');
  watch(scale, (value) => save('ptp-scale', value));
  /** Pixels: as many points can be told apart. */
  const width = ref(600);
  const points = shallowRef<Points>(new Map());
  const states = shallowRef<PtpStateChange[]>([]);
  const pointsOf = (series: PtpSeriesName, name: string): Float64Array =>
    points.value.get(pointsKey(series, name)) ?? new Float64Array();

  async function askCharts(): Promise<void> {
    const wanted = view.value === 'charts' ? charts.value : (['offset'] as const);
    const boards = charted.value;
    const series = wanted.flatMap((kind) => seriesOf(kind, boards.length));
    const { from, to } = span.value;
    if (boards.length === 0) {
      points.value = new Map();
      return;
    }
    const count = Math.max(20, Math.round(width.value / 2));
    const [answers, changes] = await Promise.all([
      Promise.all(
        series.map((name) => host.ask('ptpSeries', { series: name, boards, fromNs: from, toNs: to, points: count })),
      ),
      host.ask('ptpStates', { boards, fromNs: 0, toNs: Math.max(to, nowNs.value) }),
    ]);
    points.value = new Map(
      answers.flatMap((answer, index) =>
        (answer?.series ?? []).map((each) => [pointsKey(series[index]!, each.board), readPoints(each.points)] as const),
      ),
    );
    states.value = changes?.changes ?? [];
  }

  // --- Statistics --------------------------------------------------------------------------------------------------

  const statisticsOf = ref<PtpSeriesName>('trueOffset');
  const statistics = shallowRef<PtpStatistics | null>(null);
  async function askStatistics(): Promise<void> {
    if (board.value === null) return;
    const { from, to } = span.value;
    const answer = await host.ask('ptpStatistics', {
      ...{ series: statisticsOf.value, board: board.value, fromNs: from, toNs: to },
      ...{ bins: BINS, percents: PERCENTS },
    });
    statistics.value = answer ?? null;
  }

  // --- Exchange ----------------------------------------------------------------------------------------------------

  /** The port that is looked at; of a clock with several, the one that follows a master. */
  const port = ref<number | null>(null);
  const portNumber = computed(() => {
    const ports = clock.value?.ports ?? [];
    return (
      ports.find(({ number }) => number === port.value)?.number ??
      ports.find(({ state }) => state === 'SLAVE' || state === 'UNCALIBRATED')?.number ??
      ports[0]?.number ??
      1
    );
  });
  const messages = shallowRef<{ master: PtpClockName | null; messages: PtpMessage[] }>({ master: null, messages: [] });
  async function askMessages(): Promise<void> {
    if (board.value === null) return;
    const answer = await host.ask('ptpMessages', { board: board.value, port: portNumber.value, count: MESSAGES });
    messages.value = answer ?? { master: null, messages: [] };
  }
  async function askDetail(): Promise<void> {
    const name = board.value;
    detail.value = name === null ? null : ((await host.ask('ptpClock', { board: name }))?.clock ?? null);
  }

  // --- One question at a time ----------------------------------------------------------------------------------------

  /** The pane is on screen. */
  const listening = ref(false);
  let asking = false;
  let again = false;
  const asks: Record<PtpView, readonly (() => Promise<void>)[]> = {
    clocks: [askDetail, askCharts],
    charts: [askCharts],
    statistics: [askStatistics],
    exchange: [askDetail, askMessages],
    packets: [],
    lab: [askCharts],
  };
  async function refresh(): Promise<void> {
    if (asking) {
      again = true;
      return;
    }
    asking = true;
    do {
      again = false;
      if (listening.value) await Promise.all(asks[view.value].map((ask) => ask()));
    } while (again);
    asking = false;
  }
  watch(
    [listening, view, span, charted, charts, width, statisticsOf, portNumber, () => [machine.snapshot?.generation, nowNs.value, machine.snapshot?.notes]], // prettier-ignore
    () => listening.value && void refresh(),
  );

  /** A CSV file of the charts' lines over the span on screen. */
  async function csv(): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const series = charts.value.flatMap((kind) => chartKinds[kind].series);
    const { from, to } = span.value;
    return (await host.ask('exportPtp', { series, boards: charted.value, fromNs: from, toNs: to }))?.data;
  }

  return {
    ...{
      view,
      levels,
      settingLevels,
      clocks,
      changed,
      chosen,
      clock,
      board,
      detail,
      pinned,
      charted,
      hasRoom,
      togglePin,
      chooseNext,
    },
    ...time,
    ...{ hovered, marked, cursor, setSpan },
    ...{ charts, toggleChart, scale, width, points, pointsOf, states, statisticsOf, statistics },
    ...{ port, portNumber, messages, listening, csv },
  };
});
