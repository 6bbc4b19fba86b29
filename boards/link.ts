/** Links between boards of a bench, and what goes over them. */
import type { Output } from '../kernel/hardware';

/** Where a link ends: a UART, or a pin of a GPIO port (channel). */
export interface Port {
  board: string;
  device: string;
  channel?: number;
}

/** A serial line goes both ways, each with a wire of its own; a pin drives the other. */
export interface Link {
  from: Port;
  to: Port;
  /** From the moment at which something has left one board until it is at the other; at least one cycle. */
  delayNs: number;
}

/** What reaches a device of a board. */
export interface Delivery {
  device: string;
  value: Output;
}

/** One way between two boards, which are known by their place on the bench. */
export interface Wire {
  from: number;
  to: number;
  /** The device that sends. */
  device: string;
  /** Nothing arrives earlier than that after it was sent. */
  lookaheadNs: number;
  /** What the receiver gets of what the device sends; null for what does not go this way. */
  transfer(output: Output): Delivery | null;
}

/** The wires of a link, on a bench with boards of these names. */
export function wiresOf(link: Link, boards: readonly string[]): Wire[] {
  const { from, to } = link;
  return from.channel === undefined
    ? [serialWire(link, boards), serialWire({ ...link, from: to, to: from }, boards)]
    : [pinWire(link, boards)];
}

function serialWire({ from, to, delayNs }: Link, boards: readonly string[]): Wire {
  return {
    from: boards.indexOf(from.board),
    to: boards.indexOf(to.board),
    device: from.device,
    lookaheadNs: delayNs,
    transfer: (output) => (output.type === 'value' ? null : { device: to.device, value: output }),
  };
}

function pinWire(link: Link, boards: readonly string[]): Wire {
  const { from, to } = link;
  return {
    ...serialWire(link, boards),
    transfer: (output) =>
      output.type === 'value' && output.channel === from.channel
        ? { device: to.device, value: { ...output, channel: to.channel! } }
        : null,
  };
}
