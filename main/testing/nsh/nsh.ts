/** For tests: a board with the NuttShell on its console, and a person who types. */
import { compile, type Choice, type TestMachine } from '../firmware';

const PROMPT = 'nsh> ';
/** No command of a test takes longer. */
const MOST_TICKS = 1000;

const main = '#include <nuttx/config.h>\nint main(int argc, char *argv[])\n{\n  return 0;\n}\n';

/** Files of a firmware without apps of its own that start at boot. */
export const bare: Record<string, string> = {
  'main.c': main,
  'tickscope.json': JSON.stringify({ apps: [{ name: 'nothing', boot: false }] }),
};

export class Nsh {
  private shown = 0;

  private constructor(readonly test: TestMachine) {}

  /** Boots the firmware, with NSH in place of what would start; runs to the first prompt. */
  static async boot(files: Record<string, string> = bare, { config, ...choice }: Choice = {}): Promise<Nsh> {
    const firmware = await compile(files, { ...choice, config: { ...config, CONFIG_INIT_ENTRYPOINT: 'nsh_main' } });
    const nsh = new Nsh(firmware.boot());
    nsh.settle();
    return nsh;
  }

  /** All that the board has written. */
  get screen(): string {
    return this.test.console.replaceAll('\r\n', '\n');
  }

  /** Types, and runs until the shell waits for more. Gives what that wrote. */
  type(text: string, most = MOST_TICKS): string {
    const before = this.screen.length;
    this.shown = this.test.console.length;
    this.test.machine.type(Uint8Array.from(text, (char) => char.charCodeAt(0)));
    this.settle(most);
    return this.screen.slice(before);
  }

  /** Types a line; gives what the command wrote, without the echo and the next prompt. */
  run(line: string): string {
    const output = this.type(`${line}\n`);
    const start = output.indexOf('\n') + 1;
    return output.slice(start, output.endsWith(PROMPT) ? -PROMPT.length : undefined);
  }

  /** Lines typed one after the other; gives what the last one wrote. */
  runAll(...lines: string[]): string {
    return lines.map((line) => this.run(line)).at(-1)!;
  }

  /** Runs until there is a new prompt, or nothing happens, or it takes too long. */
  settle(most = MOST_TICKS): void {
    const { machine } = this.test;
    const last = machine.ticks + most;
    while (machine.ticks < last) {
      const end = machine.run({ ticks: machine.ticks + 1, idle: true });
      if (end !== 'limit') return;
      if (machine.stuck || this.test.console.slice(this.shown).endsWith(PROMPT)) return;
    }
  }
}
