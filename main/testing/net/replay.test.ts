/** A board that is in the middle of things goes back and does the same again. */
import { expect, test } from 'vitest';
import { Fragment, Protocol } from '../../../kernel/net/ipv4/header';
import { arpFrame, BOARD, bytesOf, echoRequest, ipv4Frame, udpDatagram } from '../../../kernel/net/testing';
import { Cable } from './cable';
import { connection, ECHO, everySocket } from './everysocket';

test('neighbors that are asked for, fragments, connections and groups are the same after going back', async () => {
  const cable = new Cable(await everySocket());
  const { machine } = cable;
  const long = echoRequest(bytesOf(2000));
  cable.send(ipv4Frame(Protocol.Icmp, long.subarray(0, 1000), { fragment: Fragment.More }));
  cable.send(ipv4Frame(Protocol.Udp, udpDatagram(5000, ECHO, bytesOf(700))));
  cable.run();
  expect(cable.net.arp.resolutions).toHaveLength(1);
  expect(cable.net.reassemblies).toHaveLength(1);
  const checkpoint = machine.checkpoint();

  const goOn = () => {
    cable.taken();
    cable.send(arpFrame({ operation: 2, toMac: BOARD.mac }));
    cable.run();
    const [data] = connection(cable, 6000);
    cable.send(data!);
    cable.send(ipv4Frame(Protocol.Icmp, long.subarray(1000), { fragment: 125 }));
    cable.run(400);
    return { hash: machine.hash(), log: cable.test.log, frames: cable.taken() };
  };
  const first = goOn();
  machine.restore(checkpoint);
  const second = goOn();
  expect(second.hash).toBe(first.hash);
  expect(second.frames).toEqual(first.frames);
  expect(second.log).toEqual(first.log);
});
