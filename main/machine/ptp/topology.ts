/** Who is joined to whom on a bench, and who follows whom. */
import type { Bench } from '../../../boards/bench';
import type { PtpClockSnapshot, PtpTopology } from '../../contract/ptp';

const HOST = 'host:';
/** All of this computer's ports that boards are joined to. */
const HOST_NODE = 'This computer';
const isHost = (end: string): boolean => end.startsWith(HOST);

export function topology({ places, links, switches }: Bench, clocks: readonly PtpClockSnapshot[]): PtpTopology {
  const roles = new Map(clocks.map(({ board, role }) => [board, role]));
  // A port of a board that nothing is joined to has nobody at its other end.
  const edges = links
    .map(({ name, ends, plugged, settings }) => ({ name, ends, up: settings.up && plugged[0] && plugged[1] }))
    .filter(({ ends, up }) => up || !ends.some(isHost));
  const hasHost = edges.some(({ ends }) => ends.some(isHost));
  return {
    nodes: [
      ...places.map(({ name }) => ({ name, kind: 'board' as const, role: roles.get(name) ?? 'none' })),
      ...switches.map(({ name }) => ({ name, kind: 'switch' as const, role: 'none' as const })),
      ...(hasHost ? [{ name: HOST_NODE, kind: 'host' as const, role: 'none' as const }] : []),
    ],
    edges: edges.map(({ name, ends, up }) => ({ link: name, ends: [endOf(ends[0]), endOf(ends[1])], up })),
    follows: clocks.flatMap(({ board, parent }) =>
      parent.board === null || parent.board === board ? [] : { board, parent: parent.board },
    ),
  };
}

/** `left/eth0` */
function endOf(name: string): { node: string; port: string } {
  const slash = name.lastIndexOf('/');
  if (isHost(name)) return { node: HOST_NODE, port: '' };
  return slash < 0 ? { node: name, port: '' } : { node: name.slice(0, slash), port: name.slice(slash + 1) };
}
