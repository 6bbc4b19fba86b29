/** gethostbyname and its kin (NuttX: libs/libc/netdb/lib_gethostbyname.c, lib_gethostbyaddr.c). */
import { Errno } from '../../errno';
import { BLOCKED, type Kernel } from '../../kernel';
import { get32 } from '../bytes';
import { Domain } from '../protocols';
import type { Host } from './hosts';
import { Layout } from './layout';
import { goOn, HostError, resolve, type Resolved } from './resolve';
import { sharedAt } from './shared';

const ADDRESS_SIZE = 4;

/** struct hostent: false when there is no room for what it points to. */
function storeHost(k: Kernel, host: Host, hostent: number, buffer: number, size: number): boolean {
  const layout = new Layout(k, buffer, size);
  const addresses = layout.list(host.addresses.map((address) => layout.ipv4(address)));
  const name = layout.string(host.name);
  const aliases = layout.list(host.aliases.map((alias) => layout.string(alias)));
  if (layout.overflows) return false;
  [name, aliases, Domain.Inet, ADDRESS_SIZE, addresses].forEach((word, i) => k.memory.store32(hostent + 4 * i, word));
  return true;
}

/** Into the board's one: its address, 0 with h_errno for an error, or BLOCKED. */
function shared(k: Kernel, found: Resolved): number {
  if (found === BLOCKED) return BLOCKED;
  const at = sharedAt(k);
  if (!at) return 0;
  const error =
    'error' in found ? found.error : storeHost(k, found, at.hostent, at.buffer, at.size) ? 0 : HostError.NoRecovery;
  k.memory.store32(at.error, error);
  return error === 0 ? at.hostent : 0;
}

/** What the caller gives for an answer: a struct hostent, room for what it points to, and where its address and h_errno go. */
type Answer = [hostent: number, buffer: number, size: number, result: number, error: number];

/** Into the caller's: 0, BLOCKED, or -ENOENT, -ERANGE: no room. */
function stored(k: Kernel, found: Resolved, ...[hostent, buffer, size, result, error]: Answer): number {
  if (found === BLOCKED) return BLOCKED;
  const isStored = !('error' in found) && storeHost(k, found, hostent, buffer, size >>> 0);
  if (result !== 0) k.memory.store32(result, isStored ? hostent : 0);
  const h_errno = 'error' in found ? found.error : isStored ? 0 : HostError.NoRecovery;
  if (error !== 0) k.memory.store32(error, h_errno);
  if (isStored) return 0;
  return 'error' in found ? -Errno.ENOENT : -Errno.ERANGE;
}

const isGiven = ([hostent, buffer]: Answer): boolean => hostent !== 0 && buffer !== 0;

const unknown: Resolved = { error: HostError.NotFound };

const byName = (k: Kernel, name: number): Resolved => (name === 0 ? unknown : resolve(k, k.memory.string(name)));

const byAddress = (k: Kernel, address: number, length: number, family: number): Resolved =>
  address === 0 || length < ADDRESS_SIZE || family !== Domain.Inet
    ? unknown
    : resolve(k, get32(k.memory.slice(address, ADDRESS_SIZE), 0));

/**
 * Finds the addresses of a host: of an address in four numbers that one, of `localhost` 127.0.0.1, of other names those of
 * the hosts file (CONFIG_NETDB_HOSTCONF) or of the name servers (CONFIG_NETDB_DNSCLIENT).
 *
 * @returns the address of a struct hostent, which the next call overwrites; or NULL, and h_errno is HOST_NOT_FOUND: nobody
 *   knows the name; NO_DATA: it has no address; TRY_AGAIN: no server answers, or a signal came; NO_RECOVERY: the servers
 *   refuse, or there is no room
 */
export const gethostbyname = (k: Kernel, name: number): number => shared(k, byName(k, name));

/** The name of a host, by its address, from the hosts file. NULL and h_errno as {@link gethostbyname}. */
export const gethostbyaddr = (k: Kernel, address: number, length: number, family: number): number =>
  shared(k, byAddress(k, address, length, family));

export const resumeShared = (k: Kernel): number => shared(k, goOn(k));

/**
 * {@link gethostbyname} into the caller's memory; `result` gets the address of `hostent`, or NULL, and `error` what h_errno
 * would be.
 *
 * @returns 0, or -EINVAL: no memory is given; -ENOENT: not found; -ERANGE: it is too small
 */
export const gethostbyname_r = (k: Kernel, name: number, ...answer: Answer): number =>
  isGiven(answer) ? stored(k, byName(k, name), ...answer) : -Errno.EINVAL;

export const resumeStored = (k: Kernel, _name: number, ...answer: Answer): number => stored(k, goOn(k), ...answer);

/**
 * {@link gethostbyaddr} of an address of IPv4 into the caller's memory; errors as {@link gethostbyname_r}. gethostbyaddr_r is
 * in libc/netdb.c: it has more arguments than a system call.
 */
export const gethostbyaddr_r = (k: Kernel, address: number, ...answer: Answer): number =>
  isGiven(answer) ? stored(k, byAddress(k, address, ADDRESS_SIZE, Domain.Inet), ...answer) : -Errno.EINVAL;
