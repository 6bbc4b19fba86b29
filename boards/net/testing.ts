/** PTP frames for tests. */
import type { MessageType, Message, PortIdentity } from '../apps/ptpd/messages';
import { addWords, checksumOf, get16 } from '../../kernel/net/bytes';
import { pseudoHeaderSum } from '../../kernel/net/ipv4/header';
import { ptpFrame, type Sender, type Transport } from './ptpframe';

const sender: Sender = { mac: 0x0200_0000_0001, address: 0x0a00_0002 };
const source: PortIdentity = { clock: '020000fffe000001', port: 1 };
const time = { sec: 1000, nsec: 500 };

/** A message of a type with what is said of it, and otherwise anything. */
export function message(fields: Partial<Message> & { type: MessageType }): Message {
  const all = {
    ...{ majorSdoId: 0, version: 2, minorVersion: 0, domain: 0, minorSdoId: 0, flags: 0, correction: 0n },
    ...{ typeSpecific: 0, source, sequence: 7, control: 0, logInterval: 0 },
    ...{ origin: time, preciseOrigin: time, receive: time, requestReceipt: time, responseOrigin: time },
    requesting: source,
    ...{ currentUtcOffset: 37, grandmasterPriority1: 1, grandmasterPriority2: 2, grandmasterIdentity: source.clock },
    grandmasterClockQuality: { clockClass: 6, clockAccuracy: 0x21, offsetScaledLogVariance: 0 },
    ...{ stepsRemoved: 0, timeSource: 0x20, tlvs: [] },
    ...fields,
  };
  return all as unknown as Message;
}

export const messageFrame = (transport: Transport, fields: Parameters<typeof message>[0], from = sender): Uint8Array =>
  ptpFrame(transport, message(fields), from);

/** The checksum of a frame's UDP datagram fits. */
export function isChecked(frame: Uint8Array): boolean {
  const udp = frame.subarray(34, 34 + get16(frame, 38));
  const addresses = new DataView(frame.buffer, frame.byteOffset);
  const sum = pseudoHeaderSum(addresses.getUint32(26), addresses.getUint32(30), 17, udp.length);
  return checksumOf(addWords(udp, 0, udp.length, sum)) === 0;
}
