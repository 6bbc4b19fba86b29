import { describe, expect, test } from 'vitest';
import { createClock, due, received } from './clock';
import { MOST_FOREIGN_MASTERS } from './foreign';
import { Flag, MessageType, type Message } from './messages';
import type { Clock } from './own';
import { testConfig } from './simulation';
import { pathTrace } from './tlv';
import { PortState, type PtpConfig } from './types';

const OWN = '0200000000000001';
const second = 1e9;

function listening(config: Partial<PtpConfig> = {}): Clock {
  const clock = createClock({ ...testConfig, ...config }, [{ name: 'eth0', identity: OWN }]) as Clock;
  due(clock, 0);
  return clock;
}

type Announce = Extract<Message, { type: typeof MessageType.Announce }>;

function announce(clock: string, sequence: number, more: Partial<Announce> = {}): Announce {
  return {
    majorSdoId: 0,
    version: 2,
    minorVersion: 1,
    domain: 0,
    minorSdoId: 0,
    flags: Flag.PtpTimescale,
    correction: 0n,
    typeSpecific: 0,
    source: { clock, port: 1 },
    sequence,
    control: 5,
    logInterval: 0,
    type: MessageType.Announce,
    origin: { sec: 0, nsec: 0 },
    currentUtcOffset: 37,
    grandmasterPriority1: 1,
    grandmasterClockQuality: { clockClass: 6, clockAccuracy: 0x21, offsetScaledLogVariance: 100 },
    grandmasterPriority2: 1,
    grandmasterIdentity: clock,
    stepsRemoved: 0,
    timeSource: 0x20,
    tlvs: [],
    ...more,
  };
}

const hear = (clock: Clock, message: Message, seconds: number) =>
  received(clock, 0, message, null, seconds * second, 0);
const stateOf = (clock: Clock) => clock.ports[0]!.ds.portState;
const MASTER = '02000000000000aa';

describe('qualification', () => {
  test('two Announces within four intervals make a master', () => {
    const clock = listening();
    hear(clock, announce(MASTER, 0), 0.5);
    expect(stateOf(clock)).toBe(PortState.Listening);
    hear(clock, announce(MASTER, 1), 2.4);
    expect(stateOf(clock)).toBe(PortState.Uncalibrated);
    expect(clock.parentDS.grandmasterIdentity).toBe(MASTER);
  });

  test('two that are farther apart do not', () => {
    const clock = listening({ slaveOnly: true });
    for (let n = 0; n < 10; n++) hear(clock, announce(MASTER, n), n * 10);
    expect(stateOf(clock)).toBe(PortState.Listening);
  });

  test('the intervals are the sender’s', () => {
    const clock = listening({ slaveOnly: true });
    for (let n = 0; n < 2; n++) hear(clock, announce(MASTER, n, { logInterval: 3 }), n * 10);
    expect(stateOf(clock)).toBe(PortState.Uncalibrated);
  });

  test('one that comes twice is one', () => {
    const clock = listening();
    for (let n = 0; n < 5; n++) hear(clock, announce(MASTER, 7), 0.1 * n);
    expect(stateOf(clock)).toBe(PortState.Listening);
    expect(clock.ports[0]!.dropped).toEqual({ duplicate: 4 });
  });

  test.each<[string, Partial<Announce>]>([
    ['stepsRemoved', { stepsRemoved: 255 }],
    ['domain', { domain: 1 }],
    ['sdoId', { majorSdoId: 1 }],
    ['version', { version: 1 }],
    ['alternate master', { flags: Flag.AlternateMaster }],
    ['own', { source: { clock: OWN, port: 1 } }],
    ['path trace', { tlvs: [pathTrace([MASTER, OWN])] }],
  ])('never by messages that are no good: %s', (reason, more) => {
    const clock = listening();
    for (let n = 0; n < 4; n++) hear(clock, announce(MASTER, n, more), 0.2 * n);
    expect(stateOf(clock)).toBe(PortState.Listening);
    expect(clock.ports[0]!.foreign).toEqual([]);
    expect(clock.ports[0]!.dropped).toEqual({ [reason]: 4 });
  });
});

describe('a flood of Announces', () => {
  test('from 10,000 clocks stays within the table, and does not push out the master', () => {
    const clock = listening();
    for (let n = 0; n < 2; n++) hear(clock, announce(MASTER, n, { grandmasterPriority1: 100 }), n);
    for (let n = 0; n < 10_000; n++) {
      hear(clock, announce(`03${n.toString(16).padStart(14, '0')}`, 0), 1 + n / 1e5);
      expect(clock.ports[0]!.foreign.length).toBeLessThanOrEqual(MOST_FOREIGN_MASTERS);
    }
    expect(clock.parentDS.parentPortIdentity.clock).toBe(MASTER);
    expect(stateOf(clock)).toBe(PortState.Uncalibrated);
    expect(JSON.stringify(clock).length).toBeLessThan(20_000);
  });

  test('of qualified masters: a better one still gets in, a worse one does not', () => {
    const clock = listening();
    const twice = (identity: string, priority: number, at: number) => {
      for (let n = 0; n < 2; n++) hear(clock, announce(identity, n, { grandmasterPriority1: priority }), at + n / 1000);
    };
    for (let n = 0; n < MOST_FOREIGN_MASTERS; n++)
      twice(`0300000000000${(100 + n).toString(16).padStart(3, '0')}`, 50, 1);
    const inTable = () => clock.ports[0]!.foreign.map(({ source }) => source.clock);
    twice('0400000000000000', 60, 1.1);
    expect(inTable()).not.toContain('0400000000000000');
    twice('0400000000000000', 40, 1.2);
    expect(inTable()).toContain('0400000000000000');
    expect(clock.parentDS.grandmasterIdentity).toBe('0400000000000000');
  });
});
