import { expect, it } from 'vitest';
import { serialMethods } from './serial';

const settings = {
  ...{ baudRate: 115200, dataBits: 8, parity: 'none', stopBits: 1, flowControl: 'none', dtr: true, rts: true },
};
const takes = (change: object) =>
  serialMethods.serialSet.params.safeParse({ device: 'a', settings: { ...settings, ...change } }).success;

it.each([{}, { baudRate: 31250 }, { baudRate: 3_000_000 }, { stopBits: 1.5, parity: 'mark' }])('takes %j', (change) => {
  expect(takes(change)).toBe(true);
});
it.each([
  { baudRate: 0 },
  { baudRate: 9600.5 },
  { baudRate: '9600' },
  { dataBits: 9 },
  { parity: 'both' },
  { stopBits: 3 },
  { flowControl: true },
  { dtr: 1 },
])('refuses %j', (change) => {
  expect(takes(change)).toBe(false);
});

it('refuses a part that is not within its file', () => {
  const part = { device: 'a', name: 'f', total: 10, offset: 8, data: new Uint8Array(2) };
  const { params } = serialMethods.serialSendFile;
  expect(params.safeParse(part).success).toBe(true);
  expect(params.safeParse({ ...part, offset: 9 }).success).toBe(false);
  expect(params.safeParse({ ...part, total: 1e9 }).success).toBe(false);
});
