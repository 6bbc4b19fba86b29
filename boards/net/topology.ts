/** Which port is joined to which: what never changes of a bench's network. */
import { HOST, linkName, type NetworkPlan } from './plan';
import type { BothWays } from './link';

/** A port, where a link ends. */
export type End =
  | { kind: 'board'; id: string; board: number; device: string }
  | { kind: 'switch'; id: string; switch: number; port: number }
  | { kind: 'host'; id: string };

/** An end of a link. */
export interface Place {
  link: number;
  end: 0 | 1;
}

export interface Topology {
  links: { name: string; ends: BothWays<End> }[];
  /** By name of the port. Where a port of a board is one of the host's, too, the host's end has its name. */
  byPort: ReadonlyMap<string, Place>;
  /** By place of the board, and device. */
  ofBoard: ReadonlyMap<string, Place>[];
  /** By place of the switch, and port; null for one without a cable. */
  ofSwitch: (Place | null)[][];
}

/** What the network needs to know of a board: its name, and its devices that are ports. */
export interface NetworkBoard {
  name: string;
  ports: readonly string[];
}

/** @throws Error when a link of the plan wants a port that does not exist, or that another link has */
export function wire({ links, switches }: NetworkPlan, boards: readonly NetworkBoard[]): Topology {
  const ports = new Map<string, End>();
  boards.forEach(({ name, ports: devices }, board) => {
    for (const device of devices) addPort(ports, { kind: 'board', id: `${name}/${device}`, board, device });
  });
  switches.forEach(({ name, ports: count }, index) => {
    for (let port = 0; port < count; port++) {
      addPort(ports, { kind: 'switch', id: `${name}/${port + 1}`, switch: index, port });
    }
  });
  const open = new Map([...ports].filter(([, { kind }]) => kind === 'board'));
  const made: Topology['links'] = links.map((link) => {
    const ends = [link.from, link.to].map((id): End => {
      const end = id.startsWith(HOST) ? { kind: 'host' as const, id } : ports.get(id);
      if (!end) throw new Error(`There is no port "${id}".`);
      open.delete(id);
      return end;
    });
    return { name: linkName(link), ends: ends as BothWays<End> };
  });
  for (const [id, end] of open) made.push({ name: id, ends: [end, { kind: 'host', id }] });

  const byPort = new Map<string, Place>();
  const ofBoard = boards.map(() => new Map<string, Place>());
  const ofSwitch: Topology['ofSwitch'] = switches.map(({ ports: count }) => Array.from({ length: count }, () => null));
  made.forEach(({ ends }, link) => {
    for (const end of [0, 1] as const) {
      const at = ends[end];
      const place = { link, end };
      if (byPort.has(at.id) && at.kind !== 'host') throw new Error(`Two links join the port "${at.id}".`);
      byPort.set(at.id, place);
      if (at.kind === 'board') ofBoard[at.board]!.set(at.device, place);
      if (at.kind === 'switch') ofSwitch[at.switch]![at.port] = place;
    }
  });
  return { links: made, byPort, ofBoard, ofSwitch };
}

function addPort(ports: Map<string, End>, port: End): void {
  if (ports.has(port.id)) throw new Error(`There are two ports "${port.id}".`);
  ports.set(port.id, port);
}
