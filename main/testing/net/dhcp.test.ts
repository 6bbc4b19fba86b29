/** The board as a client of DHCP: `renew`, `ifconfig eth0 dhcp`, and the daemon that keeps an address. */
import { beforeAll, expect, test } from 'vitest';
import { ipv4Text, MAC_BROADCAST } from '../../../kernel/net/address';
import { put32 } from '../../../kernel/net/bytes';
import { arpFrame, describeFrame, ipv4Frame, udpDatagram } from '../../../kernel/net/testing';
import { dhcpReply, network, type Leases } from '../../net/user/dhcp';
import { compile, type TestFirmware, type TestMachine } from '../firmware';
import { bare } from '../nsh/nsh';

const build = (config: Record<string, string | boolean>) => compile(bare, { board: 'controller', config });
let shell: TestFirmware;
let keeping: TestFirmware;

beforeAll(async () => {
  shell = await build({ CONFIG_INIT_ENTRYPOINT: 'nsh_main' });
  keeping = await build({ CONFIG_NETINIT_DHCPC: true });
});

const TYPES = ['', 'discover', 'offer', 'request', 'decline', 'ack', 'nak'];
const SERVER_MAC = 0x5255_0a00_0202;
const Option = { LeaseTime: 51, MessageType: 53, Renewal: 58, Rebinding: 59 } as const;

/** Where an option's value begins. */
function find(bytes: Uint8Array, option: number): number {
  let at = 240;
  while (bytes[at] !== option) at += 2 + bytes[at + 1]!;
  return at + 2;
}

/** A board on a cable with the gateway's DHCP server, whose leases are as long as the test wants. */
class Served {
  readonly test: TestMachine;
  readonly leases: Leases = new Map();
  /** What the board has sent: `discover`, or with the server's address where it was for the server alone. */
  readonly asked: string[] = [];
  /** What the server does not hear. */
  deaf: (type: string, isBroadcast: boolean) => boolean = () => false;
  lease = 3600;
  private frames: Uint8Array[] = [];

  constructor(firmware: TestFirmware) {
    this.test = firmware.boot([], {
      onOutput: (device, output) => {
        if (device === 'eth0' && output.type === 'frame') this.frames.push(output.bytes);
      },
    });
    this.test.machine.input({ device: 'eth0', value: { type: 'carrier', bitsPerSecond: 100e6 } });
  }

  get eth0() {
    return this.test.machine.kernel.state.net.interfaces[0]!;
  }

  get address(): string {
    return ipv4Text(this.eth0.address);
  }

  /** Runs, with the server's answers a tick later. */
  run(ticks: number): void {
    const { machine } = this.test;
    const end = machine.ticks + ticks;
    while (machine.ticks < end) {
      this.test.run({ ticks: machine.ticks + 1 });
      for (const frame of this.frames.splice(0)) this.answer(frame);
    }
  }

  command(line: string, ticks = 100): string {
    const { length } = this.test.console;
    this.test.machine.type(Uint8Array.from(`${line}\n`, (char) => char.charCodeAt(0)));
    this.run(ticks);
    return this.test.console
      .slice(length)
      .replaceAll('\r\n', '\n')
      .split('\n')
      .slice(1)
      .join('\n')
      .replace('nsh> ', '');
  }

  private answer(frame: Uint8Array): void {
    const { is, to, target, port, data } = describeFrame(frame) as Record<string, number> & { data: Uint8Array };
    if ((is as unknown) === 'arp request' && target === network.gateway) {
      this.send(arpFrame({ operation: 2, mac: SERVER_MAC, address: target, target: this.eth0.address }));
    }
    if ((is as unknown) !== 'udp' || port !== 67) return;
    const isBroadcast = to === MAC_BROADCAST;
    const type = TYPES[data[find(data, Option.MessageType)]!]!;
    this.asked.push(isBroadcast ? type : `${type} of the server`);
    const reply = this.deaf(type, isBroadcast) ? null : dhcpReply(data, this.leases);
    if (!reply) return;
    const bytes = reply.bytes;
    if (bytes[find(bytes, Option.MessageType)] !== 6) {
      put32(bytes, find(bytes, Option.LeaseTime), this.lease);
      put32(bytes, find(bytes, Option.Renewal), this.lease / 2);
      put32(bytes, find(bytes, Option.Rebinding), (this.lease * 7) / 8);
    }
    const destination = reply.address || 0xffff_ffff;
    const way = { source: network.gateway, destination, ...(destination === 0xffff_ffff && { to: MAC_BROADCAST }) };
    this.send(ipv4Frame(17, udpDatagram(67, 68, bytes, network.gateway, destination), way));
  }

  private send(bytes: Uint8Array): void {
    const { machine } = this.test;
    machine.input({ device: 'eth0', value: { type: 'frame', bytes, startNs: machine.timeNs } });
  }
}

test('renew: discover, offer, request, acknowledgement; and what the interface has then', () => {
  const board = new Served(shell);
  board.run(10);
  expect(board.address).toBe('10.0.0.2');
  expect(board.command('renew eth0')).toBe('');
  expect(board.asked).toEqual(['discover', 'request']);
  expect(board.command('ifconfig eth0')).toContain('inet addr:10.0.2.15 DRaddr:10.0.2.2 Mask:255.255.255.0');
  expect(board.test.machine.kernel.state.net.netdb.servers.map(ipv4Text)).toEqual(['10.0.2.3']);
  expect(board.command('renew')).toContain('ERROR: Invalid number of arguments\nUsage: renew <device-name>\n');
  expect(board.command('renew eth5')).toBe('ERROR: dhcpc_request() failed\n');
});

test('ifconfig eth0 dhcp does the same', () => {
  const board = new Served(shell);
  board.run(10);
  expect(board.command('ifconfig eth0 dhcp')).toBe('');
  expect(board.address).toBe('10.0.2.15');
});

test('who gets no answer asks again, and gives up; the address stays', () => {
  const board = new Served(shell);
  let heard = 0;
  board.deaf = () => heard++ < 2;
  board.run(10);
  expect(board.command('renew eth0', 1000)).toBe('');
  expect(board.asked).toEqual(['discover', 'discover', 'discover', 'request']);
  board.deaf = () => true;
  expect(board.command('renew eth0', 1500)).toBe('ERROR: dhcpc_request() failed\n');
  expect(board.asked.slice(4)).toEqual(['discover', 'discover', 'discover']);
  expect(board.address).toBe('10.0.2.15');
});

test('an offer that is taken back is asked for anew', () => {
  const board = new Served(shell);
  board.run(10);
  let isFirst = true;
  board.deaf = (type) => {
    // Another client gets the address between offer and request.
    if (type === 'request' && isFirst) board.leases.set(board.eth0.mac, network.first + 7);
    if (type === 'request') isFirst = false;
    return false;
  };
  expect(board.command('renew eth0', 200)).toBe('');
  expect(board.asked).toEqual(['discover', 'request', 'discover', 'request']);
  expect(board.address).toBe('10.0.2.22');
});

test('with CONFIG_NETINIT_DHCPC the board has an address from its server, and asks in time to keep it', () => {
  const board = new Served(keeping);
  board.lease = 400;
  board.run(1);
  expect(board.address).toBe('0.0.0.0');
  board.run(30);
  expect(board.address).toBe('10.0.2.15');
  expect(board.asked.splice(0)).toEqual(['discover', 'request']);
  board.run(20_100);
  expect(board.asked.splice(0)).toEqual(['request of the server']);
  board.run(20_100);
  expect(board.asked.splice(0)).toEqual(['request of the server']);
  expect(board.address).toBe('10.0.2.15');
});

test('when its server is gone it asks any, and at the end of the lease the address is gone', () => {
  const board = new Served(keeping);
  board.lease = 400;
  board.run(50);
  expect(board.asked.splice(0)).toEqual(['discover', 'request']);
  board.deaf = () => true;
  board.run(34_900);
  const only = board.asked.splice(0);
  expect(new Set(only)).toEqual(new Set(['request of the server']));
  expect(board.address).toBe('10.0.2.15');
  board.run(4900);
  expect(new Set(board.asked.splice(0))).toEqual(new Set(['request']));
  expect(board.address).toBe('10.0.2.15');
  board.run(1500);
  expect(board.address).toBe('0.0.0.0');
  board.deaf = () => false;
  board.run(3000);
  expect(board.address).toBe('10.0.2.15');
});

test('a server that refuses takes the address away, and the board asks for another', () => {
  const board = new Served(keeping);
  board.lease = 400;
  board.run(50);
  board.asked.splice(0);
  board.leases.set(board.eth0.mac, network.first + 3);
  board.run(20_500);
  expect(board.asked).toEqual(['request of the server', 'discover', 'request']);
  expect(board.address).toBe('10.0.2.18');
});

test('what is no answer is passed over', () => {
  const board = new Served(keeping);
  board.deaf = () => true;
  board.run(2);
  for (const length of [0, 1, 239, 240, 300]) {
    const bytes = new Uint8Array(length).fill(0xff);
    const frame = ipv4Frame(17, udpDatagram(67, 68, bytes, network.gateway, 0xffff_ffff), {
      ...{ source: network.gateway, destination: 0xffff_ffff, to: MAC_BROADCAST },
    });
    board.test.machine.input({
      device: 'eth0',
      value: { type: 'frame', bytes: frame, startNs: board.test.machine.timeNs },
    });
    board.run(1);
  }
  board.deaf = () => false;
  board.run(1500);
  expect(board.address).toBe('10.0.2.15');
});
