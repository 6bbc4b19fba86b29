import { describe, expect, it } from 'vitest';
import { ptp4lClock } from '../../../boards/apps/ptpd/testing';
import { PortState } from '../../../boards/apps/ptpd/types';
import { roleOf } from './clocks';

const { Master, Slave, Uncalibrated, Passive, Listening, Faulty, Disabled, PreMaster, Initializing } = PortState;

describe('what a clock is to the others', () => {
  it.each([
    ['grandmaster', [Master]],
    ['grandmaster', [PreMaster]],
    ['grandmaster', [Master, Passive]],
    ['slave', [Slave]],
    ['slave', [Uncalibrated]],
    ['boundary', [Master, Slave]],
    ['boundary', [Uncalibrated, Faulty]],
    ['passive', [Passive, Listening]],
    ['listening', [Listening]],
    ['listening', [Initializing]],
    ['faulty', [Faulty, Disabled]],
  ])('is %s by its ports', (role, states) => {
    const clock = ptp4lClock(states.length);
    clock.ports.forEach((port, i) => (port.ds.portState = states[i]!));
    expect(roleOf(clock)).toBe(role);
  });
});
