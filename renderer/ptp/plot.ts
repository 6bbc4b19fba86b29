/** Charts of the PTP pane: Chart.js with the theme's colours, and what is drawn around the lines. */
import {
  BarController,
  BarElement,
  Chart,
  LineController,
  LineElement,
  LinearScale,
  LogarithmicScale,
  PointElement,
  type ChartDataset,
  type ChartOptions,
  type Plugin,
} from 'chart.js';
import { fromLog, gapOf, logMarks, toLog, type Range, type Scale } from './axis';
import { marks, type Span } from '../logic/scale';
import { formatMarks, formatNs, formatPpb } from './words';

Chart.register(BarController, BarElement, LineController, LineElement, LinearScale, LogarithmicScale, PointElement);

export interface Colors {
  text: string;
  quiet: string;
  line: string;
  background: string;
  future: string;
  warn: string;
  fail: string;
  mask: string;
  cursor: string;
  /** Of lines, in their order. */
  lines: readonly string[];
}

/** The theme's colours, as the style sheet has them where an element is. */
export function colorsAt(element: Element): Colors {
  const style = getComputedStyle(element);
  const color = (name: string): string => style.getPropertyValue(name).trim();
  return {
    text: color('--text'),
    quiet: color('--text-quiet'),
    line: color('--line'),
    background: color('--background'),
    future: color('--gray-2'),
    warn: color('--warning'),
    fail: color('--error'),
    mask: color('--ptp-mask'),
    cursor: color('--accent'),
    lines: [0, 1, 2, 3, 4, 5].map((n) => color(`--ptp-line-${n}`)),
  };
}

export const FONT = { family: '"JetBrains Mono", monospace', size: 11 };

/** What every chart of the pane has in common. */
export const common: ChartOptions = {
  responsive: true,
  maintainAspectRatio: false,
  animation: false,
  events: [],
  normalized: true,
  parsing: false,
  font: FONT,
};

export interface PlotLine {
  color: string;
  dash: readonly number[];
  /** Times and values, one after the other. */
  points: Float64Array;
}

/** What is drawn behind and before the lines. */
export interface Overlay {
  nowNs: number;
  cursorNs: number | null;
  /** Levels, on both sides of zero. */
  limits: readonly { value: number; text: string; grade: 'warn' | 'fail' }[];
  /** What a scenario's masks want. */
  bands: readonly { fromNs: number; toNs: number; low: number; high: number; text: string }[];
  /** What has happened: a scenario's actions, a port's new state. */
  moments: readonly { timeNs: number; text: string }[];
}

export interface Picture {
  lines: readonly PlotLine[];
  span: Span;
  range: Range;
  scale: Scale;
  unit: 'ns' | 'ppb';
  /** The times are written below. */
  ruler: boolean;
  overlay: Overlay;
}

const AXIS_PX = 74;
/** For half of the last time's mark: in every chart, so that times stand below each other. */
const END_PX = 20;
/** Between two times of the ruler, at least. */
const MARK_PX = 110;
const LINE_HEIGHT = 13;
/** With fewer points than that each is seen. */
const SPARSE = 60;

/** A range that takes in levels and masks which are not too far away to be drawn in. */
export function rangeWith(range: Range, { limits, bands }: Overlay): Range {
  const size = Math.max(Math.abs(range.min), Math.abs(range.max));
  const near = (values: readonly number[], times: number): number[] =>
    values.filter((value) => Math.abs(value) <= times * size).map((value) => value * ROOM);
  const edges = [
    ...near(
      limits.flatMap(({ value }) => [value, -value]),
      NEAR_LIMIT,
    ),
    ...near(
      bands.flatMap(({ low, high }) => [low, high]),
      NEAR_BAND,
    ),
  ];
  return { min: Math.min(range.min, ...edges), max: Math.max(range.max, ...edges) };
}
/** Times the largest value: what a scenario asks for is worth more room than a level that is always there. */
const [NEAR_LIMIT, NEAR_BAND] = [3, 8];
const ROOM = 1.08;

/** A chart over time. What it shows is set by {@link TimePlot.show}. */
export class TimePlot {
  private picture: Picture | null = null;
  private readonly chart: Chart<'line', { x: number; y: number }[]>;

  constructor(
    readonly canvas: HTMLCanvasElement,
    private colors: Colors,
  ) {
    this.chart = new Chart(canvas, { type: 'line', data: { datasets: [] }, plugins: [this.overlay()] });
  }

  show(picture: Picture, colors: Colors): void {
    this.picture = picture;
    this.colors = colors;
    this.chart.options = this.options(picture);
    this.chart.data.datasets = picture.lines.map((line) => this.dataset(line, picture));
    this.chart.update('none');
  }

  destroy(): void {
    this.chart.destroy();
  }

  /** Virtual time at so many pixels from the canvas's left edge. */
  timeAt(x: number): number {
    return this.chart.scales['x']?.getValueForPixel(x) ?? 0;
  }

  /** Pixels from the first time to the last. */
  get width(): number {
    return this.chart.chartArea?.width ?? 0;
  }

  private dataset(
    { color, dash, points }: PlotLine,
    { scale }: Picture,
  ): ChartDataset<'line', { x: number; y: number }[]> {
    const data: { x: number; y: number }[] = [];
    const gap = gapOf(points);
    for (let i = 0; i < points.length; i += 2) {
      const [x, value] = [points[i]!, points[i + 1]!];
      if (i > 0 && x - points[i - 2]! > gap) data.push({ x, y: NaN });
      data.push({ x, y: scale === 'log' ? toLog(value) : value });
    }
    return {
      data,
      borderColor: color,
      backgroundColor: color,
      borderDash: [...dash],
      borderWidth: 1.25,
      // What is true lies over what is believed.
      order: dash.length,
      pointRadius: data.length <= SPARSE ? 1.75 : 0,
    };
  }

  private options({ span, range, scale, unit, ruler }: Picture): ChartOptions<'line'> {
    const { line, quiet } = this.colors;
    const isLog = scale === 'log';
    const format = unit === 'ns' ? formatNs : formatPpb;
    const text = isLog
      ? (value: number): string => format(fromLog(value))
      : formatMarks(unit, Math.max(Math.abs(range.min), Math.abs(range.max)));
    return {
      ...(common as ChartOptions<'line'>),
      scales: {
        x: {
          type: 'linear',
          min: span.from,
          max: span.to,
          grid: { color: line, drawTicks: false },
          border: { color: line },
          ticks: { display: ruler, color: quiet, font: FONT, maxRotation: 0, padding: 4, callback: (_, i, all) => all[i]!.label }, // prettier-ignore
          afterBuildTicks: (axis) => {
            axis.ticks = marks(span, axis.chart.width - AXIS_PX - END_PX, MARK_PX).map(({ timeNs, text: label }) => ({ value: timeNs, label })); // prettier-ignore
          },
        },
        y: {
          type: 'linear',
          min: isLog ? toLog(range.min) : range.min,
          max: isLog ? toLog(range.max) : range.max,
          grid: { color: line, drawTicks: false },
          border: { color: line },
          ticks: { color: quiet, font: FONT, padding: 4, maxTicksLimit: 6, includeBounds: false, callback: (value) => text(Number(value)) }, // prettier-ignore
          ...(isLog && {
            afterBuildTicks: (axis: { ticks: { value: number }[]; height: number }) => {
              axis.ticks = logMarks(range, Math.max(2, this.chart.height / 30)).map((value) => ({
                value: toLog(value),
              }));
            },
          }),
          afterFit: (axis) => {
            axis.width = AXIS_PX;
          },
        },
      },
      layout: { autoPadding: false, padding: { right: END_PX, top: 2 } },
    };
  }

  private overlay(): Plugin<'line'> {
    return {
      id: 'overlay',
      beforeDatasetsDraw: () => this.within((context, at) => this.drawBehind(context, at)),
      afterDatasetsDraw: () => this.within((context, at) => this.drawBefore(context, at)),
    };
  }

  private within(draw: (context: CanvasRenderingContext2D, at: At) => void): void {
    // It is drawn for the first time while it is made.
    if (this.picture === null) return;
    const { ctx: context, chartArea: area, scales } = this.chart;
    if (!area || !scales['x'] || !scales['y']) return;
    const isLog = this.picture.scale === 'log';
    context.save();
    context.beginPath();
    context.rect(area.left, area.top, area.width, area.height);
    context.clip();
    context.font = `10px ${FONT.family}`;
    context.lineWidth = 1;
    draw(context, {
      ...{ left: area.left, right: area.right, top: area.top, bottom: area.bottom },
      x: (ns) => scales['x']!.getPixelForValue(ns),
      y: (value) => scales['y']!.getPixelForValue(isLog ? toLog(value) : value),
    });
    context.restore();
  }

  private drawBehind(context: CanvasRenderingContext2D, { left, right, top, bottom, x, y }: At): void {
    const { nowNs, limits, bands } = this.picture!.overlay;
    const { future, mask, warn, fail } = this.colors;
    const now = Math.max(left, x(nowNs));
    if (now < right) {
      context.fillStyle = future;
      context.fillRect(now, top, right - now, bottom - top);
    }
    for (const { fromNs, toNs, low, high } of bands) {
      const [a, b, c, d] = [x(fromNs), x(toNs), y(high), y(low)];
      context.globalAlpha = 0.12;
      context.fillStyle = mask;
      context.fillRect(a, c, b - a, d - c);
      context.globalAlpha = 1;
      context.strokeStyle = mask;
      context.setLineDash([6, 3]);
      context.strokeRect(a, c, b - a, d - c);
    }
    context.setLineDash([2, 3]);
    for (const { value, text, grade } of limits) {
      context.strokeStyle = context.fillStyle = grade === 'fail' ? fail : warn;
      for (const level of [value, -value]) {
        const height = Math.round(y(level)) + 0.5;
        context.beginPath();
        context.moveTo(left, height);
        context.lineTo(right, height);
        context.stroke();
        if (height > top + LINE_HEIGHT && height < bottom) context.fillText(text, left + 4, height - 3);
      }
    }
    context.setLineDash([]);
  }

  private drawBefore(context: CanvasRenderingContext2D, { left, right, top, bottom, x, y }: At): void {
    const { cursorNs, moments, bands } = this.picture!.overlay;
    const { quiet, cursor, background, mask } = this.colors;
    // Lines behind words would strike them through.
    const write = (text: string, color: string, at: number, base: number): void => {
      context.globalAlpha = 0.8;
      context.fillStyle = background;
      context.fillRect(at - 1, base - LINE_HEIGHT + 3, context.measureText(text).width + 2, LINE_HEIGHT);
      context.globalAlpha = 1;
      context.fillStyle = color;
      context.fillText(text, at, base);
    };
    // Below: moments are written above.
    for (const { fromNs, toNs, low, text } of bands) {
      const at = Math.min(Math.max(x(fromNs), left) + 4, right - context.measureText(text).width - 4);
      if (x(toNs) > left && x(fromNs) < right)
        write(text, mask, at, Math.max(top + LINE_HEIGHT, Math.min(y(low), bottom) - 4));
    }
    const upright = (ns: number): number => {
      const at = Math.round(x(ns)) + 0.5;
      context.beginPath();
      context.moveTo(at, top);
      context.lineTo(at, bottom);
      context.stroke();
      return at;
    };
    context.strokeStyle = context.fillStyle = quiet;
    context.setLineDash([1, 3]);
    // Words of moments that are close to each other go into lines of their own, as far as there is room.
    const ends: number[] = [];
    for (const { timeNs, text } of moments) {
      const at = x(timeNs);
      if (at < left || at > right) continue;
      upright(timeNs);
      if (text === '') continue;
      let row = ends.findIndex((end) => end < at);
      if (row < 0) row = ends.length;
      if (top + (row + 1) * LINE_HEIGHT > bottom - LINE_HEIGHT) continue;
      ends[row] = at + context.measureText(text).width + 8;
      write(text, quiet, at + 3, top + (row + 1) * LINE_HEIGHT - 2);
    }
    context.setLineDash([]);
    if (cursorNs === null || cursorNs < this.picture!.span.from || cursorNs > this.picture!.span.to) return;
    context.strokeStyle = cursor;
    upright(cursorNs);
  }
}

/** The chart's area, and where a time and a value are in it. */
interface At {
  left: number;
  right: number;
  top: number;
  bottom: number;
  x: (ns: number) => number;
  y: (value: number) => number;
}
