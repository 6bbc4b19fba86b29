/** What can be done in the PTP pane. The keys are those of its charts. */
import type { Command } from './commands';
import { download } from './download';
import { eventAt } from './logic-commands';
import type { MenuItem } from './parts/menu';
import { scaleTitles, type Scale } from './ptp/axis';
import { chartKinds, type ChartKind } from './ptp/charts';
import { pictureOf, type Legend } from './ptp/png';
import { useHost } from './stores/host';
import { useLab } from './stores/lab';
import { useLayout } from './stores/layout';
import { useMachine } from './stores/machine';
import { useNotices } from './stores/notices';
import { ptpViews, usePtp, type PtpView } from './stores/ptp';
import { useSelection } from './stores/selection';
import { useSession } from './stores/session';

const lower = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);

export function ptpCommands(): Command[] {
  const ptp = usePtp();
  const lab = useLab();
  const hasClocks = (): boolean => ptp.clocks.length > 0;
  const command = (id: string, title: string, run: () => unknown, enabled: () => boolean = hasClocks): Command => ({
    id: `ptp-${id}`,
    title: `PTP: ${title}`,
    enabled,
    run,
  });
  async function show(view: PtpView): Promise<void> {
    ptp.view = view;
    await useLayout().focus('ptp');
  }
  const always = (): boolean => true;
  return [
    ...(Object.keys(ptpViews) as PtpView[]).map((view) =>
      command(view, lower(ptpViews[view]), () => show(view), always),
    ),
    command('next-clock', 'look at the next clock', () => ptp.chooseNext(1)),
    command('previous-clock', 'look at the previous clock', () => ptp.chooseNext(-1)),
    command('pin', 'keep the clock in the charts, or no longer', () => ptp.board !== null && ptp.togglePin(ptp.board)),
    command('look', 'look at the board of the clock', () => ptp.board !== null && lookAt(ptp.board)),
    command('zoom-in', 'zoom in', () => ptp.zoomBy(0.5)),
    command('zoom-out', 'zoom out', () => ptp.zoomBy(2)),
    command('fit', 'show everything since boot', () => ptp.fit()),
    command('follow', 'follow the running boards, or no longer', () => (ptp.following = !ptp.following)),
    ...(Object.keys(chartKinds) as ChartKind[]).map((kind) =>
      command(`chart-${kind}`, `show or hide the chart: ${lower(chartKinds[kind].title)}`, () => ptp.toggleChart(kind)),
    ),
    ...(Object.keys(scaleTitles) as Scale[]).map((scale) =>
      command(
        `scale-${scale}`,
        `vertical scale of the charts: ${lower(scaleTitles[scale])}`,
        () => (ptp.scale = scale),
      ),
    ),
    command('csv', 'export the charts as CSV', exportCsv),
    command('png', 'export the charts as PNG', exportPng),
    command(
      'levels',
      'set the levels of warnings and failures',
      () => (ptp.settingLevels = !ptp.settingLevels),
      always,
    ),
    {
      id: 'lab-run',
      title: 'Lab: run the scenario',
      enabled: () => lab.scenario !== null && !lab.starting && lab.run?.state !== 'running',
      run: () => lab.start(lab.scenario!.file),
    },
    { id: 'lab-stop', title: 'Lab: stop the scenario', enabled: () => lab.run?.state === 'running', run: lab.stop },
    { id: 'lab-save', title: 'Lab: save the results as JSON', enabled: () => lab.run !== null, run: saveResult },
  ];
}

/** Looks at a clock's board in every pane. */
export const lookAt = (board: string): unknown => useHost().ask('selectMachine', { name: board });

/** What can be done to a board of the bench, whether a clock runs there or not. */
export function boardMenu(name: string): MenuItem[] {
  const isAlive = useMachine().snapshot?.boards.find((board) => board.name === name)?.alive ?? true;
  return [
    { label: `Look at board ${name}`, run: () => lookAt(name) },
    {
      label: `Switch ${name} ${isAlive ? 'off' : 'on'}`,
      run: () => useHost().ask('setPower', { board: name, on: !isAlive }),
    },
  ];
}

/** The moment is selected everywhere. */
export function markMoment(ns: number | null): void {
  usePtp().marked = ns === null ? null : Math.round(ns);
  const event = eventAt(usePtp().marked);
  if (event !== null) useSelection().event = event;
}

const projectName = (): string => useSession().project?.name ?? 'tickscope';

async function exportCsv(): Promise<void> {
  const data = await usePtp().csv();
  if (data !== undefined) download(`${projectName()}-ptp.csv`, data);
}

function legendOf(part: HTMLElement): Legend {
  const line = part.querySelector('line');
  const text = part.innerText.replace(/\s+/g, ' ').trim();
  if (line === null) return { text };
  const dash = line.getAttribute('stroke-dasharray')?.split(' ').filter(Boolean).map(Number) ?? [];
  return { text, line: { color: getComputedStyle(line).stroke, dash } };
}

/** The charts that are on screen, in their order. */
async function exportPng(): Promise<void> {
  const pane = document.querySelector('[data-pane=ptp]');
  const charts = [...(pane?.querySelectorAll<HTMLElement>('[data-chart]') ?? [])].flatMap((chart) => {
    const canvas = chart.querySelector('canvas');
    const parts = [...(chart.querySelector('figcaption')?.children ?? [])] as HTMLElement[];
    return canvas === null || canvas.width === 0 ? [] : [{ legend: parts.map(legendOf), canvas }];
  });
  if (pane === null || charts.length === 0) {
    useNotices().add('No chart is on screen. Show the charts of the PTP pane, and export again.');
    return;
  }
  const style = getComputedStyle(pane);
  try {
    const colors = { text: style.color, background: style.backgroundColor };
    const heading = `${projectName()}, ${usePtp().charted.join(', ')}`;
    download(`${projectName()}-ptp.png`, await pictureOf(heading, charts, colors));
  } catch (error) {
    useNotices().add(error instanceof Error ? error.message : String(error));
  }
}

async function saveResult(): Promise<void> {
  const json = await useLab().result();
  if (json !== undefined) download(`${useLab().run?.file.replace(/\.lab\.json$/, '') ?? 'lab'}-result.json`, json);
}

/** What a key does while the charts have the focus; undefined when it means nothing there. */
export function chartKey(event: KeyboardEvent): (() => unknown) | undefined {
  const ptp = usePtp();
  if (event.ctrlKey || event.altKey) return undefined;
  const part = (ptp.span.to - ptp.span.from) / 8;
  const move = (share: number): void => {
    const from = ptp.marked ?? (ptp.span.from + Math.min(ptp.span.to, ptp.nowNs)) / 2;
    const to = Math.min(ptp.nowNs, Math.max(0, from + share * part));
    ptp.reveal(to);
    markMoment(to);
  };
  const keys: Record<string, () => unknown> = {
    ArrowLeft: () => (event.shiftKey ? move(-0.05) : ptp.panBy(-part)),
    ArrowRight: () => (event.shiftKey ? move(0.05) : ptp.panBy(part)),
    ArrowUp: () => ptp.chooseNext(-1),
    ArrowDown: () => ptp.chooseNext(1),
    PageUp: () => ptp.panBy(-8 * part),
    PageDown: () => ptp.panBy(8 * part),
    Home: () => ptp.reveal(0),
    End: () => (ptp.following = true),
    '+': () => ptp.zoomBy(0.5),
    '=': () => ptp.zoomBy(0.5),
    '-': () => ptp.zoomBy(2),
    '0': () => ptp.fit(),
    Escape: () => markMoment(null),
  };
  return keys[event.key];
}
