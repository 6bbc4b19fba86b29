/** Names and numbers of interfaces (net/if.h; NuttX: libs/libc/net). */
import { Errno } from '../errno';
import type { Kernel } from '../kernel';
import { interfaceAt } from './inet';
import { interfaceNamed } from './netdev';

/** Number of an interface; 0: there is none of that name. */
export function if_nametoindex(k: Kernel, name: number): number {
  return interfaceNamed(k, k.memory.string(name))?.index ?? 0;
}

/** Stores the name of an interface, at most IF_NAMESIZE bytes, and gives where. -ENXIO: there is no such interface. */
export function if_indextoname(k: Kernel, index: number, name: number): number {
  const found = interfaceAt(k, index);
  if (!found) return -Errno.ENXIO;
  k.memory.storeString(name, found.name);
  return name;
}
