/** For tests of PTP. */
import { createClock } from './clock';
import { DelayMechanism, PortState, type PtpClock, type PtpConfig } from './types';

export const CLOCK_IDENTITY = 'ca1e53fffe1d06dc';
const quality = { clockClass: 6, clockAccuracy: 0x21, offsetScaledLogVariance: 0xffff };

const config: PtpConfig = {
  domain: 0,
  priority1: 100,
  priority2: 128,
  quality,
  timeSource: 0x20,
  currentUtcOffset: 37,
  ptpTimescale: false,
  slaveOnly: false,
  masterOnly: false,
  twoStep: true,
  delayMechanism: DelayMechanism.E2E,
  syncIntervalMs: 1000,
  announceIntervalMs: 2000,
  announceReceiptTimeout: 3,
  logMinDelayReqInterval: 0,
  logMinPdelayReqInterval: 0,
  unicastMasters: [],
  servo: 'pi',
  hardware: false,
  stepThresholdNs: 0,
  delayFilter: 'median',
  delayFilterLength: 10,
  maxPathDelayNs: 100_000,
  adjtimeThresholdNs: 500,
  driftAverageS: 600,
};

/** ptp4l's clock in ptp4l-e2e.pcap, a master; with more ports than it had there if so wanted. */
export function ptp4lClock(ports = 1): PtpClock {
  const interfaces = Array.from({ length: ports }, (_, n) => ({ name: `eth${n}`, identity: CLOCK_IDENTITY }));
  const clock = createClock({ ...config }, interfaces);
  for (const { ds } of clock.ports) ds.portState = PortState.Master;
  return clock;
}
