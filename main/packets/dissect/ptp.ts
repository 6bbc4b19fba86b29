/** IEEE 1588-2019: over UDP (annex C) and Ethernet (annex E); every message type. */
import type { Decoder } from './decoder';
import { type FieldData, type FieldSpec, protocol } from './field';

const MESSAGES: Readonly<Record<number, string>> = {
  0x0: 'Sync',
  0x1: 'Delay_Req',
  0x2: 'Pdelay_Req',
  0x3: 'Pdelay_Resp',
  0x8: 'Follow_Up',
  0x9: 'Delay_Resp',
  0xa: 'Pdelay_Resp_Follow_Up',
  0xb: 'Announce',
  0xc: 'Signaling',
  0xd: 'Management',
};
const CONTROL: Readonly<Record<number, string>> = {
  0: 'Sync',
  1: 'Delay_Req',
  2: 'Follow_Up',
  3: 'Delay_Resp',
  4: 'Management',
  5: 'other',
};
const ACCURACIES: Readonly<Record<number, string>> = {
  0x17: '1 ps',
  0x18: '2.5 ps',
  0x19: '10 ps',
  0x1a: '25 ps',
  0x1b: '100 ps',
  0x1c: '250 ps',
  0x1d: '1 ns',
  0x1e: '2.5 ns',
  0x1f: '10 ns',
  0x20: '25 ns',
  0x21: '100 ns',
  0x22: '250 ns',
  0x23: '1 \u00b5s',
  0x24: '2.5 \u00b5s',
  0x25: '10 \u00b5s',
  0x26: '25 \u00b5s',
  0x27: '100 \u00b5s',
  0x28: '250 \u00b5s',
  0x29: '1 ms',
  0x2a: '2.5 ms',
  0x2b: '10 ms',
  0x2c: '25 ms',
  0x2d: '100 ms',
  0x2e: '250 ms',
  0x2f: '1 s',
  0x30: '10 s',
  0x31: 'more than 10 s',
  0xfe: 'unknown',
};
const TIME_SOURCES: Readonly<Record<number, string>> = {
  0x10: 'atomic clock',
  0x20: 'GNSS',
  0x30: 'terrestrial radio',
  0x39: 'serial time code',
  0x40: 'PTP',
  0x50: 'NTP',
  0x60: 'hand set',
  0x90: 'other',
  0xa0: 'internal oscillator',
};
const TLVS: Readonly<Record<number, string>> = {
  0x0001: 'MANAGEMENT',
  0x0002: 'MANAGEMENT_ERROR_STATUS',
  0x0003: 'ORGANIZATION_EXTENSION',
  0x0004: 'REQUEST_UNICAST_TRANSMISSION',
  0x0005: 'GRANT_UNICAST_TRANSMISSION',
  0x0006: 'CANCEL_UNICAST_TRANSMISSION',
  0x0007: 'ACKNOWLEDGE_CANCEL_UNICAST_TRANSMISSION',
  0x0008: 'PATH_TRACE',
  0x0009: 'ALTERNATE_TIME_OFFSET_INDICATOR',
  0x8000: 'ORGANIZATION_EXTENSION_DO_NOT_PROPAGATE',
  0x8001: 'L1_SYNC',
  0x8002: 'PORT_COMMUNICATION_AVAILABILITY',
  0x8003: 'PROTOCOL_ADDRESS',
  0x8008: 'PAD',
  0x8009: 'AUTHENTICATION',
};
const MANAGEMENT: Readonly<Record<number, string>> = {
  0x0000: 'NULL_MANAGEMENT',
  0x0001: 'CLOCK_DESCRIPTION',
  0x0002: 'USER_DESCRIPTION',
  0x0003: 'SAVE_IN_NON_VOLATILE_STORAGE',
  0x0004: 'RESET_NON_VOLATILE_STORAGE',
  0x0005: 'INITIALIZE',
  0x0006: 'FAULT_LOG',
  0x0007: 'FAULT_LOG_RESET',
  0x2000: 'DEFAULT_DATA_SET',
  0x2001: 'CURRENT_DATA_SET',
  0x2002: 'PARENT_DATA_SET',
  0x2003: 'TIME_PROPERTIES_DATA_SET',
  0x2004: 'PORT_DATA_SET',
  0x2005: 'PRIORITY1',
  0x2006: 'PRIORITY2',
  0x2007: 'DOMAIN',
  0x2008: 'SLAVE_ONLY',
  0x2009: 'LOG_ANNOUNCE_INTERVAL',
  0x200a: 'ANNOUNCE_RECEIPT_TIMEOUT',
  0x200b: 'LOG_SYNC_INTERVAL',
  0x200c: 'VERSION_NUMBER',
  0x200d: 'ENABLE_PORT',
  0x200e: 'DISABLE_PORT',
  0x200f: 'TIME',
  0x2010: 'CLOCK_ACCURACY',
  0x2011: 'UTC_PROPERTIES',
  0x2012: 'TRACEABILITY_PROPERTIES',
  0x2013: 'TIMESCALE_PROPERTIES',
  0x6000: 'DELAY_MECHANISM',
  0x6001: 'LOG_MIN_PDELAY_REQ_INTERVAL',
};
const ACTIONS: Readonly<Record<number, string>> = {
  0: 'GET',
  1: 'SET',
  2: 'RESPONSE',
  3: 'COMMAND',
  4: 'ACKNOWLEDGE',
};

const flag = (title: string, mask: number): FieldData => ({
  title,
  kind: 'flag',
  in: 'ptp.v2.flags',
  at: 6,
  size: 2,
  mask,
});
const seconds = { title: 'Seconds', unit: 's' };
const nanoseconds = { title: 'Nanoseconds', unit: 'ns' };

export const ptp = protocol({
  name: 'ptp',
  title: 'Precision Time Protocol (IEEE 1588)',
  label: 'PTPv2',
  fields: {
    'ptp.v2.majorsdoid': { title: 'majorSdoId', hex: true, at: 0, size: 1, mask: 0xf0 },
    'ptp.v2.messagetype': { title: 'messageType', hex: true, names: MESSAGES, at: 0, size: 1, mask: 0x0f },
    'ptp.v2.minorversionptp': { title: 'minorVersionPTP', at: 1, size: 1, mask: 0xf0 },
    'ptp.v2.versionptp': { title: 'versionPTP', at: 1, size: 1, mask: 0x0f },
    'ptp.v2.messagelength': { title: 'messageLength', unit: 'bytes', at: 2, size: 2 },
    'ptp.v2.domainnumber': { title: 'domainNumber', at: 4, size: 1 },
    'ptp.v2.minorsdoid': { title: 'minorSdoId', at: 5, size: 1 },
    'ptp.v2.flags': { title: 'flagField', hex: true, at: 6, size: 2 },
    'ptp.v2.flags.security': flag('security', 0x8000),
    'ptp.v2.flags.specific2': flag('PTP profile specific 2', 0x4000),
    'ptp.v2.flags.specific1': flag('PTP profile specific 1', 0x2000),
    'ptp.v2.flags.unicast': flag('unicastFlag', 0x0400),
    'ptp.v2.flags.twostep': flag('twoStepFlag', 0x0200),
    'ptp.v2.flags.alternatemaster': flag('alternateMasterFlag', 0x0100),
    'ptp.v2.flags.synchronizationUncertain': flag('synchronizationUncertain', 0x0040),
    'ptp.v2.flags.frequencytraceable': flag('frequencyTraceable', 0x0020),
    'ptp.v2.flags.timetraceable': flag('timeTraceable', 0x0010),
    'ptp.v2.flags.timescale': flag('ptpTimescale', 0x0008),
    'ptp.v2.flags.utcreasonable': flag('currentUtcOffsetValid', 0x0004),
    'ptp.v2.flags.li59': flag('leap59', 0x0002),
    'ptp.v2.flags.li61': flag('leap61', 0x0001),
    'ptp.v2.correction.ns': { title: 'correctionField', unit: 'ns' },
    'ptp.v2.messagetypespecific': { title: 'messageTypeSpecific', hex: true, at: 16, size: 4 },
    'ptp.v2.clockidentity': { title: 'clockIdentity', kind: 'bytes', at: 20, size: 8 },
    'ptp.v2.sourceportid': { title: 'portNumber', at: 28, size: 2 },
    'ptp.v2.sequenceid': { title: 'sequenceId', at: 30, size: 2 },
    'ptp.v2.controlfield': { title: 'controlField', names: CONTROL, at: 32, size: 1 },
    'ptp.v2.logmessageperiod': { title: 'logMessageInterval', signed: true, at: 33, size: 1 },
    // Bodies: offsets are from the end of the common header on.
    'ptp.v2.timestamp': { title: 'Timestamp', kind: 'text' },
    'ptp.v2.timestamp.seconds': { ...seconds, in: 'ptp.v2.timestamp' },
    'ptp.v2.timestamp.nanoseconds': { ...nanoseconds, in: 'ptp.v2.timestamp' },
    'ptp.v2.dr.requestingsourceportidentity': { title: 'requestingPortIdentity: clock', kind: 'bytes' },
    'ptp.v2.dr.requestingsourceportid': { title: 'requestingPortIdentity: port' },
    'ptp.v2.an.origincurrentutcoffset': { title: 'currentUtcOffset', unit: 's' },
    'ptp.v2.an.priority1': { title: 'grandmasterPriority1' },
    'ptp.v2.an.grandmasterclockclass': { title: 'grandmasterClockQuality: class' },
    'ptp.v2.an.grandmasterclockaccuracy': {
      title: 'grandmasterClockQuality: accuracy',
      hex: true,
      names: ACCURACIES,
    },
    'ptp.v2.an.grandmasterclockvariance': { title: 'grandmasterClockQuality: variance', hex: true, size: 2 },
    'ptp.v2.an.priority2': { title: 'grandmasterPriority2' },
    'ptp.v2.an.grandmasterclockidentity': { title: 'grandmasterIdentity', kind: 'bytes' },
    'ptp.v2.an.localstepsremoved': { title: 'stepsRemoved' },
    'ptp.v2.timesource': { title: 'timeSource', hex: true, names: TIME_SOURCES },
    'ptp.v2.targetportidentity': { title: 'targetPortIdentity: clock', kind: 'bytes' },
    'ptp.v2.targetportid': { title: 'targetPortIdentity: port' },
    'ptp.v2.mm.startingboundaryhops': { title: 'startingBoundaryHops' },
    'ptp.v2.mm.boundaryhops': { title: 'boundaryHops' },
    'ptp.v2.mm.action': { title: 'actionField', names: ACTIONS },
    'ptp.v2.tlv.type': { title: 'TLV', hex: true, size: 2, names: TLVS },
    'ptp.v2.tlv.length': { title: 'lengthField', unit: 'bytes', in: 'ptp.v2.tlv.type' },
    'ptp.v2.mm.managementid': {
      title: 'managementId',
      hex: true,
      size: 2,
      names: MANAGEMENT,
      in: 'ptp.v2.tlv.type',
    },
    'ptp.v2.tlv.pathsequence': { title: 'pathSequence', kind: 'bytes', in: 'ptp.v2.tlv.type' },
    'ptp.v2.tlv.organizationid': { title: 'organizationId', kind: 'bytes', in: 'ptp.v2.tlv.type' },
    'ptp.v2.tlv.organizationsubtype': { title: 'organizationSubType', in: 'ptp.v2.tlv.type' },
    'ptp.v2.tlv.messagetype': { title: 'messageType', hex: true, names: MESSAGES, in: 'ptp.v2.tlv.type' },
    'ptp.v2.tlv.logperiod': { title: 'logInterMessagePeriod', in: 'ptp.v2.tlv.type' },
    'ptp.v2.tlv.duration': { title: 'durationField', unit: 's', in: 'ptp.v2.tlv.type' },
    'ptp.v2.tlv.data': { title: 'Data', kind: 'bytes', in: 'ptp.v2.tlv.type' },
  },
});
const { fields } = ptp;
const HEAD = 34;
const IDENTITY = 8;

/** A piece of a message's body. */
type Part =
  | { kind: 'time'; title: string }
  | { kind: 'number'; spec: FieldSpec; size: number; signed?: true }
  | { kind: 'bytes'; spec: FieldSpec; size: number }
  | { kind: 'skip'; size: number };

const time = (title: string): Part => ({ kind: 'time', title });
const number = (spec: FieldSpec, size: number): Part => ({ kind: 'number', spec, size });
const signed = (spec: FieldSpec, size: number): Part => ({ kind: 'number', spec, size, signed: true });
const bytes = (spec: FieldSpec, size: number): Part => ({ kind: 'bytes', spec, size });
const skip = (size: number): Part => ({ kind: 'skip', size });
const requester: readonly Part[] = [
  bytes(fields['ptp.v2.dr.requestingsourceportidentity'], IDENTITY),
  number(fields['ptp.v2.dr.requestingsourceportid'], 2),
];
const target: readonly Part[] = [
  bytes(fields['ptp.v2.targetportidentity'], IDENTITY),
  number(fields['ptp.v2.targetportid'], 2),
];

/** What follows the common header, by message type; TLVs follow that. */
const bodies: Readonly<Record<number, readonly Part[]>> = {
  0x0: [time('originTimestamp')],
  0x1: [time('originTimestamp')],
  0x2: [time('originTimestamp'), skip(10)],
  0x3: [time('requestReceiptTimestamp'), ...requester],
  0x8: [time('preciseOriginTimestamp')],
  0x9: [time('receiveTimestamp'), ...requester],
  0xa: [time('responseOriginTimestamp'), ...requester],
  0xb: [
    time('originTimestamp'),
    signed(fields['ptp.v2.an.origincurrentutcoffset'], 2),
    skip(1),
    number(fields['ptp.v2.an.priority1'], 1),
    number(fields['ptp.v2.an.grandmasterclockclass'], 1),
    number(fields['ptp.v2.an.grandmasterclockaccuracy'], 1),
    number(fields['ptp.v2.an.grandmasterclockvariance'], 2),
    number(fields['ptp.v2.an.priority2'], 1),
    bytes(fields['ptp.v2.an.grandmasterclockidentity'], IDENTITY),
    number(fields['ptp.v2.an.localstepsremoved'], 2),
    number(fields['ptp.v2.timesource'], 1),
  ],
  0xc: target,
  0xd: [
    ...target,
    number(fields['ptp.v2.mm.startingboundaryhops'], 1),
    number(fields['ptp.v2.mm.boundaryhops'], 1),
    number(fields['ptp.v2.mm.action'], 1),
    skip(1),
  ],
};

const organization: readonly Part[] = [
  bytes(fields['ptp.v2.tlv.organizationid'], 3),
  number(fields['ptp.v2.tlv.organizationsubtype'], 3),
];
const unicast: readonly Part[] = [
  number(fields['ptp.v2.tlv.messagetype'], 1),
  signed(fields['ptp.v2.tlv.logperiod'], 1),
  number(fields['ptp.v2.tlv.duration'], 4),
];
/** What a TLV begins with, by type; the rest is data. */
const tlvs: Readonly<Record<number, readonly Part[]>> = {
  0x0001: [number(fields['ptp.v2.mm.managementid'], 2)],
  0x0002: [skip(2), number(fields['ptp.v2.mm.managementid'], 2)],
  0x0003: organization,
  0x0004: unicast,
  0x0005: unicast,
  0x0006: unicast.slice(0, 1),
  0x0007: unicast.slice(0, 1),
  0x8000: organization,
};
const PATH_TRACE = 0x0008;
const Message = { Announce: 0xb, Management: 0xd } as const;

export function dissectPtp(d: Decoder, from: number, to: number): void {
  if (!d.enter(ptp, from, to)) return;
  const type = d.u8(from) & 15;
  const name = MESSAGES[type] ?? `Message type ${type}`;
  const correction = (d.u32(from + 8) | 0) * 2 ** 16 + d.u32(from + 12) / 2 ** 16;
  d.add(fields['ptp.v2.correction.ns'], correction, from + 8, from + 16);
  d.line(() => `Precision Time Protocol, ${name}`);
  const words = [`${name} sequence ${d.u16(from + 30)}`];
  d.info = () => words.join(', ');
  // Ethernet pads what is too short.
  const end = from + d.u16(from + 2);
  if (end > to || end < from + HEAD) return void d.malformed(from, to);
  let at = addParts(d, bodies[type] ?? [], from + HEAD, end);
  if (at === null) return void d.malformed(from, to);
  if (type === Message.Announce) {
    const identity = Array.from(d.bytes.subarray(from + 53, from + 61), (byte) => byte.toString(16).padStart(2, '0'));
    words.push(`grandmaster ${identity.join('')}, class ${d.u8(from + 48)}, steps ${d.u16(from + 61)}`);
  }
  if (type === Message.Management) words.push(ACTIONS[d.u8(from + 46)] ?? '');
  while (at !== null && at + 4 <= end) {
    const next: number = at + 4 + d.u16(at + 2);
    if (next > end) return void d.malformed(from, to);
    words.push(addTlv(d, at, next));
    at = next;
  }
}

/** Adds a TLV, and gives what the list of packets says of it. */
function addTlv(d: Decoder, from: number, to: number): string {
  const type = d.u16(from);
  d.add(fields['ptp.v2.tlv.type'], type, from, to);
  d.add(fields['ptp.v2.tlv.length'], to - from - 4, from + 2, from + 4);
  let at = addParts(d, tlvs[type] ?? [], from + 4, to) ?? to;
  for (; type === PATH_TRACE && at + IDENTITY <= to; at += IDENTITY) {
    d.add(fields['ptp.v2.tlv.pathsequence'], d.bytes.subarray(at, at + IDENTITY), at, at + IDENTITY);
  }
  if (at < to) d.add(fields['ptp.v2.tlv.data'], d.bytes.subarray(at, to), at, to);
  const name = TLVS[type] ?? `TLV 0x${type.toString(16)}`;
  return type === 1 ? (MANAGEMENT[d.u16(from + 4)] ?? name) : name;
}

/** Adds pieces one after the other; where they end, or null when the message ends before. */
function addParts(d: Decoder, parts: readonly Part[], from: number, to: number): number | null {
  let at = from;
  for (const part of parts) {
    const size = part.kind === 'time' ? 10 : part.size;
    const end = at + size;
    if (end > to) return null;
    switch (part.kind) {
      case 'time':
        addTime(d, part.title, at);
        break;
      case 'number':
        d.number(part.spec, at, end, part.signed);
        break;
      case 'bytes':
        d.add(part.spec, d.bytes.subarray(at, end), at, end);
        break;
      case 'skip':
        break;
    }
    at = end;
  }
  return at;
}

function addTime(d: Decoder, title: string, at: number): void {
  const [s, ns] = [d.u16(at) * 2 ** 32 + d.u32(at + 2), d.u32(at + 6)];
  d.add(fields['ptp.v2.timestamp'], `${s}.${String(ns).padStart(9, '0')} s`, at, at + 10, ` (${title})`);
  d.add(fields['ptp.v2.timestamp.seconds'], s, at, at + 6);
  d.add(fields['ptp.v2.timestamp.nanoseconds'], ns, at + 6, at + 10);
}
