import { expect, test } from 'vitest';
import { Action, answer, ManagementError } from './management';
import { Flag, MessageType, type Message } from './messages';
import { CLOCK_IDENTITY as IDENTITY, ptp4lClock as clockOf } from './testing';
import { managementOf, managementTlv, TlvType } from './tlv';

function request(id: number, action: number = Action.Get, data: readonly number[] = []): Message & { type: 0xd } {
  return {
    majorSdoId: 0,
    version: 2,
    minorVersion: 1,
    domain: 0,
    minorSdoId: 0,
    flags: 0,
    correction: 0n,
    typeSpecific: 0,
    source: { clock: '9a7812fffe058cf0', port: 1 },
    sequence: 7,
    control: 4,
    logInterval: 0x7f,
    type: MessageType.Management,
    target: { clock: 'ffffffffffffffff', port: 0xffff },
    startingBoundaryHops: 3,
    boundaryHops: 1,
    action,
    tlvs: [managementTlv({ id, data: Uint8Array.from(data) })],
  };
}

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

function errorOf(message: Message | undefined): [error: number, id: number] {
  const { type, value } = message!.tlvs[0]!;
  expect(type).toBe(TlvType.ManagementErrorStatus);
  expect(value.length).toBe(8);
  return [(value[0]! << 8) | value[1]!, (value[2]! << 8) | value[3]!];
}

const dataOf = (message: Message | undefined) => Array.from(managementOf(message!.tlvs[0]!)!.data);

test('data sets hold what the clock has: signs, scales and flags', () => {
  const clock = clockOf();
  clock.currentDS = { stepsRemoved: 2, offsetFromMaster: -1.5, meanPathDelay: 1e20 };
  Object.assign(clock.timePropertiesDS, { leap59: true, currentUtcOffsetValid: true, frequencyTraceable: true });
  clock.timePropertiesDS.currentUtcOffset = -2;
  clock.ports[0]!.ds.logSyncInterval = -3;
  expect(dataOf(answer(clock, 0, request(0x2001))[0])).toEqual([
    0, 2, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfe, 0x80, 0, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
  ]);
  expect(dataOf(answer(clock, 0, request(0x2003))[0])).toEqual([0xff, 0xfe, 0b10_0110, 0x20]);
  expect(dataOf(answer(clock, 0, request(0x200b))[0])).toEqual([0xfd, 0]);
  expect(dataOf(answer(clock, 0, request(0x2011))[0])).toEqual([0xff, 0xfe, 0b110, 0]);
  expect(dataOf(answer(clock, 0, request(0x2012))[0])).toEqual([0x20, 0]);
});

test('CLOCK_DESCRIPTION says what kind of clock it is, and which', () => {
  const [ordinary] = answer(clockOf(), 0, request(1));
  const bytes = dataOf(ordinary);
  expect(bytes.length % 2).toBe(0);
  expect(bytes.slice(0, 2)).toEqual([0x80, 0]);
  expect(String.fromCharCode(...bytes)).toContain('Tickscope;ptpd;');
  expect(hex(Uint8Array.from(bytes))).toContain('0006ca1e531d06dc');
  const boundary = clockOf(2);
  boundary.ports[1]!.identity = '020000fffe000002';
  const [first, second] = answer(boundary, 0, request(1)).map(dataOf);
  expect(first!.slice(0, 2)).toEqual([0x40, 0]);
  expect(hex(Uint8Array.from(second!))).toContain('0006020000000002');
});

test('each port that is asked answers for itself, and the clock answers once, by the port that it was asked by', () => {
  const clock = clockOf(3);
  const sources = (message: Message) => answer(clock, 1, message).map(({ source }) => source.port);
  expect(sources(request(0x2004))).toEqual([1, 2, 3]);
  expect(sources({ ...request(0x2004), target: { clock: IDENTITY, port: 3 } })).toEqual([3]);
  expect(sources(request(0x2000))).toEqual([2]);
  expect(sources({ ...request(0x2000), target: { clock: IDENTITY, port: 4 } })).toEqual([]);
});

test('an answer goes back to who has asked, as far as the request has come', () => {
  const [message] = answer(clockOf(), 0, { ...request(0x2005), flags: Flag.Unicast | Flag.TwoStep, correction: 5n });
  expect(message).toMatchObject({
    source: { clock: IDENTITY, port: 1 },
    target: { clock: '9a7812fffe058cf0', port: 1 },
    sequence: 7,
    action: Action.Response,
    flags: Flag.Unicast,
    correction: 0n,
    startingBoundaryHops: 3,
    boundaryHops: 3,
  });
});

test('priority1 and priority2 can be set, and nothing else', () => {
  const clock = clockOf();
  expect(dataOf(answer(clock, 0, request(0x2005, Action.Set, [7, 0]))[0])).toEqual([7, 0]);
  expect(dataOf(answer(clock, 0, request(0x2006, Action.Set, [255, 0]))[0])).toEqual([255, 0]);
  expect(clock.defaultDS).toMatchObject({ priority1: 7, priority2: 255 });
  expect(clock.config).toMatchObject({ priority1: 7, priority2: 255 });
  const before = structuredClone(clock);
  const error = (id: number, action: number, data: number[]) => errorOf(answer(clock, 0, request(id, action, data))[0]);
  expect(error(0x2005, Action.Set, [1])).toEqual([ManagementError.WrongLength, 0x2005]);
  expect(error(0x2005, Action.Set, [])).toEqual([ManagementError.WrongLength, 0x2005]);
  expect(error(0x2007, Action.Set, [1, 0])).toEqual([ManagementError.NotSetable, 0x2007]);
  expect(error(0x200b, Action.Set, [1, 0])).toEqual([ManagementError.NotSetable, 0x200b]);
  expect(clock).toEqual(before);
});

test('what is not there is an error: of the standard, of somebody else, commands', () => {
  const clock = clockOf();
  const error = (id: number, action: number) => errorOf(answer(clock, 0, request(id, action))[0]);
  expect(error(0x0006, Action.Get)).toEqual([ManagementError.NotSupported, 0x0006]);
  expect(error(0xc000, Action.Get)).toEqual([ManagementError.NoSuchId, 0xc000]);
  expect(error(0x2000, Action.Command)).toEqual([ManagementError.NotSupported, 0x2000]);
  expect(answer(clock, 0, request(0, Action.Command))[0]).toMatchObject({ action: Action.Acknowledge });
});

test('answers, messages to other clocks, its own ones, and those without one TLV are not answered', () => {
  const clock = clockOf();
  const get = request(0x2000);
  for (const message of [
    request(0x2000, Action.Response),
    request(0x2000, Action.Acknowledge),
    request(0x2000, 9),
    { ...get, target: { clock: '0000000000000001', port: 1 } },
    { ...get, source: { clock: IDENTITY, port: 1 } },
    { ...get, tlvs: [] },
    { ...get, tlvs: [get.tlvs[0]!, get.tlvs[0]!] },
    { ...get, tlvs: [{ type: TlvType.Management, value: new Uint8Array(0) }] },
    { ...get, tlvs: [{ type: TlvType.PathTrace, value: new Uint8Array(8) }] },
  ]) {
    expect(answer(clock, 0, message)).toEqual([]);
  }
});
