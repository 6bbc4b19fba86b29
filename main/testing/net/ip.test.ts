import { beforeAll, describe, expect, test } from 'vitest';
import { MAC_BROADCAST } from '../../../kernel/net/address';
import { IcmpType } from '../../../kernel/net/icmp';
import { Protocol } from '../../../kernel/net/ipv4/header';
import { arpFrame, BOARD, bytesOf, describeFrame, echoRequest, HOST, ipv4Frame } from '../../../kernel/net/testing';
import { compile, type TestFirmware } from '../firmware';
import { Cable } from './cable';

let idle: TestFirmware;
beforeAll(async () => {
  idle = await compile('#include <unistd.h>\nint main(void)\n{\n  for (; ; )\n    sleep(1000);\n}\n', {
    board: 'controller',
  });
});

describe('a board on a cable', () => {
  test('says which address it has, as soon as there is one', () => {
    const cable = new Cable(idle);
    expect(cable.taken().map(describeFrame)).toMatchObject([
      { is: 'arp request', to: MAC_BROADCAST, mac: BOARD.mac, address: BOARD.address, target: BOARD.address },
    ]);
  });

  test('answers who asks for it', () => {
    const cable = new Cable(idle);
    expect(cable.ask(arpFrame())).toMatchObject([
      { is: 'arp reply', to: HOST.mac, mac: BOARD.mac, address: BOARD.address, toMac: HOST.mac, target: HOST.address },
    ]);
  });

  test('answers echo requests, when it knows who has sent them', () => {
    const cable = new Cable(idle);
    const request = ipv4Frame(Protocol.Icmp, echoRequest(bytesOf(56)));
    expect(cable.ask(request)).toMatchObject([{ is: 'arp request', target: HOST.address }]);
    const reply = { is: 'icmp', type: IcmpType.EchoReply, code: 0, to: HOST.mac, ttl: 64 };
    const data = echoRequest(bytesOf(56)).subarray(4);
    expect(cable.ask(arpFrame({ operation: 2, toMac: BOARD.mac }))).toMatchObject([{ ...reply, data }]);
    expect(cable.ask(request)).toMatchObject([{ ...reply, source: BOARD.address, destination: HOST.address, data }]);
    expect(cable.net.iobs.free).toBe(cable.net.iobs.total);
  });
});
