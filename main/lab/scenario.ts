/** A scenario: what is done to the boards of a bench at which times, and what has to come of it. Plain data. */
import type { BenchInput } from '../../boards/bench';
import type { LabScenario } from '../contract/lab';
import type { Mask } from './masks';

/** An action of a timeline: the inputs that it is. */
export interface Action {
  atNs: number;
  text: string;
  inputs: BenchInput[];
}

export interface Scenario {
  /** Relative to the project's folder. */
  file: string;
  title: string;
  description: string;
  durationNs: number;
  /** In the order of their times. */
  actions: Action[];
  masks: Mask[];
}

/** A scenario in the contract's words. */
export const scenarioInfo = ({ actions, masks, ...rest }: Scenario): LabScenario => ({
  ...rest,
  actions: actions.map(({ atNs, text }) => ({ atNs, text })),
  masks: masks.map(({ text, band, curve }) => ({ text, band, curve })),
});
