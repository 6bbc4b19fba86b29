import { beforeEach, expect, test } from 'vitest';
import { Note, NoteLog } from '../../kernel/note/note';
import type { Settings } from '../../kernel/state';
import { SignalTrace } from './signal-trace';

const TICK = 10_000_000;
const LATENCY = 5_000;
const [SENDER, RECEIVER] = [3, 5];
const [SIGUSR1, SIGRTMIN] = [10, 32];
const SI_QUEUE = 1;

let notes: NoteLog;
let trace: SignalTrace;
beforeEach(() => {
  notes = new NoteLog(2);
  trace = new SignalTrace({ tickNs: TICK, irqLatencyCycles: LATENCY / 10, cpuHz: 100_000_000 } as Settings);
});

const send = (timeNs: number, signo: number, value: number) =>
  notes.add(timeNs, Note.signal_send, SENDER, signo, RECEIVER, SI_QUEUE, value);
const receive = (timeNs: number, type: number, signo: number, value: number) =>
  notes.add(timeNs, type, RECEIVER, signo, SENDER, SI_QUEUE, value);
const lines = () =>
  trace
    .read(notes)
    .map(({ tick, kind, signal, value, latency }) => `${tick} ${kind} ${signal} ${value} ${latency?.ticks}`);

test('a latency is counted from the sending of the same signal with the same value', () => {
  send(TICK + LATENCY, SIGRTMIN, 1);
  send(2 * TICK + LATENCY, SIGRTMIN, 2);
  notes.add(2 * TICK + LATENCY, Note.switch, RECEIVER);
  receive(4 * TICK + LATENCY, Note.signal_deliver, SIGRTMIN, 2);
  receive(5 * TICK + LATENCY, Note.signal_accept, SIGRTMIN, 1);
  notes.add(6 * TICK + LATENCY, Note.signal_return, RECEIVER, SIGRTMIN);
  expect(lines()).toEqual([
    '1 sent SIGRTMIN 1 undefined',
    '2 sent SIGRTMIN 2 undefined',
    '4 delivered SIGRTMIN 2 2',
    '5 accepted SIGRTMIN 1 4',
    '6 handled SIGRTMIN 2 2',
  ]);
});

test('a tick begins with its interrupt', () => {
  send(2 * TICK + LATENCY - 10, SIGUSR1, 0);
  receive(2 * TICK + LATENCY, Note.signal_ignore, SIGUSR1, 0);
  expect(lines()).toEqual(['1 sent SIGUSR1 0 undefined', '2 ignored SIGUSR1 0 1']);
  expect(trace.read(notes)[1]!.latency!.ns).toBe(10);
});

test('a default action knows the value that was sent, and the log may have forgotten the sending', () => {
  send(LATENCY, SIGUSR1, 7);
  notes.add(LATENCY, Note.signal_default, RECEIVER, SIGUSR1, SENDER, 0);
  receive(LATENCY, Note.signal_discard, SIGUSR1, 8);
  notes.add(LATENCY, Note.signal_return, RECEIVER, SIGUSR1);
  expect(lines().slice(1)).toEqual([
    '0 default SIGUSR1 7 0',
    '0 discarded SIGUSR1 8 undefined',
    expect.stringMatching(/^0 handled SIGUSR1 .* undefined$/),
  ]);
});

test('goes on where it was, and keeps the last thousand', () => {
  send(LATENCY, SIGUSR1, 0);
  expect(lines()).toHaveLength(1);
  for (let value = 1; value < 5000; value++) send(LATENCY, SIGUSR1, value);
  const events = trace.read(notes);
  expect(events).toHaveLength(1000);
  expect(events.at(-1)).toMatchObject({ number: 4999, value: 4999 });
});
