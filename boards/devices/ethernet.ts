/**
 * An Ethernet controller with its port: sends what is in its ring one frame after the other, as fast as the cable is, and
 * puts what comes for the board into its other ring. Its driver hears of both in one interrupt. Frames are stamped as the
 * end of their start delimiter passes the port; what PTP messages of one-step clocks say of that time is written then.
 */
import {
  carrierChanged,
  frameLost,
  frameReceived,
  frameSent,
  interfaceOf,
  netdev_register,
  type OutFrame,
} from '../../kernel/net/netdev';
import { get16, get48 } from '../../kernel/net/bytes';
import { isGroupMac, macText, MAC_BROADCAST } from '../../kernel/net/address';
import { subtract, timespecOf, type Timespec } from '../../kernel/clock/timespec';
import {
  cycleFrom,
  hardwareNow,
  hardwareNs,
  hardwareState,
  schedule,
  unschedule,
  type FrameOutput,
} from '../../kernel/hardware';
import { raiseInterrupt } from '../../kernel/irq';
import { cyclesToNs, Note, type Kernel } from '../../kernel/kernel';
import { StampReceived, StampSent } from '../../kernel/net/state';
import { softwareStamp } from '../../kernel/net/timestamp';
import type { Device, DeviceView } from '../device';
import { CHECK, GAP, LONGEST, PREAMBLE, SHORTEST } from '../net/link';
import { stampInFrame } from '../net/onestep';
import { ptpTime } from './ptpclock';

export interface EthernetOptions {
  irq: number;
  /** Of the first board of a bench; the others have the ones that follow. */
  mac: number;
  /** Frames that each ring holds. */
  txRing: number;
  rxRing: number;
  /** Name of the PTP clock that stamps frames. */
  clock: string;
}

/** A frame of the ring that sends, and when its driver put it there. */
interface Outgoing {
  frame: OutFrame;
  software: Timespec;
  /** When the PTP clock saw it pass the port; null: it has not yet, or nobody is to be told. */
  hardware: Timespec | null;
}

interface EthernetState {
  /** Of the cable, and what is at its other end; 0 for no link. */
  bitsPerSecond: number;
  up: boolean;
  /** Group addresses that are let in. */
  groups: number[];
  /** Those that have passed the port stay until the driver has heard of it; one more may be on the wire. */
  tx: Outgoing[];
  sent: number;
  working: boolean;
  /** The first of those that wait begins then, or is on the wire until then. */
  busy: 'waiting' | 'sending' | null;
  /** Exact time since power on, in nanoseconds, before which no frame can begin. */
  freeNs: number;
  rx: { bytes: Uint8Array; hardware: Timespec | null; lateNs: number }[];
  counts: Counts;
}

interface Counts {
  sent: number;
  sentBytes: number;
  received: number;
  receivedBytes: number;
  /** No room in the ring; a check sequence that does not fit; shorter or longer than frames are; for somebody else. */
  overruns: number;
  damaged: number;
  malformed: number;
  filtered: number;
}

/** Destination, source and type. */
const HEADER = 14;
const Event = { Begin: 0, End: 1 } as const;

export function ethernet(name: string, options: EthernetOptions): Device {
  const { irq, mac, txRing, rxRing, clock } = options;
  const stateOf = (k: Kernel) => hardwareState<EthernetState>(k, name);
  const ownMac = (k: Kernel) => mac + k.state.settings.place;

  /** The next frame of the ring begins, now or as soon as the gap behind the last one is over. */
  function sendNext(k: Kernel): void {
    const s = stateOf(k);
    if (s.busy !== null || s.sent === s.tx.length) return;
    const begin = cycleFrom(k, s.freeNs);
    if (begin <= hardwareNow(k)) return send(k, Math.max(s.freeNs, hardwareNs(k)));
    s.busy = 'waiting';
    schedule(k, name, begin, Event.Begin);
  }

  /** The next frame begins, at an exact time that may lie within a cycle. */
  function send(k: Kernel, beginNs: number): void {
    const s = stateOf(k);
    const next = s.tx[s.sent]!;
    const whole = padded(next.frame.bytes);
    const byteNs = 8e9 / s.bitsPerSecond;
    const startNs = beginNs + PREAMBLE * byteNs;
    s.busy = 'sending';
    s.freeNs = beginNs + (PREAMBLE + whole.length + CHECK + GAP) * byteNs;
    s.counts.sent++;
    s.counts.sentBytes += whole.length;
    const { tx } = interfaceOf(k, name).stamping;
    const time = ptpTime(k, clock, startNs);
    const stamped = tx >= StampSent.OneStepSync ? stampInFrame(whole, tx === StampSent.OneStepPeer, time) : null;
    const bytes = stamped ?? whole;
    next.hardware = tx === StampSent.Off || stamped ? null : time;
    log(k, Note.net_send, next.frame.pid, 'out', bytes, startNs);
    schedule(k, name, cycleFrom(k, s.freeNs), Event.End);
    k.onOutput(name, { type: 'frame', bytes, startNs }, hardwareNow(k));
  }

  /** The gap behind a frame is over. */
  function ended(k: Kernel): void {
    const s = stateOf(k);
    s.busy = null;
    s.sent++;
    raiseInterrupt(k, irq);
    // The next one follows at once, though that may lie within a cycle.
    if (s.sent < s.tx.length) send(k, s.freeNs);
  }

  /** What has not begun yet never leaves. */
  function dropWaiting(k: Kernel): void {
    const s = stateOf(k);
    if (s.busy === 'waiting') {
      unschedule(k, name, Event.Begin);
      s.busy = null;
    }
    for (const { frame } of s.tx.splice(s.busy === 'sending' ? s.sent + 1 : s.sent)) frameLost(k, name, frame);
    noteWork(k);
  }

  /** It is at work as long as there is something in its ring, also what the driver has yet to hear of. */
  function noteWork(k: Kernel): void {
    const s = stateOf(k);
    const isWorking = s.tx.length > 0;
    if (isWorking !== s.working) k.state.transmitters += isWorking ? 1 : -1;
    s.working = isWorking;
  }

  function log(k: Kernel, note: number, pid: number, direction: 'in' | 'out', bytes: Uint8Array, atNs: number): void {
    const now = cyclesToNs(k.state, hardwareNow(k));
    k.notes.add(now, note, pid, interfaceOf(k, name).index, bytes.length, get16(bytes, 12));
    k.onFrame(name, direction, bytes, atNs, k.notes.count - 1);
  }

  /** The last bit of a frame has come. */
  function receive(k: Kernel, { bytes, startNs, damaged, lateNs = 0 }: FrameOutput): void {
    const { up, bitsPerSecond, rx, counts } = stateOf(k);
    if (!up || bitsPerSecond === 0) return;
    if (damaged || bytes.length < HEADER || bytes.length > LONGEST) {
      counts[damaged ? 'damaged' : 'malformed']++;
      interfaceOf(k, name).counts.rxErrors++;
      return;
    }
    if (!isWanted(k, get48(bytes, 0))) {
      counts.filtered++;
      return;
    }
    log(k, Note.net_receive, k.state.onCpu, 'in', bytes, startNs);
    if (rx.length >= rxRing) {
      counts.overruns++;
      interfaceOf(k, name).counts.rxDropped++;
      return;
    }
    counts.received++;
    counts.receivedBytes += bytes.length;
    const isStamped = interfaceOf(k, name).stamping.rx !== StampReceived.None;
    rx.push({ bytes, hardware: isStamped ? ptpTime(k, clock, startNs) : null, lateNs });
    raiseInterrupt(k, irq);
  }

  function isWanted(k: Kernel, to: number): boolean {
    const { groups } = stateOf(k);
    return to === interfaceOf(k, name).mac || to === MAC_BROADCAST || (isGroupMac(to) && groups.includes(to));
  }

  /** The driver: it hands on what has come, and takes back what has left. */
  function interrupt(k: Kernel): void {
    const s = stateOf(k);
    const sent = s.tx.splice(0, s.sent);
    s.sent = 0;
    for (const { frame, hardware, software } of sent) frameSent(k, name, frame, { hardware, software });
    const received = s.rx;
    s.rx = [];
    for (const { bytes, hardware, lateNs } of received) {
      // What the host has held back has its stamps from when it came there.
      const now = softwareStamp(k);
      const software = lateNs === 0 ? now : subtract(now, timespecOf(Math.round(lateNs)));
      frameReceived(k, name, bytes, { hardware, software });
    }
    noteWork(k);
  }

  function setCarrier(k: Kernel, bitsPerSecond: number): void {
    stateOf(k).bitsPerSecond = bitsPerSecond;
    if (bitsPerSecond === 0) dropWaiting(k);
    carrierChanged(k, name, bitsPerSecond > 0);
  }

  return {
    name,
    kind: 'ethernet',
    state: initialState(),
    irq: { number: irq, handler: interrupt },
    net: {
      mac,
      transmit(k, frame) {
        const s = stateOf(k);
        if (s.tx.length >= txRing) return false;
        // Without a cable, nothing leaves.
        if (s.bitsPerSecond === 0) frameLost(k, name, frame);
        else s.tx.push({ frame, software: softwareStamp(k), hardware: null });
        noteWork(k);
        sendNext(k);
        return true;
      },
      setUp(k, on) {
        const s = stateOf(k);
        s.up = on;
        if (on) return;
        s.rx = [];
        dropWaiting(k);
      },
      setFilter(k, groups) {
        stateOf(k).groups = [...groups];
      },
    },
    start(k) {
      netdev_register(k, name, name, ownMac(k));
      if (stateOf(k).bitsPerSecond > 0) carrierChanged(k, name, true);
    },
    /** What is on the wire leaves all the same. */
    kept(k) {
      const { bitsPerSecond, freeNs, counts } = stateOf(k);
      return { bitsPerSecond, freeNs, counts };
    },
    event: (k, what) => (what === Event.Begin ? send(k, stateOf(k).freeNs) : ended(k)),
    input(k, value) {
      if (value.type === 'frame') receive(k, value);
      else if (value.type === 'carrier') setCarrier(k, value.bitsPerSecond);
      else throw new Error(`${name} is a network port: it takes frames, no ${value.type}.`);
    },
    view: (k) => view(stateOf(k), ownMac(k)),
  };
}

function padded(bytes: Uint8Array): Uint8Array {
  if (bytes.length >= SHORTEST) return bytes;
  const full = new Uint8Array(SHORTEST);
  full.set(bytes);
  return full;
}

const initialState = (): EthernetState => ({
  ...{ bitsPerSecond: 0, up: false, groups: [] },
  ...{ tx: [], sent: 0, working: false, busy: null, freeNs: 0, rx: [] },
  counts: {
    ...{ sent: 0, sentBytes: 0, received: 0, receivedBytes: 0 },
    ...{ overruns: 0, damaged: 0, malformed: 0, filtered: 0 },
  },
});

function view(s: EthernetState, mac: number): DeviceView {
  const { bitsPerSecond, up, groups, tx, rx, counts } = s;
  const speed = bitsPerSecond > 0 ? `${bitsPerSecond / 1e6} Mbit/s, full duplex` : 'no cable';
  const dropped = [
    ...(counts.overruns > 0 ? [`${counts.overruns} overrun`] : []),
    ...(counts.damaged > 0 ? [`${counts.damaged} damaged`] : []),
    ...(counts.malformed > 0 ? [`${counts.malformed} too short or long`] : []),
    ...(counts.filtered > 0 ? [`${counts.filtered} for others`] : []),
  ];
  const text = (label: string, value: string) => ({ type: 'text', label, text: value }) as const;
  return {
    registers: [
      { name: 'LINK', value: Number(bitsPerSecond > 0), bits: 1 },
      { name: 'TXLEVEL', value: tx.length, bits: 8 },
      { name: 'RXLEVEL', value: rx.length, bits: 8 },
      { name: 'RXOVERRUN', value: counts.overruns, bits: 32 },
      { name: 'RXCRC', value: counts.damaged, bits: 32 },
      { name: 'RXLENGTH', value: counts.malformed, bits: 32 },
    ],
    controls: [
      text('Address', macText(mac)),
      text('Link', up ? speed : `${speed}; down`),
      text('Filter', [...groups.map(macText), 'broadcast'].join(', ')),
      text('Sent', `${counts.sent} frames, ${counts.sentBytes} bytes`),
      text('Received', `${counts.received} frames, ${counts.receivedBytes} bytes`),
      text('Not received', dropped.join(', ') || 'none'),
    ],
  };
}
