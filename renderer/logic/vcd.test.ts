import { expect, test } from 'vitest';
import type { Wave } from '../../main/contract/board';
import { parseVcd } from './read-vcd';
import { writeVcd } from './vcd';

const wave = (device: string | null, name: string, kind: Wave['kind']): Wave => ({
  id: `${device} ${name}`,
  device,
  name,
  kind,
  unit: '',
});
const changes = (...list: [number, number, number?][]): Float64Array =>
  Float64Array.from(list.flatMap(([time, value, detail = 0]) => [time, value, detail]));

test('levels, numbers and lines are what they were', () => {
  const text = writeVcd(
    [
      { wave: wave('leds', 'LED 0', 'level'), changes: changes([50, 0], [150, 1], [250, 0]) },
      { wave: wave('gpio0', 'PA1', 'level'), changes: changes([20, 1]) },
      { wave: wave('adc0', 'IN0', 'analog'), changes: changes([0, 1.5], [120, -0.25]) },
      { wave: wave(null, 'g_tank.level[2]', 'analog'), changes: changes([130, 7]) },
      { wave: wave('uart0', 'TX', 'bytes'), changes: changes([100, 0x41, 1e8], [200, 0x42, 1e8]) },
      { wave: wave('i2c0', 'i2c0', 'bus'), changes: changes([140, 3, 40], [220, 3, 40]) },
      { wave: wave('pwm0', 'PWM', 'pwm'), changes: changes([110, 2e7, 0.5]) },
    ],
    100,
    300,
  );
  const { timescale, signals, endNs } = parseVcd(text);
  expect(timescale).toBe('1 ns');
  expect(endNs).toBe(300);
  expect(Object.fromEntries(signals)).toEqual({
    'leds.LED_0': [[100, '0'], [150, '1'], [250, '0']], // prettier-ignore
    'gpio0.PA1': [[100, '1']],
    'adc0.IN0': [[100, '1.5'], [120, '-0.25']], // prettier-ignore
    'variables.g_tank_level_2': [[130, '7']],
    'uart0.TX': [
      ...[[100, '1'], [100, '0'], [110, '1'], [120, '0'], [170, '1'], [180, '0'], [190, '1']], // prettier-ignore
      ...[[200, '0'], [220, '1'], [230, '0'], [270, '1'], [280, '0'], [290, '1']], // prettier-ignore
    ],
    'uart0.TX_byte': [[100, 'z'], [100, '1000001'], [200, '1000010'], [300, 'z']], // prettier-ignore
    'i2c0.i2c0': [[100, 'z'], [140, '11'], [180, 'z'], [220, '11'], [260, 'z']], // prettier-ignore
    'pwm0.PWM': [
      [100, '0'],
      ...[110, 135, 160, 185, 210, 235, 260, 285].map((time, i) => [time, i % 2 === 0 ? '1' : '0']),
    ],
  });
});

test('names that would be the same differ, and any number of signals has its identifier', () => {
  const waves = Array.from({ length: 300 }, (_, i) => ({
    wave: wave('gpio0', i < 3 ? ['a b', 'a  b', 'a_b'][i]! : `pin ${i}`, 'level'),
    changes: changes([i, 1]),
  }));
  const { signals } = parseVcd(writeVcd(waves, 0, 400));
  expect([...signals.keys()].slice(0, 3)).toEqual(['gpio0.a_b', 'gpio0.a_b_2', 'gpio0.a_b_3']);
  expect(signals.size).toBe(300);
  expect(signals.get('gpio0.pin_299')).toEqual([[0, '0'], [299, '1']]); // prettier-ignore
});

test('too many edges are refused in words', () => {
  expect(() => writeVcd([{ wave: wave('pwm0', 'PWM', 'pwm'), changes: changes([0, 1e6, 0.5]) }], 0, 1e10)).toThrow(
    'pwm0 PWM has more than a million edges in this span. Zoom in',
  );
});
