/** How ptpd is asked for: its arguments (NuttX apps: system/ptpd), and the configuration for what they do not say. */
import type { Program, System } from '../../../kernel/binfmt/native';
import { parseIpv4 } from '../../../kernel/net/address';
import { SLAVE_ONLY_CLASS } from './datasets';
import { DelayMechanism, type PtpConfig } from './types';

/** Every use of the daemon's, or what is to be done with one that runs. */
export type Command = { do: 'start'; options: Options } | { do: 'status' | 'stop'; pid: number };

export interface Options {
  /** Names; empty: as configured. */
  interfaces: string[];
  /** Null: as configured. */
  transport: Transport | null;
  /** Path of the device of the clock that is set; '' for CLOCK_REALTIME; null: as configured. */
  clock: string | null;
  delayMechanism: 'e2e' | null;
  slaveOnly: boolean;
}

export type Transport = 'udp4' | 'l2';

/** What is to be said instead of starting; the text may be empty. */
export class Usage extends Error {}

/** The interface's clock that `-H` means. */
const HARDWARE_CLOCK = '/dev/ptp0';

export const usage = (name: string): string => `Usage: ${name} [options]
       ${name} -t <pid>
       ${name} -d <pid>

Options:
  -i <interface>  a port of the clock; several make a boundary clock
  -2              messages in Ethernet frames (IEEE 802.3)
  -4              messages in datagrams of UDP over IPv4
  -H              stamps of the interface, and ${HARDWARE_CLOCK} is set
  -p <device>     the same with another clock
  -S, -r          stamps of the system's clock, which is set
  -s              slave only
  -E              path delays to the master (end to end)
  -B              the best master is followed, as always
  -t <pid>        status of a daemon
  -d <pid>        stops a daemon
`;

const pidOf = (text: string): number => {
  const pid = /^\d+$/.test(text) ? Number(text) : 0;
  if (pid > 0) return pid;
  throw new Usage(`no pid: ${text}`);
};

/** Reads the arguments behind the name. @throws {Usage} they make no sense, or the usage is asked for */
export function parseArguments(args: readonly string[]): Command {
  const options: Options = { interfaces: [], transport: null, clock: null, delayMechanism: null, slaveOnly: false };
  let command: Command = { do: 'start', options };
  const rest = args.flatMap(separated);
  while (rest.length > 0) {
    const flag = rest.shift()!;
    const value = (): string => {
      const given = rest.shift();
      if (given === undefined) throw new Usage(`${flag} needs a value`);
      return given;
    };
    if (flag === '-i') options.interfaces.push(...value().split(','));
    else if (flag === '-2') options.transport = 'l2';
    else if (flag === '-4') options.transport = 'udp4';
    else if (flag === '-6') throw new Usage('there is no IPv6');
    else if (flag === '-H') options.clock ||= HARDWARE_CLOCK;
    else if (flag === '-p') options.clock = value();
    else if (flag === '-S' || flag === '-r') options.clock = '';
    else if (flag === '-s') options.slaveOnly = true;
    else if (flag === '-E') options.delayMechanism = 'e2e';
    else if (flag === '-t') command = { do: 'status', pid: pidOf(value()) };
    else if (flag === '-d') command = { do: 'stop', pid: pidOf(value()) };
    else if (flag === '-h') throw new Usage();
    else if (flag !== '-B') throw new Usage(`unknown option: ${flag}`);
  }
  return command;
}

/** Letters behind one hyphen, `-sH`, and what stands right behind one that needs a value, `-ieth0`. */
function separated(argument: string): string[] {
  const parts = /^-([^iptd]*)([iptd]?)(.*)$/s.exec(argument);
  if (!parts || argument === '-') return [argument];
  const [, letters = '', last, value = ''] = parts;
  return [...Array.from(letters + last!, (letter) => `-${letter}`), ...(value === '' ? [] : [value])];
}

/** Everything that the daemon is to know. */
export interface Setup {
  config: PtpConfig;
  interfaces: string[];
  transport: Transport;
  /** Path of the device of the clock; '' for CLOCK_REALTIME. */
  clock: string;
  /** Says what it does. */
  debug: boolean;
  /** Milliseconds without a Sync after which there is no valid source, and without a multicast after which groups are joined again. */
  timeoutMs: number;
  multicastTimeoutMs: number;
}

const listOf = (text: string): string[] => text.split(/[\s,]+/).filter((word) => word !== '');

/** clockClass of clocks that are set to TAI (IEEE 1588-2008, clause 7.6.2.4). */
const TAI_CLASSES = [6, 7];
/** offsetScaledLogVariance of one that nobody has measured. */
const UNKNOWN_VARIANCE = 0xffff;
/** Seconds between TAI and UTC since 2017. */
const UTC_OFFSET = 37;

/** The options of a start, with the configuration of the board for what they leave open. @throws {Usage} it makes no sense */
export function* setupOf(sys: System, options: Options): Program<Setup> {
  const number = function* (name: string): Program {
    return Number(yield* sys.config(`CONFIG_${name}`));
  };
  const ptpd = (name: string) => number(`NETUTILS_PTPD_${name}`);
  const text = function* (name: string): Program<string> {
    return String(yield* sys.config(`CONFIG_TICKSCOPE_PTPD_${name}`));
  };
  const clock = options.clock ?? (yield* text('CLOCK'));
  const transport = options.transport ?? ((yield* text('TRANSPORT')) as Transport);
  const delayMechanism = options.delayMechanism ?? (yield* text('DELAY_MECHANISM'));
  const slaveOnly = options.slaveOnly || (yield* ptpd('SERVER')) === 0;
  const clockClass = slaveOnly ? SLAVE_ONLY_CLASS : yield* ptpd('CLASS');
  const median = yield* number('TICKSCOPE_PTPD_DELAY_MEDIAN');
  const config: PtpConfig = {
    domain: yield* ptpd('DOMAIN'),
    priority1: yield* ptpd('PRIORITY1'),
    priority2: yield* ptpd('PRIORITY2'),
    quality: { clockClass, clockAccuracy: yield* ptpd('ACCURACY'), offsetScaledLogVariance: UNKNOWN_VARIANCE },
    timeSource: yield* ptpd('CLOCKSOURCE'),
    currentUtcOffset: UTC_OFFSET,
    ptpTimescale: TAI_CLASSES.includes(clockClass),
    slaveOnly,
    masterOnly: !slaveOnly && (yield* ptpd('CLIENT')) === 0,
    twoStep: (yield* ptpd('TWOSTEP_SYNC')) === 1,
    delayMechanism: delayMechanism === 'p2p' ? DelayMechanism.P2P : DelayMechanism.E2E,
    syncIntervalMs: yield* ptpd('SYNC_INTERVAL_MSEC'),
    announceIntervalMs: yield* ptpd('ANNOUNCE_INTERVAL_MSEC'),
    announceReceiptTimeout: yield* number('TICKSCOPE_PTPD_ANNOUNCE_TIMEOUT'),
    logMinDelayReqInterval: yield* ptpd('DELAYRESP_INTERVAL'),
    logMinPdelayReqInterval: yield* number('TICKSCOPE_PTPD_PDELAY_INTERVAL'),
    unicastMasters: listOf(yield* text('UNICAST_MASTERS')).map(addressOf),
    servo: (yield* text('SERVO')) === 'drift' ? 'drift' : 'pi',
    hardware: clock !== '',
    stepThresholdNs: 1e6 * (yield* ptpd('SETTIME_THRESHOLD_MS')),
    delayFilter: median > 0 ? 'median' : 'average',
    delayFilterLength: median > 0 ? median : yield* ptpd('DELAYREQ_AVGCOUNT'),
    maxPathDelayNs: yield* ptpd('MAX_PATH_DELAY_NS'),
    adjtimeThresholdNs: yield* ptpd('ADJTIME_THRESHOLD_NS'),
    driftAverageS: yield* ptpd('DRIFT_AVERAGE_S'),
  };
  const interfaces = options.interfaces.length > 0 ? options.interfaces : listOf(yield* text('INTERFACES'));
  if (config.unicastMasters.length > 0 && transport !== 'udp4') throw new Usage('unicast is over UDP only');
  return {
    ...{ config, interfaces, transport, clock },
    debug: (yield* ptpd('DEBUG')) === 1,
    timeoutMs: yield* ptpd('TIMEOUT_MS'),
    multicastTimeoutMs: yield* ptpd('MULTICAST_TIMEOUT_MS'),
  };
}

function addressOf(text: string): number {
  const address = parseIpv4(text);
  if (address === null) throw new Usage(`no IPv4 address: ${text}`);
  return address;
}
