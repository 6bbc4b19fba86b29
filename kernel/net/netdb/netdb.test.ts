import { describe, expect, test } from 'vitest';
import { put16 } from '../bytes';
import { dnsAnswer, dnsQuery } from './dns';
import { findHost, nameServersIn } from './hosts';

const HOSTS = `# The bench
127.0.0.1   localhost
10.0.0.2\tleft.bench left   LEFT2 # the first
10.0.0.3    right
not-an-address nobody
10.0.0.4
`;

test('the hosts file: names, aliases, comments, and lines that make no sense', () => {
  const left = { name: 'left.bench', aliases: ['left', 'LEFT2'], addresses: [0x0a00_0002] };
  expect(
    ['left.bench', 'LEFT', 'left2', 'right', 'nobody', 'the', '10.0.0.4'].map((name) => findHost(HOSTS, name)),
  ).toEqual([
    left,
    left,
    left,
    { name: 'right', aliases: [], addresses: [0x0a00_0003] },
    undefined,
    undefined,
    undefined,
  ]);
  expect(findHost(HOSTS, 0x0a00_0002)).toEqual(left);
  expect(findHost(HOSTS, 0x0a00_0004)).toBeUndefined();
});

test('resolv.conf: name servers, and nothing else', () => {
  expect(
    nameServersIn('# dhcp\nsearch lab\nnameserver 10.0.0.1 # router\nnameserver ::1\nnameserver 8.8.8.8\n'),
  ).toEqual([0x0a00_0001, 0x0808_0808]);
});

describe('DNS', () => {
  const query = dnsQuery(0x1234, 'www.example.org')!;

  /** The question, with an answer of these records behind it. */
  function answer(flags: number, ...records: readonly (readonly number[])[]): Uint8Array {
    const bytes = new Uint8Array([...query, ...records.flat()]);
    put16(bytes, 2, flags);
    put16(bytes, 6, records.length);
    return bytes;
  }

  /** A record of the name that begins at an offset. */
  const record = (nameAt: number, type: number, data: readonly number[]) => [
    ...[0xc0, nameAt, 0, type, 0, 1, 0, 0, 0, 60],
    ...[0, data.length, ...data],
  ];
  const ADDRESS = record(12, 1, [192, 0, 2, 7]);

  test('a question has the name in labels', () => {
    const text = String.fromCharCode(...query.subarray(12));
    expect(text).toBe('\x03www\x07example\x03org\0\0\x01\0\x01');
    expect(dnsQuery(1, 'a..b')).toBeNull();
    expect(dnsQuery(1, '')).toBeNull();
    expect(dnsQuery(1, `${'x'.repeat(64)}.org`)).toBeNull();
    expect(dnsQuery(1, 'x.'.repeat(130))).toBeNull();
    expect(dnsQuery(1, 'host.')).toEqual(dnsQuery(1, 'host'));
  });

  test('addresses, and names that others are aliases of', () => {
    expect(dnsAnswer(answer(0x8180, ADDRESS, record(12, 1, [192, 0, 2, 8])), query)).toEqual({
      name: 'www.example.org',
      aliases: [],
      addresses: [0xc000_0207, 0xc000_0208],
    });
    const alias = record(12, 5, [3, 99, 100, 110, 0xc0, 16]);
    const own = [3, 99, 100, 110, 0xc0, 16, 0, 1, 0, 1, 0, 0, 0, 9, 0, 4, 192, 0, 2, 9];
    expect(dnsAnswer(answer(0x8180, alias, own), query)).toEqual({
      name: 'cdn.example.org',
      aliases: ['www.example.org'],
      addresses: [0xc000_0209],
    });
  });

  test('no such name, no address, and a server that refuses', () => {
    expect(dnsAnswer(answer(0x8183), query)).toBe('not found');
    expect(dnsAnswer(answer(0x8180), query)).toBe('no data');
    expect(dnsAnswer(answer(0x8180, record(12, 28, Array<number>(16).fill(1))), query)).toBe('no data');
    expect(dnsAnswer(answer(0x8182), query)).toBe('failed');
  });

  test('what is no answer to the question is none', () => {
    expect(dnsAnswer(query, query)).toBeNull();
    expect(dnsAnswer(answer(0x8180, ADDRESS), dnsQuery(0x4321, 'www.example.org')!)).toBeNull();
    expect(dnsAnswer(answer(0x8180, ADDRESS), dnsQuery(0x1234, 'www.example.com')!)).toBeNull();
    expect(dnsAnswer(answer(0x8180, ADDRESS).subarray(0, 20), query)).toBeNull();
  });

  test('answers that are cut off or lead in circles do no harm', () => {
    const whole = answer(0x8180, record(12, 5, [3, 99, 100, 110, 0xc0, 16]), ADDRESS);
    for (let length = 0; length < whole.length; length++) dnsAnswer(whole.subarray(0, length), query);
    const circle = whole.slice();
    put16(circle, query.length, 0xc000 + query.length);
    expect(dnsAnswer(circle, query)).toBe('no data');
    let seed = 1;
    for (let round = 0; round < 5000; round++) {
      const bytes = whole.slice();
      for (let i = 0; i < 4; i++) {
        seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
        bytes[12 + (seed % (bytes.length - 12))] = seed >>> 16;
      }
      dnsAnswer(bytes, query);
    }
  });
});
