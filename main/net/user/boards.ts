/** What the gateway knows of the boards behind it: what the session tells, and what their packets say. */
import { parseIpv4 } from '../../../kernel/net/address';
import { network } from './dhcp';
import { networkInterfaces } from 'node:os';

/** An interface of a board; addresses as numbers, 0 for none. */
export interface BoardInterface {
  mac: number;
  address: number;
  netmask: number;
  router: number;
}

/** What the session tells of the boards that a port leads to, whenever it changes. */
export interface BoardsNet {
  /** Ports are forwarded to the first. */
  interfaces: BoardInterface[];
  /** UDP ports at which programs on the boards listen. */
  udpPorts: number[];
}

const CLASS_C = 0xffff_ff00;
const MOST_LEARNED = 1024;
const REMEMBER_MS = 1000;

export class Boards {
  private told: BoardInterface[] = [];
  /** Ethernet addresses by IPv4 address. */
  private readonly learned = new Map<number, number>();

  tell(interfaces: BoardInterface[]): void {
    this.told = interfaces.filter(({ address }) => address !== 0);
  }

  /** Somebody behind the port has sent something with these. */
  learn(address: number, mac: number): void {
    if (address === 0 || this.learned.get(address) === mac) return;
    if (this.learned.size >= MOST_LEARNED) this.learned.clear();
    this.learned.set(address, mac);
  }

  macOf(address: number): number | undefined {
    return this.learned.get(address) ?? this.told.find((each) => each.address === address)?.mac;
  }

  /** Address that ports are forwarded to; null: no board has one yet. */
  get first(): number | null {
    return this.told[0]?.address ?? this.learned.keys().next().value ?? null;
  }

  /** The network that an address of a board is in. */
  private netOf(board: number): Pick<BoardInterface, 'netmask' | 'router'> {
    const told = this.told.find(({ address }) => address === board);
    return { netmask: told?.netmask || CLASS_C, router: told?.router ?? 0 };
  }

  /** The gateway's address, as a board knows it. */
  gatewayFor(board: number): number {
    const { netmask, router } = this.netOf(board);
    const base = (board & netmask) >>> 0;
    if (router !== 0 && (router & netmask) >>> 0 === base && router !== board) return router;
    if (base === (network.gateway & netmask) >>> 0) return network.gateway;
    return base + 1 === board ? base + 2 : base + 1;
  }

  /**
   * Whether an address means the gateway, which stands for this computer: one of the board's own network that neither
   * another board has nor this computer's networks have.
   */
  isGateway(address: number, board: number): boolean {
    const { netmask } = this.netOf(board);
    if (((address ^ board) & netmask) !== 0 || this.macOf(address) !== undefined) return false;
    return !hostNetworks().some((net) => ((address ^ net.address) & net.netmask) === 0);
  }

  /** The broadcast address of the board's network, or the one of all. */
  isBroadcast(address: number, board: number): boolean {
    const { netmask } = this.netOf(board);
    return address === 0xffff_ffff || (address === (board | ~netmask) >>> 0 && address !== board);
  }
}

interface HostNetwork {
  address: number;
  netmask: number;
}
let known: { networks: HostNetwork[]; at: number } | null = null;

/** Networks that this computer is in itself. They seldom change, and it takes a while to ask. */
function hostNetworks(): HostNetwork[] {
  const now = performance.now();
  if (known === null || now - known.at > REMEMBER_MS) known = { networks: findNetworks(), at: now };
  return known.networks;
}

const findNetworks = (): HostNetwork[] =>
  Object.values(networkInterfaces())
    .flat()
    .flatMap((each) =>
      each?.family === 'IPv4' ? [{ address: parseIpv4(each.address)!, netmask: parseIpv4(each.netmask)! }] : [],
    );
