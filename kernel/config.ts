/** The CONFIG_ options of NuttX that this kernel knows, and how the layers that may set them add up. */

export type ConfigValue = boolean | number | string;

/** Who set a value, in rising order of precedence. */
export const configSources = ['nuttx', 'board', 'kconfig', 'project', 'user'] as const;
export type ConfigSource = (typeof configSources)[number];

export interface ConfigDefinition {
  name: string;
  /** NuttX's own default; its type is the option's type. */
  default: ConfigValue;
  help: string;
  /** Least and greatest value of a number that not every value makes sense for. */
  range?: readonly [number, number];
  /** All values of a text that not every value makes sense for. */
  values?: readonly string[];
}

const option = (
  name: string,
  value: ConfigValue,
  help: string,
  range?: readonly [number, number],
): ConfigDefinition => ({
  name: `CONFIG_${name}`,
  default: value,
  help,
  ...(range && { range }),
});

/** One of several words, the first by default. */
const choice = (name: string, values: readonly [string, ...string[]], help: string): ConfigDefinition => ({
  ...option(name, values[0], help),
  values,
});

export const configDefinitions: readonly ConfigDefinition[] = [
  // Clock
  option('USEC_PER_TICK', 10000, 'Period of the system timer in microseconds; one tick.', [10, 1_000_000]),
  option('START_YEAR', 2016, 'Year that CLOCK_REALTIME shows at boot.'),
  option('START_MONTH', 1, 'Month that CLOCK_REALTIME shows at boot.'),
  option('START_DAY', 1, 'Day of the month that CLOCK_REALTIME shows at boot.'),
  option(
    'CLOCK_ADJTIME_PERIOD_MS',
    970,
    'Time over which adjtime makes up for a difference, unless that is too fast.',
    [1, 3_600_000],
  ),
  option(
    'CLOCK_ADJTIME_SLEWLIMIT_PPM',
    20000,
    'Most by which adjtime makes the clock faster or slower, in millionths.',
    [1, 900_000],
  ),
  option('RTC', false, 'CLOCK_REALTIME begins with the time of the real-time clock, which is set when it is.'),
  option('CLOCK_MONOTONIC', true, 'Provides CLOCK_MONOTONIC.'),
  option('DISABLE_POSIX_TIMERS', false, 'Leaves out timer_create and its kin.'),
  option('PREALLOC_TIMERS', 8, 'POSIX timers that exist from boot on.'),

  // Tasks and scheduling
  option('RR_INTERVAL', 0, 'Time slice of SCHED_RR in milliseconds; 0 turns round robin off.', [0, 3_600_000]),
  option('SCHED_SPORADIC', false, 'Provides SCHED_SPORADIC.'),
  option('SCHED_SPORADIC_MAXREPL', 3, 'Most replenishments that a sporadic thread may have pending.'),
  option('TASK_NAME_SIZE', 31, 'Characters of a task name that are kept.', [0, 255]),
  option('INIT_ENTRYPOINT', '', 'Program that starts at boot: nsh_main for the NuttShell; none by default.'),
  option('INIT_PRIORITY', 100, 'Priority of the program that starts at boot.', [1, 255]),
  option('INIT_STACKSIZE', 2048, 'Stack of the program that starts at boot, in bytes.', [512, 1 << 24]),
  option('IDLETHREAD_STACKSIZE', 1024, 'Stack of the idle task in bytes.'),
  option('DEFAULT_TASK_STACKSIZE', 2048, 'Stack of a task that does not ask for a size, in bytes.', [512, 1 << 24]),
  option('SCHED_WAITPID', false, 'Provides waitpid, and with SCHED_HAVE_PARENT also wait and waitid.'),
  option('SCHED_HAVE_PARENT', false, 'Remembers the parent of each task and sends it SIGCHLD.'),
  option('SCHED_CHILD_STATUS', false, 'Keeps the exit status of a dead child until its parent asks for it.'),
  option('PREALLOC_CHILDSTATUS', 0, 'Exit statuses that can be kept; 0 lets the kernel choose.'),
  option(
    'GROUP_KILL_CHILDREN_TIMEOUT_MS',
    -1,
    'With SIG_DEFAULT, milliseconds that exit gives other threads to follow SIGTERM; -1 for ever, 0 sends none.',
  ),
  option('LIBC_MAX_EXITFUNS', 0, 'Functions that atexit and on_exit can register; 0 leaves them out.'),
  option('CANCELLATION_POINTS', false, 'Lets blocking calls be points where a deferred cancellation happens.'),
  option('SCHED_HPWORK', false, 'Starts the high-priority work queue.'),
  option('SCHED_HPWORKPRIORITY', 224, 'Priority of the high-priority work queue.', [1, 255]),
  option('SCHED_LPWORK', false, 'Starts the low-priority work queue.'),
  option('SCHED_LPWORKPRIORITY', 100, 'Priority of the low-priority work queue.', [1, 255]),
  option(
    'SCHED_LPWORKPRIOMAX',
    176,
    'Highest priority that asynchronous I/O may lend the low-priority work queue, with PRIORITY_INHERITANCE.',
  ),
  option('SCHED_EVENTS', false, 'Provides event groups (nxevent).'),

  // Semaphores and message queues
  option('PRIORITY_INHERITANCE', false, 'Lends the priority of a waiter to the holder of a semaphore or mutex.'),
  option('SEM_PREALLOCHOLDERS', 16, 'Holders of semaphores with priority inheritance that can be tracked at a time.'),
  option(
    'SEM_NNESTPRIO',
    16,
    'Higher-priority waiters that a boosted thread may have. Without effect, here as in NuttX since version 11, which has no such limit.',
  ),
  option('DISABLE_MQUEUE', false, 'Leaves out message queues.'),
  option('MQ_MAXMSGSIZE', 32, 'Largest message size of a queue in bytes.', [1, 1 << 20]),
  option('PREALLOC_MQ_MSGS', 8, 'Messages that exist from boot on.'),
  option('PREALLOC_MQ_IRQ_MSGS', 8, 'Messages that exist from boot on for interrupt handlers alone.'),

  // Signals
  option('SIG_DEFAULT', false, 'Gives signals without a handler their default action.'),
  option('SIG_EVTHREAD', false, 'Provides SIGEV_THREAD. Needs a work queue.'),
  option('SIG_SIGUSR1_ACTION', false, 'With SIG_DEFAULT, SIGUSR1 ends the task.'),
  option('SIG_SIGUSR2_ACTION', false, 'With SIG_DEFAULT, SIGUSR2 ends the task.'),
  option('SIG_SIGALRM_ACTION', false, 'With SIG_DEFAULT, SIGALRM ends the task.'),
  option('SIG_SIGPOLL_ACTION', false, 'With SIG_DEFAULT, SIGPOLL ends the task.'),
  option('SIG_SIGSTOP_ACTION', true, 'With SIG_DEFAULT, SIGSTOP and SIGTSTP stop the task and SIGCONT resumes it.'),
  option('SIG_SIGKILL_ACTION', true, 'With SIG_DEFAULT, SIGINT and SIGKILL end the task.'),
  option('SIG_SIGPIPE_ACTION', true, 'With SIG_DEFAULT, SIGPIPE ends the task.'),

  // Pthreads
  option('PTHREAD_STACK_DEFAULT', 2048, 'Stack of a pthread that does not ask for a size, in bytes.'),
  option('PTHREAD_STACK_MIN', 256, 'Smallest stack of a pthread in bytes.'),
  option('PTHREAD_MUTEX_TYPES', true, 'Provides recursive and error-checking mutexes.'),
  option('PTHREAD_MUTEX_ROBUST', true, 'Makes every mutex robust.'),
  option('PTHREAD_MUTEX_UNSAFE', false, 'Makes no mutex robust.'),
  option('PTHREAD_MUTEX_BOTH', false, 'Lets pthread_mutexattr_setrobust choose.'),
  option('PTHREAD_MUTEX_DEFAULT_ROBUST', false, 'With PTHREAD_MUTEX_BOTH, mutexes are robust by default.'),
  option('PTHREAD_MUTEX_DEFAULT_UNSAFE', false, 'With PTHREAD_MUTEX_BOTH, mutexes are not robust by default.'),
  option('PTHREAD_MUTEX_DEFAULT_PRIO_NONE', true, 'Mutexes do not inherit priorities by default.'),
  option('PTHREAD_MUTEX_DEFAULT_PRIO_INHERIT', false, 'Mutexes inherit priorities by default.'),
  option('TLS_NELEM', 4, 'Keys for thread-specific data.'),
  option('TLS_NCLEANUP', 0, 'Cleanup functions that a thread can push; 0 leaves them out.'),

  // Environment, files
  option('DISABLE_ENVIRON', false, 'Leaves out environment variables.'),
  option('NAME_MAX', 32, 'Longest name of a file, semaphore or queue.'),
  option('PATH_MAX', 256, 'Longest path.'),
  option('PSEUDOFS_SOFTLINKS', false, 'Provides soft links in the pseudo file system: link, symlink and readlink.'),
  option('PIPES', false, 'Provides pipes and FIFOs.'),
  option('DEV_PIPE_SIZE', 1024, 'Bytes that a pipe holds.', [1, 1 << 16]),
  option('DEV_FIFO_SIZE', 1024, 'Bytes that a FIFO holds.', [1, 1 << 16]),
  option('STDIO_BUFFER_SIZE', 64, 'Buffer of a stream in bytes; 0 for none.', [0, 1 << 16]),
  option('LIBC_TMPDIR', '/tmp', 'Folder of temporary files.'),
  option('FS_PROCFS', false, 'Mounts at /proc what the kernel knows of itself.'),
  option('LIBC_HOSTNAME', '', 'Name of the board, as gethostname gives it at first.'),
  option('FS_RAMMAP', false, 'Lets mmap copy files into memory.'),
  option('MM_SHM', false, 'Provides shared memory.'),
  option(
    'ARCH_SHM_MAXREGIONS',
    1,
    'Segments of shared memory that there can be, and that a task can attach.',
    [1, 1024],
  ),
  option('ARCH_SHM_NPAGES', 1, 'Pages of 4096 bytes that a segment of shared memory can have.', [1, 65536]),
  option('FS_AIO', false, 'Provides asynchronous I/O. Needs a work queue.'),
  option('FS_NAIOC', 8, 'Asynchronous transfers that can be under way at a time.', [1, 255]),
  option('FDCLONE_STDIO', false, 'Gives a new task the first three descriptors only, rather than all.'),

  // Devices
  option('DEV_GPIO_NSIGNALS', 1, 'Tasks that a pin can tell of its interrupts.', [1, 64]),
  ...[0, 1, 2].flatMap((n) => [
    option(`UART${n}_BAUD`, 115200, `Baud rate of UART ${n} at boot.`, [1, 10_000_000]),
    option(`UART${n}_RXBUFSIZE`, 256, `Bytes that the driver of UART ${n} holds until they are read.`, [1, 1 << 20]),
    option(`UART${n}_TXBUFSIZE`, 256, `Bytes that the driver of UART ${n} holds until they are sent.`, [1, 1 << 20]),
  ]),

  // Where a real NuttX differs from POSIX, and Tickscope does as NuttX unless told otherwise (kernel/quirks.ts)
  option('TICKSCOPE_POSIX_NANOSLEEP', false, 'An interrupted nanosleep fails with EINTR.'),
  option('TICKSCOPE_POSIX_OVERRUN', false, 'Expirations while the signal is pending count in timer_getoverrun.'),
  option('TICKSCOPE_POSIX_BOOST', false, 'A lent priority goes when the waiter who lent it gives up.'),
  option('TICKSCOPE_POSIX_ASYNC_CANCEL', false, 'Asynchronous cancellation runs the cleanup handlers in the thread.'),
  option('TICKSCOPE_POSIX_PIPE_WRITE', false, 'A write of at most PIPE_BUF bytes to a pipe is not split.'),
  option('TICKSCOPE_POSIX_EXIT_STATUS', false, 'The parent sees the status that a pthread gave to exit.'),

  // Debugging
  option('DEBUG_ASSERTIONS', false, 'Turns DEBUGASSERT on, in the kernel as well.'),
  option('DEBUG_FEATURES', false, 'Turns debug output on as a whole.'),
  option('DEBUG_ALERT', false, 'Prints _alert messages.'),
  option('DEBUG_ERROR', false, 'Prints _err messages.'),
  option('DEBUG_WARN', false, 'Prints _warn messages.'),
  option('DEBUG_INFO', false, 'Prints _info messages.'),

  // Network
  option('NET', false, 'Has a network stack: sockets, IPv4, and the interfaces of the board.'),
  option('NSOCKET_DESCRIPTORS', 256, 'Sockets that there can be at a time.', [1, 65_536]),
  option('NET_RECV_BUFSIZE', 16_384, 'Bytes that wait in a socket to be read (SO_RCVBUF).', [256, 1 << 24]),
  option('NET_SEND_BUFSIZE', 16_384, 'Bytes that wait in a socket to be sent (SO_SNDBUF).', [256, 1 << 24]),
  option('IOB_NBUFFERS', 256, 'I/O buffers, in which packets wait between the wire and the sockets.', [8, 65536]),
  option('IOB_BUFSIZE', 196, 'Bytes of an I/O buffer.', [64, 2048]),
  option('NET_ETH_PKTSIZE', 590, 'Bytes of the longest Ethernet frame that is sent, with its header.', [62, 1514]),
  option('NET_ARPTAB_SIZE', 16, 'Neighbors whose Ethernet addresses are kept.', [1, 256]),
  option(
    'NET_ARP_MAXAGE',
    120,
    'Time for which the Ethernet address of a neighbor is kept, in units of ten seconds.',
    [1, 8640],
  ),
  option('ARP_SEND_MAXTRIES', 5, 'How often a neighbor is asked for its address.', [1, 100]),
  option(
    'ARP_SEND_DELAYMSEC',
    20,
    'Milliseconds that a neighbor has for the answer, each time that it is asked.',
    [1, 10_000],
  ),
  option('ROUTE_MAX_IPv4_RAMROUTES', 4, 'Entries of the routing table.', [0, 256]),
  option('NET_IPFRAG_REASS_MAXAGE', 20, 'Tenths of a second that a fragment waits for the others.', [1, 255]),
  option(
    'NETDB_HOSTCONF',
    false,
    'Names of hosts are looked for in a hosts file, which has the boards of the bench in it at boot.',
  ),
  option('NETDB_HOSTCONF_PATH', '/etc/hosts', 'Path of the hosts file.'),
  option('NETDB_DNSCLIENT', false, 'Asks name servers for the addresses of hosts.'),
  option('NETDB_RESOLVCONF', false, 'Name servers are listed in a file, beside those that dns_add_nameserver adds.'),
  option(
    'NETDB_RESOLVCONF_PATH',
    '/etc/resolv.conf',
    'Path of the file that lists name servers, with NETDB_RESOLVCONF.',
  ),
  option('NETDB_DNSSERVER_NAMESERVERS', 2, 'Name servers that can be added.', [1, 8]),
  option('NETDB_DNSCLIENT_RECV_TIMEOUT', 30, 'Seconds to wait for the answer of a name server.', [1, 3600]),
  option('NETDB_DNSCLIENT_RETRIES', 3, 'How often each name server is asked.', [1, 20]),
  option(
    'NETUTILS_NETINIT',
    false,
    'Brings the interfaces up at boot, the first with the address of NETINIT_IPADDR or of a server; each further one is in the network that follows.',
  ),
  option(
    'NETINIT_IPADDR',
    0x0a00_0002,
    'Address of the first interface, 10.0.0.2 as a number; on a bench, of the first board: the others count on from it.',
    [0, 0xffff_ffff],
  ),
  option('NETINIT_NETMASK', 0xffff_ff00, 'Network mask of the first interface, as a number.', [0, 0xffff_ffff]),
  option(
    'NETINIT_DRIPADDR',
    0x0a00_0001,
    'Default router of the first interface, as a number; 0 for none.',
    [0, 0xffff_ffff],
  ),
  option(
    'NETINIT_DHCPC',
    false,
    'Asks a DHCP server for the address of the first interface, and goes on asking for more time.',
  ),
  option('NSH_TELNET', false, 'Starts telnetd at boot: the NuttShell, for whoever connects by Telnet.'),
  option('TELNET_MAXLCLIENTS', 8, 'Sessions of Telnet that there can be at a time.', [1, 32]),
  option(
    'TELNET_RXBUFFER_SIZE',
    256,
    'Bytes that the terminal of a Telnet session holds until they are read.',
    [16, 65536],
  ),
  option(
    'TELNET_TXBUFFER_SIZE',
    256,
    'Bytes that the terminal of a Telnet session holds until they are sent.',
    [16, 65536],
  ),

  // PTP: NuttX's options of ptpd, then what it has none for
  option('NETUTILS_PTPD_STACKSIZE', 2048, 'Stack of ptpd in bytes, unless it starts at boot.', [2048, 1 << 24]),
  option('NETUTILS_PTPD_SERVERPRIO', 100, 'Priority of ptpd.', [1, 255]),
  option('NETUTILS_PTPD_DOMAIN', 0, 'Domain of the clock: those of other domains are nothing to it.', [0, 127]),
  option('NETUTILS_PTPD_CLIENT', true, 'The clock may follow another one.'),
  option('NETUTILS_PTPD_SERVER', false, 'The clock may be a master; without this it is slave only.'),
  option('NETUTILS_PTPD_PRIORITY1', 128, 'Which clock is best, asked first: the lower the better.', [0, 255]),
  option('NETUTILS_PTPD_PRIORITY2', 128, 'Which clock is best, asked last: the lower the better.', [0, 255]),
  option('NETUTILS_PTPD_CLASS', 248, 'What the clock has its time from (clockClass, IEEE 1588 table 5).', [0, 255]),
  option('NETUTILS_PTPD_ACCURACY', 254, 'How exact the clock is (clockAccuracy, IEEE 1588 table 6).', [0, 255]),
  option('NETUTILS_PTPD_CLOCKSOURCE', 160, 'Kind of source of the time (timeSource, IEEE 1588 table 7).', [0, 255]),
  option('NETUTILS_PTPD_TWOSTEP_SYNC', true, 'A master says in a Follow_Up when its Sync has left.'),
  option('NETUTILS_PTPD_SYNC_INTERVAL_MSEC', 1000, 'Milliseconds between two Syncs of a master.', [8, 1_000_000]),
  option(
    'NETUTILS_PTPD_ANNOUNCE_INTERVAL_MSEC',
    10_000,
    'Milliseconds between two Announces of a master.',
    [8, 1_000_000],
  ),
  option(
    'NETUTILS_PTPD_DELAYRESP_INTERVAL',
    4,
    'Least time between two Delay_Reqs of a slave: logarithm of base 2 of seconds.',
    [-7, 15],
  ),
  option(
    'NETUTILS_PTPD_TIMEOUT_MS',
    60_000,
    'Milliseconds without a Sync after which ptpd_status has no valid source any more.',
    [1, 1_000_000_000],
  ),
  option(
    'NETUTILS_PTPD_SETTIME_THRESHOLD_MS',
    1000,
    'Milliseconds of offset that are stepped over; 0: only at first.',
    [0, 1_000_000_000],
  ),
  option(
    'NETUTILS_PTPD_ADJTIME_THRESHOLD_NS',
    500,
    'Nanoseconds of offset up to which the drift servo leaves the clock alone.',
    [0, 1_000_000_000],
  ),
  option('NETUTILS_PTPD_DRIFT_AVERAGE_S', 600, 'Seconds over which the drift servo averages.', [10, 86_400]),
  option(
    'NETUTILS_PTPD_MAX_PATH_DELAY_NS',
    100_000,
    'Nanoseconds of the longest path delay; what is longer is dropped.',
    [1, 1_000_000_000],
  ),
  option('NETUTILS_PTPD_DELAYREQ_AVGCOUNT', 100, 'Path delays that are averaged, unless there is a median.', [1, 1000]),
  option(
    'NETUTILS_PTPD_MULTICAST_TIMEOUT_MS',
    30_000,
    'Milliseconds without a multicast message after which the groups are joined again; 0: never.',
    [0, 1_000_000_000],
  ),
  option('NETUTILS_PTPD_DEBUG', false, 'Lets ptpd say in the system log what it does.'),
  option('TICKSCOPE_PTPD_BOOT', false, 'Starts ptpd at boot.'),
  option('TICKSCOPE_PTPD_INTERFACES', 'eth0', 'Ports of ptpd, with commas: of several it is a boundary clock.'),
  option(
    'TICKSCOPE_PTPD_CLOCK',
    '',
    'Device of the clock that is set, whose interfaces stamp; without one it is CLOCK_REALTIME, with software stamps.',
  ),
  choice(
    'TICKSCOPE_PTPD_TRANSPORT',
    ['udp4', 'l2'],
    'Messages are in datagrams of IPv4 (udp4) or Ethernet frames (l2).',
  ),
  option(
    'TICKSCOPE_PTPD_DELAY_MECHANISM',
    'e2e',
    'Path delays are measured to the master (e2e) or on each link (p2p).',
  ),
  option(
    'TICKSCOPE_PTPD_PDELAY_INTERVAL',
    0,
    'Least time between two Pdelay_Reqs: logarithm of base 2 of seconds.',
    [-7, 15],
  ),
  choice('TICKSCOPE_PTPD_SERVO', ['pi', 'drift'], "How the clock is set: pi, or NuttX's own, drift."),
  option(
    'TICKSCOPE_PTPD_DELAY_MEDIAN',
    10,
    'Path delays of which the median counts; 0: NETUTILS_PTPD_DELAYREQ_AVGCOUNT are averaged.',
    [0, 1000],
  ),
  option(
    'TICKSCOPE_PTPD_ANNOUNCE_TIMEOUT',
    3,
    'Announce intervals without an Announce after which a master is gone.',
    [2, 255],
  ),
  option('TICKSCOPE_PTPD_UNICAST_MASTERS', '', 'IPv4 addresses of masters that are asked for unicast, with commas.'),
];

/** Options of which exactly one can be on, or at most one: to turn one on turns the others off. */
const choices: readonly (readonly string[])[] = [
  ['CONFIG_PTHREAD_MUTEX_ROBUST', 'CONFIG_PTHREAD_MUTEX_UNSAFE', 'CONFIG_PTHREAD_MUTEX_BOTH'],
  ['CONFIG_PTHREAD_MUTEX_DEFAULT_ROBUST', 'CONFIG_PTHREAD_MUTEX_DEFAULT_UNSAFE'],
  ['CONFIG_PTHREAD_MUTEX_DEFAULT_PRIO_NONE', 'CONFIG_PTHREAD_MUTEX_DEFAULT_PRIO_INHERIT'],
];

/** The layer's values, with what its choices turn off. */
function withChoices(values: Readonly<Record<string, ConfigValue>>): Record<string, ConfigValue> {
  const result = { ...values };
  for (const choice of choices) {
    if (!choice.some((name) => values[name] === true)) continue;
    for (const name of choice) result[name] ??= false;
  }
  return result;
}

const definitions = new Map(configDefinitions.map((definition) => [definition.name, definition]));

/** The definition of an option; undefined for one that only the project knows. */
export function findConfig(name: string): ConfigDefinition | undefined {
  return definitions.get(name);
}

export interface ResolvedOption {
  name: string;
  value: ConfigValue;
  /** What it would be without the user's layer. */
  default: ConfigValue;
  setBy: ConfigSource;
  help: string;
}

export type ConfigLayers = Partial<Record<Exclude<ConfigSource, 'nuttx'>, Readonly<Record<string, ConfigValue>>>>;

/**
 * Adds up the layers. An option that NuttX does not define exists if any layer sets it.
 *
 * @returns the known options in the table's order, then the others by name
 */
export function resolveConfig(layers: ConfigLayers): ResolvedOption[] {
  const options = new Map<string, ResolvedOption>();
  for (const { name, default: value, help } of configDefinitions) {
    options.set(name, { name, value, default: value, setBy: 'nuttx', help });
  }
  const others = new Set<string>();
  for (const source of configSources) {
    if (source === 'nuttx') continue;
    for (const [name, value] of Object.entries(withChoices(layers[source] ?? {}))) {
      const before = options.get(name);
      if (!before) others.add(name);
      options.set(name, {
        name,
        value,
        default: source === 'user' && before ? before.default : value,
        setBy: source,
        help: before?.help ?? '',
      });
    }
  }
  const known = configDefinitions.map(({ name }) => options.get(name)!);
  return [...known, ...[...others].sort().map((name) => options.get(name)!)];
}

/** Why an option cannot have the value that it has: what was expected, and what was found; null when it can. */
export function configProblem({ name, value }: Pick<ResolvedOption, 'name' | 'value'>): string | null {
  const known = findConfig(name);
  if (!known) return null;
  const found = `found ${JSON.stringify(value)}`;
  if (typeof value !== typeof known.default) {
    return `expected ${typeof known.default === 'boolean' ? 'true or false' : `a ${typeof known.default}`}, ${found}`;
  }
  if (known.values?.includes(String(value)) === false) return `expected ${known.values.join(' or ')}, ${found}`;
  const [least, greatest] = known.range ?? [-Infinity, Infinity];
  if (typeof value !== 'number' || (value >= least && value <= greatest)) return null;
  return `expected a number from ${least} to ${greatest}, ${found}`;
}

/** The resolved values by name. */
export function configValues(options: readonly ResolvedOption[]): Map<string, ConfigValue> {
  return new Map(options.map(({ name, value }) => [name, value]));
}

/** The same as plain data, as a machine is given it. */
export function configRecord(options: readonly ResolvedOption[]): Record<string, ConfigValue> {
  return Object.fromEntries(configValues(options));
}

/** `nuttx/config.h` as NuttX writes it: true is 1, false is absent, numbers are bare, strings are quoted. */
export function configHeader(options: readonly ResolvedOption[]): string {
  const lines = options
    .filter(({ value }) => value !== false)
    .map(
      ({ name, value }) =>
        `#define ${name} ${value === true ? 1 : typeof value === 'string' ? JSON.stringify(value) : value}`,
    );
  return `#ifndef __INCLUDE_NUTTX_CONFIG_H\n#define __INCLUDE_NUTTX_CONFIG_H\n\n${lines.join('\n')}\n\n#endif\n`;
}
