import { describe, expect, it } from 'vitest';
import { Conversations } from '../conversations';
import { dissect } from '../dissect';
import { echo, frame, ListSource, tcp, udp } from '../testing';
import { compileFilter, FilterProblem } from './index';

const packets = {
  http: tcp({ sequence: 1, ack: 1, data: 'GET /index.html HTTP/1.1\r\n\r\n' }),
  syn: tcp({ sequence: 1, flags: 'S' }),
  dns: udp(5000, 53, Uint8Array.from([1, 2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0])),
  far: udp(1000, 2000, 'hello', { from: '192.168.1.5', to: '10.0.0.3' }),
  ping: echo(8, 3),
  arp: frame(0x0806, new Uint8Array(28).fill(1)),
};
const source = new ListSource(Object.values(packets));
const conversations = new Conversations(source);
conversations.advance(Infinity);

/** The packets that a filter lets through. */
const found = (text: string): string => {
  const { test, wanted } = compileFilter(text)!;
  return Object.keys(packets)
    .filter((_, index) => test(dissect(source.packet(index + 1), source, conversations, wanted)))
    .join(' ');
};
/** What is wrong with a filter, and where. */
function problem(text: string): string {
  try {
    compileFilter(text);
    return '';
  } catch (error) {
    if (!(error instanceof FilterProblem)) throw error;
    return `${text.slice(error.from, error.to)}: ${error.message}`;
  }
}

describe('filters', () => {
  it('find protocols and fields that are there', () => {
    expect(found('tcp')).toBe('http syn');
    expect(found('udp')).toBe('dns far');
    expect(found('http.request.method')).toBe('http');
    expect(found('!ip')).toBe('arp');
    expect(compileFilter('  ')).toBeNull();
  });

  it('compare numbers, addresses, texts, bytes and words', () => {
    expect(found('tcp.port == 80')).toBe('http syn');
    expect(found('udp.port == 0x35')).toBe('dns');
    expect(found('tcp.len > 0')).toBe('http');
    expect(found('tcp.len <= 0')).toBe('syn');
    expect(found('ip.src == 192.168.1.5')).toBe('far');
    expect(found('ip.addr == 192.168.0.0/16')).toBe('far');
    expect(found('ip.src != 10.0.0.2')).toBe('far');
    expect(found('eth.src == 02:00:00:00:00:02 && arp')).toBe('arp');
    expect(found('http.request.uri == "/index.html"')).toBe('http');
    expect(found('icmp.type == "Echo request"')).toBe('ping');
    expect(found('tcp.flags.syn == 1')).toBe('syn');
    expect(found('udp.payload == 68:65:6c:6c:6f')).toBe('far');
    expect(found('frame.number >= 5')).toBe('ping arp');
    expect(found('frame.interface == "left/eth0" && tcp')).toBe('http syn');
  });

  it('look into what a packet carries', () => {
    expect(found('tcp contains "index"')).toBe('http');
    expect(found('udp contains 68:65:6c')).toBe('far');
    expect(found('frame contains "GET"')).toBe('http');
    expect(found('http.request.uri contains "dex"')).toBe('http');
  });

  it('know sets and ranges', () => {
    expect(found('udp.port in {53, 7}')).toBe('dns');
    expect(found('udp.port in {1000..1999}')).toBe('far');
  });

  it('join by and, or, not and parentheses', () => {
    expect(found('tcp && tcp.flags.syn == 1')).toBe('syn');
    expect(found('icmp or arp')).toBe('ping arp');
    expect(found('ip and not (tcp or udp)')).toBe('ping');
    expect(found('!tcp && !udp && ip')).toBe('ping');
    expect(found('icmp || tcp && http')).toBe('http ping');
  });

  it('say what is wrong, and where', () => {
    expect(problem('tcp.prt == 80')).toBe('tcp.prt: There is no protocol or field "tcp.prt". Is it tcp.port?');
    expect(problem('tcp.port = 80')).toBe('=: "=" means nothing here. Equality is ==.');
    expect(problem('tcp.port == x')).toMatch(/^x: "x" stands where tcp.srcport needs a number/);
    expect(problem('ip.src == 10.0.0')).toMatch(/^10.0.0: .*an address such as/);
    expect(problem('tcp ==')).toMatch(/^==: tcp is a protocol/);
    expect(problem('(tcp')).toBe('(: There is no ) for this (.');
    expect(problem('tcp)')).toBe('): ")" is one too many. There is no ( for it.');
    expect(problem('tcp udp')).toBe('udp: "udp" is one too many. Join tests by && or ||.');
    expect(problem('tcp &&')).toMatch(/^: The filter ends where the name/);
    expect(problem('udp.port in 5')).toMatch(/^5: A set is written/);
    expect(problem('frame contains "a')).toMatch(/^"a: The text has no end/);
    expect(problem('tcp.port contains 5')).toMatch(/^contains: tcp.srcport is a number/);
  });
});
