import { describe, expect, it } from 'vitest';
import { followStream } from './follow';
import { echo, ListSource, tcp, udp } from './testing';
import { PacketView } from './view';

const text = (data: Uint8Array): string => new TextDecoder().decode(data);

/** Asks until everything is looked at. */
function rows(view: PacketView, filter: string, from = 0, count = 100) {
  let answer = view.rows(filter, from, count);
  while (answer.examined < answer.total) answer = view.rows(filter, from, count);
  return answer;
}

describe('the view of packets', () => {
  it('gives rows by their place among those that a filter lets through', () => {
    const frames = Array.from({ length: 300 }, (_, i) => (i % 3 === 0 ? echo(8, i) : udp(1000, 2000, `${i}`)));
    const view = new PacketView(new ListSource(frames));
    expect(rows(view, '', 298).rows.map(({ number }) => number)).toEqual([299, 300]);
    expect(rows(view, '', -2)).toMatchObject({ from: 298, rows: [{ number: 299 }, { number: 300 }] });
    expect(rows(view, '', -1000, 2)).toMatchObject({ from: 0, rows: [{ number: 1 }, { number: 2 }] });
    const answer = rows(view, 'icmp', 10, 2);
    expect(answer).toMatchObject({ matched: 100, total: 300, error: null });
    expect(answer.rows.map(({ number }) => number)).toEqual([31, 34]);
    expect(view.place('icmp', 32)).toBe(11);
    expect(view.numbers('icmp')).toHaveLength(100);
  });

  it('goes on with a filter when packets come, and takes back those that are gone', () => {
    const source = new ListSource([echo(8, 1), udp(1, 2, 'x')]);
    const view = new PacketView(source);
    expect(rows(view, 'icmp').matched).toBe(1);
    source.add(echo(0, 1));
    expect(rows(view, 'icmp').matched).toBe(2);
    source.list.length = 1;
    view.cut(2);
    expect(rows(view, 'icmp').matched).toBe(1);
    source.add(udp(1, 2, 'y'));
    source.add(echo(8, 2));
    expect(rows(view, 'icmp').rows.map(({ number }) => number)).toEqual([1, 3]);
  });

  it('says what is wrong with a filter', () => {
    const view = new PacketView(new ListSource([echo(8, 1)]));
    expect(view.rows('icpm', 0, 10)).toMatchObject({ rows: [], error: { from: 0, to: 4 } });
  });

  it('refuses a packet that is no longer held', () => {
    expect(() => new PacketView(new ListSource([echo(8, 1)])).detail(2)).toThrow('no longer held');
  });

  it('goes through a hundred thousand packets in short questions', () => {
    const [one, other] = [echo(8, 1), udp(1000, 2000, 'hello')];
    const source = new ListSource();
    for (let i = 0; i < 100_000; i++) source.add(i % 50 === 0 ? one : other);
    expect(rows(new PacketView(source), 'icmp && ip.src == 10.0.0.2').matched).toBe(2000);
  });
});

describe('a conversation', () => {
  const back = { from: '10.0.0.3', to: '10.0.0.2' };

  it('of UDP is what both ends sent', () => {
    const view = new PacketView(new ListSource([udp(1000, 7, 'ping'), udp(1, 2, 'no'), udp(7, 1000, 'pong', back)]));
    const { ends, pieces } = followStream(view, 'udp', 0);
    expect(ends).toEqual(['10.0.0.2:1000', '10.0.0.3:7']);
    expect(pieces.map(({ end, data }) => [end, text(data)])).toEqual([
      [0, 'ping'],
      [1, 'pong'],
    ]);
  });

  it('of TCP is in the order of the stream, each byte once, with gaps', () => {
    const send = (sequence: number, data: string) => tcp({ sequence, ack: 5001, data });
    const view = new PacketView(
      new ListSource([
        tcp({ sequence: 1000, flags: 'S' }),
        tcp({ sequence: 5000, ack: 1001, flags: 'S' }, true),
        send(1001, 'one '),
        send(1009, 'three '),
        send(1005, 'two '),
        send(1001, 'one '),
        tcp({ sequence: 5001, ack: 1015, data: 'answer' }, true),
        send(1020, 'end'),
      ]),
    );
    const { pieces, cut } = followStream(view, 'tcp', 0);
    expect(pieces.map(({ end, packet, missing, data }) => [end, packet, missing, text(data)])).toEqual([
      [0, 3, 0, 'one '],
      [0, 5, 0, 'two '],
      [0, 4, 0, 'three '],
      [1, 7, 0, 'answer'],
      [0, 8, 5, 'end'],
    ]);
    expect(cut).toBe(false);
    expect(() => followStream(view, 'tcp', 7)).toThrow('no conversation 7');
  });
});
