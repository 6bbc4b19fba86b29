/** The data sets of a clock (IEEE 1588-2008, clause 8): how they begin, and how a state decision changes them (9.3.5). */
import { Flag } from './messages';
import { PortState, type DefaultDS, type ParentDS, type PortDS, type PtpConfig, type TimePropertiesDS } from './types';
import type { Clock, Foreign } from './own';
import { logOfMs } from './time';

/** clockClass of clocks that are never masters (table 5). */
export const SLAVE_ONLY_CLASS = 255;
/** Of statistics that nobody keeps (8.2.3.3, 8.2.3.4). */
const NO_VARIANCE = 0xffff;
const NO_CHANGE_RATE = 0x7fffffff;

export const defaultDataSet = (config: PtpConfig, clockIdentity: string, numberPorts: number): DefaultDS => ({
  twoStepFlag: config.twoStep,
  clockIdentity,
  numberPorts,
  clockQuality: { ...config.quality, ...(config.slaveOnly ? { clockClass: SLAVE_ONLY_CLASS } : {}) },
  priority1: config.priority1,
  priority2: config.priority2,
  domainNumber: config.domain,
  slaveOnly: config.slaveOnly,
});

export const portDataSet = (config: PtpConfig, clock: string, port: number): PortDS => ({
  portIdentity: { clock, port },
  portState: PortState.Initializing,
  logMinDelayReqInterval: config.logMinDelayReqInterval,
  peerMeanPathDelay: 0,
  logAnnounceInterval: logOfMs(config.announceIntervalMs),
  announceReceiptTimeout: config.announceReceiptTimeout,
  logSyncInterval: logOfMs(config.syncIntervalMs),
  delayMechanism: config.delayMechanism,
  logMinPdelayReqInterval: config.logMinPdelayReqInterval,
  versionNumber: 2,
});

/** Of a clock that follows nobody. */
export const ownParent = (ds: DefaultDS): ParentDS => ({
  parentPortIdentity: { clock: ds.clockIdentity, port: 0 },
  parentStats: false,
  observedParentOffsetScaledLogVariance: NO_VARIANCE,
  observedParentClockPhaseChangeRate: NO_CHANGE_RATE,
  grandmasterIdentity: ds.clockIdentity,
  grandmasterClockQuality: ds.clockQuality,
  grandmasterPriority1: ds.priority1,
  grandmasterPriority2: ds.priority2,
});

export const ownTime = (config: PtpConfig): TimePropertiesDS => ({
  currentUtcOffset: config.currentUtcOffset,
  currentUtcOffsetValid: false,
  leap59: false,
  leap61: false,
  timeTraceable: false,
  frequencyTraceable: false,
  ptpTimescale: config.ptpTimescale,
  timeSource: config.timeSource,
});

/** Whether the clock follows nobody: it is its network's grandmaster, or would be. */
export const isGrandmaster = ({ defaultDS, parentDS }: Clock): boolean =>
  parentDS.parentPortIdentity.clock === defaultDS.clockIdentity;

/** The clock is its own master (decisions M1, M2; tables 13 and 14). What was set of its time while it was stays. */
export function followNobody(clock: Clock): void {
  if (!isGrandmaster(clock)) {
    clock.timePropertiesDS = ownTime(clock.config);
    clock.currentDS = { stepsRemoved: 0, offsetFromMaster: 0, meanPathDelay: 0 };
  }
  clock.parentDS = ownParent(clock.defaultDS);
}

/** The clock follows a master, as its last Announce has it (decision S1; table 16). */
export function follow(clock: Clock, { source, announce, flags }: Foreign): void {
  clock.currentDS.stepsRemoved = announce.stepsRemoved + 1;
  clock.parentDS = {
    ...clock.parentDS,
    parentPortIdentity: source,
    grandmasterIdentity: announce.grandmasterIdentity,
    grandmasterClockQuality: announce.grandmasterClockQuality,
    grandmasterPriority1: announce.grandmasterPriority1,
    grandmasterPriority2: announce.grandmasterPriority2,
  };
  clock.timePropertiesDS = {
    currentUtcOffset: announce.currentUtcOffset,
    currentUtcOffsetValid: (flags & Flag.UtcOffsetValid) !== 0,
    leap59: (flags & Flag.Leap59) !== 0,
    leap61: (flags & Flag.Leap61) !== 0,
    timeTraceable: (flags & Flag.TimeTraceable) !== 0,
    frequencyTraceable: (flags & Flag.FrequencyTraceable) !== 0,
    ptpTimescale: (flags & Flag.PtpTimescale) !== 0,
    timeSource: announce.timeSource,
  };
}

/** flagField of Announce messages. */
export const timeFlags = (ds: TimePropertiesDS): number =>
  (ds.leap61 ? Flag.Leap61 : 0) |
  (ds.leap59 ? Flag.Leap59 : 0) |
  (ds.currentUtcOffsetValid ? Flag.UtcOffsetValid : 0) |
  (ds.ptpTimescale ? Flag.PtpTimescale : 0) |
  (ds.timeTraceable ? Flag.TimeTraceable : 0) |
  (ds.frequencyTraceable ? Flag.FrequencyTraceable : 0);
