/** Datagrams that come in pieces, and floods of them. */
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { REASSEMBLY_TIME } from '../../../kernel/net/icmp/input';
import { IcmpType } from '../../../kernel/net/icmp/header';
import { Fragment, Protocol } from '../../../kernel/net/ipv4/header';
import { bytesOf, echoRequest, ipv4Frame } from '../../../kernel/net/testing';
import type { TestFirmware } from '../firmware';
import { Cable, idleFirmware } from './cable';

let idle: TestFirmware;
let cable: Cable;
beforeAll(async () => {
  idle = await idleFirmware();
});
beforeEach(() => {
  cable = new Cable(idle);
  cable.meet();
});

const LENGTH = 2000;
const whole = echoRequest(bytesOf(LENGTH - 8));

/** Bytes of the echo request, as a fragment. */
function piece(from: number, to: number, id = 1, payload = whole): Uint8Array {
  const more = to < payload.length ? Fragment.More : 0;
  return ipv4Frame(Protocol.Icmp, payload.subarray(from, to), { id, fragment: more | (from / 8) });
}

const A = piece(0, 800);
const B = piece(800, 1600);
const C = piece(1600, LENGTH);

/** Sends frames; whether the board has answered the echo request that they are. */
function isAnswered(frames: readonly Uint8Array[]): boolean {
  cable.taken();
  for (const frame of frames) cable.send(frame);
  cable.run(2);
  const answers = cable.heard();
  const bytes = answers.flatMap(({ is, data }) => (is === 'fragment' ? [...(data as Uint8Array)] : []));
  return answers.length === 2 && bytes.slice(4).join() === [...whole.subarray(4)].join();
}

describe('fragments', () => {
  test.each<[string, Uint8Array[], boolean]>([
    ['in order', [A, B, C], true],
    ['the last first', [C, B, A], true],
    ['the first last', [B, C, A], true],
    ['each twice', [A, A, B, B, C], true],
    ['of two datagrams at once', [A, piece(0, 800, 2), B, C], true],
    ['one that is missing', [A, C], false],
    ['the first only', [A], false],
    ['over each other', [A, piece(792, 1600), C], false],
    ['over each other, and then as it should be', [A, piece(792, 1600), A, B, C], true],
    ['one that lies in another', [A, piece(8, 16), B, C], false],
    ['one behind the end', [C, piece(2000, 2400, 1, bytesOf(3000)), A, B], false],
    ['two ends', [piece(1200, 1600, 1, whole.subarray(0, 1600)), A, B, C], false],
    ['of a length that is no multiple of eight', [piece(0, 801), B, C], false],
    ['of no bytes', [piece(800, 800), A, B, C], true],
    ['beyond the longest datagram', [ipv4Frame(1, bytesOf(800), { fragment: 0x1fff, id: 9 }), A, B, C], true],
  ])('%s', (_, frames, answered) => {
    expect(isAnswered(frames)).toBe(answered);
    cable.run(250);
    expect(cable.net.reassemblies).toEqual([]);
    expect(cable.net.iobs.free).toBe(cable.net.iobs.total);
  });

  test('that wait for others in vain are told of after two seconds, when the first of them was there', () => {
    expect(isAnswered([A, C])).toBe(false);
    expect(isAnswered([piece(800, 1600, 2)])).toBe(false);
    cable.run(210);
    expect(cable.heard()).toMatchObject([{ is: 'icmp', type: IcmpType.TimeExceeded, code: REASSEMBLY_TIME }]);
  });

  test('that are too old do not go with new ones', () => {
    isAnswered([A, B]);
    cable.run(250);
    expect(isAnswered([C])).toBe(false);
  });

  test('flooding leaves the half of the buffers to others, and does not keep a whole datagram out', () => {
    const { iobs } = cable.net;
    for (let id = 100; id < 600; id++) {
      for (const from of [0, 1600]) cable.send(piece(from, Math.min(from + 1480, LENGTH), id));
      if (id % 8 === 0) cable.run();
      expect(cable.net.reassemblies.length).toBeLessThanOrEqual(8);
      expect(iobs.free).toBeGreaterThanOrEqual(iobs.total / 2);
    }
    cable.run();
    expect(isAnswered([A, B, C])).toBe(true);
    cable.run(250);
    expect(cable.net.iobs.free).toBe(iobs.total);
    expect(cable.net.reassemblies).toEqual([]);
    expect(cable.net.timers.size).toBe(0);
  });

  test('of one endless datagram take no more', () => {
    const endless = bytesOf(65_000);
    for (let at = 0; at + 1480 < endless.length; at += 1480) {
      cable.send(piece(at, at + 1480, 7, endless));
      cable.run();
      expect(cable.net.iobs.free).toBeGreaterThanOrEqual(cable.net.iobs.total / 2);
    }
    expect(isAnswered([A, B, C])).toBe(true);
  });
});
