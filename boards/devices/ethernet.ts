/**
 * An Ethernet controller with its port: sends what is in its ring one frame after the other, as fast as the cable is, and
 * puts what comes for the board into its other ring, from which the driver takes it in an interrupt.
 */
import {
  carrierChanged,
  frameReceived,
  frameSent,
  interfaceOf,
  netdev_register,
  type OutFrame,
} from '../../kernel/net/netdev';
import { get16, get48 } from '../../kernel/net/bytes';
import { isGroupMac, macText, MAC_BROADCAST } from '../../kernel/net/address';
import { hardwareNow, hardwareState, schedule, type FrameOutput } from '../../kernel/hardware';
import { raiseInterrupt } from '../../kernel/irq';
import { Note, type Kernel } from '../../kernel/kernel';
import type { Stamp } from '../../kernel/net/state';
import type { Device, DeviceView } from '../device';

export interface EthernetOptions {
  irq: number;
  /** Of the first board of a bench; the others have the ones that follow. */
  mac: number;
  /** Frames that each ring holds. */
  txRing: number;
  rxRing: number;
}

interface EthernetState {
  /** Of the cable, and what is at its other end; 0 for no link. */
  bitsPerSecond: number;
  up: boolean;
  promiscuous: boolean;
  /** Group addresses that are let in. */
  groups: number[];
  tx: OutFrame[];
  /** The first of them is on the wire. */
  sending: boolean;
  /** Exact time since power on, in nanoseconds, before which no frame can begin. */
  freeNs: number;
  rx: { bytes: Uint8Array; stamp: Stamp }[];
  counts: { sent: number; received: number; overruns: number; damaged: number };
}

/** Bytes on the wire beside the frame: preamble and start delimiter, check sequence, and the gap behind it. */
const PREAMBLE = 8;
const CHECK = 4;
const GAP = 12;
const SHORTEST = 60;
const Event = { Begin: 0, End: 1 } as const;

export function ethernet(name: string, options: EthernetOptions): Device {
  const { irq, mac, txRing, rxRing } = options;
  const stateOf = (k: Kernel) => hardwareState<EthernetState>(k, name);
  const ownMac = (k: Kernel) => mac + k.state.settings.place;

  /** The next frame begins, as soon as the gap behind the last one is over. */
  function begin(k: Kernel): void {
    const s = stateOf(k);
    if (s.sending || s.tx.length === 0) return;
    s.sending = true;
    const { cpuHz } = k.state.settings;
    schedule(k, name, Math.max(hardwareNow(k), Math.ceil((s.freeNs * cpuHz) / 1e9)), Event.Begin);
  }

  function sendFirst(k: Kernel): void {
    const s = stateOf(k);
    const { cpuHz } = k.state.settings;
    if (s.bitsPerSecond === 0) return drop(k);
    const frame = s.tx[0]!;
    const bytes = padded(frame.bytes);
    const byteNs = 8e9 / s.bitsPerSecond;
    // The gap may end within a cycle.
    const beginNs = Math.max(s.freeNs, ((hardwareNow(k) - 1) * 1e9) / cpuHz);
    const startNs = beginNs + PREAMBLE * byteNs;
    s.freeNs = beginNs + (PREAMBLE + bytes.length + CHECK + GAP) * byteNs;
    s.counts.sent++;
    log(k, Note.net_send, frame.pid, 'out', bytes, startNs);
    k.onOutput(name, { type: 'frame', bytes, startNs }, hardwareNow(k));
    frameSent(k, name, frame, { hardware: null, software: null });
    schedule(k, name, Math.ceil((s.freeNs * cpuHz) / 1e9), Event.End);
  }

  /** Without a cable nothing leaves. */
  function drop(k: Kernel): void {
    const s = stateOf(k);
    interfaceOf(k, name).counts.txDropped += s.tx.length;
    s.tx = [];
    s.sending = false;
  }

  function log(k: Kernel, note: number, pid: number, direction: 'in' | 'out', bytes: Uint8Array, atNs: number): void {
    k.notes.add(Math.floor(atNs), note, pid, interfaceOf(k, name).index, bytes.length, get16(bytes, 12));
    k.onFrame(name, direction, bytes, atNs);
  }

  function receive(k: Kernel, { bytes, startNs, damaged }: FrameOutput): void {
    const s = stateOf(k);
    if (!s.up) return;
    if (damaged) {
      s.counts.damaged++;
      interfaceOf(k, name).counts.rxErrors++;
      return;
    }
    const to = get48(bytes, 0);
    const isWanted =
      s.promiscuous || to === ownMac(k) || to === MAC_BROADCAST || (isGroupMac(to) && s.groups.includes(to));
    if (!isWanted) return;
    log(k, Note.net_receive, k.state.onCpu, 'in', bytes, startNs);
    if (s.rx.length >= rxRing) {
      s.counts.overruns++;
      interfaceOf(k, name).counts.rxDropped++;
      return;
    }
    s.counts.received++;
    s.rx.push({ bytes, stamp: { hardware: null, software: null } });
    raiseInterrupt(k, irq);
  }

  return {
    name,
    kind: 'ethernet',
    state: initialState(),
    irq: {
      number: irq,
      handler: (k) => {
        const s = stateOf(k);
        const frames = s.rx;
        s.rx = [];
        for (const { bytes, stamp } of frames) frameReceived(k, name, bytes, stamp);
      },
    },
    net: {
      mac,
      transmit: (k, frame) => {
        const s = stateOf(k);
        if (s.tx.length >= txRing) return false;
        s.tx.push(frame);
        begin(k);
        return true;
      },
      setUp: (k, on) => {
        stateOf(k).up = on;
      },
      setFilter: (k, groups, promiscuous) => {
        Object.assign(stateOf(k), { groups: [...groups], promiscuous });
      },
    },
    start: (k) => {
      netdev_register(k, 'eth0', name, ownMac(k));
      if (stateOf(k).bitsPerSecond > 0) carrierChanged(k, name, true);
    },
    kept: (k) => ({ bitsPerSecond: stateOf(k).bitsPerSecond }),
    event: (k, what) => {
      if (what === Event.Begin) return sendFirst(k);
      const s = stateOf(k);
      s.tx.shift();
      s.sending = false;
      begin(k);
    },
    input: (k, value) => {
      if (value.type === 'frame') return receive(k, value);
      if (value.type !== 'carrier') throw new Error(`${name} is a network port: it takes frames, no ${value.type}.`);
      stateOf(k).bitsPerSecond = value.bitsPerSecond;
      carrierChanged(k, name, value.bitsPerSecond > 0);
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
  ...{ bitsPerSecond: 0, up: false, promiscuous: false, groups: [] },
  ...{ tx: [], sending: false, freeNs: 0, rx: [] },
  counts: { sent: 0, received: 0, overruns: 0, damaged: 0 },
});

function view({ bitsPerSecond, tx, rx, counts }: EthernetState, mac: number): DeviceView {
  return {
    registers: [
      { name: 'TXLEVEL', value: tx.length, bits: 8 },
      { name: 'RXLEVEL', value: rx.length, bits: 8 },
      { name: 'RXOVERRUN', value: counts.overruns, bits: 32 },
      { name: 'RXCRC', value: counts.damaged, bits: 32 },
    ],
    controls: [
      { type: 'text', label: 'Address', text: macText(mac) },
      {
        type: 'text',
        label: 'Link',
        text: bitsPerSecond > 0 ? `${bitsPerSecond / 1e6} Mbit/s, full duplex` : 'no cable',
      },
      { type: 'text', label: 'Sent', text: `${counts.sent} frames` },
      { type: 'text', label: 'Received', text: `${counts.received} frames` },
    ],
  };
}
