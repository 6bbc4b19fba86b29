/**
 * renew: gets an address for an interface by DHCP (NuttX apps: system/dhcpc). dhcpc does the same for eth0 and keeps the
 * address for as long as the board runs: it starts at boot with CONFIG_NETINIT_DHCPC.
 */
import type { NativeFunction, Program, System } from '../../../kernel/binfmt/native';
import { GOES_ON, keep, kept, newBlock } from '../kept';
import { microseconds, pause, TIMESPEC_SIZE } from '../net/clock';
import { extendLease, giveUpAddress, obtainAddress, obtainLease, type Lease } from '../net/dhcpclient';
import { say } from '../print';

export const renew: NativeFunction = function* (sys, argc, argv) {
  const [name, device, ...others] = yield* sys.argv(argc, argv);
  if (device === undefined || others.length > 0) {
    yield* say(sys, 2, `ERROR: Invalid number of arguments\nUsage: ${name} <device-name>\n`);
    return 1;
  }
  if (yield* obtainAddress(sys, device)) return 0;
  yield* say(sys, 2, 'ERROR: dhcpc_request() failed\n');
  return 1;
};

/** The daemon's; `began` is when the lease did, in seconds since power on. */
interface Keeping {
  device: string;
  lease: Lease | null;
  began: number;
}

const BLOCK_SIZE = 256;
/** Before it asks again where nobody has answered. */
const REST_MS = 5000;
/** The least time between two requests for more time (RFC 2131, section 4.4.5). */
const LEAST_WAIT = 60;

export const dhcpc: NativeFunction = function* (sys, arg0, argv, phase) {
  if (phase !== GOES_ON) {
    const [, device = 'eth0'] = yield* sys.argv(arg0, argv);
    const block = yield* newBlock(sys, BLOCK_SIZE);
    if (block === 0) return 1;
    yield* keep(sys, block, { device, lease: null, began: 0 });
    return yield* sys.again(block, 0, GOES_ON);
  }
  const keeping = yield* kept<Keeping>(sys, arg0);
  if (keeping.lease === null) yield* begin(sys, keeping);
  else yield* goOn(sys, keeping, keeping.lease);
  yield* keep(sys, arg0, keeping);
  return yield* sys.again(arg0, 0, GOES_ON);
};

const secondsNow = function* (sys: System): Program {
  return Math.floor((yield* microseconds(sys, yield* sys.alloc(TIMESPEC_SIZE))) / 1e6);
};

function* begin(sys: System, keeping: Keeping): Program<void> {
  keeping.began = yield* secondsNow(sys);
  keeping.lease = yield* obtainLease(sys, keeping.device);
  if (keeping.lease === null) yield* pause(sys, REST_MS);
}

/** Waits until it is time to ask for more, and asks: first who gave the address, later anyone; in the end it is gone. */
function* goOn(sys: System, keeping: Keeping, lease: Lease): Program<void> {
  const { device, began } = keeping;
  const now = (yield* secondsNow(sys)) - began;
  if (now >= lease.lease) {
    yield* giveUpAddress(sys, device);
    keeping.lease = null;
    return;
  }
  if (now < lease.renewal) return yield* pause(sys, Math.min(lease.renewal - now, LONGEST_PAUSE) * 1000);
  const anyone = now >= lease.rebinding;
  const asked = yield* secondsNow(sys);
  const answer = yield* extendLease(sys, device, lease, anyone);
  if (answer === 'refused') {
    yield* giveUpAddress(sys, device);
    keeping.lease = null;
  } else if (answer) {
    Object.assign(keeping, { lease: answer, began: asked });
  } else {
    const end = anyone ? lease.lease : lease.rebinding;
    const left = Math.max(Math.floor((end - now) / 2), Math.min(LEAST_WAIT, end - now), 1);
    yield* pause(sys, left * 1000);
  }
}

const LONGEST_PAUSE = 1_000_000;
