import { expect, test } from 'vitest';
import { parseNetOption } from './option';

const forwards = [
  { protocol: 'tcp', hostPort: 8080, boardPort: 80 },
  { protocol: 'udp', hostPort: 5000, boardPort: 5001 },
];

test.each([
  ['a/eth0=user', { type: 'user', interface: null, forwards: [] }],
  ['a/eth0=user:lo', { type: 'user', interface: 'lo', forwards: [] }],
  ['a/eth0=user,tcp:8080->80,udp:5000->5001', { type: 'user', interface: null, forwards }],
  ['a/eth0=user:tcp:8080->80,udp:5000->5001', { type: 'user', interface: null, forwards }],
  ['a/eth0=user:lo,tcp:8080->80,udp:5000->5001', { type: 'user', interface: 'lo', forwards }],
])('%s', (text, connection) => {
  expect(parseNetOption(text)).toEqual({ port: 'a/eth0', connection });
});

test.each(['eth0', 'a/eth0=other', 'a/eth0=user,tcp:80'])('%s is refused', (text) => {
  expect(() => parseNetOption(text)).toThrow('--net');
});
