/** For tests: two boards with a cable between them, the NuttShell on the console of each, and a person who types at both. */
import type { ConfigValue } from '../../../kernel/config';
import { programs } from '../../../boards/apps';
import { Bench } from '../../../boards/bench';
import { configRecord } from '../../../kernel/config';
import { boardOf } from '../../machine/build';
import { compile, compileFolder, type TestFirmware } from '../firmware';
import { bare } from './nsh';

const PROMPT = 'nsh> ';
export type Side = 'left' | 'right';
const sides: readonly Side[] = ['left', 'right'];

export class Pair {
  readonly bench: Bench;
  private readonly written = { left: '', right: '' };

  constructor({ project, firmware }: TestFirmware) {
    this.bench = new Bench({
      module: firmware.module,
      board: boardOf(project.board.name),
      config: configRecord(project.config),
      apps: project.apps.map((app) => ({ ...app, args: [] })),
      programs,
      seed: 1,
      onConsole: (place, bytes) => (this.written[sides[place]!] += String.fromCharCode(...bytes)),
    });
    this.run(5);
  }

  /** With a folder's firmware, or none that does anything. */
  static async boot(config: Record<string, ConfigValue> = {}, folder?: string): Promise<Pair> {
    const choice = { board: 'bench', config: { CONFIG_INIT_ENTRYPOINT: 'nsh_main', ...config } };
    return new Pair(await (folder === undefined ? compile(bare, choice) : compileFolder(folder, choice)));
  }

  /** All that a board has written. */
  screen(side: Side): string {
    return this.written[side].replaceAll('\r\n', '\n');
  }

  run(ticks: number): void {
    this.bench.run({ ticks: this.bench.ticks + ticks });
  }

  type(side: Side, text: string): void {
    const bytes = Uint8Array.from(text, (char) => char.charCodeAt(0));
    this.bench.input({ board: side, device: 'console', value: { type: 'bytes', bytes } });
  }

  /** Types a line and runs until the next prompt, or too long; gives what the command wrote. */
  command(side: Side, line: string, most = 3000): string {
    const before = this.screen(side).length;
    this.type(side, `${line}\n`);
    const end = this.bench.ticks + most;
    const output = () => this.screen(side).slice(before);
    while (this.bench.ticks < end && !output().endsWith(`\n${PROMPT}`)) this.run(1);
    return output()
      .slice(output().indexOf('\n') + 1)
      .replace(new RegExp(`${PROMPT}$`), '');
  }

  /** Types a line at a board that is to go on beside. */
  start(side: Side, line: string, ticks = 20): void {
    this.type(side, `${line}\n`);
    this.run(ticks);
  }
}
