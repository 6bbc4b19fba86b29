/** What the network of a bench is made of, as data. */
import type { LinkSettings } from './link';
import type { SwitchChange } from './switch';

export interface NetworkPlan {
  switches: readonly SwitchPlan[];
  links: readonly LinkPlan[];
}

/**
 * A link joins two ports: of a board (`left/eth0`), of a switch (`switch/3`, from one on), or of the host (`host:lan`).
 * A port of a board that no link joins can be joined to the host, as if by a link of its own.
 */
export interface LinkPlan {
  from: string;
  to: string;
  /** What is not as on a perfect link of 100 Mbit/s without delay. */
  settings?: Partial<LinkSettings>;
}

export interface SwitchPlan {
  name: string;
  ports: number;
  settings?: SwitchChange;
}

/** The name of the link between two ports. */
export const linkName = ({ from, to }: LinkPlan): string => `${from}-${to}`;

export const HOST = 'host:';
