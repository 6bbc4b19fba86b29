/** Who is joined to whom on a bench, and who follows whom. */
import type { Bench } from '../../../boards/bench';
import type { PtpClockSnapshot, PtpTopology } from '../../contract/ptp';

const HOST = 'host:';

export function topology({ places, links, switches }: Bench, clocks: readonly PtpClockSnapshot[]): PtpTopology {
  const roles = new Map(clocks.map(({ board, role }) => [board, role]));
  const hosts = new Set(links.flatMap(({ ends }) => ends.filter((end) => end.startsWith(HOST))));
  return {
    nodes: [
      ...places.map(({ name }) => ({ name, kind: 'board' as const, role: roles.get(name) ?? 'none' })),
      ...switches.map(({ name }) => ({ name, kind: 'switch' as const, role: 'none' as const })),
      ...[...hosts].map((name) => ({ name, kind: 'host' as const, role: 'none' as const })),
    ],
    edges: links.map(({ name, ends, plugged, settings }) => ({
      link: name,
      ends: [endOf(ends[0]), endOf(ends[1])],
      up: settings.up && plugged[0] && plugged[1],
    })),
    follows: clocks.flatMap(({ board, parent }) =>
      parent.board === null || parent.board === board ? [] : { board, parent: parent.board },
    ),
  };
}

/** `left/eth0` */
function endOf(name: string): { node: string; port: string } {
  const slash = name.startsWith(HOST) ? -1 : name.lastIndexOf('/');
  return slash < 0 ? { node: name, port: '' } : { node: name.slice(0, slash), port: name.slice(slash + 1) };
}
