/**
 * A bench file: which boards run together, the links and switches between them, as JSON with comments.
 *
 *     {
 *       "boards": [{ "name": "node", "count": 16 }, { "name": "gate", "address": "10.0.0.1" }],
 *       "switches": [{ "name": "switch", "storeNs": 4000 }],
 *       "links": [{ "from": "node*", "to": "switch" }, { "from": "gate/eth0", "to": "switch/17", "delayNs": [500, 800] }]
 *     }
 */
import { z } from 'zod';
import type { Link } from '../../boards/link';
import { LONGEST, MOST_LOAD, SHORTEST, usualSizes, type LinkSettings, type Load } from '../../boards/net/link';
import { HOST, type LinkPlan, type SwitchPlan } from '../../boards/net/plan';
import type { SwitchChange } from '../../boards/net/switch';
import { matches, MOST_BOARDS, type BenchPlan, type PlacePlan } from '../../boards/plan';
import { configProblem } from '../../kernel/config';
import { parseIpv4 } from '../../kernel/net/address';
import type { Problem } from '../contract/project';
import { JsonFile, fieldName } from './json-file';
import { ConfigFields } from './project-file';

const MOST_PORTS = 256;
const name = z.string().regex(/^[A-Za-z_][\w-]*$/, 'a name of letters, digits, - and _');

const OscillatorFields = z
  .strictObject({
    ppm: z.number(),
    tolerancePpm: z.number().min(0),
    driftPpmPerDay: z.number(),
    wanderPpb: z.number().min(0),
    ppmPerDegree: z.number(),
    noiseNs: z.number().min(0),
  })
  .partial();

const Place = z.strictObject({
  name,
  title: z.string().optional(),
  /** As many of them, called `node1` and so on. */
  count: z.int().min(1).max(MOST_BOARDS).optional(),
  /** IPv4; of several the first's, whom the others follow. */
  address: z
    .string()
    .refine((text) => parseIpv4(text) !== null, 'an address such as 10.0.0.2')
    .optional(),
  oscillator: OscillatorFields.optional(),
  /** Of the time stamps that software makes. */
  stampJitterNs: z.number().min(0).max(1e9).optional(),
  config: ConfigFields.optional(),
});

const TransparentClock = z
  .strictObject({
    clock: z.enum(['none', 'e2e', 'p2p']),
    twoStep: z.boolean(),
    fault: z.enum(['none', 'sign', 'missing', 'constant']),
    /** Of the fault `constant`. */
    errorNs: z.number().min(-1e9).max(1e9),
    oscillator: OscillatorFields,
  })
  .partial();

const SHARE = `a share from 0 to ${MOST_LOAD}`;
const share = z.number().min(0, SHARE).max(MOST_LOAD, SHARE);
/** A share of what the link carries, alone or with lengths of frames in bytes. */
const load = z
  .union([share, z.strictObject({ share, sizes: z.array(z.int().min(SHORTEST).max(LONGEST)).min(1).optional() })], {
    error: `expected ${SHARE}, or { "share": ..., "sizes": [bytes, ...] }`,
  })
  .transform((given): Load => {
    const { share, sizes = usualSizes } = typeof given === 'number' ? { share: given } : given;
    return { share, sizes };
  });

export const Switch = z.strictObject({
  name,
  ports: z.int().min(2).max(MOST_PORTS).optional(),
  storeNs: z.number().min(0).optional(),
  ageingNs: z.number().min(0).optional(),
  queueBytes: z.int().min(0).optional(),
  snooping: z.boolean().optional(),
  queryNs: z.number().min(0).optional(),
  ptp: TransparentClock.optional(),
  /** Of each link, on the way out of the switch. */
  load: load.optional(),
});

/** A value for both ways, or one for each. */
const ways = <T>(one: z.ZodType<T>, words: string) =>
  z.union([z.tuple([one, one]), one.transform((value): [T, T] => [value, value])], {
    error: `expected ${words}, or two of them in brackets: there and back`,
  });
const chance = ways(z.number().min(0).max(1), 'a number from 0 to 1');
const ns = z.number().min(0).max(1e12);
const jitter = z.strictObject({ shape: z.enum(['none', 'uniform', 'normal', 'exponential']), ns });

const bursts = z.strictObject({ everyNs: ns, lastingNs: ns, delayNs: ns });

export const NetworkLink = z.strictObject({
  from: z.string(),
  to: z.string(),
  up: z.boolean().optional(),
  bitsPerSecond: z.number().min(1000).max(1e12).optional(),
  delayNs: ways(ns, 'nanoseconds').optional(),
  jitter: ways(jitter, '{ "shape": "none", "uniform", "normal" or "exponential", "ns": nanoseconds }').optional(),
  bursts: ways(bursts, '{ "everyNs", "lastingNs", "delayNs": nanoseconds }').optional(),
  asymmetryNs: z.number().min(-1e12).max(1e12).optional(),
  load: ways(load, `${SHARE}, or { "share": ..., "sizes": [bytes, ...] }`).optional(),
  loss: chance.optional(),
  duplicate: chance.optional(),
  reorder: chance.optional(),
  corrupt: chance.optional(),
});
type NetworkLink = z.infer<typeof NetworkLink>;

const BenchFile = z.strictObject({
  boards: z.array(Place).min(1),
  switches: z.array(Switch).optional(),
  links: z.array(NetworkLink).optional(),
});

/** What a bench file needs to know of the kind of its boards. */
export interface BoardKind {
  name: string;
  devices?: readonly { name: string; kind: string }[];
}

/** A serial line's or a pin's delay, nanoseconds, without a word of it, and the least. */
const [USUAL_DELAY, LEAST_DELAY] = [2000, 100];

/** Reads the text of a bench file; what is wrong with it comes as problems at their line and column, and then null. */
export function readBenchFile(
  file: string,
  text: string,
  kind: BoardKind,
): { value: BenchPlan | null; problems: Problem[] } {
  const json = new JsonFile(file, text, BenchFile);
  if (!json.value) return { value: null, problems: json.problems };
  const value = new Reader(json, json.value, kind).read();
  return { value: json.problems.some(({ severity }) => severity === 'error') ? null : value, problems: json.problems };
}

/** What a link can end at. */
type End =
  | { type: 'board'; board: string; device: string; kind: string; channel?: number }
  | { type: 'switch'; index: number; port: number | null }
  | { type: 'host' };

class Reader {
  private readonly boards: PlacePlan[] = [];
  /** Of each board the entry that it is of. */
  private readonly entries: number[] = [];
  /** By name; of switches without a number of ports as many as are used. */
  private readonly switches: (SwitchPlan & { isOpen: boolean })[];
  /** Of each switch. */
  private readonly loads: (Load | undefined)[];
  /** Ports that some link names, and those that a link has. */
  private readonly named = new Set<string>();
  private readonly taken = new Set<string>();
  private readonly links: LinkPlan[] = [];
  private readonly wires: Link[] = [];
  /** Of each switch one that stands for all that are joined to it. */
  private readonly trees: number[];

  constructor(
    private readonly json: JsonFile<z.infer<typeof BenchFile>>,
    private readonly file: z.infer<typeof BenchFile>,
    private readonly kind: BoardKind,
  ) {
    this.switches = (file.switches ?? []).map(({ name: called, ports, load: _, ...settings }) => ({
      ...{ name: called, ports: ports ?? MOST_PORTS, isOpen: ports === undefined },
      settings: switchChange(settings),
    }));
    this.loads = (file.switches ?? []).map(({ load }) => load);
    this.trees = this.switches.map((_, i) => i);
  }

  read(): BenchPlan {
    this.readBoards();
    this.checkNames();
    const links = this.file.links ?? [];
    // Ports that are named first: the others go where there is room.
    for (const { from, to } of links) for (const port of [from, to]) if (port.includes('/')) this.named.add(port);
    links.forEach((link, i) => this.readLink(link, i));
    const switches = this.switches.map(({ isOpen, ...plan }) => ({
      ...plan,
      ports: isOpen ? this.highestPort(plan.name) : plan.ports,
    }));
    return { boards: this.boards, links: this.wires, network: { switches, links: this.links } };
  }

  private readBoards(): void {
    for (const [i, board] of this.file.boards.entries()) {
      const { name: called, title, count, address, oscillator, stampJitterNs, config } = board;
      for (const [option, set] of Object.entries(config ?? {})) {
        const wrong = configProblem({ name: option, value: set });
        const path = ['boards', i, 'config', option];
        if (wrong) this.json.report(path, `${fieldName(path)}: ${wrong}.`);
      }
      for (let n = 0; n < (count ?? 1); n++) {
        const number = count === undefined ? '' : String(n + 1);
        this.entries.push(i);
        this.boards.push({
          name: called + number,
          title: [title ?? called, number].filter(Boolean).join(' '),
          ...(address === undefined ? {} : { address: parseIpv4(address)! + n }),
          ...(oscillator && { oscillator: defined(oscillator) }),
          ...(stampJitterNs !== undefined && { stampJitterNs }),
          ...(config && { config }),
        });
      }
    }
    if (this.boards.length > MOST_BOARDS) {
      this.json.report(['boards'], `boards: there are ${this.boards.length}; a bench has ${MOST_BOARDS} at most.`);
    }
  }

  private checkNames(): void {
    const seen = new Set<string>();
    const check = (called: string, path: PropertyKey[]) => {
      if (seen.has(called)) this.json.report(path, `${fieldName(path)}: there is another "${called}".`);
      seen.add(called);
    };
    this.boards.forEach((each, i) => check(each.name, ['boards', this.entries[i]!, 'name']));
    this.switches.forEach((each, i) => check(each.name, ['switches', i, 'name']));
  }

  private readLink(link: NetworkLink, i: number): void {
    const { from, to, ...given } = link;
    const fail = (field: string, message: string) =>
      this.json.report(['links', i, field], `links[${i}].${field}: ${message}`);
    const [firsts, seconds] = [this.expand(from), this.expand(to)];
    for (const [field, ends, text] of [
      ['from', firsts, from],
      ['to', seconds, to],
    ] as const) {
      if (ends.length === 0) fail(field, `no board is called "${text.split('/')[0]}".`);
    }
    if (firsts.length > 1 && seconds.length > 1)
      return fail('to', 'only one end of a link can stand for several boards.');
    for (const first of firsts) {
      for (const second of seconds) {
        const a = this.endOf(first, (message) => fail('from', message));
        const b = this.endOf(second, (message) => fail('to', message));
        if (a && b) this.join(first, a, second, b, given, i, fail);
      }
    }
  }

  /** `node*` means each board of such a name. */
  private expand(text: string): string[] {
    if (!text.includes('*')) return [text];
    const [pattern = '', ...rest] = text.split('/');
    return this.boards.filter((each) => matches(pattern, each.name)).map((each) => [each.name, ...rest].join('/'));
  }

  private endOf(text: string, fail: (message: string) => void): End | null {
    if (text.startsWith(HOST)) return { type: 'host' };
    const [called, device, channel] = text.split('/');
    const index = this.switches.findIndex((each) => each.name === called);
    if (index >= 0) {
      const { ports } = this.switches[index]!;
      const port = device === undefined ? null : Number(device);
      const isPort = port === null || (Number.isInteger(port) && port >= 1 && port <= ports);
      if (!isPort) fail(`the switch "${called}" has ports 1 to ${ports}, and no "${device}".`);
      return isPort ? { type: 'switch', index, port } : null;
    }
    if (!this.boards.some((each) => each.name === called)) {
      const known = [...this.boards, ...this.switches].map((each) => each.name);
      fail(`there is no board and no switch "${called}". There are ${some(known)}; ${HOST}NAME is a port of the host.`);
      return null;
    }
    const devices = (this.kind.devices ?? []).filter((each) => ['ethernet', 'uart', 'gpio'].includes(each.kind));
    const found = devices.find((each) => (device === undefined ? each.kind === 'ethernet' : each.name === device));
    if (!found) {
      const what = device === undefined ? 'no network port' : `no "${device}" that a link can end at`;
      const known = devices.length > 0 ? `There are ${some(devices.map((each) => each.name))}` : 'It has none at all';
      fail(`the board "${this.kind.name}" has ${what}. ${known}.`);
      return null;
    }
    const pin = channel === undefined ? undefined : Number(channel);
    if ((found.kind === 'gpio') !== (pin !== undefined && Number.isInteger(pin) && pin >= 0)) {
      fail(`a pin is written as ${called}/gpio/0, and nothing else has a number.`);
      return null;
    }
    const end = { type: 'board', board: called!, device: found.name, kind: found.kind } as const;
    return pin === undefined ? end : { ...end, channel: pin };
  }

  private join(
    first: string,
    a: End,
    second: string,
    b: End,
    given: Omit<NetworkLink, 'from' | 'to'>,
    i: number,
    fail: (field: string, message: string) => void,
  ): void {
    const isWire = (end: End) => end.type === 'board' && end.kind !== 'ethernet';
    if (a.type === 'board' && b.type === 'board' && isWire(a) && a.kind === b.kind)
      return this.joinByWire(a, b, given, i);
    if (isWire(a) || isWire(b)) return fail('to', `nothing can join ${first} and ${second}.`);
    if (a.type === 'host' && b.type === 'host')
      return fail('to', 'both ends are the host: one has to be a board or a switch.');
    const from = this.portOf(first, a, (message) => fail('from', message));
    const to = from && this.portOf(second, b, (message) => fail('to', message));
    if (!from || !to) return;
    this.links.push({ from, to, settings: defined({ ...given, load: given.load ?? this.loadOf([a, b]) }) });
    if (a.type === 'switch' && b.type === 'switch' && given.up !== false) this.joinTrees(a.index, b.index, i);
  }

  /** Where a link has no traffic of its own, it has that of the switches at its ends. */
  private loadOf(ends: readonly End[]): LinkSettings['load'] | undefined {
    const loads = ends.map((end) => (end.type === 'switch' ? this.loads[end.index] : undefined));
    if (loads.every((each) => each === undefined)) return undefined;
    return loads.map((each) => each ?? { share: 0, sizes: usualSizes }) as LinkSettings['load'];
  }

  private joinByWire(
    a: End & { type: 'board' },
    b: End & { type: 'board' },
    { delayNs, ...rest }: Omit<NetworkLink, 'from' | 'to'>,
    i: number,
  ): void {
    for (const field of Object.keys(defined(rest))) {
      this.json.report(['links', i, field], `links[${i}].${field}: of a ${a.kind} only the delay can be set.`);
    }
    if (delayNs && delayNs[0] < LEAST_DELAY) {
      this.json.report(['links', i, 'delayNs'], `links[${i}].delayNs: of a ${a.kind} it is at least ${LEAST_DELAY}.`);
    }
    const port = ({ board, device, channel }: typeof a) => ({
      board,
      device,
      ...(channel === undefined ? {} : { channel }),
    });
    this.wires.push({ from: port(a), to: port(b), delayNs: delayNs?.[0] ?? USUAL_DELAY });
  }

  /** The name of the port that is meant; null when another link has it, or when there is none left. */
  private portOf(text: string, end: End, fail: (message: string) => void): string | null {
    const called = end.type === 'board' ? `${end.board}/${end.device}` : text;
    if (end.type === 'switch' && end.port === null) return this.freePort(end.index, fail);
    if (this.taken.has(called)) {
      fail(`another link has the port ${called}.`);
      return null;
    }
    this.taken.add(called);
    return called;
  }

  private freePort(index: number, fail: (message: string) => void): string | null {
    const { name: called, ports } = this.switches[index]!;
    for (let port = 1; port <= ports; port++) {
      const id = `${called}/${port}`;
      if (this.named.has(id) || this.taken.has(id)) continue;
      this.taken.add(id);
      return id;
    }
    fail(`the switch "${called}" has only ${ports} ports.`);
    return null;
  }

  private highestPort(called: string): number {
    const ports = [...this.taken]
      .filter((port) => port.startsWith(`${called}/`))
      .map((port) => Number(port.split('/')[1]));
    return Math.max(2, ...ports);
  }

  /** A second way between two switches is a loop. */
  private joinTrees(a: number, b: number, i: number): void {
    const [one, other] = [this.trees[a]!, this.trees[b]!];
    if (one !== other) return this.trees.forEach((tree, at) => (this.trees[at] = tree === other ? one : tree));
    const names = [...new Set([a, b])].map((index) => `"${this.switches[index]!.name}"`).join(' and ');
    this.json.report(
      ['links', i],
      `links[${i}]: there is another way between ${names}. Switches know no spanning tree: what goes to everyone goes round in this loop for ever, as much as their queues hold. Take a link out, or give one "up": false until another fails.`,
      'warning',
    );
  }
}

/** What of a switch is said, as the network takes it. */
export function switchChange({ ptp, ...rest }: Omit<z.infer<typeof Switch>, 'name' | 'ports' | 'load'>): SwitchChange {
  const { oscillator, ...clock } = ptp ?? {};
  return defined({
    ...rest,
    ptp: ptp && defined({ ...clock, oscillator: oscillator && defined(oscillator) }),
  });
}

/** Without the fields that nobody has set. */
export function defined<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}

/** The first of them, in words. */
export function some(names: readonly string[]): string {
  const shown = names.slice(0, 8);
  const rest = names.length > shown.length ? `${names.length - shown.length} others` : shown.pop();
  return shown.length > 0 ? `${shown.join(', ')} and ${rest}` : String(rest);
}
