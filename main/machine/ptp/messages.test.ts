import { describe, expect, it } from 'vitest';
import { encode } from '../../../boards/apps/ptpd/encode';
import { type Body, type Header, MessageType } from '../../../boards/apps/ptpd/messages';
import { Capture } from '../capture';
import { type Ends, messagesBetween } from './messages';

const MASTER = { clock: '00000000000000aa', port: 1 };
const SLAVE = { clock: '00000000000000bb', port: 2 };
const OTHER = { clock: '00000000000000cc', port: 1 };
const zero = { sec: 0, nsec: 0 };
const header: Omit<Header, 'source' | 'sequence'> = {
  ...{ majorSdoId: 0, version: 2, minorVersion: 1, domain: 0, minorSdoId: 0, flags: 0, correction: 0n },
  ...{ typeSpecific: 0, control: 0, logInterval: 0 },
};
const ends: Ends = { own: SLAVE, interface: 'slave/eth0', master: MASTER, masterBoard: 'master' };

function ethernet(bytes: Uint8Array): Uint8Array {
  return Uint8Array.of(1, 0x1b, 0x19, 0, 0, 0, 2, 0, 0, 0, 0, 1, 0x88, 0xf7, ...bytes, ...new Uint8Array(6));
}
function udp(bytes: Uint8Array, port: number): Uint8Array {
  const ip = [0x45, 0, 0, 28 + bytes.length, 0, 0, 0, 0, 1, 17, 0, 0, 10, 0, 0, 1, 224, 0, 1, 129];
  return Uint8Array.of(...new Uint8Array(12), 8, 0, ...ip, 0, 99, port >> 8, port & 255, 0, 0, 0, 0, ...bytes);
}

function captured(wrap: (bytes: Uint8Array, isEvent: boolean) => Uint8Array) {
  const boards = ['master', 'slave', 'other'].map((name) => ({ name, ports: ['eth0', 'lo'] }));
  const capture = new Capture(boards);
  let event = 0;
  const pass = (
    place: number,
    direction: 'in' | 'out',
    timeNs: number,
    source: typeof MASTER,
    sequence: number,
    body: Body,
    correction = 0n,
  ) => {
    const bytes = encode({ ...header, correction, source, sequence, ...body, tlvs: [] });
    capture.add(place, 'eth0', direction, wrap(bytes, body.type < 8), timeNs, event++);
  };
  return { capture, pass };
}

describe.each([
  ['Ethernet', ethernet],
  ['UDP', (bytes: Uint8Array, isEvent: boolean) => udp(bytes, isEvent ? 319 : 320)],
])('messages over %s', (_, wrap) => {
  it('are those of the two, each with when it was sent and when it came', () => {
    const { capture, pass } = captured(wrap);
    const sync: Body = { type: MessageType.Sync, origin: zero };
    pass(0, 'out', 100, MASTER, 5, sync);
    pass(1, 'in', 150, MASTER, 5, sync, 20n << 16n);
    pass(2, 'in', 160, MASTER, 5, sync);
    pass(0, 'out', 170, MASTER, 5, { type: MessageType.FollowUp, preciseOrigin: zero });
    pass(2, 'out', 180, OTHER, 5, { type: MessageType.DelayReq, origin: zero });
    pass(1, 'out', 200, SLAVE, 9, { type: MessageType.DelayReq, origin: zero });
    pass(2, 'in', 230, SLAVE, 9, { type: MessageType.DelayReq, origin: zero });
    pass(0, 'in', 240, SLAVE, 9, { type: MessageType.DelayReq, origin: zero });
    pass(0, 'out', 250, MASTER, 5, { type: MessageType.DelayResp, receive: zero, requesting: OTHER });
    pass(0, 'out', 260, MASTER, 9, { type: MessageType.DelayResp, receive: zero, requesting: SLAVE });
    pass(1, 'in', 310, MASTER, 9, { type: MessageType.DelayResp, receive: zero, requesting: SLAVE });
    expect(messagesBetween(capture, ends, 10)).toEqual([
      { packet: 1, type: 'Sync', sequence: 5, fromMaster: true, sentNs: 100, receivedNs: 150, correctionNs: 20 },
      { packet: 4, type: 'Follow_Up', sequence: 5, fromMaster: true, sentNs: 170, receivedNs: null, correctionNs: 0 },
      { packet: 6, type: 'Delay_Req', sequence: 9, fromMaster: false, sentNs: 200, receivedNs: 240, correctionNs: 0 },
      { packet: 10, type: 'Delay_Resp', sequence: 9, fromMaster: true, sentNs: 260, receivedNs: 310, correctionNs: 0 },
    ]);
    expect(messagesBetween(capture, ends, 2).map(({ type }) => type)).toEqual(['Delay_Req', 'Delay_Resp']);
  });

  it('with a neighbour are there without a master', () => {
    const { capture, pass } = captured(wrap);
    pass(1, 'out', 10, SLAVE, 1, { type: MessageType.PdelayReq, origin: zero });
    pass(2, 'in', 20, SLAVE, 1, { type: MessageType.PdelayReq, origin: zero });
    pass(1, 'in', 40, OTHER, 1, { type: MessageType.PdelayResp, requestReceipt: zero, requesting: SLAVE });
    pass(0, 'out', 50, MASTER, 1, { type: MessageType.Sync, origin: zero });
    const found = messagesBetween(capture, { ...ends, master: null, masterBoard: null }, 10);
    expect(found.map(({ type, sentNs, receivedNs }) => [type, sentNs, receivedNs])).toEqual([
      ['Pdelay_Req', 10, 20],
      ['Pdelay_Resp', null, 40],
    ]);
  });
});

it('frames that are no messages are passed over', () => {
  const { capture } = captured(ethernet);
  capture.add(0, 'eth0', 'out', Uint8Array.of(1, 2, 3), 1, 1);
  capture.add(0, 'eth0', 'out', ethernet(new Uint8Array(10)), 2, 2);
  capture.add(0, 'eth0', 'out', udp(new Uint8Array(44), 321), 3, 3);
  capture.add(0, 'eth0', 'out', new Uint8Array(60).fill(0xff), 4, 4);
  expect(messagesBetween(capture, ends, 10)).toEqual([]);
});
