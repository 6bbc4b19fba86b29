/** Draws waves on a canvas. */
import type { Wave } from '../../main/contract/board';
import { changeAt, countOf, type Change, type Changes } from './changes';
import { byteEdges, byteNs, pwmEdges, pwmLevel } from './edges';
import { marks, type Span } from './scale';

export interface Colors {
  text: string;
  quiet: string;
  line: string;
  background: string;
  /** Behind the selected wave. */
  selected: string;
  /** Beyond now. */
  future: string;
  wave: Record<Wave['kind'], string>;
  cursorA: string;
  cursorB: string;
  font: string;
}

export interface Row {
  wave: Wave;
  changes: Changes;
  top: number;
  height: number;
}

export interface Picture {
  width: number;
  height: number;
  span: Span;
  nowNs: number;
  rows: readonly Row[];
  selected: string | null;
  cursors: { a: number | null; b: number | null };
}

export const RULER_HEIGHT = 22;
export const rowHeights: Record<Wave['kind'], number> = { level: 24, pwm: 24, bytes: 34, bus: 26, analog: 46 };

const MARGIN = 4;
/** Between two marks of the ruler, at least: room for its words. */
const MARK_PX = 130;
/** A rectangle that is narrower has no room for its two edges. */
const LEAST_PULSE_PX = 3;
const LEAST_BIT_PX = 3;
const LABEL_PX = 20;

/** Draws everything; the canvas is that of a screen with so many pixels to a CSS pixel. */
export function draw(context: CanvasRenderingContext2D, picture: Picture, colors: Colors, ratio: number): void {
  const { width, height, span } = picture;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  context.font = colors.font;
  context.lineWidth = 1;
  const xOf = (ns: number): number => ((ns - span.from) / (span.to - span.from)) * width;
  const nowX = Math.min(width, xOf(picture.nowNs));

  // Rows that are scrolled away lie under the ruler.
  context.save();
  context.beginPath();
  context.rect(0, RULER_HEIGHT, width, height);
  context.clip();
  for (const { wave, top, height: rowHeight } of picture.rows) {
    if (wave.id !== picture.selected) continue;
    context.fillStyle = colors.selected;
    context.fillRect(0, top, width, rowHeight);
  }
  drawGrid(context, picture, colors, xOf);
  if (nowX < width) {
    context.fillStyle = colors.future;
    context.fillRect(Math.max(0, nowX), RULER_HEIGHT, width, height);
  }
  for (const row of picture.rows) {
    context.save();
    context.beginPath();
    context.rect(0, row.top, Math.max(0, nowX + 1), row.height);
    context.clip();
    new RowPainter(context, row, colors, xOf, span, Math.min(span.to, picture.nowNs), width).paint();
    context.restore();
  }
  context.restore();
  drawRuler(context, picture, colors, xOf);
  drawCursor(context, picture, xOf, picture.cursors.b, 'B', colors.cursorB);
  drawCursor(context, picture, xOf, picture.cursors.a, 'A', colors.cursorA);
}

function drawGrid(
  context: CanvasRenderingContext2D,
  { span, width, height, rows }: Picture,
  colors: Colors,
  xOf: (ns: number) => number,
): void {
  context.strokeStyle = colors.line;
  context.beginPath();
  for (const { timeNs } of marks(span, width, MARK_PX)) {
    const x = Math.round(xOf(timeNs)) + 0.5;
    context.moveTo(x, RULER_HEIGHT);
    context.lineTo(x, height);
  }
  for (const row of rows) {
    context.moveTo(0, row.top + row.height - 0.5);
    context.lineTo(width, row.top + row.height - 0.5);
  }
  context.stroke();
}

function drawRuler(
  context: CanvasRenderingContext2D,
  { span, width }: Picture,
  colors: Colors,
  xOf: (ns: number) => number,
): void {
  context.strokeStyle = colors.line;
  context.fillStyle = colors.quiet;
  context.textBaseline = 'middle';
  context.beginPath();
  for (const { timeNs, text } of marks(span, width, MARK_PX)) {
    const x = Math.round(xOf(timeNs)) + 0.5;
    context.moveTo(x, RULER_HEIGHT - 5);
    context.lineTo(x, RULER_HEIGHT);
    // Half a number would be another number.
    if (x + 4 + context.measureText(text).width <= width) context.fillText(text, x + 4, RULER_HEIGHT / 2);
  }
  context.moveTo(0, RULER_HEIGHT - 0.5);
  context.lineTo(width, RULER_HEIGHT - 0.5);
  context.stroke();
}

function drawCursor(
  context: CanvasRenderingContext2D,
  { width, height }: Picture,
  xOf: (ns: number) => number,
  ns: number | null,
  letter: string,
  color: string,
): void {
  if (ns === null) return;
  const x = Math.round(xOf(ns)) + 0.5;
  if (x < 0 || x > width + 1) return;
  context.strokeStyle = color;
  context.beginPath();
  context.moveTo(x, 0);
  context.lineTo(x, height);
  context.stroke();
  const left = Math.min(Math.max(x - 7, 0), width - 14);
  context.fillStyle = color;
  context.fillRect(left, 0, 14, 14);
  context.fillStyle = '#fff';
  context.textBaseline = 'middle';
  context.fillText(letter, left + 3.5, 7.5);
}

/** Draws one wave between the left edge and now. */
class RowPainter {
  private readonly high: number;
  private readonly low: number;
  private readonly color: string;

  constructor(
    private readonly context: CanvasRenderingContext2D,
    private readonly row: Row,
    private readonly colors: Colors,
    private readonly xOf: (ns: number) => number,
    private readonly span: Span,
    private readonly endNs: number,
    private readonly width: number,
  ) {
    // On the middle of pixels, so that lines are sharp.
    this.high = Math.round(row.top + MARGIN) + 0.5;
    this.low = Math.round(row.top + row.height - MARGIN) - 0.5;
    this.color = colors.wave[row.wave.kind];
  }

  paint(): void {
    this.context.strokeStyle = this.color;
    this.context.fillStyle = this.color;
    switch (this.row.wave.kind) {
      case 'level':
        return this.level();
      case 'pwm':
        return this.pwm();
      case 'bytes':
        return this.bytes();
      case 'bus':
        return this.bus();
      case 'analog':
        return this.analog();
    }
  }

  private x(ns: number): number {
    return Math.round(Math.min(Math.max(this.xOf(ns), -2), this.width + 2)) + 0.5;
  }

  private level(): void {
    const { context, row, low, high } = this;
    const { changes } = row;
    const yOf = (value: number) => (value === 0 ? low : high);
    let y = low;
    const filled: [number, number][] = [];
    let from: number | null = null;
    context.beginPath();
    context.moveTo(this.x(this.span.from), y);
    for (let i = 0; i < countOf(changes); i++) {
      const { timeNs, value } = changeAt(changes, i);
      const x = this.x(timeNs);
      if (i === 0 && timeNs <= this.span.from) context.moveTo(x, (y = yOf(value)));
      context.lineTo(x, y);
      y = yOf(value);
      context.lineTo(x, y);
      if (value !== 0) from ??= x;
      else if (from !== null) {
        filled.push([from, x]);
        from = null;
      }
    }
    const end = this.x(this.endNs);
    context.lineTo(end, y);
    context.stroke();
    if (from !== null) filled.push([from, end]);
    this.tint(filled);
  }

  /** High is also told by a light ground. */
  private tint(spans: readonly [number, number][]): void {
    const { context, high, low } = this;
    context.globalAlpha = 0.14;
    for (const [from, to] of spans) context.fillRect(from, high, to - from, low - high);
    context.globalAlpha = 1;
  }

  /** Each stretch between two settings as its pulses, or as a block with its duty where they lie too close. */
  private pwm(): void {
    const { context, low, high, span, endNs } = this;
    this.stretches((change, from, to) => {
      const [left, right] = [this.x(from), this.x(to)];
      const periodPx = this.xOf(1e9 / change.value) - this.xOf(0);
      const steady = change.value <= 0 || change.detail <= 0 || change.detail >= 1;
      context.beginPath();
      if (steady || periodPx >= 2 * LEAST_PULSE_PX) {
        let y = pwmLevel(change, from) ? high : low;
        context.moveTo(left, y);
        for (const edge of pwmEdges(change, from, to)) {
          const x = this.x(edge.timeNs);
          context.lineTo(x, y);
          context.lineTo(x, (y = edge.level ? high : low));
        }
        context.lineTo(right, y);
        context.stroke();
      } else {
        context.globalAlpha = 0.3;
        context.fillRect(left, high, right - left, low - high);
        context.globalAlpha = 1;
        context.strokeRect(left, high, right - left, low - high);
      }
      if (!steady) this.label(`${change.value} Hz ${Math.round(change.detail * 100)} %`, left, right, periodPx < 60);
    });
    if (countOf(this.row.changes) === 0) {
      context.beginPath();
      context.moveTo(this.x(span.from), low);
      context.lineTo(this.x(endNs), low);
      context.stroke();
    }
  }

  /** The bits of each byte where there is room for them, and the byte above. */
  private bytes(): void {
    const { context, row, span, endNs } = this;
    const { changes } = row;
    const [high, low] = [this.high + 12, this.low];
    const blocks: { from: number; to: number }[] = [];
    let y = high;
    context.beginPath();
    context.moveTo(this.x(span.from), y);
    for (let i = 0; i < countOf(changes); i++) {
      const change = changeAt(changes, i);
      const end = change.timeNs + byteNs('bytes', change);
      if (end < span.from && change.detail > 0) continue;
      const [from, to] = [this.xOf(change.timeNs), this.xOf(end)];
      if (change.detail > 0 && (to - from) / 10 < LEAST_BIT_PX) {
        const last = blocks.at(-1);
        if (last && from <= last.to + 1) last.to = Math.max(to, last.to);
        else blocks.push({ from, to: Math.max(to, from + 1) });
        context.lineTo(this.x(change.timeNs), y);
        context.moveTo(this.x(end), (y = high));
        continue;
      }
      context.lineTo(this.x(change.timeNs), y);
      for (const edge of byteEdges(change)) {
        const x = this.x(edge.timeNs);
        context.lineTo(x, y);
        context.lineTo(x, (y = edge.level ? high : low));
      }
      context.lineTo(this.x(end), y);
    }
    context.lineTo(this.x(endNs), y);
    context.stroke();
    context.globalAlpha = 0.5;
    for (const { from, to } of blocks) context.fillRect(from, high, Math.max(1, to - from), low - high);
    context.globalAlpha = 1;
    this.byteLabels(this.high + 8);
  }

  /** Each byte as a box; so far apart that none can be told from the next, as one. */
  private bus(): void {
    const { context, row, high, low, span, endNs } = this;
    const middle = Math.round((high + low) / 2) + 0.5;
    context.beginPath();
    context.moveTo(this.x(span.from), middle);
    for (let i = 0; i < countOf(row.changes); i++) {
      const change = changeAt(row.changes, i);
      const [from, to] = [this.x(change.timeNs), this.x(change.timeNs + byteNs('bus', change))];
      const slope = Math.min(3, (to - from) / 2);
      context.lineTo(from, middle);
      context.lineTo(from + slope, high);
      context.lineTo(to - slope, high);
      context.lineTo(to, middle);
      context.moveTo(from, middle);
      context.lineTo(from + slope, low);
      context.lineTo(to - slope, low);
      context.lineTo(to, middle);
    }
    context.lineTo(this.x(endNs), middle);
    context.stroke();
    this.byteLabels(middle + 4);
  }

  private byteLabels(y: number): void {
    const { context, row, colors } = this;
    context.fillStyle = colors.text;
    context.textBaseline = 'alphabetic';
    context.textAlign = 'center';
    for (let i = 0; i < countOf(row.changes); i++) {
      const change = changeAt(row.changes, i);
      const { timeNs, value } = change;
      const [from, to] = [this.xOf(timeNs), this.xOf(timeNs + byteNs(row.wave.kind, change))];
      if (to - from < LABEL_PX || to < 0) continue;
      const text = row.wave.kind === 'bus' ? hexByte(value) : byteText(value, to - from);
      context.fillText(text, (from + to) / 2, y);
    }
    context.textAlign = 'start';
  }

  private analog(): void {
    const { context, row, low, high, span } = this;
    const { changes } = row;
    const count = countOf(changes);
    if (count === 0) return;
    let [least, most] = [Infinity, -Infinity];
    for (let i = 0; i < count; i++) {
      const { value } = changeAt(changes, i);
      if (value < least) least = value;
      if (value > most) most = value;
    }
    const range = most - least;
    const yOf = (value: number) => (range === 0 ? (low + high) / 2 : low - ((value - least) / range) * (low - high));
    context.beginPath();
    for (let i = 0; i < count; i++) {
      const { timeNs, value } = changeAt(changes, i);
      const x = this.x(Math.max(timeNs, span.from));
      if (i === 0) context.moveTo(x, yOf(value));
      else {
        context.lineTo(x, yOf(changeAt(changes, i - 1).value));
        context.lineTo(x, yOf(value));
      }
    }
    context.lineTo(this.x(this.endNs), yOf(changeAt(changes, count - 1).value));
    context.stroke();
    const scale = (value: number) => `${Number(value.toPrecision(5))} ${row.wave.unit}`.trim();
    if (range === 0) this.text(scale(most), 4, (low + high) / 2 - 7);
    else {
      this.text(scale(most), 4, high + 5);
      this.text(scale(least), 4, low - 4);
    }
  }

  /** Calls for each stretch of the span in which the wave stays as it was set. */
  private stretches(paint: (change: Change, fromNs: number, toNs: number) => void): void {
    const { changes } = this.row;
    for (let i = 0, count = countOf(changes); i < count; i++) {
      const change = changeAt(changes, i);
      const next = i + 1 < count ? changeAt(changes, i + 1).timeNs : Infinity;
      const [from, to] = [Math.max(change.timeNs, this.span.from), Math.min(next, this.endNs)];
      if (to > from) paint(change, from, to);
    }
  }

  private label(text: string, left: number, right: number, wanted: boolean): void {
    const width = this.context.measureText(text).width;
    const from = Math.max(left, 0);
    if (wanted && right - from > width + 12) this.text(text, from + 6, (this.high + this.low) / 2);
  }

  /** On a ground of its own, so that it can be read on the wave. */
  private text(text: string, x: number, y: number): void {
    const { context, colors } = this;
    const { width } = context.measureText(text);
    context.fillStyle = colors.background;
    context.globalAlpha = 0.8;
    context.fillRect(x - 2, y - 6, width + 4, 12);
    context.globalAlpha = 1;
    context.fillStyle = colors.text;
    context.textBaseline = 'middle';
    context.fillText(text, x, y + 0.5);
    context.fillStyle = this.color;
  }
}

const controls: Record<number, string> = {
  0: 'NUL',
  8: 'BS',
  9: 'TAB',
  10: 'LF',
  13: 'CR',
  27: 'ESC',
  32: 'SP',
  127: 'DEL',
};

const hexByte = (byte: number): string => byte.toString(16).toUpperCase().padStart(2, '0');

/** A byte as a person reads it: its character, and its number where there is room. */
export function byteText(byte: number, widthPx: number): string {
  const hex = hexByte(byte);
  const char = controls[byte] ?? (byte > 32 && byte < 127 ? String.fromCharCode(byte) : '');
  if (char === '') return hex;
  return widthPx >= 60 ? `${char} ${hex}` : char.length > 1 && widthPx < 28 ? hex : char;
}
