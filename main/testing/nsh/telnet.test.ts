/** telnetd: shells for whoever connects; and the protocol, byte for byte. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { History } from '../../machine/history';
import { root } from '../firmware';
import { Pair } from './pair';

const firmware = join(root, 'main', 'testing', 'net', 'firmware');

const sessions = (pair: Pair) => pair.command('right', 'ls /dev').match(/telnet\d/g) ?? [];
/** A line typed at a board's console that goes to the other side. */
function typed(pair: Pair, line: string, ticks = 30): string {
  const before = pair.screen('left').length;
  pair.start('left', line, ticks);
  return pair.screen('left').slice(before);
}

test('a shell of its own for who connects: it echoes, edits, runs commands, and ends with exit', async () => {
  const pair = await Pair.boot();
  expect(pair.command('right', 'telnetd')).toBe('');
  expect(typed(pair, 'telnet 10.0.0.3')).toMatch(/Connected to 10.0.0.3[^\n]*\n\nNuttShell \(NSH\)\nnsh> $/);
  expect(typed(pair, 'ifconfig eth0')).toMatch(/^ifconfig eth0\neth0[^]*inet addr:10.0.0.3 [^]*\nnsh> $/);
  expect(typed(pair, 'echo onE\x7fe')).toBe('echo onE\b \be\none\nnsh> ');
  expect(typed(pair, 'dir\tx')).toMatch(/^dirname x/);
  expect(sessions(pair)).toEqual(['telnet0']);
  expect(typed(pair, 'exit')).toBe('exit\n\nConnection closed.\nnsh> ');
  expect(sessions(pair)).toEqual([]);
  expect(pair.command('right', 'ps')).not.toContain(' sh');
});

test('^C ends what runs there, and comes to nobody here', async () => {
  const pair = await Pair.boot();
  pair.command('right', 'telnetd');
  typed(pair, 'telnet 10.0.0.3');
  typed(pair, 'sleep 1000', 50);
  pair.type('left', '\x03');
  pair.run(30);
  expect(pair.screen('left')).toMatch(/sleep 1000\nnsh> $/);
  typed(pair, 'while true; do echo x; done', 3);
  pair.type('left', '\x03');
  pair.run(60);
  expect(pair.screen('left')).toMatch(/x\nnsh> $/);
  expect(typed(pair, 'uname')).toBe('uname\nNuttX\nnsh> ');
});

test('several sessions at once, up to CONFIG_TELNET_MAXLCLIENTS', async () => {
  const pair = await Pair.boot({ CONFIG_TELNET_MAXLCLIENTS: 2 });
  pair.command('right', 'telnetd');
  typed(pair, 'telnet 10.0.0.3');
  // From there to itself and on.
  typed(pair, 'telnet 10.0.0.3', 50);
  expect(typed(pair, 'ls /dev', 50).match(/telnet\d/g)).toEqual(['telnet0', 'telnet1']);
  expect(typed(pair, 'telnet 10.0.0.3', 50)).toMatch(/\nConnection closed.\nnsh> $/);
  expect(typed(pair, 'exit', 50)).toMatch(/\nConnection closed.\nnsh> $/);
  expect(sessions(pair)).toEqual(['telnet0']);
  expect(typed(pair, 'exit', 50)).toMatch(/\nConnection closed.\nnsh> $/);
  expect(sessions(pair)).toEqual([]);
});

test('when the other side closes the connection, what runs is interrupted, and nothing stays behind', async () => {
  const pair = await Pair.boot();
  pair.command('right', 'telnetd');
  const used = () => /^ +\d+ +(\d+)/m.exec(pair.command('right', 'free'))![1];
  const before = used();
  for (const line of ['sleep 1000', 'while true; do echo x; done', 'cat', 'echo']) {
    typed(pair, 'telnet 10.0.0.3');
    typed(pair, line, 10);
    expect(sessions(pair)).toEqual(['telnet0']);
    // ^] ends it here.
    pair.type('left', '\x1d');
    pair.run(100);
    expect(pair.screen('left')).toMatch(/Connection closed.\nnsh> $/);
    expect(sessions(pair)).toEqual([]);
  }
  pair.run(7000);
  expect(used()).toBe(before);
});

test('it starts at boot with CONFIG_NSH_TELNET, and says why it cannot start', async () => {
  const pair = await Pair.boot({ CONFIG_NSH_TELNET: true });
  expect(typed(pair, 'telnet 10.0.0.3')).toContain('NuttShell (NSH)\nnsh> ');
  expect(pair.command('right', 'telnetd')).toBe('ERROR: telnetd: bind failed: EADDRINUSE\n');
  expect(pair.command('right', 'telnetd -p 2323')).toBe('');
  expect(pair.command('right', 'telnetd -x')).toBe('Usage: telnetd [-p <port>]\n');
  expect(typed(pair, 'exit')).toContain('Connection closed.');
  expect(typed(pair, 'telnet 10.0.0.3 2323')).toContain('NuttShell (NSH)\nnsh> ');
  typed(pair, 'exit');
  expect(typed(pair, 'telnet 10.0.0.3 24')).toBe('telnet 10.0.0.3 24\ntelnet: connect failed: ECONNREFUSED\nnsh> ');
});

const IAC = 255;
const [SE, IP, SB, WILL, WONT, DO, DONT] = [240, 244, 250, 251, 252, 253, 254] as const;
const [ECHO, TTYPE, NAWS, LINEMODE] = [1, 24, 31, 34] as const;

test('the protocol: what is offered, asked and refused, the window, interrupts, returns and bytes of 255', async () => {
  const pair = await Pair.boot({}, firmware);
  pair.command('right', 'telnetd');
  const hex = (...bytes: number[]) => bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('');
  const text = (line: string) => hex(...Array.from(line, (char) => char.charCodeAt(0)));
  const say = (bytes: string) => {
    const output = pair.command('left', `talk 10.0.0.3 23 ${bytes}`);
    return output.trim().split(/\s+/).join('');
  };
  const offers = hex(IAC, WILL, ECHO, IAC, WILL, 3, IAC, DO, NAWS);
  const greeting = `${offers}${text('\r\nNuttShell (NSH)\r\nnsh> ')}`;
  expect(say('00')).toBe(greeting);
  expect(say(hex(IAC, DO, ECHO, IAC, WILL, NAWS, IAC, DONT, TTYPE, IAC, WONT, TTYPE))).toBe(greeting);
  expect(say(hex(IAC, WILL, TTYPE, IAC, DO, LINEMODE))).toBe(
    `${greeting}${hex(IAC, DONT, TTYPE, IAC, WONT, LINEMODE)}`,
  );
  expect(say(hex(IAC, SB, NAWS, 0, 132, 0, 43, IAC, SE))).toBe(greeting);
  // A line ends once, whether a newline or a zero follows the return.
  const echoed = text('echo a\r\na\r\nnsh> ');
  expect(say(`${text('echo a')}0d0a`)).toBe(greeting + echoed);
  expect(say(`${text('echo a')}0d00`)).toBe(greeting + echoed);
  expect(say(`${text('echo a')}0a`)).toBe(greeting + echoed);
  expect(say(`${text('echo a')}${hex(IAC, IP)}`)).toBe(`${greeting}${text('echo a^C\r\nnsh> ')}`);
});

test('a session gone back into and made again is the same', async () => {
  const pair = await Pair.boot();
  const history = new History(pair.bench, () => undefined);
  const type = (board: string, line: string) => {
    const bytes = Uint8Array.from(line, (char) => char.charCodeAt(0));
    history.input({ board, device: 'console', value: { type: 'bytes', bytes } });
    history.advance({ ticks: pair.bench.ticks + 20 });
  };
  type('right', 'telnetd\n');
  for (const line of ['telnet 10.0.0.3\n', 'sleep 5\n', '\x03', 'exit\n', 'ping -c 1 10.0.0.3\n']) type('left', line);
  const hashes = new Map([[pair.bench.position, pair.bench.hash()]]);
  for (let i = 0; i < 60; i++) {
    history.backOneTick();
    hashes.set(pair.bench.position, pair.bench.hash());
  }
  for (const position of [...hashes.keys()].sort((a, b) => a - b)) {
    history.advance({ entries: position });
    expect(pair.bench.hash()).toBe(hashes.get(position));
  }
});
