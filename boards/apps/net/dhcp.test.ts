import { expect, test } from 'vitest';
import { get32, put32 } from '../../../kernel/net/bytes';
import { clientMessage, MessageType, parseServerMessage } from './dhcp';

const asked = { type: MessageType.Request, xid: 0xdead_beef, mac: 0x0200_0000_0001, broadcast: true };

test('what a client sends', () => {
  const bytes = clientMessage({ ...asked, address: 0, requested: 0x0a00_0005, server: 0x0a00_0001 });
  expect(bytes).toHaveLength(300);
  expect([...bytes.subarray(0, 4)]).toEqual([1, 1, 6, 0]);
  expect(get32(bytes, 4)).toBe(0xdead_beef);
  expect([...bytes.subarray(28, 34)]).toEqual([2, 0, 0, 0, 0, 1]);
  expect([...bytes.subarray(236, 252)]).toEqual([0x63, 0x82, 0x53, 0x63, 53, 1, 3, 61, 7, 1, 2, 0, 0, 0, 0, 1]);
  expect([...bytes.subarray(252, 264)]).toEqual([50, 4, 10, 0, 0, 5, 54, 4, 10, 0, 0, 1]);
});

/** A server's message with these options. */
function reply(...options: number[]): Uint8Array {
  const bytes = clientMessage({ ...asked, address: 0, requested: 0, server: 0 });
  bytes[0] = 2;
  put32(bytes, 16, 0x0a00_0005);
  bytes.fill(0, 240);
  bytes.set(options, 240);
  return bytes;
}

test('what a server says', () => {
  const options = [
    0, 53, 1, 5, 0, 51, 4, 0, 0, 14, 16, 3, 4, 10, 0, 0, 1, 1, 4, 255, 255, 0, 0, 6, 8, 1, 2, 3, 4, 5, 6,
  ];
  expect(parseServerMessage(reply(...options, 7, 8, 255, 54, 4, 9, 9, 9, 9))).toEqual({
    ...{ type: 5, xid: 0xdead_beef, mac: 0x0200_0000_0001, address: 0x0a00_0005, server: 0, netmask: 0xffff_0000 },
    ...{ router: 0x0a00_0001, dns: 0x0102_0304, lease: 3600, renewal: null, rebinding: null },
  });
});

test('what is no message of a server', () => {
  expect(parseServerMessage(new Uint8Array())).toBeNull();
  expect(parseServerMessage(reply(255))).toBeNull();
  expect(parseServerMessage(reply(53, 1, 2).subarray(0, 239))).toBeNull();
  expect(parseServerMessage(clientMessage({ ...asked, address: 0, requested: 0, server: 0 }))).toBeNull();
  // An option that is longer than what is there.
  expect(parseServerMessage(reply(53, 1, 2, 51, 200, 1).subarray(0, 246))?.lease).toBeNull();
});
