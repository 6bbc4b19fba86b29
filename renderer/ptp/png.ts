/** A picture of charts, to be saved. */
import { FONT } from './plot';

const LINE_HEIGHT = 18;
const [MARGIN, GAP, SAMPLE] = [8, 14, 20];

/** What is written above a chart: its title, or a line of it with a sample of its look. */
export interface Legend {
  text: string;
  line?: { color: string; dash: readonly number[] };
}

/**
 * Puts canvases one below the other, each under what is written above it, on a ground; at the top a heading. Pixels are those
 * of the canvases.
 */
export async function pictureOf(
  heading: string,
  charts: readonly { legend: readonly Legend[]; canvas: HTMLCanvasElement }[],
  { text, background }: { text: string; background: string },
): Promise<Uint8Array<ArrayBuffer>> {
  const ratio = window.devicePixelRatio;
  const picture = document.createElement('canvas');
  const context = picture.getContext('2d')!;
  const font = `12px ${FONT.family}`;
  context.font = font;
  picture.width = Math.max(...charts.map(({ canvas }) => canvas.width));
  const placed = charts.map(({ legend, canvas }) => ({
    canvas,
    ...placeLegend(context, font, legend, picture.width / ratio),
  }));
  picture.height =
    LINE_HEIGHT * ratio + placed.reduce((sum, { canvas, height }) => sum + canvas.height + height * ratio, 0);
  context.fillStyle = background;
  context.fillRect(0, 0, picture.width, picture.height);
  context.scale(ratio, ratio);
  context.font = `bold ${font}`;
  context.fillStyle = text;
  context.fillText(heading, MARGIN, LINE_HEIGHT - 5);
  context.font = font;
  context.lineWidth = 2;
  let top = LINE_HEIGHT;
  for (const { canvas, height, items } of placed) {
    for (const { item, x, y } of items) {
      const base = top + y + LINE_HEIGHT - 5;
      if (item.line !== undefined) {
        context.strokeStyle = item.line.color;
        context.setLineDash([...item.line.dash]);
        context.beginPath();
        context.moveTo(x, base - 4);
        context.lineTo(x + SAMPLE - 4, base - 4);
        context.stroke();
      }
      context.fillText(item.text, item.line === undefined ? x : x + SAMPLE, base);
    }
    context.drawImage(canvas, 0, top + height, canvas.width / ratio, canvas.height / ratio);
    top += height + canvas.height / ratio;
  }
  const blob = await new Promise<Blob | null>((resolve) => picture.toBlob(resolve, 'image/png'));
  if (blob === null) throw new Error('The picture could not be made: it is too large. Make the window smaller.');
  return new Uint8Array(await blob.arrayBuffer());
}

/** Where the parts of a legend are; what does not fit goes into another line. */
function placeLegend(
  context: CanvasRenderingContext2D,
  font: string,
  legend: readonly Legend[],
  width: number,
): { items: { item: Legend; x: number; y: number }[]; height: number } {
  context.font = font;
  let [x, y] = [MARGIN, 0];
  const items = legend.map((item) => {
    const wide = context.measureText(item.text).width + (item.line === undefined ? 0 : SAMPLE);
    if (x > MARGIN && x + wide > width - MARGIN) [x, y] = [MARGIN, y + LINE_HEIGHT];
    const at = { item, x, y };
    x += wide + GAP;
    return at;
  });
  return { items, height: y + LINE_HEIGHT };
}
