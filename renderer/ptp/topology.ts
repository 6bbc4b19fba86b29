/** Where boards and switches of the topology lie, and which links the time goes over. */
import type { PtpTopology } from '../../main/contract/ptp';

type Node = PtpTopology['nodes'][number];

export interface Placed extends Node {
  x: number;
  y: number;
}

interface Point {
  x: number;
  y: number;
}

export interface Line {
  id: string;
  title: string;
  up: boolean;
  /** From the first end to the second. */
  points: Point[];
  /** Time goes over it that way. */
  carries: boolean;
}

export interface Picture {
  nodes: Placed[];
  lines: Line[];
  width: number;
  height: number;
  nodeWidth: number;
  nodeHeight: number;
  /** Nodes are small: there is room for a name only. */
  small: boolean;
}

const ROOMY = { nodeWidth: 118, nodeHeight: 38, gapX: 18, gapY: 20 };
type Size = typeof ROOMY;
const SMALL = { nodeWidth: 76, nodeHeight: 20, gapX: 6, gapY: 14 };
/** With more rows each node is small. */
const MOST_ROOMY = 5;
const MARGIN = 6;

/**
 * Lays the topology out in a width of so many pixels: grandmasters above, whoever follows them below, and switches between the
 * two; a layer that is too long goes on in another row.
 */
export function layOut(topology: PtpTopology, width: number): Picture {
  const layers = layersOf(topology);
  const roomy = rowsOf(topology, layers, width, ROOMY);
  const small = roomy.length > MOST_ROOMY;
  const size = small ? SMALL : ROOMY;
  const rows = small ? rowsOf(topology, layers, width, SMALL) : roomy;
  const widest = Math.max(0, ...rows.map(({ length }) => length));
  const full = Math.max(width, 2 * MARGIN + widest * (size.nodeWidth + size.gapX) - size.gapX);
  const nodes = rows.flatMap((row, index) => {
    const left = (full - row.length * (size.nodeWidth + size.gapX) + size.gapX) / 2;
    return row.map((node, column) => ({
      ...node,
      x: Math.round(left + column * (size.nodeWidth + size.gapX)),
      y: MARGIN + index * (size.nodeHeight + size.gapY),
    }));
  });
  return {
    nodes,
    lines: linesOf(topology, nodes, layers, size),
    width: full,
    height: 2 * MARGIN + rows.length * (size.nodeHeight + size.gapY) - (rows.length > 0 ? size.gapY : 0),
    nodeWidth: size.nodeWidth,
    nodeHeight: size.nodeHeight,
    small,
  };
}

/** The nodes of each layer, in one row or several. */
function rowsOf(
  { nodes }: PtpTopology,
  layers: Map<string, number>,
  width: number,
  { nodeWidth, gapX }: Size,
): Node[][] {
  const perRow = Math.max(1, Math.floor((width - 2 * MARGIN + gapX) / (nodeWidth + gapX)));
  return [...new Set(layers.values())]
    .sort((a, b) => a - b)
    .flatMap((layer) => {
      const own = nodes.filter(({ name }) => layers.get(name) === layer);
      const count = Math.ceil(own.length / perRow);
      const length = Math.ceil(own.length / count);
      return Array.from({ length: count }, (_, row) => own.slice(row * length, (row + 1) * length));
    });
}

/** The layer of each node by name: even ones of boards, by how many they are from the clock at the top, odd ones of switches. */
function layersOf({ nodes, edges, follows }: PtpTopology): Map<string, number> {
  const parents = new Map(follows.map(({ board, parent }) => [board, parent]));
  const layers = new Map<string, number>();
  const depthOf = (name: string): number => {
    let depth = 0;
    // Two that follow each other, as they may for a moment, go round at most once.
    for (let at = parents.get(name); at !== undefined && depth < parents.size; at = parents.get(at)) depth++;
    return depth;
  };
  for (const { name, kind } of nodes) if (kind === 'board') layers.set(name, 2 * depthOf(name));
  // Nobody leads and nobody follows: below who leads, if somebody does.
  const leaders = new Set(parents.values());
  for (const { name, kind } of nodes) {
    if (kind === 'board' && leaders.size > 0 && !leaders.has(name) && !parents.has(name)) layers.set(name, 2);
  }
  const neighbours = neighboursOf(edges);
  for (const { name, kind } of nodes) {
    if (kind === 'board') continue;
    const around = (neighbours.get(name) ?? []).map((other) => layers.get(other.name) ?? 0);
    layers.set(name, kind === 'host' ? 0 : Math.min(...around, Infinity) === Infinity ? 1 : Math.min(...around) + 1);
  }
  return layers;
}

interface Neighbour {
  name: string;
  link: string;
}
function neighboursOf(edges: PtpTopology['edges']): Map<string, Neighbour[]> {
  const found = new Map<string, Neighbour[]>();
  const add = (from: string, name: string, link: string): unknown =>
    found.has(from) ? found.get(from)!.push({ name, link }) : found.set(from, [{ name, link }]);
  for (const { link, ends } of edges) {
    add(ends[0].node, ends[1].node, link);
    add(ends[1].node, ends[0].node, link);
  }
  return found;
}

/** Links over which time goes, by id: the node that it comes from. A clock's neighbours are reached over switches alone. */
export function timeLinks({ nodes, edges, follows }: PtpTopology): Map<string, string> {
  const usable = neighboursOf(edges.filter(({ up }) => up));
  const switches = new Set(nodes.filter(({ kind }) => kind === 'switch').map(({ name }) => name));
  const links = new Map<string, string>();
  for (const { board, parent } of follows) {
    // From the one that follows up to its parent.
    const cameBy = new Map<string, Neighbour | null>([[board, null]]);
    const waiting = [board];
    for (let at = waiting.shift(); at !== undefined && !cameBy.has(parent); at = waiting.shift()) {
      for (const { name, link } of usable.get(at) ?? []) {
        if (cameBy.has(name) || (name !== parent && !switches.has(name))) continue;
        cameBy.set(name, { name: at, link });
        waiting.push(name);
      }
    }
    for (let at = parent, by = cameBy.get(at); by != null; at = by.name, by = cameBy.get(at)) links.set(by.link, at);
  }
  return links;
}

function linesOf(topology: PtpTopology, nodes: readonly Placed[], layers: Map<string, number>, size: Size): Line[] {
  const byName = new Map(nodes.map((node) => [node.name, node]));
  const carrying = timeLinks(topology);
  const combs = combsOf(nodes, topology.edges, layers, size);
  return topology.edges.flatMap(({ link, ends, up }) => {
    const from = carrying.get(link);
    const [first, second] = from === ends[1].node ? [ends[1], ends[0]] : [ends[0], ends[1]];
    const [a, b] = [byName.get(first.node), byName.get(second.node)];
    if (a === undefined || b === undefined) return [];
    const title = `${first.node}/${first.port} \u2192 ${second.node}/${second.port}: ${up ? 'up' : 'down'}`;
    const [upper, lower] = a.y <= b.y ? [a, b] : [b, a];
    const comb = combs.get(layers.get(lower.name)!);
    const down = comb?.above === upper ? alongComb(comb, lower, size) : touching(upper, lower, size);
    return [{ id: link, title, up, carries: from !== undefined, points: upper === a ? down : down.reverse() }];
  });
}

/** How lines go down from the one node above a layer of several rows: beside its rows, and above each of them. */
interface Comb {
  above: Placed;
  top: number;
  left: number;
}

/** Straight lines to lower rows would go behind the upper ones. */
function combsOf(
  nodes: readonly Placed[],
  edges: PtpTopology['edges'],
  layers: Map<string, number>,
  { nodeHeight, gapY }: Size,
): Map<number, Comb> {
  const neighbours = neighboursOf(edges);
  const byName = new Map(nodes.map((node) => [node.name, node]));
  const combs = new Map<number, Comb>();
  for (const layer of new Set(layers.values())) {
    const own = nodes.filter(({ name }) => layers.get(name) === layer);
    const [top, left] = [Math.min(...own.map(({ y }) => y)), Math.min(...own.map(({ x }) => x))];
    if (own.every(({ y }) => y === top)) continue;
    const around = own.flatMap(({ name }) => (neighbours.get(name) ?? []).map((other) => byName.get(other.name)));
    const [above, another] = new Set(around.filter((node) => node !== undefined && node.y < top));
    if (above && !another && above.y + nodeHeight + gapY === top) combs.set(layer, { above, top, left });
  }
  return combs;
}

function alongComb({ above, top, left }: Comb, node: Placed, { nodeWidth, nodeHeight, gapY }: Size): Point[] {
  const [x, to] = [above.x + nodeWidth / 2, node.x + nodeWidth / 2];
  const beside = left - MARGIN / 2;
  const [first, own] = [top - gapY / 2, node.y - gapY / 2];
  return [
    { x, y: above.y + nodeHeight },
    { x, y: first },
    ...(own === first
      ? []
      : [
          { x: beside, y: first },
          { x: beside, y: own },
        ]),
    { x: to, y: own },
    { x: to, y: node.y },
  ];
}

/** Where a line between two nodes touches them, of which the first is not below the other. */
function touching(a: Placed, b: Placed, { nodeWidth, nodeHeight }: Size): Point[] {
  const middle = nodeWidth / 2;
  if (a.y < b.y) {
    return [
      { x: a.x + middle, y: a.y + nodeHeight },
      { x: b.x + middle, y: b.y },
    ];
  }
  const y = a.y + nodeHeight / 2;
  const [from, to] = a.x < b.x ? [a.x + nodeWidth, b.x] : [a.x, b.x + nodeWidth];
  return [
    { x: from, y },
    { x: to, y },
  ];
}
