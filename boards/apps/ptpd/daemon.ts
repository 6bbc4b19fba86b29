/**
 * The daemon: lets a clock (clock.ts) have the messages that come and the time that passes, and does what it wants done. The
 * clock is kept as text in the board's RAM from one beginning to the next.
 */
import type { Program, System } from '../../../kernel/binfmt/native';
import { NSEC_PER_SEC, type Timespec } from '../../../kernel/clock/timespec';
import { O_CLOEXEC, O_RDONLY, O_WRONLY } from '../../../kernel/fs/openflags';
import { Note } from '../../../kernel/note/note';
import { errnoName, Failure } from '../errors';
import { latin1, textOf, wide, word } from '../io';
import { jsonBytes } from '../kept';
import { TIMESPEC_SIZE } from '../net/clock';
import { hardwareAddress } from '../net/interface';
import { CLOCK_REALTIME, clockOf, push, setFrequency, step } from './adjust';
import { messageNames } from './build';
import { createClock, due, linkChanged, nextDueNs, received, transmitted } from './clock';
import { decode } from './decode';
import { encode } from './encode';
import { Flag, isEvent, MessageType, type Message } from './messages';
import { isForOthers, typeOf } from './others';
import { setupOf, type Options, type Setup } from './options';
import { count, type Clock } from './own';
import { partOf } from './random';
import { answerRequests, catchSignals } from './request';
import { CONTROL_SIZE, ADDRESS_SIZE, DATA_SIZE, Flags, MOST_PORTS, Poll, Room } from './room';
import { headLength, stamp } from './stamps';
import { statusOf, type Seen } from './status';
import {
  addressSize,
  destination,
  isUsable,
  openSockets,
  rejoin,
  sender,
  storeAddresses,
  unicastAddress,
  UNICAST,
  type Sockets,
} from './transport';
import { PortState, type Effect, type PtpClock, type PtpShown } from './types';

interface Port extends Sockets {
  name: string;
  /** As the clock was told: at first it is. */
  up: boolean;
}

/** All that is to last. */
interface Daemon {
  clock: PtpClock;
  ports: Port[];
  setup: Pick<Setup, 'transport' | 'clock' | 'debug' | 'timeoutMs' | 'multicastTimeoutMs'>;
  /** Id of the clock that is set. */
  clockId: number;
  tickNs: number;
  seen: Seen;
  /** Local times: now, as of the last wait's end, and when the interfaces are looked at again. */
  nowNs: number;
  lookNs: number;
  /** When the groups were joined last. */
  joinedNs: number;
  /** Descriptor of the console, for what is logged; -1: nothing is. */
  log: number;
}

/** Waits after which it begins anew. */
const TURNS = 128;
const LOOK_NS = NSEC_PER_SEC;
/**
 * Microseconds, at most, by which a Delay_Req is late by chance: clocks that were switched on together have the same ticks, and
 * what all of them send at one would wait for one another in the switches.
 */
const REQUEST_SPREAD_US = 1000;

const CLOCK_MONOTONIC = 1;
const MSG_DONTWAIT = 0x40;
const MSG_ERRQUEUE = 0x2000;
const POLLIN = 1;
const POLLERR = 8;

/** Begins: opens what it needs. Gives the address of its room. @throws {Failure} something is not there */
export function* begin(sys: System, options: Options): Program {
  const setup = yield* setupOf(sys, options);
  const ports = setup.interfaces.length;
  if (ports === 0 || ports > MOST_PORTS) throw new Failure(`a clock has 1 to ${MOST_PORTS} ports, not ${ports}`);
  const room = yield* sys.malloc(Room.size);
  if (room === 0) throw new Failure(NO_MEMORY);
  yield* sys.store(room, new Uint8Array(Room.size));
  try {
    yield* keep(sys, room, yield* create(sys, room, setup));
  } catch (error) {
    yield* release(sys, room);
    throw error;
  }
  return room;
}

const NO_MEMORY = 'there is no memory for it';

function* create(sys: System, room: number, setup: Setup): Program<Daemon> {
  const { config, interfaces, transport, clock: path } = setup;
  const clockId = path === '' ? CLOCK_REALTIME : yield* openClock(sys, room, path);
  const ports: Port[] = [];
  const identities: { name: string; identity: string }[] = [];
  for (const name of interfaces) {
    const mac = yield* hardwareAddress(sys, name);
    if (mac === null) throw new Failure(`${name}: no address of its own: ${errnoName(yield* sys.errno())}`);
    identities.push({ name, identity: identityOf(mac) });
    const sockets = yield* openSockets(sys, room, name, transport, path !== '', !config.twoStep);
    ports.push({ name, up: true, ...sockets });
  }
  yield* storeAddresses(sys, room, transport);
  yield* storePolls(sys, room, ports);
  yield* catchSignals(sys, room);
  const param = yield* sys.alloc(64);
  yield* sys.store32(param, Number(yield* sys.config('CONFIG_NETUTILS_PTPD_SERVERPRIO')));
  yield* sys.sched_setparam(0, param);
  const nowNs = yield* localTime(sys, room);
  return {
    clock: createClock(config, identities),
    ports,
    setup,
    clockId,
    tickNs: 1000 * Number(yield* sys.config('CONFIG_USEC_PER_TICK')),
    seen: { multicast: -1, update: -1, adjustedNs: 0 },
    nowNs,
    lookNs: 0,
    joinedNs: nowNs,
    log: setup.debug ? yield* sys.open('/dev/console', O_WRONLY | O_CLOEXEC) : -1,
  };
}

/** Gives the memory back; what is open is closed as the task ends. */
export function* release(sys: System, room: number): Program<void> {
  yield* sys.free(yield* sys.load32(room + Text.address));
  yield* sys.free(room);
}

/** The id of a device's clock. */
function* openClock(sys: System, room: number, path: string): Program {
  const fd = yield* sys.open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) throw new Failure(`${path}: ${errnoName(yield* sys.errno())}`);
  const clock = clockOf(fd);
  if ((yield* sys.clock_gettime(clock, room + Room.clock)) < 0) throw new Failure(`${path} is no clock`);
  return clock;
}

/** EUI-64 of an Ethernet address (IEEE 1588-2008, clause 7.5.2.2.2). */
function identityOf(mac: number): string {
  const digits = mac.toString(16).padStart(12, '0');
  return `${digits.slice(0, 6)}fffe${digits.slice(6)}`;
}

function* storePolls(sys: System, room: number, ports: readonly Port[]): Program<void> {
  for (const [i, { event, general }] of ports.entries()) {
    for (const [j, sd] of [event, general === event ? -1 : general].entries()) {
      const at = room + Room.polls + Poll.size * (2 * i + j);
      yield* sys.store32(at + Poll.fd, sd);
      yield* sys.store32(at + Poll.events, POLLIN);
    }
  }
}

/** Goes on for some turns; false: it was told to end. @throws {Failure} there is no memory for what it keeps */
export function* goOn(sys: System, room: number): Program<boolean> {
  const daemon = yield* kept(sys, room);
  const { clock, setup } = daemon;
  const shown: PtpShown = {
    program: 'ptpd',
    clock,
    device: setup.clock.replace(/^\/dev\//, ''),
    transport: setup.transport === 'l2' ? 'IEEE 802.3' : 'UDP/IPv4',
  };
  yield* sys.show(shown);
  const run = new Run(sys, room, daemon, shown.device);
  for (let turns = 0; turns < TURNS; turns++) {
    if (!(yield* run.turn())) return false;
  }
  yield* keep(sys, room, daemon);
  return true;
}

/** Address, length and room of the text. */
const Text = { address: Room.text, length: Room.text + 4, room: Room.text + 8 } as const;

function* keep(sys: System, room: number, daemon: Daemon): Program<void> {
  const text = jsonBytes(daemon);
  let address = yield* sys.load32(room + Text.address);
  if ((yield* sys.load32(room + Text.room)) < text.length) {
    const size = 2 * text.length;
    yield* sys.free(address);
    address = yield* sys.malloc(size);
    yield* sys.store32(room + Text.address, address);
    if (address === 0) throw new Failure(NO_MEMORY);
    yield* sys.store32(room + Text.room, size);
  }
  yield* sys.store32(room + Text.length, text.length);
  yield* sys.store(address, text);
}

function* kept(sys: System, room: number): Program<Daemon> {
  const address = yield* sys.load32(room + Text.address);
  return JSON.parse(textOf(yield* sys.load(address, yield* sys.load32(room + Text.length)))) as Daemon;
}

/** What a clock shows. */
function* timeOf(sys: System, room: number, clock: number): Program<Timespec> {
  yield* sys.clock_gettime(clock, room + Room.clock);
  const bytes = yield* sys.load(room + Room.clock, TIMESPEC_SIZE);
  return { sec: wide(bytes, 0), nsec: word(bytes, 8) };
}

function* localTime(sys: System, room: number): Program {
  const { sec, nsec } = yield* timeOf(sys, room, CLOCK_MONOTONIC);
  return sec * NSEC_PER_SEC + nsec;
}

/** struct msghdr with its buffer, as recvmsg is given it. */
function headerFor(room: number): Uint8Array {
  const words = [room + Room.name, ADDRESS_SIZE, room + Room.header + 28, 1, room + Room.control, CONTROL_SIZE, 0];
  return new Uint8Array(Int32Array.of(...words, room + Room.data, DATA_SIZE).buffer);
}

class Run {
  private readonly header: Uint8Array;

  constructor(
    private readonly sys: System,
    private readonly room: number,
    private readonly daemon: Daemon,
    private readonly device: string,
  ) {
    this.header = headerFor(room);
  }

  /** Waits for what comes, and does what is to be done. False: it was told to end. */
  *turn(): Program<boolean> {
    const { sys, room, daemon } = this;
    const { ports, clock } = daemon;
    const ready = yield* sys.poll(room + Room.polls, 2 * ports.length, this.waitMs());
    yield* sys.clock_gettime(CLOCK_MONOTONIC, room + Room.clock);
    const bytes = yield* sys.load(room, Room.polls);
    daemon.nowNs = wide(bytes, Room.clock) * NSEC_PER_SEC + word(bytes, Room.clock + 8);
    if (word(bytes, Flags.requests) !== 0) yield* this.answerRequests();
    if (word(bytes, Flags.stop) !== 0) return false;
    if (ready > 0) yield* this.serve(ready);
    if (daemon.nowNs >= daemon.lookNs) yield* this.look();
    if (daemon.nowNs >= nextDueNs(clock)) yield* this.perform(eventsFirst(due(clock, daemon.nowNs)));
    return true;
  }

  /** Milliseconds up to what is due next; poll takes a tick more than it is told. */
  private waitMs(): number {
    const { clock, nowNs, lookNs, tickNs } = this.daemon;
    const ns = Math.min(nextDueNs(clock), lookNs) - nowNs;
    return ns <= 0 ? 0 : Math.max(1, Math.ceil((ns - tickNs) / 1e6));
  }

  /** What a wait has found at so many sockets. */
  private *serve(ready: number): Program<void> {
    const { sys, room, daemon } = this;
    for (let i = 0; ready > 0 && i < 2 * daemon.ports.length; i++) {
      const events = yield* sys.load32(room + Room.polls + Poll.size * i + Poll.revents);
      if (events === 0) continue;
      ready--;
      const { event, general } = daemon.ports[i >> 1]!;
      const sd = i % 2 ? general : event;
      if (events & POLLERR) yield* this.sent(i >> 1, sd);
      if (events & POLLIN) yield* this.come(i >> 1, sd);
    }
  }

  /** Bytes that recvmsg has left in the room; below zero: it has none. */
  private *receive(sd: number, flags: number): Program {
    const { sys, room } = this;
    yield* sys.store(room + Room.header, this.header);
    return yield* sys.recvmsg(sd, room + Room.header, MSG_DONTWAIT | flags);
  }

  /** A message has come to a port. */
  private *come(port: number, sd: number): Program<void> {
    const { sys, room, daemon } = this;
    const { clock, nowNs, seen } = daemon;
    const length = yield* this.receive(sd, 0);
    if (length < 0) return;
    const bytes = yield* sys.load(room + Room.data, length);
    if (isForOthers(clock, port, bytes)) {
      seen.multicast = nowNs;
      return count(clock.ports[port]!.received, messageNames[typeOf(bytes)]);
    }
    const message = decode(bytes);
    if ('error' in message) return count(clock.ports[port]!.dropped, message.error);
    if (!(message.flags & Flag.Unicast)) seen.multicast = nowNs;
    const time = isEvent(message.type) ? yield* stamp(sys, room) : null;
    yield* this.perform(received(clock, port, message, time, nowNs, yield* sender(sys, room)));
  }

  /** A frame has left whose stamp somebody waits for. */
  private *sent(port: number, sd: number): Program<void> {
    const { sys, room, daemon } = this;
    const { clock, nowNs, setup } = daemon;
    const length = yield* this.receive(sd, MSG_ERRQUEUE);
    if (length < 0) return;
    const before = yield* headLength(sys, room, setup.transport === 'udp4');
    const message = decode(yield* sys.load(room + Room.data + before, Math.max(0, length - before)));
    const time = yield* stamp(sys, room);
    if (!('error' in message) && time) yield* this.perform(transmitted(clock, port, message, time, nowNs));
  }

  private *perform(effects: readonly Effect[]): Program<void> {
    const { sys, room, daemon } = this;
    for (const effect of effects) {
      switch (effect.do) {
        case 'send':
          yield* this.send(effect.port, effect.message, effect.to);
          break;
        case 'step':
          yield* this.adjusted(effect.ns, yield* step(sys, room, daemon.clockId, effect.ns));
          yield* this.log(`stepped by ${effect.ns} ns`);
          break;
        case 'adjtime':
          yield* this.adjusted(effect.ns, yield* push(sys, room, daemon.clockId, effect.ns));
          break;
        case 'frequency':
          yield* this.adjusted(0, yield* setFrequency(sys, room, daemon.clockId, effect.ppb));
          break;
        case 'sample': {
          const [sec, nsec] = parts(effect.offsetNs);
          yield* sys.note(Note.ptp_offset, sec, nsec, Math.round(effect.delayNs), effect.port + 1);
          yield* this.noteClock();
          break;
        }
        case 'delay': {
          const [sec, nsec] = parts(effect.ns);
          yield* sys.note(Note.ptp_delay, sec, nsec, effect.way, effect.port + 1);
          break;
        }
        case 'state':
          yield* sys.note(Note.ptp_state, effect.port + 1, effect.from, effect.to);
          yield* this.log(`${daemon.ports[effect.port]!.name}: ${this.change(effect)}`);
          break;
      }
    }
  }

  private change({ port, from, to }: { port: number; from: PortState; to: PortState }): string {
    return `${stateNames[from]} to ${stateNames[to]}: ${this.daemon.clock.ports[port]!.decision.text}`;
  }

  private *send(port: number, message: Message, to: number | null): Program<void> {
    const { sys, room, daemon } = this;
    const { setup, ports, clock } = daemon;
    const { event, general } = ports[port]!;
    if (message.type === MessageType.Sync && !clock.config.hardware && !(message.flags & Flag.TwoStep)) {
      // Nobody else writes the time into it.
      message.origin = yield* timeOf(sys, room, daemon.clockId);
    }
    if (message.type === MessageType.DelayReq) yield* sys.up_udelay(partOf(clock.ports[port]!, REQUEST_SPREAD_US));
    const bytes = encode(message);
    if (bytes.length > DATA_SIZE) return yield* this.log(`${ports[port]!.name}: a message is too long for a frame`);
    yield* sys.store(room + Room.data, bytes);
    if (to !== null) yield* sys.store(room + UNICAST, unicastAddress(to, message.type));
    const address = room + (to === null ? destination(message.type) : UNICAST);
    const sd = isEvent(message.type) ? event : general;
    const result = yield* sys.sendto(sd, room + Room.data, bytes.length, 0, address, addressSize(setup.transport));
    if (result < 0) yield* this.log(`${ports[port]!.name}: sendto failed: ${errnoName(yield* sys.errno())}`);
    // A slave's true offset is the difference to what its master logs.
    if (message.type === MessageType.Sync) yield* this.noteClock();
  }

  private *noteClock(): Program<void> {
    yield* this.sys.noteClock(this.device, Math.round(this.daemon.clock.servo.frequencyPpb * 1000));
  }

  private *adjusted(ns: number, result: number): Program<void> {
    const { sys, daemon } = this;
    if (result < 0) return yield* this.log(`the clock cannot be set: ${errnoName(yield* sys.errno())}`);
    daemon.seen.update = daemon.nowNs;
    daemon.seen.adjustedNs = ns;
  }

  /** Looks whether the interfaces can be used, and whether anything is to be heard of them. */
  private *look(): Program<void> {
    const { sys, room, daemon } = this;
    const { ports, setup, clock, nowNs } = daemon;
    daemon.lookNs = nowNs + LOOK_NS;
    for (const [i, port] of ports.entries()) {
      const up = yield* isUsable(sys, room, port.name, port.event, setup.transport);
      if (up === port.up) continue;
      port.up = up;
      yield* this.log(`${port.name}: ${up ? 'up' : 'down'}`);
      yield* this.perform(linkChanged(clock, i, up, nowNs));
    }
    const lastNs = Math.max(daemon.seen.multicast, daemon.joinedNs);
    if (setup.multicastTimeoutMs === 0 || nowNs - lastNs < setup.multicastTimeoutMs * 1e6) return;
    daemon.joinedNs = nowNs;
    for (const port of ports) yield* rejoin(sys, room, port.name, port);
  }

  private *answerRequests(): Program<void> {
    const { sys, room, daemon } = this;
    const { clock, seen, nowNs, setup } = daemon;
    const realtime = yield* timeOf(sys, room, CLOCK_REALTIME);
    yield* answerRequests(sys, room, statusOf(clock as Clock, seen, nowNs, realtime, setup.timeoutMs));
  }

  private *log(text: string): Program<void> {
    const { sys, room, daemon } = this;
    if (daemon.log < 0) return;
    const line = latin1(`ptpd: ${text.replaceAll('…', '..')}\n`);
    yield* sys.store(room + Room.data, line);
    yield* sys.write(daemon.log, room + Room.data, line.length);
  }
}

/** As IEEE 1588 writes them: PRE_MASTER. */
const stateNames = Object.fromEntries(
  Object.entries(PortState).map(([name, state]) => [state, name.replace(/(?<=[a-z])(?=[A-Z])/, '_').toUpperCase()]),
) as Record<PortState, string>;

/** What has to wait for another frame to leave would have left later than its software stamp says. */
function eventsFirst(effects: readonly Effect[]): readonly Effect[] {
  if (effects.length < 2) return effects;
  const isFirst = (effect: Effect) => effect.do === 'send' && isEvent(effect.message.type);
  return [...effects.filter(isFirst), ...effects.filter((effect) => !isFirst(effect))];
}

/** As events of the log have nanoseconds: the second part is never below zero. */
function parts(ns: number): [sec: number, nsec: number] {
  const whole = Math.round(ns);
  const sec = Math.floor(whole / NSEC_PER_SEC);
  return [sec, whole - sec * NSEC_PER_SEC];
}
