/** The text of /etc/hosts and /etc/resolv.conf (NuttX: libs/libc/netdb/lib_parsehostfile.c, lib_dnsforeach.c). */
import { ipv4Text, parseIpv4 } from '../address';

/** A host: its own name, other names, and addresses. */
export interface Host {
  name: string;
  aliases: string[];
  addresses: number[];
}

/** Words of each line, without what is behind a #. */
const linesOf = (text: string): string[][] =>
  text.split('\n').map((line) =>
    line
      .replace(/#.*/, '')
      .split(/\s+/)
      .filter((word) => word !== ''),
  );

const hostsIn = (text: string): Host[] =>
  linesOf(text).flatMap(([first = '', name, ...aliases]) => {
    const address = parseIpv4(first);
    return address === null || name === undefined ? [] : [{ name, aliases, addresses: [address] }];
  });

/** The first host of a hosts file that has the name, or the address; small and capital letters are the same. */
export function findHost(text: string, wanted: string | number): Host | undefined {
  const lower = typeof wanted === 'string' ? wanted.toLowerCase() : '';
  return hostsIn(text).find(({ name, aliases, addresses }) =>
    typeof wanted === 'number'
      ? addresses.includes(wanted)
      : [name, ...aliases].some((each) => each.toLowerCase() === lower),
  );
}

/** Who can be asked, by a resolv.conf. */
export const nameServersIn = (text: string): number[] =>
  linesOf(text).flatMap(([keyword, word = '']) => {
    const address = keyword === 'nameserver' ? parseIpv4(word) : null;
    return address === null ? [] : [address];
  });

/** A host that an address alone stands for. */
export const literalHost = (address: number): Host => ({
  name: ipv4Text(address),
  aliases: [],
  addresses: [address],
});
