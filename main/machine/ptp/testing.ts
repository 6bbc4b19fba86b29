/** For tests: two boards with PTP clocks that nobody disciplines, and a program on each that logs what a ptpd would. */
import { ptp4lClock } from '../../../boards/apps/ptpd/testing';
import { PortState, type PtpClock, type PtpShown } from '../../../boards/apps/ptpd/types';
import { Bench } from '../../../boards/bench';
import { twoControllers } from '../../../boards/two-controllers';
import type { NativeProgram } from '../../../kernel/binfmt/native';
import { perfectOscillator } from '../../../kernel/clock/oscillator';
import { configRecord } from '../../../kernel/config';
import { Note } from '../../../kernel/note/note';
import { compile } from '../../testing/firmware';

export const MASTER = '000000fffe000001';
export const SLAVE = '000000fffe000002';
export const MASTER_PPM = 10;
export const SLAVE_PPM = -20;
const START_MS = 100;
const INTERVAL_MS = 125;

/** What the slave believes, the readings one after the other. */
export const believed = (reading: number): number => (reading % 7) * 1000 - 3000;
export const FORWARD_NS = 1_700_000_000_000_000;

function clockOf(identity: string, portState: number): PtpClock {
  const clock = ptp4lClock();
  const parentPortIdentity = { clock: MASTER, port: 1 };
  const [port] = clock.ports;
  port!.ds = {
    ...port!.ds,
    portState: portState as typeof PortState.Slave,
    portIdentity: { clock: identity, port: 1 },
  };
  return {
    ...clock,
    defaultDS: { ...clock.defaultDS, clockIdentity: identity },
    parentDS: { ...clock.parentDS, grandmasterIdentity: MASTER, parentPortIdentity },
  };
}

/** Goes on for ever; the slave reads twice as often as the master, and in between. */
const program = (identity: string, isSlave: boolean): NativeProgram => ({
  name: isSlave ? 'slave' : 'master',
  priority: 100,
  stackSize: 4096,
  *entry(sys) {
    const clock = clockOf(identity, isSlave ? PortState.Slave : PortState.Master);
    const shown: PtpShown = { program: 'ptpd', clock, device: 'ptp0', transport: 'UDP/IPv4' };
    yield* sys.show(shown);
    yield* sys.usleep(START_MS * 1000);
    yield* sys.note(Note.ptp_state, 1, PortState.Listening, isSlave ? PortState.Slave : PortState.Master);
    for (let reading = 0; ; reading++) {
      if (isSlave) {
        const offset = believed(reading);
        clock.currentDS.offsetFromMaster = offset;
        yield* sys.note(Note.ptp_offset, Math.floor(offset / 1e9), offset - Math.floor(offset / 1e9) * 1e9, 500, 1);
        yield* sys.note(Note.ptp_delay, FORWARD_NS / 1e9, 123, 0, 1);
      }
      yield* sys.noteClock('ptp0', isSlave ? 1500 : 0);
      // As one with several ports, which sends a Sync by each.
      if (!isSlave) yield* sys.noteClock('ptp0', 0);
      yield* sys.usleep((isSlave ? INTERVAL_MS : 2 * INTERVAL_MS) * 1000);
    }
  },
});

/** `left` is the master, `right` the slave. */
export async function clocksBench(): Promise<Bench> {
  const { firmware, project } = await compile('int main(int argc, char **argv) { return 0; }', { board: 'bench' });
  const programs = [
    { ...program(MASTER, false), boot: 'CONFIG_TEST_MASTER' },
    { ...program(SLAVE, true), boot: 'CONFIG_TEST_SLAVE' },
  ];
  const [left, right] = twoControllers.bench!.boards;
  return new Bench({
    module: firmware.module,
    board: {
      ...twoControllers,
      bench: {
        ...twoControllers.bench!,
        boards: [
          { ...left!, oscillator: { ...perfectOscillator, ppm: MASTER_PPM }, config: { CONFIG_TEST_MASTER: true } },
          { ...right!, oscillator: { ...perfectOscillator, ppm: SLAVE_PPM }, config: { CONFIG_TEST_SLAVE: true } },
        ],
      },
    },
    config: configRecord(project.config),
    apps: [],
    programs,
    seed: 1,
    onConsole: () => undefined,
  });
}
