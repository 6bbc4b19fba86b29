/** Two controllers on a bench, the second UART of each wired to the other's, and two pins of each to two of the other's. */
import type { Board } from './board';
import { controller } from './controller';
import type { Link } from './link';

/** Pins of the controller's port: what PA0 and PA1 of one board drive, PA3 and PA2 of the other see. */
const crossed = [
  { from: 0, to: 3 },
  { from: 1, to: 2 },
];
/** Each line passes an isolator. */
const delayNs = 2000;

const pins = (left: string, right: string): Link[] =>
  crossed.map(({ from, to }) => ({
    from: { board: left, device: 'gpio', channel: from },
    to: { board: right, device: 'gpio', channel: to },
    delayNs,
  }));

export const twoControllers: Board = {
  ...controller,
  name: 'bench',
  title: 'Two controllers',
  description:
    'Two controllers, left and right, wired port to port (eth0), UART to UART (/dev/ttyS1) and pin to pin: PA0 to PA3, PA1 to PA2.',
  bench: {
    boards: [
      { name: 'left', title: 'Left' },
      { name: 'right', title: 'Right' },
    ],
    links: [
      { from: { board: 'left', device: 'uart1' }, to: { board: 'right', device: 'uart1' }, delayNs },
      ...pins('left', 'right'),
      ...pins('right', 'left'),
    ],
    network: { switches: [], links: [{ from: 'left/eth0', to: 'right/eth0' }] },
  },
};
