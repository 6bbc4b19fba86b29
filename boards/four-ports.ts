/** A controller with four Ethernet ports and one PTP clock, which stamps the frames of all: what a boundary clock needs. */
import type { Board } from './board';
import { controller } from './controller';
import { ethernet } from './devices/ethernet';

/** Behind those of the controller. */
const FIRST_IRQ = 14;
/** The first port's address is a controller's; those of the others leave room for all boards of a bench. */
const MAC = 0x0200_0000_0001;
const MAC_STEP = 0x100;

export const fourPorts: Board = {
  ...controller,
  name: 'quad',
  title: 'Four-port controller',
  description:
    'A controller with four Ethernet ports, eth0 to eth3, each with a network of its own, and one PTP clock for all: for boundary clocks.',
  devices: [
    ...controller.devices,
    ...[1, 2, 3].map((port) =>
      ethernet(`eth${port}`, {
        irq: FIRST_IRQ + port - 1,
        mac: MAC + port * MAC_STEP,
        txRing: 8,
        rxRing: 16,
        clock: 'ptp0',
      }),
    ),
  ],
  config: { ...controller.config, CONFIG_ARCH_BOARD: 'quad' },
};
