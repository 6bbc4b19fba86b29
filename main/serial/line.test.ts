import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EventName, Payload } from '../contract/messages';
import type { SerialDevice, SerialSettings } from '../contract/serial';
import { serialEvents } from '../contract/serial';
import { hasSocat, SerialCable } from '../testing/serial-cable';
import { Serial } from './index';

/** Terminals on a real pseudo terminal, whose other end is in the test's hands. */
describe.skipIf(!hasSocat)('a serial terminal (needs socat)', () => {
  let stateDir: string;
  let cable: SerialCable;
  let serial: Serial;
  let devices: SerialDevice[];
  let received: Buffer[];

  const startSerial = () =>
    new Serial({
      board: { feed: () => Promise.resolve(), taken: () => {} },
      stateDir,
      emit: <E extends EventName>(event: E, payload: Payload<E>) => {
        if (event === 'serial') ({ devices } = serialEvents.serial.parse(payload));
        if (event !== 'serialData') return;
        const { reset, data } = serialEvents.serialData.parse(payload);
        if (reset) received = [];
        received.push(Buffer.from(data));
      },
      list: async () => ({ devices: [], hint: null }),
    });

  beforeEach(async () => {
    stateDir = mkdtempSync(join(tmpdir(), 'tickscope-state-'));
    devices = [];
    received = [];
    cable = new SerialCable();
    await cable.plug();
    serial = startSerial();
  });
  afterEach(async () => {
    await serial.close();
    await cable.remove();
    rmSync(stateDir, { recursive: true });
  });

  const device = () => cable.path;
  const line = () => devices.find(({ id }) => id === device())?.line;
  const attach = async () => {
    await serial.handlers.serialAttach({ path: cable.path });
    await expect.poll(() => line()?.status).toBe('open');
  };
  const type = (text: string) =>
    serial.handlers.serialWrite({ device: device(), data: new TextEncoder().encode(text) });
  const text = () => Buffer.concat(received).toString();
  const set = (settings: Partial<SerialSettings>) =>
    serial.handlers.serialSet({ device: device(), settings: { ...devices[0]!.settings, ...settings } });

  it('carries what is typed, and what comes back', async () => {
    await attach();
    await type('uname -a\r');
    await expect.poll(() => cable.got.toString()).toBe('uname -a\r');
    cable.send('NuttX 12.4.0\r\n\xff');
    await expect.poll(text).toBe('NuttX 12.4.0\r\n\xff');
    await expect
      .poll(() => line())
      .toMatchObject({ sent: 9, received: 16, queued: 0, message: null, modemLines: false });
  });

  it('gives a window that comes late all that was received', async () => {
    await attach();
    cable.send('boot');
    await expect.poll(text).toBe('boot');
    await serial.tell();
    expect(text()).toBe('boot');
  });

  it('sets the line, at once and again the next time', async () => {
    await attach();
    const stty = () => execFileSync('stty', ['-F', cable.path, '-a']).toString();
    expect(stty()).toMatch(/speed 115200 baud/);
    await set({ baudRate: 31250 });
    expect(stty()).toMatch(/speed 31250 baud|speed 0 baud/); // stty writes numbers that it has no name for as 0
    await set({ baudRate: 9600, stopBits: 2, flowControl: 'xonxoff' });
    await expect.poll(() => line()?.status).toBe('open');
    expect(stty()).toMatch(/speed 9600 baud/);
    expect(stty()).toMatch(/ cstopb/);
    expect(stty()).toMatch(/ ixon ixoff/);
    await type('still here');
    await expect.poll(() => cable.got.toString()).toBe('still here');

    await serial.close();
    serial = startSerial();
    await attach();
    expect(devices[0]!.settings).toMatchObject({ baudRate: 9600, stopBits: 2, flowControl: 'xonxoff', parity: 'none' });
    expect(stty()).toMatch(/speed 9600 baud/);
  });

  it('says what a driver cannot do, and works again with what it can', async () => {
    await attach();
    await set({ parity: 'mark' });
    await expect.poll(() => line()).toMatchObject({ status: 'waiting', message: /Windows only/ });
    await set({ parity: 'even' });
    await expect.poll(() => line()).toMatchObject({ status: 'open', message: null });
    await expect(serial.handlers.serialBreak({ device: device() })).rejects.toThrow('pseudo terminal');
  });

  it('lists a pseudo terminal that was detached as ready while it is there', async () => {
    await attach();
    await serial.handlers.serialDetach({ device: device() });
    await expect.poll(() => devices[0]).toMatchObject({ line: null, present: true });
    await cable.unplug();
    await serial.handlers.serialRefresh({});
    await expect.poll(() => devices[0]).toMatchObject({ line: null, present: false });
  });

  it('waits for a device that is pulled, keeps what is typed meanwhile, and goes on', async () => {
    await attach();
    await type('before ');
    await expect.poll(() => cable.got.toString()).toBe('before ');
    await cable.unplug();
    const message = `There is no ${cable.path} now. Is the device plugged in and switched on?`;
    await expect.poll(() => devices[0]).toMatchObject({ line: { status: 'waiting', message }, present: false });
    await type('mean');
    await type('while ');
    await expect.poll(() => line()?.queued).toBe(10);
    await expect.poll(() => line()?.retryMs).toBeGreaterThan(250);
    await cable.plug();
    await expect.poll(() => line()).toMatchObject({ status: 'open', queued: 0, message: null });
    await type('after');
    await expect.poll(() => cable.got.toString()).toBe('before meanwhile after');
    cable.send('back');
    await expect.poll(text).toBe('back');
  });

  it('sees that a device is pulled in the middle of its talk', async () => {
    await attach();
    const talk = setInterval(() => cable.send('tick '.repeat(200)), 1);
    for (let times = 0; times < 3; times++) {
      const before = line()!.received;
      await expect.poll(() => line()?.received).toBeGreaterThan(before + 5000);
      await cable.unplug();
      await expect.poll(() => line()?.status).toBe('waiting');
      await cable.plug();
      await expect.poll(() => line()?.status).toBe('open');
    }
    clearInterval(talk);
  });

  it('takes no more than 64 KiB for a device that is away, all or nothing, and throws it away when told to', async () => {
    await attach();
    await cable.unplug();
    await expect.poll(() => line()?.status).toBe('waiting');
    await type('x'.repeat(65_536));
    expect(() => type('y')).toThrow('65536 bytes wait for it already');
    await serial.handlers.serialDiscard({ device: device() });
    await expect.poll(() => line()?.queued).toBe(0);
    await type('fresh');
    await cable.plug();
    await expect.poll(() => cable.got.toString()).toBe('fresh');
  });

  it('waits for a device that is not there yet', async () => {
    await cable.unplug();
    await serial.handlers.serialAttach({ path: cable.path });
    await expect.poll(() => line()?.status).toBe('waiting');
    await cable.plug();
    await expect.poll(() => line()?.status).toBe('open');
  });

  it('says that another program has the device, and takes it when that ends', async () => {
    await attach();
    const other = startSerial();
    await other.handlers.serialAttach({ path: cable.path });
    await expect.poll(() => line()).toMatchObject({ status: 'waiting', message: /^Another program has .* open/ });
    await serial.close();
    await expect.poll(() => line()?.status).toBe('open');
    await other.close();
  });

  it('logs each line with its time, and that the device was away', async () => {
    await attach();
    await serial.handlers.serialLog({ device: device(), on: true });
    cable.send('one\r\ntw');
    await expect.poll(text).toBe('one\r\ntw');
    cable.send('o\r\nthr');
    await expect.poll(text).toBe('one\r\ntwo\r\nthr');
    await cable.unplug();
    await expect.poll(() => line()?.status).toBe('waiting');
    await cable.plug();
    await expect.poll(() => line()?.status).toBe('open');
    const { file } = line()!.log!;
    expect(readdirSync(join(stateDir, 'serial-logs'))).toHaveLength(1);
    await serial.handlers.serialLog({ device: device(), on: false });
    const lines = readFileSync(file, 'utf8').split('\n');
    for (const one of lines.slice(0, -1)) expect(one).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z /);
    expect(lines.map((one) => one.slice(25))).toEqual([
      `--- ${cable.path}, 115200 8N1`,
      'one\r',
      'two\r',
      'thr',
      '--- the device went away',
      '--- the device is back',
      '',
    ]);
  });

  const sendFile = (name: string, data: Uint8Array<ArrayBuffer>, offset = 0, total = data.length) =>
    serial.handlers.serialSendFile({ device: device(), name, total, offset, data });
  const noise = (length: number) => Uint8Array.from({ length }, (_, i) => (i * 7919 + (i >> 8) * 31) & 0xff);

  it('sends a file in parts, and what is typed after it', async () => {
    await attach();
    const data = noise(1_000_000);
    for (let at = 0; at < data.length; at += 250_000)
      await sendFile('fw.bin', data.subarray(at, at + 250_000), at, 1e6);
    await type('go\r');
    await expect
      .poll(() => line())
      .toMatchObject({
        file: { name: 'fw.bin', total: 1_000_000, sent: 1_000_000, state: 'sent' },
        queued: 0,
      });
    await expect.poll(() => cable.got.length).toBe(1_000_003);
    expect(cable.got.equals(Buffer.concat([data, Buffer.from('go\r')]))).toBe(true);
  });

  it('cancels a file that the device does not take, and lets through what was typed', async () => {
    await attach();
    cable.hold(true);
    await sendFile('big.bin', noise(2_000_000).subarray(0, 500_000), 0, 2_000_000);
    await expect.poll(() => line()?.file?.sent).toBeGreaterThan(0);
    expect(() => sendFile('other.bin', noise(10))).toThrow('big.bin is being sent');
    await type('!');
    await serial.handlers.serialCancelFile({ device: device() });
    expect(() => sendFile('big.bin', noise(10), 500_000, 2_000_000)).toThrow('was cancelled');
    cable.hold(false);
    await expect.poll(() => line()).toMatchObject({ queued: 0, file: { state: 'cancelled' } });
    const { sent } = line()!;
    expect(sent).toBeLessThan(500_001);
    await expect.poll(() => cable.got.length).toBe(sent);
    expect(cable.got.subarray(0, -1).equals(noise(sent - 1))).toBe(true);
    expect(cable.got.at(-1)).toBe(0x21);
  });

  it('goes on with a file where it was when the device was pulled', async () => {
    await attach();
    const data = noise(300_000);
    await sendFile('fw.bin', data.subarray(0, 100_000), 0, 300_000);
    await expect.poll(() => cable.got.length).toBe(100_000);
    await cable.unplug();
    await expect.poll(() => line()?.status).toBe('waiting');
    await sendFile('fw.bin', data.subarray(100_000), 100_000, 300_000);
    await cable.plug();
    await expect.poll(() => line()?.file?.state).toBe('sent');
    await expect.poll(() => cable.got.length).toBe(300_000);
    expect(cable.got.equals(Buffer.from(data))).toBe(true);
  });

  it('sends what the system had not taken when the device was pulled, and nothing twice', async () => {
    await attach();
    const data = noise(500_000);
    cable.hold(true);
    await sendFile('fw.bin', data);
    let taken = -1;
    await expect
      .poll(
        () => {
          const before = taken;
          taken = line()?.file?.sent ?? 0;
          return taken > 0 && taken === before; // all that fits into the buffers on the way is there
        },
        { interval: 300 },
      )
      .toBe(true);
    await cable.unplug();
    await expect.poll(() => line()?.status).toBe('waiting');
    taken = line()!.file!.sent;
    expect(taken).toBeLessThan(500_000);
    cable.forget();
    await cable.plug();
    await expect.poll(() => line()?.file?.state).toBe('sent');
    await expect.poll(() => cable.got.length).toBe(500_000 - taken);
    expect(cable.got.equals(Buffer.from(data.subarray(taken)))).toBe(true);
  });

  it('carries 10 MB each way at once, whole', async () => {
    await attach();
    cable.onData = (data) => cable.send(data);
    const data = noise(10_000_000);
    for (let at = 0; at < data.length; at += 500_000) await sendFile('loop', data.subarray(at, at + 500_000), at, 1e7);
    await expect.poll(() => line()?.received).toBe(10_000_000);
    expect(Buffer.concat(received).equals(Buffer.from(data))).toBe(true);
  });

  it('detaches, is remembered, and is forgotten', async () => {
    await attach();
    await expect(serial.handlers.serialForget({ device: device() })).rejects.toThrow('Detach it first');
    await serial.handlers.serialDetach({ device: device() });
    expect(() => type('x')).toThrow('is not attached');
    await expect.poll(() => devices).toMatchObject([{ path: cable.path, line: null }]);
    await serial.handlers.serialForget({ device: device() });
    await expect.poll(() => devices).toEqual([]);
  });
});
