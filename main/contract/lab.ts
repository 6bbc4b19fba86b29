/**
 * The lab: scenarios of a project, which are files with a timeline of actions and masks that say what has to come of them.
 * See docs/lab.md.
 */
import { z } from 'zod';
import { Problem } from './project';
import { PtpSeriesName } from './ptp';

const nothing = z.object({});
const file = z.string().min(1).max(1024);

/** An action of a scenario, such as "gm: power off", and when it is done: nanoseconds since power on. */
export const LabAction = z.object({ atNs: z.number(), text: z.string() });
export type LabAction = z.infer<typeof LabAction>;

/** What a mask wants of a series within a span, to be drawn into its chart. Nanoseconds; the limits are part of it. */
export const LabBand = z.object({
  series: PtpSeriesName,
  /** Boards by name. */
  boards: z.array(z.string()),
  fromNs: z.number(),
  toNs: z.number(),
  low: z.number(),
  high: z.number(),
});
export type LabBand = z.infer<typeof LabBand>;

/**
 * What a mask wants of how steady a series is within a span: limits by observation interval, ascending, with straight lines
 * between them where both axes are logarithmic, as ITU-T's masks have it; beyond the first and the last nothing.
 */
export const LabCurve = z.object({
  measure: z.enum(['mtie', 'tdev']),
  series: PtpSeriesName,
  /** Boards by name. */
  boards: z.array(z.string()),
  fromNs: z.number(),
  toNs: z.number(),
  limits: z.array(z.object({ tauNs: z.number(), ns: z.number() })),
});
export type LabCurve = z.infer<typeof LabCurve>;

/** What has to hold, in words: "true offset of slave* within 100 ns from 30 s to 60 s"; and what is to be drawn of it. */
export const LabMask = z.object({ text: z.string(), band: LabBand.nullable(), curve: LabCurve.nullable() });
export type LabMask = z.infer<typeof LabMask>;

/** A file of a project, `NAME.lab.json`. */
export const LabScenario = z.object({
  /** Relative to the project's folder. */
  file: z.string(),
  title: z.string(),
  description: z.string(),
  /** How long it takes, virtual nanoseconds. */
  durationNs: z.number(),
  /** In their order. */
  actions: z.array(LabAction),
  masks: z.array(LabMask),
});
export type LabScenario = z.infer<typeof LabScenario>;

/** `waiting`: its time has not come, or not passed yet. */
export const LabVerdict = z.enum(['waiting', 'passed', 'failed']);
export type LabVerdict = z.infer<typeof LabVerdict>;

export const LabMaskResult = LabMask.extend({
  verdict: LabVerdict,
  /** What was found so far: "81.2 ns at 34.125 s on slave2"; empty for nothing yet. */
  found: z.string(),
});
export type LabMaskResult = z.infer<typeof LabMaskResult>;

/** Part of a snapshot: the scenario that runs, or has run, as it stands at this moment; it goes back with the boards. */
export const LabRun = z.object({
  file: z.string(),
  title: z.string(),
  seed: z.int(),
  endNs: z.number(),
  /** `stopped`: somebody has ended it before its end. */
  state: z.enum(['running', 'done', 'stopped']),
  /** Of all masks: failed when one has. */
  verdict: LabVerdict,
  /** In their order; those up to the snapshot's time are done. */
  actions: z.array(LabAction),
  masks: z.array(LabMaskResult),
});
export type LabRun = z.infer<typeof LabRun>;

/** Requests about the lab, by method. */
export const labMethods = {
  /** The scenarios of the open project, and what is wrong with files that are none. */
  labScenarios: {
    params: nothing,
    result: z.object({ scenarios: z.array(LabScenario), problems: z.array(Problem) }),
  },
  /**
   * Puts the boards of a scenario on the bench, switches them on, and runs; at its end they are paused. How it goes is told
   * by snapshots. Without a seed that of the session.
   */
  runLab: { params: z.object({ file, seed: z.int().min(0).optional() }), result: nothing },
  /** Ends a scenario before its end: what was still to come of its timeline does not, and the boards are paused. */
  stopLab: { params: nothing, result: nothing },
  /** What has come of it, as `cli -- lab FILE --json` writes it. */
  labResult: { params: nothing, result: z.object({ json: z.string() }) },
} as const;
