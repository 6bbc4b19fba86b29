/** Going back over a session with the shell: the same keys give the same again, from every position. */
import { expect, test } from 'vitest';
import { programs } from '../../../boards/apps';
import { Bench } from '../../../boards/bench';
import { configRecord } from '../../../kernel/config';
import { boardOf } from '../../machine/build';
import { History } from '../../machine/history';
import { expectCheckpointsHold } from '../checkpoints';
import { Nsh } from './nsh';

const lines = [
  'echo one | cat',
  'set i 0',
  'while [ $i -lt 2 ]; do set i `expr $i + 1`; done',
  'ps',
  'nix &',
  'sleep 1 &',
];

/** A session in which these lines and some keys are typed. */
async function typeAll() {
  const { project, firmware } = (await Nsh.boot()).test.built;
  let screen = '';
  const bench = new Bench({
    module: firmware.module,
    board: boardOf(project.board.name),
    config: configRecord(project.config),
    apps: project.apps.map((app) => ({ ...app, args: [] })),
    programs,
    seed: 1,
    onConsole: (_, bytes) => (screen += String.fromCharCode(...bytes)),
  });
  const history = new History(bench, () => undefined);
  history.advance({ ticks: 2 });
  for (const line of [...lines, 'echo \x1b[Dab\x7f', '\x1b[A\x1b[A']) {
    const bytes = Uint8Array.from(`${line}\n`, (char) => char.charCodeAt(0));
    history.input({ device: 'console', value: { type: 'bytes', bytes } });
    history.advance({ ticks: bench.ticks + 4 });
  }
  const { machine } = bench.places[0]!;
  const log = machine.kernel.notes.slice(machine.kernel.notes.first, machine.kernel.notes.count);
  return { bench, history, machine, log, screen };
}

test('stepping back through a session and on again shows the same at every step', async () => {
  const { bench, history, machine } = await typeAll();
  const hashes = new Map([[bench.position, machine.hash()]]);
  for (let i = 0; i < 120; i++) {
    history.backOneEntry();
    hashes.set(bench.position, machine.hash());
  }
  for (const position of [...hashes.keys()].sort((a, b) => a - b)) {
    history.advance({ entries: position });
    expect(bench.position).toBe(position);
    expect(machine.hash()).toBe(hashes.get(position));
  }
});

test('a checkpoint holds the shell at every position of a command', async () => {
  const nsh = await Nsh.boot();
  nsh.test.machine.type(Uint8Array.from('echo `echo a` | cat; exit\n', (char) => char.charCodeAt(0)));
  expect(expectCheckpointsHold(nsh.test, 150).at(-1)).toBe('a');
});

test('two sessions with the same keys are the same', async () => {
  const [one, other] = [await typeAll(), await typeAll()];
  expect(one.machine.hash()).toBe(other.machine.hash());
  expect(one.screen).toBe(other.screen);
  expect(one.screen).toContain('nsh_main');
  expect(one.log).toEqual(other.log);
});
