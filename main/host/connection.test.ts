import { once } from 'node:events';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EventName, Method, Params, Payload, Result } from '../contract/messages';
import { serve } from './connection';
import type { HostListener, SessionHost } from './types';

/** A session that knows a speed and a console, enough to be asked, to fail and to speak up. */
class SmallSession implements SessionHost {
  listeners = new Set<HostListener>();
  speed: number | null = 1;

  async handle<M extends Method>(method: M, params: Params<M>): Promise<Result<M>> {
    if (method === 'setSpeed') {
      this.speed = (params as Params<'setSpeed'>).factor;
      this.emit('snapshot', this.snapshot());
    } else if (method === 'consoleInput') {
      this.emit('console', { reset: false, data: (params as Params<'consoleInput'>).data });
    } else {
      throw new Error(`No project is open, so ${method} has nothing to work on. Open one first.`);
    }
    return {} as Result<M>;
  }

  subscribe(listener: HostListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  emit<E extends EventName>(event: E, payload: Payload<E>): void {
    for (const listener of this.listeners) listener(event, payload);
  }

  snapshot(notes = 0): Payload<'snapshot'> {
    const { speed } = this;
    return {
      ...{ generation: 1, runState: 'paused', timeNs: 0, tick: 0, tickNs: 10_000_000, cycles: 0, notes, pausedAt: '' },
      ...{ boards: [{ name: 'sim', title: 'Simulator', runState: 'paused', alive: true }], boardName: 'sim' },
      ...{ canStepBack: false, speed, speedReached: 0, eventsPerSecond: 0 },
      ...{
        tasks: [],
        retained: [],
        sync: [],
        mqueues: [],
        descriptors: [],
        timers: [],
        signals: [],
        board: { title: 'Test', devices: [] },
        network: {
          ...{ interfaces: [], sockets: [], arp: [], routes: [] },
          ...{ buffers: null, links: [], switches: [], packets: 0 },
        },
        lab: null,
        ptp: { timeNs: 0, clocks: [], topology: { nodes: [], edges: [], follows: [] } },
        waves: [],
        warnings: [],
        crash: null,
      },
    };
  }
}

let session: SmallSession;
let window: MessagePort;
let received: unknown[];
let backlog: number;

beforeEach(() => {
  session = new SmallSession();
  received = [];
  backlog = 0;
  const { port1, port2 } = new MessageChannel();
  window = port1;
  window.on('message', (message) => received.push(message));
  serve(
    {
      send: (message) => port2.postMessage(message),
      onMessage: (callback) => port2.on('message', callback),
      onClose: (callback) => port2.on('close', callback),
      bufferedAmount: () => backlog,
    },
    session,
  );
});
afterEach(() => window.close());

/** Sends a message as a window does and gives what came back up to the answer to it. */
async function ask(message: unknown): Promise<unknown[]> {
  received.length = 0;
  window.postMessage(message);
  await expect.poll(() => received.some((item) => 'id' in (item as object))).toBe(true);
  return received;
}

const notes = (first: number): Payload<'notes'> => ({ generation: 1, first, data: new Uint8Array(32) });

describe('serve', () => {
  it('hands a request to the session, and shows what it did before it answers', async () => {
    expect(await ask({ id: 7, method: 'setSpeed', params: { factor: 10 } })).toEqual([
      { event: 'snapshot', payload: { ...session.snapshot(), speed: 10 } },
      { id: 7, result: {} },
    ]);
    expect(session.speed).toBe(10);
  });

  it('carries bytes both ways', async () => {
    const data = new Uint8Array([108, 115, 10]);
    expect(await ask({ id: 0, method: 'consoleInput', params: { data } })).toEqual([
      { event: 'console', payload: { reset: false, data } },
      { id: 0, result: {} },
    ]);
  });

  it('answers with what the session says went wrong', async () => {
    expect(await ask({ id: 1, method: 'reset', params: {} })).toEqual([
      { id: 1, error: 'No project is open, so reset has nothing to work on. Open one first.' },
    ]);
  });

  it.each([
    [{ id: 2, method: 'toString', params: {} }, /^Malformed request: method: /],
    [{ id: 2, params: {} }, /^Malformed request: method: /],
    [{ id: 2, method: 'setSpeed' }, /^Malformed request: params: /],
    [{ id: 2, method: 'setSpeed', params: {} }, /^Malformed parameters of setSpeed: factor: /],
    [{ id: 2, method: 'setSpeed', params: { factor: 'fast' } }, /^Malformed parameters of setSpeed: factor: .*number/],
    [{ id: 2, method: 'step', params: { unit: 'year', back: false } }, /^Malformed parameters of step: unit: .*"tick"/],
    [{ id: 2, method: 'stack', params: { pid: -1 } }, /^Malformed parameters of stack: pid: /],
  ])('refuses %j and names the field', async (message, error) => {
    expect(await ask(message)).toEqual([{ id: 2, error: expect.stringMatching(error) as string }]);
    expect(session.speed).toBe(1);
  });

  it('passes over what is not a request at all', async () => {
    for (const junk of [null, 42, 'run', [], {}, { id: '1' }, { id: -1 }]) window.postMessage(junk);
    expect(await ask({ id: 3, method: 'setSpeed', params: { factor: null } })).toHaveLength(2);
  });

  it('leaves out notes and sends only the last snapshot while the channel is backed up', async () => {
    backlog = 1e9;
    session.emit('notes', notes(0));
    session.emit('snapshot', session.snapshot(1));
    session.emit('problems', []);
    session.emit('snapshot', session.snapshot(2));
    await expect.poll(() => received).toEqual([{ event: 'problems', payload: [] }]);
    backlog = 0;
    await expect.poll(() => received.slice(1)).toEqual([{ event: 'snapshot', payload: session.snapshot(2) }]);
    session.emit('notes', notes(5));
    await expect.poll(() => received.slice(2)).toEqual([{ event: 'notes', payload: notes(5) }]);
  });

  it('shows the snapshot before an answer even while the channel is backed up', async () => {
    backlog = 1e9;
    const messages = await ask({ id: 4, method: 'setSpeed', params: { factor: 2 } });
    expect(messages.map((message) => Object.keys(message as object)[0])).toEqual(['event', 'id']);
  });

  it('stops listening when the channel closes', async () => {
    expect(session.listeners.size).toBe(1);
    window.close();
    await once(window, 'close');
    await expect.poll(() => session.listeners.size).toBe(0);
  });
});
