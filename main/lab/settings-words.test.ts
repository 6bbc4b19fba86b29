import { expect, test } from 'vitest';
import { NetworkLink, Switch, switchChange } from '../toolchain/bench-file';
import { settingsText } from './settings-words';

test.each<[object, string]>([
  [{ asymmetryNs: -10_000 }, 'asymmetry -10 µs'],
  [{ delayNs: [500, 500], loss: [0.1, 0] }, 'delay 500 ns, loss 10 % there, loss 0 % back'],
  [{ up: false }, 'link down'],
  [{ jitter: [{ shape: 'normal', ns: 200 }, { shape: 'none', ns: 0 }] }, 'jitter 200 ns (normal) there, no jitter back'], // prettier-ignore
  [{ ptp: { fault: 'missing' }, load: { share: 0.8, sizes: [64] } }, 'corrections are missing, other traffic 80 %'],
  [{ ptp: { clock: 'e2e', twoStep: true, oscillator: { ppm: 5 } } }, 'E2E transparent clock, two-step, oscillator ppm 5'], // prettier-ignore
])('%j', (settings, text) => expect(settingsText(settings)).toBe(text));

test('there are words for all that a scenario can set', () => {
  const burst = { everyNs: 1e6, lastingNs: 1e3, delayNs: 1e3 };
  const link = NetworkLink.omit({ from: true, to: true })
    .required()
    .parse({
      ...{ up: true, bitsPerSecond: 1e8, delayNs: 1, jitter: { shape: 'uniform', ns: 1 }, bursts: burst },
      ...{ asymmetryNs: 1, load: 0.5, loss: 0, duplicate: 0, reorder: 0, corrupt: 0 },
    });
  expect(settingsText(link)).not.toMatch(/undefined|NaN|object/);
  const ptp = { clock: 'p2p', twoStep: false, fault: 'constant', errorNs: 5, oscillator: {} };
  const {
    name: _,
    ports: __,
    ...rest
  } = Switch.required().parse({
    ...{ name: 's', ports: 4, storeNs: 1, ageingNs: 1, queueBytes: 1, snooping: true, queryNs: 0, ptp, load: 0.1 },
  });
  const { load, ...settings } = rest;
  expect(settingsText({ ...switchChange(settings), load })).not.toMatch(/undefined|NaN|object/);
});
