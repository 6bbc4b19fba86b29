/** For tests: a PTP message as tshark decodes it, and as tshark would have to decode what we have. */
import { execFileSync, spawnSync } from 'node:child_process';
import { type Message, MessageType, type PortIdentity, type Tlv } from '../../../boards/apps/ptpd/messages';
import { managementOf, pathTraceOf, unicastOf } from '../../../boards/apps/ptpd/tlv';
import { get16, get32 } from '../../../kernel/net/bytes';
import type { Timespec } from '../../../kernel/clock/timespec';

export const hasTshark = spawnSync('tshark', ['--version']).status === 0;

/** A field's name and what it shows. */
type Field = readonly [name: string, value: string];
type Tree = { [name: string]: string | Tree | (string | Tree)[] };

/** What tshark only makes of other fields; and the bodies of management TLVs, of which it shows the bytes, too. */
const derived = /manuf$|\.32bit$|\.period$|\.rate$|\.data_tree$/;

const tshark = (file: string, ...args: string[]): string =>
  execFileSync('tshark', ['-r', file, ...args], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    timeout: 60_000,
    stdio: ['ignore', 'pipe', 'ignore'],
  });

/** Numbers of the packets, from one on, that are malformed. */
export const malformedIn = (file: string): number[] =>
  tshark(file, '-Y', '_ws.malformed', '-T', 'fields', '-e', 'frame.number').split('\n').filter(Boolean).map(Number);

/** The fields of each packet's PTP layer, sorted. */
export function tsharkFields(file: string): Field[][] {
  const text = tshark(file, '-T', 'json', '--no-duplicate-keys', '-J', 'ptp', '-Y', 'ptp');
  const packets = JSON.parse(text) as { _source: { layers: { ptp: Tree } } }[];
  return packets.map(({ _source }) => sorted(leaves(_source.layers.ptp)));
}

function leaves(tree: Tree): Field[] {
  return Object.entries(tree).flatMap(([name, value]) =>
    derived.test(name)
      ? []
      : [value]
          .flat()
          .flatMap((each): Field[] => (typeof each === 'string' ? [[name, exactly(name, each)]] : leaves(each))),
  );
}

/** It shows the fraction of a nanosecond in fewer digits than it has. */
const exactly = (name: string, value: string): string =>
  name === 'ptp.v2.correction.subns' ? String(Math.round(Number(value) * 2 ** 16)) : value;

const sorted = (fields: readonly Field[]): Field[] =>
  fields.toSorted(([a, x], [b, y]) => compare(a, b) || compare(x, y));
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const hex = (value: number, digits: number): string => `0x${value.toString(16).padStart(digits, '0')}`;
const octets = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(':');

const flagNames: readonly (readonly [name: string, mask: number])[] = [
  ['security', 0x8000],
  ['specific2', 0x4000],
  ['specific1', 0x2000],
  ['unicast', 0x0400],
  ['twostep', 0x0200],
  ['alternatemaster', 0x0100],
  ['synchronizationUncertain', 0x0040],
  ['frequencytraceable', 0x0020],
  ['timetraceable', 0x0010],
  ['timescale', 0x0008],
  ['utcreasonable', 0x0004],
  ['li59', 0x0002],
  ['li61', 0x0001],
];

const time = (name: string, { sec, nsec }: Timespec): Field[] => [
  [`ptp.v2.${name}.seconds`, String(sec)],
  [`ptp.v2.${name}.nanoseconds`, String(nsec)],
];
const identity = (name: string, port: string, of: PortIdentity): Field[] => [
  [`ptp.v2.${name}`, `0x${of.clock}`],
  [`ptp.v2.${port}`, String(of.port)],
];

/** What tshark has to show of a message, sorted. */
export function expectedFields(message: Message, messageLength: number): Field[] {
  return sorted([
    ['ptp.v2.majorsdoid', hex(message.majorSdoId, 2)],
    ['ptp.v2.messagetype', hex(message.type, 2)],
    ['ptp.v2.minorversionptp', String(message.minorVersion)],
    ['ptp.v2.versionptp', String(message.version)],
    ['ptp.v2.messagelength', String(messageLength)],
    ['ptp.v2.domainnumber', String(message.domain)],
    ['ptp.v2.minorsdoid', String(message.minorSdoId)],
    ['ptp.v2.flags', hex(message.flags, 4)],
    ...flagNames.map(([name, mask]): Field => [`ptp.v2.flags.${name}`, message.flags & mask ? '1' : '0']),
    // It is signed, and tshark shows it unsigned.
    ['ptp.v2.correction.ns', String(BigInt.asUintN(64, message.correction >> 16n))],
    ['ptp.v2.correction.subns', String(message.correction & 0xffffn)],
    ['ptp.v2.messagetypespecific', String(message.typeSpecific)],
    ...identity('clockidentity', 'sourceportid', message.source),
    ['ptp.v2.sequenceid', String(message.sequence)],
    ['ptp.v2.controlfield', String(message.control)],
    ['ptp.v2.logmessageperiod', String(message.logInterval)],
    ...bodyFields(message),
  ]);
}

/** IEEE 802.1AS has reserved bytes where IEEE 1588 has some time stamps. */
function bodyFields(message: Message): Field[] {
  const is8021as = message.majorSdoId === 1;
  const requesting = (prefix: string, name: string, of: PortIdentity) =>
    identity(`${prefix}.${name}`, `${prefix}.requestingsourceportid`, of);
  switch (message.type) {
    case MessageType.Sync:
      return is8021as
        ? [['ptp.v2.sync.reserved', Array(10).fill('00').join(':')]]
        : time('sdr.origintimestamp', message.origin);
    case MessageType.DelayReq:
      return time('sdr.origintimestamp', message.origin);
    case MessageType.PdelayReq:
      return is8021as ? [] : time('pdrq.origintimestamp', message.origin);
    case MessageType.FollowUp:
      return [...time('fu.preciseorigintimestamp', message.preciseOrigin), ...message.tlvs.flatMap(followUpTlv)];
    case MessageType.DelayResp:
      return [
        ...time('dr.receivetimestamp', message.receive),
        ...requesting('dr', 'requestingsourceportidentity', message.requesting),
      ];
    case MessageType.PdelayResp:
      return [
        ...time('pdrs.requestreceipttimestamp', message.requestReceipt),
        ...requesting('pdrs', 'requestingportidentity', message.requesting),
      ];
    case MessageType.PdelayRespFollowUp:
      return [
        ...time('pdfu.responseorigintimestamp', message.responseOrigin),
        ...requesting('pdfu', 'requestingportidentity', message.requesting),
      ];
    case MessageType.Announce: {
      const { clockClass, clockAccuracy, offsetScaledLogVariance } = message.grandmasterClockQuality;
      return [
        ...(is8021as ? [] : time('an.origintimestamp', message.origin)),
        ['ptp.v2.an.origincurrentutcoffset', String(message.currentUtcOffset)],
        ['ptp.v2.an.priority1', String(message.grandmasterPriority1)],
        ['ptp.v2.an.grandmasterclockclass', String(clockClass)],
        ['ptp.v2.an.grandmasterclockaccuracy', hex(clockAccuracy, 2)],
        ['ptp.v2.an.grandmasterclockvariance', String(offsetScaledLogVariance)],
        ['ptp.v2.an.priority2', String(message.grandmasterPriority2)],
        ['ptp.v2.an.grandmasterclockidentity', `0x${message.grandmasterIdentity}`],
        ['ptp.v2.an.localstepsremoved', String(message.stepsRemoved)],
        ['ptp.v2.timesource', hex(message.timeSource, 2)],
        ...message.tlvs.flatMap(announceTlv),
      ];
    }
    case MessageType.Signaling:
      return [
        ...identity('sig.targetportidentity', 'sig.targetportid', message.target),
        ...message.tlvs.flatMap(signalingTlv),
      ];
    case MessageType.Management:
      return [
        ...identity('mm.targetportidentity', 'mm.targetportid', message.target),
        ['ptp.v2.mm.startingboundaryhops', String(message.startingBoundaryHops)],
        ['ptp.v2.mm.boundaryhops', String(message.boundaryHops)],
        ['ptp.v2.mm.action', String(message.action)],
        ...message.tlvs.flatMap(managementTlv),
      ];
  }
}

/** Follow_Up information (IEEE 802.1AS, 11.4.4.3). */
function followUpTlv({ type, value }: Tlv): Field[] {
  return [
    ['ptp.as.fu.tlvType', String(type)],
    ['ptp.as.fu.lengthField', String(value.length)],
    ['ptp.as.fu.organizationId', String(get32(value, 0) >>> 8)],
    ['ptp.as.fu.organizationSubType', String(get32(value, 2) & 0xff_ffff)],
    ['ptp.as.fu.cumulativeScaledRateOffset', String(get32(value, 6) | 0)],
    ['ptp.as.fu.gmTimeBaseIndicator', String(get16(value, 10))],
    ['ptp.as.fu.lastGmPhaseChange', octets(value.subarray(12, 24))],
    ['ptp.as.fu.scaledLastGmFreqChange', String(get32(value, 24) | 0)],
  ];
}

function announceTlv(tlv: Tlv): Field[] {
  return [
    ['ptp.v2.an.tlvType', String(tlv.type)],
    ['ptp.v2.an.lengthField', String(tlv.value.length)],
    ...(pathTraceOf([tlv]) ?? []).map((clock): Field => ['ptp.v2.an.pathsequence', `0x${clock}`]),
  ];
}

function signalingTlv(tlv: Tlv): Field[] {
  const unicast = unicastOf(tlv)!;
  const fields: Field[] = [
    ['ptp.v2.sig.tlv.tlvType', String(tlv.type)],
    ['ptp.v2.sig.tlv.lengthField', String(tlv.value.length)],
    ['ptp.v2.sig.tlv.messageType', hex(unicast.of, 2)],
  ];
  if ('durationS' in unicast) {
    fields.push(['ptp.v2.sig.tlv.logInterMessagePeriod', String(unicast.logInterval)]);
    fields.push(['ptp.v2.sig.tlv.durationField', String(unicast.durationS)]);
  }
  if (unicast.do === 'grant') fields.push(['ptp.v2.sig.tlv.renewalInvited', unicast.renewal ? '1' : '0']);
  return fields;
}

function managementTlv(tlv: Tlv): Field[] {
  const { id, data } = managementOf(tlv)!;
  return [
    ['ptp.v2.mm.tlvType', String(tlv.type)],
    ['ptp.v2.mm.lengthField', String(tlv.value.length)],
    ['ptp.v2.mm.managementId', String(id)],
    ...(data.length > 0 ? [['ptp.v2.mm.data', octets(data)] as const] : []),
  ];
}
