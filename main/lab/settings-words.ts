/** What is set of a link or a switch, as a person says it: `asymmetry 10 µs`, `load 80 %, delay 500 ns there, 1 µs back`. */
import { nsText } from './words';

type Fields = Record<string, unknown>;

const percent = (share: unknown): string => `${Number(((share as number) * 100).toPrecision(4))} %`;
const ns = (value: unknown): string => nsText(value as number);
const share = (name: string) => (value: unknown) => `${name} ${percent(value)}`;
const length = (name: string) => (value: unknown) => `${name} ${ns(value)}`;

const clocks: Fields = { none: 'no transparent clock', e2e: 'E2E transparent clock', p2p: 'P2P transparent clock' };
const faults: Fields = {
  none: 'corrections are right',
  sign: 'corrections have the wrong sign',
  missing: 'corrections are missing',
  constant: 'corrections are wrong by a constant',
};

/** By field; a pair of values is for both ways. */
const words: Record<string, (value: never) => string> = {
  up: (up: boolean) => (up ? 'link up' : 'link down'),
  bitsPerSecond: (rate: number) => `${rate / 1e6} Mbit/s`,
  delayNs: length('delay'),
  asymmetryNs: length('asymmetry'),
  jitter: ({ shape, ns: size }: { shape: string; ns: number }) =>
    shape === 'none' ? 'no jitter' : `jitter ${ns(size)} (${shape})`,
  bursts: ({ everyNs, lastingNs, delayNs }: Record<string, number>) =>
    everyNs === 0 ? 'no bursts' : `bursts of ${ns(delayNs)} for ${ns(lastingNs)} every ${ns(everyNs)}`,
  load: ({ share: of }: { share: number }) => `other traffic ${percent(of)}`,
  loss: share('loss'),
  duplicate: share('duplicates'),
  reorder: share('reordered'),
  corrupt: share('damaged'),
  storeNs: length('store and forward'),
  ageingNs: length('addresses kept'),
  queryNs: length('group queries every'),
  queueBytes: (bytes: number) => `queues of ${bytes} bytes`,
  snooping: (on: boolean) => (on ? 'IGMP snooping' : 'no IGMP snooping'),
  ptp: (ptp: Fields) => settingsText(ptp),
  clock: (kind: string) => String(clocks[kind]),
  twoStep: (on: boolean) => (on ? 'two-step' : 'one-step'),
  fault: (kind: string) => String(faults[kind]),
  errorNs: length('constant error'),
  oscillator: (fields: Fields) =>
    `oscillator ${Object.entries(fields)
      .map(([name, value]) => `${name} ${String(value)}`)
      .join(', ')}`,
};

/** @param settings of a link or a switch, as far as they change */
export function settingsText(settings: object): string {
  return Object.entries(settings)
    .map(([name, value]) => {
      const say = words[name] as (value: unknown) => string;
      if (!Array.isArray(value)) return say(value);
      const [there, back] = value.map(say) as [string, string];
      return there === back ? there : `${there} there, ${back} back`;
    })
    .join(', ');
}
