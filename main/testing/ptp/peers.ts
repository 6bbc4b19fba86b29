/**
 * For tests: other implementations of PTP in network namespaces, and boards beside them. None of them can set this machine's
 * clock: they run without the capability (CAP_SYS_TIME), and have to be content with that.
 */
import type { ChildProcess } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { folderOf } from '../firmware';
import { BoardInNamespace, type Namespace, outcomeOf } from '../net/namespace';

/** Programs that the tests need. */
export const PROGRAMS = ['ptp4l', 'ptpd', 'pmc', 'tshark', 'socat', 'setpriv'];
const WITHOUT_CLOCK = ['--bounding-set=-sys_time', '--inh-caps=-sys_time'];
/** Milliseconds that anything may take on a machine that has much else to do. */
const PATIENCE = 200_000;
/** Nothing runs longer. */
const LIFE = 620_000;

export type Transport = 'udp4' | 'l2';
export type Delay = 'e2e' | 'p2p';

/** Announces come once a second, Syncs eight times. */
export interface Setup {
  transport: Transport;
  delay: Delay;
  slaveOnly?: boolean;
  priority1?: number;
  /** The board asks this address for what it is to get; ptp4l sends nothing that it was not asked for. */
  unicast?: string;
}

/** Runs what it is told until it holds; @throws Error with these words when it never does */
export async function until(holds: () => boolean | Promise<boolean>, words: () => string): Promise<void> {
  for (const since = Date.now(); !(await holds()); await sleep(50)) {
    if (Date.now() - since > PATIENCE) throw new Error(words());
  }
}

const spawn = (ns: Namespace, program: string, args: readonly string[]): ChildProcess =>
  ns.spawn('setpriv', [...WITHOUT_CLOCK, program, ...args], LIFE);

/** ptp4l on an interface. */
export class Ptp4l {
  said = '';
  private constructor(
    private readonly child: ChildProcess,
    private readonly ns: Namespace,
    private readonly base: string,
  ) {
    child.stdout!.on('data', (data: Buffer) => (this.said += data.toString()));
    child.stderr!.on('data', (data: Buffer) => (this.said += data.toString()));
  }

  /** @param base path that its files' names begin with */
  static async start(ns: Namespace, device: string, base: string, setup: Setup): Promise<Ptp4l> {
    const { transport, delay, slaveOnly = false, priority1 = 128, unicast } = setup;
    const settings = {
      time_stamping: 'software',
      network_transport: transport === 'l2' ? 'L2' : 'UDPv4',
      delay_mechanism: delay.toUpperCase(),
      ...{ slaveOnly: Number(slaveOnly), priority1 },
      ...{ logAnnounceInterval: 0, logSyncInterval: -3, logMinDelayReqInterval: -3, logMinPdelayReqInterval: -2 },
      // It is to reach SLAVE though it cannot set the clock, and though that seems to run as nothing does.
      ...{ step_threshold: '0.0', first_step_threshold: '0.0', pi_proportional_const: 0.1, pi_integral_const: 0.01 },
      ...{ sanity_freq_limit: 0, summary_interval: -3, logging_level: 6 },
      // Stamps may be long in coming.
      tx_timestamp_timeout: 1000,
      ...(unicast && { unicast_listen: 1, inhibit_multicast_service: 1 }),
      uds_address: `${base}.sock`,
    };
    const lines = Object.entries(settings).map(([name, value]) => `${name} ${value}`);
    await writeFile(`${base}.cfg`, `[global]\n${lines.join('\n')}\n`);
    return new Ptp4l(spawn(ns, 'ptp4l', ['-f', `${base}.cfg`, '-i', device, '-m', '-q']), ns, base);
  }

  /** The states that its port has been in. */
  get states(): string[] {
    return [...this.said.matchAll(/port 1: \S+ to (?:GRAND_)?(\S+) on/g)].map(([, state]) => state!);
  }

  get state(): string | undefined {
    return this.states.at(-1);
  }

  /** The offsets from the master that it has measured come below that, nanoseconds: the median of the last nine. */
  settles(below: number): Promise<void> {
    const last = () => [...this.said.matchAll(/master offset\s+(-?\d+)/g)].slice(-9).map(([, ns]) => Number(ns));
    return until(
      () => last().length === 9 && median(last().map(Math.abs)) < below,
      () => `ptp4l's offsets do not come below ${below} ns: ${last().join(', ')}`,
    );
  }

  /** Identity of the clock that it follows, by its own data set. */
  async grandmaster(): Promise<string> {
    return (await this.pmc('GET PARENT_DATA_SET'))[0]!.fields.grandmasterIdentity!;
  }

  /** Asks it by its socket, and nobody else. */
  pmc(request: string): Promise<Answer[]> {
    return pmc(this.ns, ['-u', '-b', '0', '-s', `${this.base}.sock`, '-i', `${this.base}-pmc.sock`], [request]);
  }

  becomes(state: string): Promise<void> {
    return until(
      () => this.state === state,
      () => `ptp4l does not become ${state}:\n${this.said}`,
    );
  }

  kill(): void {
    this.child.kill('SIGKILL');
  }
}

/** An answer to pmc. */
export interface Answer {
  /** Identity of the clock that has given it, as pmc writes it. */
  from: string;
  /** Number of the request, from 0 on. */
  seq: number;
  /** `RESPONSE MANAGEMENT DEFAULT_DATA_SET` */
  what: string;
  fields: Record<string, string>;
}

/**
 * Asks by pmc: options of where, then requests. It waits for answers for a tenth of a second only, which may be too short on a
 * machine that has much else to do, so it is run again until all have come: what is asked or set twice is the same. It also
 * shows late answers to what was asked before.
 *
 * @param isWanted by the identity of the clock that answers
 */
async function pmc(
  ns: Namespace,
  where: readonly string[],
  requests: readonly string[],
  isWanted = (_from: string): boolean => true,
): Promise<Answer[]> {
  let said = '';
  let answers: Answer[] = [];
  await until(
    async () => {
      said = (await outcomeOf(spawn(ns, 'pmc', [...where, '-f', '/dev/null', ...requests]))).text;
      answers = answersIn(said).filter(({ from }) => isWanted(from));
      return answers.length === requests.length && answers.every(({ seq }, i) => seq === i);
    },
    () => `pmc has no answers to ${requests.join(', ')}:\n${said}`,
  );
  return answers;
}

const answersIn = (text: string): Answer[] =>
  [...text.matchAll(/^\t(\S+)-\d+ seq (\d+) (.*)\n((?:\t\t.*\n)*)/gm)].map(([, from, seq, what, rows]) => ({
    from: from!,
    seq: Number(seq),
    what: what!.trim(),
    fields: Object.fromEntries(
      [...rows!.matchAll(/^\t\t(\S+) *(.*)$/gm)].map(([, name, value]) => [name!, value!.trim()]),
    ),
  }));

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!;

/** Debian's ptpd on an interface. It does not touch the clock. */
export class Ptpd {
  private constructor(
    private readonly child: ChildProcess,
    private readonly file: string,
  ) {
    // What it says is in its files.
    child.stdout!.resume();
    child.stderr!.resume();
  }

  static start(ns: Namespace, device: string, base: string, setup: Setup): Ptpd {
    const { transport, delay, slaveOnly = false, priority1 = 128 } = setup;
    const settings = {
      'ptpengine:transport': transport === 'l2' ? 'ethernet' : 'ipv4',
      'ptpengine:delay_mechanism': delay.toUpperCase(),
      'ptpengine:preset': slaveOnly ? 'slaveonly' : 'masterslave',
      'ptpengine:priority1': priority1,
      'ptpengine:log_announce_interval': 0,
      'ptpengine:log_sync_interval': -3,
      'ptpengine:log_delayreq_interval': -3,
      'ptpengine:log_peer_delayreq_interval': -2,
      'ptpengine:announce_receipt_timeout': 3,
      'clock:no_adjust': 'y',
      'global:status_file': `${base}.status`,
      'global:log_status': 'y',
      'global:statistics_file': `${base}.statistics`,
      'global:lock_file': `${base}.lock`,
    };
    const args = Object.entries(settings).map(([name, value]) => `--${name}=${value}`);
    return new Ptpd(spawn(ns, 'ptpd', ['-C', '-L', '-i', device, ...args]), `${base}.status`);
  }

  /** It is a slave of that clock. */
  follows(identity: string): Promise<void> {
    const digits = identity.replaceAll('.', '');
    let status = '';
    return until(
      async () => {
        status = await readFile(this.file, 'utf8').catch(() => '');
        return status.includes('PTP_SLAVE') && status.includes(`Best master ID     :  ${digits}`);
      },
      () => `ptpd does not follow ${identity}:\n${status}`,
    );
  }
}

/** A board with NSH and ptpd, in a namespace. */
export class PtpBoard {
  private constructor(
    private readonly board: BoardInNamespace,
    private readonly asker: Namespace,
    private readonly where: readonly string[],
  ) {}

  /**
   * @param net what its port is joined to: `tap:tap0`
   * @param from where others ask it: a namespace, and an interface of that
   */
  static async start(
    ns: Namespace,
    net: string,
    from: readonly [Namespace, string],
    setup: Setup,
    ...args: string[]
  ): Promise<PtpBoard> {
    const project = await projectOf(setup);
    const running = await BoardInNamespace.start(ns, project, '--net', `controller/eth0=${net}`, ...args);
    const board = new PtpBoard(running, from[0], [setup.transport === 'l2' ? '-2' : '-4', '-b', '1', '-i', from[1]]);
    // Else a pipe by which nothing comes is taken for none.
    board.board.type('\n');
    await board.board.says('nsh>');
    return board;
  }

  get said(): string {
    return this.board.said;
  }

  /** Starts the daemon. */
  async ptpd(): Promise<void> {
    this.board.type('ptpd -i eth0\n');
    await this.board.says(/Started the PTP daemon/);
  }

  /** The state that its port is in, as it logs it. */
  get state(): string | undefined {
    return [...this.said.matchAll(/eth0: \w+ to (\w+):/g)].at(-1)?.[1];
  }

  becomes(state: string): Promise<void> {
    return until(
      () => this.state === state,
      () => `The board does not become ${state}:\n${this.said}`,
    );
  }

  /** Asks its clock by pmc, over the network. */
  pmc(...requests: string[]): Promise<Answer[]> {
    return pmc(this.asker, this.where, requests, (from) => from === BOARD_IDENTITY);
  }

  /** Its offsets from the master come below that, nanoseconds: the median of the last five readings. */
  async settles(below: number): Promise<void> {
    const last: number[] = [];
    await until(
      async () => {
        const [answer] = await this.pmc('GET CURRENT_DATA_SET');
        last.push(Math.abs(Number(answer!.fields.offsetFromMaster)));
        await sleep(200);
        return last.length >= 5 && median(last.slice(-5)) < below;
      },
      () => `The board's offsets do not come below ${below} ns: ${last.join(', ')}\n${this.said}`,
    );
  }

  kill(): void {
    this.board.kill();
  }

  end(): Promise<number | null> {
    return this.board.end();
  }
}

/** Folders that are being made, by what they are for. */
const projects = new Map<string, Promise<string>>();

function projectOf(setup: Setup): Promise<string> {
  const text = projectFile(setup);
  const made =
    projects.get(text) ?? folderOf({ 'main.c': 'int main(void)\n{\n  return 0;\n}\n', 'tickscope.json': text });
  projects.set(text, made);
  return made;
}

function projectFile({ transport, delay, slaveOnly = false, priority1 = 128, unicast = '' }: Setup): string {
  return JSON.stringify({
    board: 'controller',
    config: {
      CONFIG_INIT_ENTRYPOINT: 'nsh_main',
      CONFIG_SCHED_HAVE_PARENT: true,
      CONFIG_NETUTILS_PTPD_DEBUG: true,
      CONFIG_NETUTILS_PTPD_SERVER: !slaveOnly,
      CONFIG_NETUTILS_PTPD_PRIORITY1: priority1,
      CONFIG_NETUTILS_PTPD_SYNC_INTERVAL_MSEC: 125,
      CONFIG_NETUTILS_PTPD_ANNOUNCE_INTERVAL_MSEC: 1000,
      CONFIG_NETUTILS_PTPD_DELAYRESP_INTERVAL: -3,
      // Programs of a machine that has much else to do are on the way.
      CONFIG_NETUTILS_PTPD_MAX_PATH_DELAY_NS: 50_000_000,
      CONFIG_TICKSCOPE_PTPD_PDELAY_INTERVAL: -2,
      CONFIG_TICKSCOPE_PTPD_TRANSPORT: transport,
      CONFIG_TICKSCOPE_PTPD_DELAY_MECHANISM: delay,
      CONFIG_TICKSCOPE_PTPD_UNICAST_MASTERS: unicast,
    },
    apps: [{ name: 'main', entry: 'main', boot: false }],
  });
}

/** Identity of the first board's clock, as pmc writes it. */
export const BOARD_IDENTITY = '020000.fffe.000001';
