import { describe, expect, it } from 'vitest';
import { Conversations } from './conversations';
import { ListSource, tcp, udp } from './testing';

/** A handshake, whose numbers begin at 1000 and 5000. */
const opening = [
  tcp({ sequence: 1000, flags: 'S' }),
  tcp({ sequence: 5000, ack: 1001, flags: 'S' }, true),
  tcp({ sequence: 1001, ack: 5001 }),
];

/** Remarks about each packet behind the handshake. */
function remarks(frames: readonly Uint8Array[]): string[] {
  const source = new ListSource([...opening, ...frames]);
  const conversations = new Conversations(source);
  conversations.advance(Infinity);
  return frames.map((_, index) => conversations.note(opening.length + 1 + index)!.remarks.join(' '));
}

const back = { from: '10.0.0.3', to: '10.0.0.2' };
const send = (sequence: number, data: string) => tcp({ sequence, ack: 5001, data });
const answer = (ack: number, window = 8192) => tcp({ sequence: 5001, ack, window }, true);

describe('conversations', () => {
  it('have numbers of their own for each protocol, and begin anew with another SYN', () => {
    const source = new ListSource([
      ...opening,
      udp(1, 2, 'x'),
      tcp({ sequence: 9000, flags: 'S' }),
      udp(2, 1, 'y', back),
    ]);
    const conversations = new Conversations(source);
    conversations.advance(Infinity);
    const streams = [1, 2, 3, 4, 5, 6].map((number) => conversations.note(number)!);
    expect(streams.map(({ protocol, stream }) => `${protocol} ${stream}`)).toEqual([
      ...['tcp 0', 'tcp 0', 'tcp 0', 'udp 0', 'tcp 1', 'udp 0'],
    ]);
    expect(streams.map(({ end }) => end)).toEqual([0, 1, 0, 0, 0, 1]);
    expect(conversations.ends('tcp', 0)).toEqual(['10.0.0.2:40000', '10.0.0.3:80']);
  });

  it('count from the beginning of each direction', () => {
    const source = new ListSource([...opening, send(1001, 'hello')]);
    const conversations = new Conversations(source);
    conversations.advance(Infinity);
    expect(conversations.note(4)).toMatchObject({ sequence: 1, acknowledgment: 1, payloadLength: 5 });
  });

  it('see what goes as it should without a remark', () => {
    expect(remarks([send(1001, 'one'), answer(1004), send(1004, 'two'), answer(1007)])).toEqual(['', '', '', '']);
  });

  it('see what is sent again, late, twice, or missing', () => {
    expect(remarks([send(1001, 'one'), send(1001, 'one')])).toEqual(['', 'retransmission']);
    expect(remarks([send(1001, 'one'), answer(1004), send(1001, 'one')])).toEqual(['', '', 'spurious_retransmission']);
    expect(remarks([send(1001, 'one'), answer(1001), answer(1004)])).toEqual(['', 'duplicate_ack', '']);
    expect(remarks([send(1004, 'two'), send(1001, 'one')])).toEqual(['lost_segment', 'out_of_order']);
    expect(remarks([answer(1500)])).toEqual(['ack_lost_segment']);
  });

  it('see fast retransmission after duplicate acknowledgments', () => {
    const frames = [send(1001, 'one'), send(1004, 'two'), send(1007, 'six'), answer(1001), answer(1001), answer(1001)];
    expect(remarks([...frames, send(1001, 'one')]).at(-1)).toBe('fast_retransmission');
  });

  it('see windows and keep-alives', () => {
    expect(remarks([answer(1001, 0)])).toEqual(['zero_window']);
    expect(remarks([answer(1001, 0), send(1001, 'x')])).toEqual(['zero_window', 'zero_window_probe']);
    expect(remarks([answer(1001, 4096)])).toEqual(['window_update']);
    expect(remarks([send(1001, 'one'), answer(1004), send(1003, 'e'), answer(1004)])).toEqual([
      ...['', '', 'keep_alive', 'keep_alive_ack'],
    ]);
  });

  it('scale windows when both ends offer it', () => {
    const scale = [3, 3, 4, 0];
    const source = new ListSource([
      tcp({ sequence: 1000, flags: 'S', options: scale }),
      tcp({ sequence: 5000, ack: 1001, flags: 'S', options: scale }, true),
      tcp({ sequence: 1001, ack: 5001, window: 100 }),
    ]);
    const conversations = new Conversations(source);
    conversations.advance(Infinity);
    expect(conversations.note(3)!.window).toBe(1600);
  });

  it('are the same after the last packets were taken back and came again', () => {
    const frames = [...opening, send(1001, 'one'), answer(1004), tcp({ sequence: 9000, flags: 'S' }), udp(5, 6, 'x')];
    const source = new ListSource(frames);
    const conversations = new Conversations(source);
    conversations.advance(Infinity);
    const facts = () =>
      frames.map((_, i) => {
        const { protocol, stream, end, sequence, acknowledgment, remarks: list } = conversations.note(i + 1)!;
        return { protocol, stream, end, sequence, acknowledgment, list };
      });
    const before = facts();
    for (let end = frames.length; end >= 1; end--) {
      source.list.length = end - 1;
      conversations.cut(end);
      expect(conversations.end).toBe(end);
      for (const bytes of frames.slice(end - 1)) source.add(bytes);
      conversations.advance(Infinity);
      expect(facts()).toEqual(before);
    }
  });

  it('of ports of different boards are different', () => {
    const source = new ListSource();
    for (const bytes of opening) {
      source.add(bytes, 0, 0);
      source.add(bytes, 0, 1);
    }
    const conversations = new Conversations(source);
    conversations.advance(Infinity);
    expect([1, 2, 3, 4].map((number) => conversations.note(number)!.stream)).toEqual([0, 1, 0, 1]);
    expect(source.list.every((_, i) => conversations.note(i + 1)!.remarks.length === 0)).toBe(true);
  });
});
