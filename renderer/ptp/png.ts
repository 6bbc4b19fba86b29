/** A picture of charts, to be saved. */
import { FONT } from './plot';

const HEADING = 22;

/** Puts canvases one below the other, each under its title, on a ground. Pixels are those of the canvases. */
export async function pictureOf(
  charts: readonly { title: string; canvas: HTMLCanvasElement }[],
  { text, background }: { text: string; background: string },
): Promise<Uint8Array<ArrayBuffer>> {
  const ratio = window.devicePixelRatio;
  const heading = HEADING * ratio;
  const picture = document.createElement('canvas');
  picture.width = Math.max(...charts.map(({ canvas }) => canvas.width));
  picture.height = charts.reduce((sum, { canvas }) => sum + canvas.height + heading, 0);
  const context = picture.getContext('2d')!;
  context.fillStyle = background;
  context.fillRect(0, 0, picture.width, picture.height);
  context.fillStyle = text;
  context.font = `${12 * ratio}px ${FONT.family}`;
  let top = 0;
  for (const { title, canvas } of charts) {
    context.fillText(title, 8 * ratio, top + 15 * ratio);
    context.drawImage(canvas, 0, top + heading);
    top += heading + canvas.height;
  }
  const blob = await new Promise<Blob | null>((resolve) => picture.toBlob(resolve, 'image/png'));
  if (blob === null) throw new Error('The picture could not be made: it is too large. Make the window smaller.');
  return new Uint8Array(await blob.arrayBuffer());
}
