import { describe, expect, test } from 'vitest';
import { parseNetOption } from './option';

const port = 'controller/eth0';

describe('--net', () => {
  test.each([
    ['user', { type: 'user', interface: null, forwards: [] }],
    ['user:eth1', { type: 'user', interface: 'eth1', forwards: [] }],
    [
      'user,tcp:8080->80,udp:5000->5001',
      {
        type: 'user',
        interface: null,
        forwards: [
          { protocol: 'tcp', hostPort: 8080, boardPort: 80 },
          { protocol: 'udp', hostPort: 5000, boardPort: 5001 },
        ],
      },
    ],
    [
      'user:lo,tcp:2323->23',
      { type: 'user', interface: 'lo', forwards: [{ protocol: 'tcp', hostPort: 2323, boardPort: 23 }] },
    ],
    ['tap:tap0', { type: 'tap', device: 'tap0', address: null }],
    ['tap:tap0,10.0.0.1/24', { type: 'tap', device: 'tap0', address: '10.0.0.1/24' }],
    ['dgram:127.0.0.1:9001-127.0.0.1:9000', { type: 'datagram', local: '127.0.0.1:9001', remote: '127.0.0.1:9000' }],
  ])('%s', (text, connection) => {
    expect(parseNetOption(`${port}=${text}`)).toEqual({ port, connection });
  });

  test.each([
    ['eth0', /--net takes/],
    [`${port}=bridge:br0`, /--net takes/],
    [`${port}=tap:a-name-that-is-too-long`, /the name of an interface/],
    [`${port}=tap:tap0,10.0.0.1`, /an address and its prefix/],
    [`${port}=dgram:9000`, /./],
    [`${port}=user,tcp:80`, /"tcp:80" forwards no port: write tcp:8080->80/],
    [`${port}=user,tcp:0->80`, /from 1 to 65535/],
  ])('%s is refused', (text, words) => {
    expect(() => parseNetOption(text)).toThrow(words);
  });
});
