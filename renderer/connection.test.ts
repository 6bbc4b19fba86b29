import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Request } from '../main/contract/messages';
import { connect, HostError, type Connection, type TransportEvents } from './connection';

describe('connection', () => {
  let sent: Request[];
  let seen: unknown[][];
  let transports: TransportEvents[];
  let connection: Connection;

  beforeEach(() => {
    vi.useFakeTimers();
    sent = [];
    seen = [];
    transports = [];
    const note =
      (name: string) =>
      (...values: unknown[]) =>
        void seen.push([name, ...values]);
    connection = connect(
      (events) => {
        transports.push(events);
        return { send: (message) => void sent.push(message) };
      },
      { open: note('open'), lost: note('lost'), malformed: note('malformed'), event: note('event') },
    );
  });
  afterEach(() => vi.useRealTimers());

  const receive = (message: unknown): void => transports.at(-1)?.message(message);

  it('pairs answers with requests by id, in any order', async () => {
    transports[0]?.open();
    const read = connection.request('readSource', { file: 'main.c' });
    const choose = connection.request('chooseFolder', {});
    expect(sent).toEqual([
      { id: 0, method: 'readSource', params: { file: 'main.c' } },
      { id: 1, method: 'chooseFolder', params: {} },
    ]);
    receive({ id: 1, result: { path: null } });
    receive({ id: 0, result: { file: 'main.c', text: 'int x;' } });
    await expect(choose).resolves.toEqual({ path: null });
    await expect(read).resolves.toEqual({ file: 'main.c', text: 'int x;' });
  });

  it("rejects with the host's own words", async () => {
    transports[0]?.open();
    const opened = connection.request('openProject', { path: '/x' });
    receive({ id: 0, error: '/x holds no C files.' });
    await expect(opened).rejects.toThrow(new HostError('/x holds no C files.'));
  });

  it('rejects an answer that the contract does not know, saying where it is wrong', async () => {
    transports[0]?.open();
    const read = connection.request('readSource', { file: 'main.c' });
    receive({ id: 0, result: { file: 'main.c', text: 7 } });
    await expect(read).rejects.toThrow(/answer to readSource at text/);
  });

  it('hands on events that the contract knows and reports the others', () => {
    transports[0]?.open();
    receive({ event: 'recent', payload: [{ name: 'a', path: '/a', demo: false }] });
    receive({ event: 'recent', payload: [{ name: 'a', path: 1, demo: false }] });
    receive({ event: 'weather', payload: 'rain' });
    receive('noise');
    expect(seen).toEqual([
      ['open'],
      ['event', 'recent', [{ name: 'a', path: '/a', demo: false }]],
      ['malformed', expect.stringContaining('event recent at 0.path')],
      ['malformed', expect.stringContaining('malformed message')],
      ['malformed', expect.stringContaining('malformed message')],
    ]);
  });

  it('fails what is pending when the transport closes, and connects again', async () => {
    transports[0]?.open();
    const run = connection.request('run', {});
    transports[0]?.close();
    await expect(run).rejects.toThrow(/lost/);
    await expect(connection.request('run', {})).rejects.toThrow(/no connection/);
    expect(seen.map(([name]) => name)).toEqual(['open', 'lost']);
    vi.runOnlyPendingTimers();
    expect(transports).toHaveLength(2);
    transports[1]?.open();
    const again = connection.request('run', {});
    receive({ id: 1, result: {} });
    await expect(again).resolves.toEqual({});
  });
});
