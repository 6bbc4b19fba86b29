/**
 * Environment variables (manual 2.9). As on NuttX they are strings `name=value` in the heap, and a null-terminated array
 * of their addresses; threads share their group's, and a new task gets a copy of its creator's.
 */
import { Errno } from '../errno';
import { running, type Kernel } from '../kernel';
import { allocate, release } from '../mm/heap';
import { groupOf } from '../sched/group';
import type { Group } from '../state';

/** Longest string that is read. */
const LONGEST = 65536;

/** Strings of a null-terminated array of them; none for a null pointer. */
export function stringsAt(k: Kernel, array: number): string[] {
  return addressesAt(k, array).map((address) => k.memory.string(address, LONGEST));
}

function addressesAt({ memory }: Kernel, array: number): number[] {
  const addresses: number[] = [];
  for (let at = array; array !== 0; at += 4) {
    const address = memory.load32(at);
    if (address === 0) break;
    addresses.push(address);
  }
  return addresses;
}

/** A copy in the heap, 0 when there is no room. */
function copyString(k: Kernel, text: string): number {
  const address = allocate(k, text.length + 1);
  if (address !== 0) k.memory.storeString(address, text);
  return address;
}

/** Puts another array of strings in place of the group's; false when there is no room. */
function storeArray(k: Kernel, group: Group, addresses: number[]): boolean {
  const array = addresses.length === 0 ? 0 : allocate(k, 4 * (addresses.length + 1));
  if (array === 0 && addresses.length > 0) return false;
  if (array !== 0) [...addresses, 0].forEach((address, i) => k.memory.store32(array + 4 * i, address));
  if (group.environ !== 0) release(k, group.environ);
  group.environ = array;
  return true;
}

/** Gives a new group copies of strings; false when there is no room for them, and it has none. */
export function initEnvironment(k: Kernel, group: Group, strings: string[]): boolean {
  const addresses = strings.map((text) => copyString(k, text));
  if (addresses.every((address) => address !== 0) && storeArray(k, group, addresses)) return true;
  for (const address of addresses) if (address !== 0) release(k, address);
  return false;
}

/** The group is no more, or wants no variables. */
export function releaseEnvironment(k: Kernel, group: Group): void {
  for (const address of addressesAt(k, group.environ)) release(k, address);
  storeArray(k, group, []);
}

/** Address of the string of a variable, 0 when there is none. */
function find(k: Kernel, group: Group, name: string): number {
  const start = `${name}=`;
  return addressesAt(k, group.environ).find((at) => k.memory.string(at, start.length) === start) ?? 0;
}

function isOff({ state }: Kernel): boolean {
  return state.settings.config.CONFIG_DISABLE_ENVIRON === true;
}

/** The value of a variable of a group; undefined when there is none. */
export function variable(k: Kernel, group: Group, name: string): string | undefined {
  const address = find(k, group, name);
  return address === 0 ? undefined : k.memory.string(address + name.length + 1, LONGEST);
}

/** Sets a variable of the caller's group; 0, or -ENOMEM. */
export function setVariable(k: Kernel, name: string, value: string): number {
  return set(k, name, value, true);
}

function set(k: Kernel, name: string, value: string, overwrite: boolean): number {
  const group = groupOf(k, running(k));
  const before = find(k, group, name);
  if (before !== 0 && !overwrite) return 0;
  const address = copyString(k, `${name}=${value}`);
  const others = addressesAt(k, group.environ).filter((at) => at !== before);
  if (address === 0 || !storeArray(k, group, [...others, address])) {
    if (address !== 0) release(k, address);
    return -Errno.ENOMEM;
  }
  if (before !== 0) release(k, before);
  return 0;
}

/** Manual 2.9.1. Address of the value of a variable, as long as that is not changed; null when there is none. */
export function getenv(k: Kernel, name: number): number {
  if (name === 0) return 0;
  const text = k.memory.string(name, LONGEST);
  const address = find(k, groupOf(k, running(k)), text);
  return address === 0 ? 0 : address + text.length + 1;
}

/**
 * Manual 2.9.2. Sets a variable by a string `name=value`, which is copied. One without `=` changes nothing.
 *
 * @returns 0, or -EINVAL: no string; -ENOMEM; -ENOSYS: CONFIG_DISABLE_ENVIRON
 */
export function putenv(k: Kernel, string: number): number {
  if (isOff(k)) return -Errno.ENOSYS;
  if (string === 0) return -Errno.EINVAL;
  const text = k.memory.string(string, LONGEST);
  const equals = text.indexOf('=');
  if (equals < 1) return 0;
  const [name, value] = [text.slice(0, equals), text.slice(equals + 1)];
  return value === '' ? unset(k, name) : set(k, name, value, true);
}

/** Manual 2.9.3. Takes all variables away. -ENOSYS: CONFIG_DISABLE_ENVIRON. */
export function clearenv(k: Kernel): number {
  if (isOff(k)) return -Errno.ENOSYS;
  releaseEnvironment(k, groupOf(k, running(k)));
  return 0;
}

/**
 * Manual 2.9.4. Sets a variable; one that is there only with `overwrite`. No value, or an empty one, takes it away.
 *
 * @returns 0, or -EINVAL: no name; -ENOMEM; -ENOSYS: CONFIG_DISABLE_ENVIRON
 */
export function setenv(k: Kernel, name: number, value: number, overwrite: number): number {
  if (isOff(k)) return -Errno.ENOSYS;
  if (name === 0) return -Errno.EINVAL;
  const text = value === 0 ? '' : k.memory.string(value, LONGEST);
  const key = k.memory.string(name, LONGEST);
  if (text !== '') return set(k, key, text, overwrite !== 0);
  return overwrite === 0 ? 0 : unset(k, key);
}

/** Manual 2.9.5. Takes a variable away, if it is there. -EINVAL: no name; -ENOSYS: CONFIG_DISABLE_ENVIRON. */
export function unsetenv(k: Kernel, name: number): number {
  if (isOff(k)) return -Errno.ENOSYS;
  return name === 0 ? -Errno.EINVAL : unset(k, k.memory.string(name, LONGEST));
}

function unset(k: Kernel, name: string): number {
  const group = groupOf(k, running(k));
  const address = find(k, group, name);
  if (address === 0) return 0;
  storeArray(
    k,
    group,
    addressesAt(k, group.environ).filter((at) => at !== address),
  );
  release(k, address);
  return 0;
}

/** The array of strings, null when there is none: `environ`. */
export function get_environ_ptr(k: Kernel): number {
  return groupOf(k, running(k)).environ;
}
