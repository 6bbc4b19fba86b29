/** The captures of real PTP clocks: every field as tshark has it, and every byte again. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decode } from '../../../boards/apps/ptpd/decode';
import { encode } from '../../../boards/apps/ptpd/encode';
import { Action, answer } from '../../../boards/apps/ptpd/management';
import { managed } from '../../../boards/apps/ptpd/managed';
import { type Message, MessageType } from '../../../boards/apps/ptpd/messages';
import { ptp4lClock } from '../../../boards/apps/ptpd/testing';
import { managementOf, managementTlv } from '../../../boards/apps/ptpd/tlv';
import { ETHER_HEADER, etherFrame } from '../../../kernel/net/ethernet';
import { pcapngHead, pcapngPacket } from '../../packets/pcapng';
import type { Packet } from '../../packets/source';
import { CAPTURES, captures, messagesOf } from './captures';
import { anyMessage, usualMessage } from './messages';
import { expectedFields, hasTshark, malformedIn, tsharkFields } from './tshark';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

/** @throws Error when it is none */
function decoded(bytes: Uint8Array): Message {
  const message = decode(bytes);
  if ('error' in message) throw new Error(`${message.error}: ${hex(bytes)}`);
  return message;
}

/** In an Ethernet frame to all PTP clocks. */
function frameOf(message: Uint8Array): Uint8Array {
  const frame = etherFrame(0x011b_1900_0000, 0x0200_0000_0001, 0x88f7, message.length);
  frame.set(message, ETHER_HEADER);
  return frame;
}

const packetOf = (bytes: Uint8Array, n: number): Packet => ({
  number: n + 1,
  timeNs: n * 1e6,
  interface: 0,
  direction: 'out',
  bytes,
  length: bytes.length,
});

/** Lets tshark look at a file of messages. */
function inFile<T>(messages: readonly Uint8Array[], look: (file: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'ptp-'));
  try {
    const file = join(folder, 'messages.pcapng');
    const packets = messages.map((message, n) => pcapngPacket(packetOf(frameOf(message), n)));
    writeFileSync(file, Buffer.concat([pcapngHead(['eth0']), ...packets]));
    return look(file);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const skipped = captures.length > 0 ? '' : ` (skipped: there is no ${CAPTURES})`;

describe.skipIf(captures.length === 0)(`the captures${skipped}`, () => {
  test.each(captures)('%s: each message comes out of the encoder as it went into the decoder', (capture) => {
    const messages = messagesOf(capture);
    expect(messages.length).toBeGreaterThan(200);
    for (const bytes of messages) expect(hex(encode(decoded(bytes)))).toBe(hex(bytes));
  });

  test.skipIf(!hasTshark).each(captures)('%s: each field is what tshark shows', (capture) => {
    const fields = tsharkFields(join(CAPTURES, capture));
    const messages = messagesOf(capture);
    expect(fields.length).toBe(messages.length);
    messages.forEach((bytes, n) => expect(expectedFields(decoded(bytes), bytes.length)).toEqual(fields[n]));
  });

  test('what pmc asked ptp4l is answered byte for byte as ptp4l did', () => {
    const CLOCK_DESCRIPTION = 1;
    const all = messagesOf('ptp4l-e2e.pcap')
      .map(decoded)
      .filter((message) => message.type === MessageType.Management);
    const byAction = (action: number) =>
      all.filter((each) => each.action === action && managementOf(each.tlvs[0]!)!.id !== CLOCK_DESCRIPTION);
    const [asked, answered] = [byAction(Action.Get), byAction(Action.Response)];
    expect(asked.length).toBe(6);
    const clock = ptp4lClock();
    const ours = asked.flatMap((message) => answer(clock, 0, message));
    expect(ours.map((each) => hex(encode(each)))).toEqual(answered.map((each) => hex(encode(each))));
  });
});

describe('messages made at random', () => {
  test('come out of the decoder as they went into the encoder, with padding behind them, too', () => {
    fc.assert(
      fc.property(anyMessage, fc.uint8Array({ maxLength: 20 }), (message, padding) => {
        const bytes = encode(message);
        expect(decode(bytes)).toEqual(message);
        expect(decode(Uint8Array.of(...bytes, ...padding))).toEqual(message);
      }),
    );
  });

  test.skipIf(!hasTshark)('are to tshark what they are to us', () => {
    const messages = fc.sample(usualMessage, { numRuns: 400, seed: 1588 });
    const fields = inFile(messages.map(encode), tsharkFields);
    expect(fields.length).toBe(messages.length);
    messages.forEach((message, n) => expect(expectedFields(message, encode(message).length)).toEqual(fields[n]));
  });
});

test.skipIf(!hasTshark)('every answer to a GET, and every error, is well-formed to tshark', () => {
  const clock = ptp4lClock(2);
  const [template] = fc.sample(
    usualMessage.filter(({ type }) => type === MessageType.Management),
    { numRuns: 1, seed: 1588 },
  );
  const answers = [...Object.keys(managed).map(Number), 0x0006, 0xc000].flatMap((id) =>
    answer(clock, 0, {
      ...(template as Extract<Message, { type: typeof MessageType.Management }>),
      source: { clock: '9a7812fffe058cf0', port: 1 },
      target: { clock: 'ffffffffffffffff', port: 0xffff },
      action: Action.Get,
      tlvs: [managementTlv({ id, data: new Uint8Array(0) })],
    }),
  );
  const bytes = answers.map(encode);
  // One that is cut off is malformed.
  expect(inFile([...bytes, bytes[0]!.subarray(0, 50)], malformedIn)).toEqual([bytes.length + 1]);
});
