/** The value of a wave at a time, in words. */
import type { Wave } from '../../main/contract/board';
import { changeAt, indexAt, type Changes } from './changes';
import { byteText } from './draw';
import { byteNs, pwmLevel } from './edges';
import { formatFrequency } from './scale';

const ROOM_FOR_BOTH = 100;

const before: Record<Wave['kind'], string> = { level: '0', pwm: 'off', bytes: 'idle', bus: 'idle', analog: 'none yet' };

/** What a wave shows at a time. */
export function valueText(wave: Wave, changes: Changes, atNs: number): string {
  const index = indexAt(changes, atNs);
  if (index < 0) return before[wave.kind];
  const change = changeAt(changes, index);
  switch (wave.kind) {
    case 'level':
      return String(change.value);
    case 'analog':
      return `${Number(change.value.toPrecision(6))} ${wave.unit}`.trim();
    case 'bytes':
    case 'bus':
      if (change.detail === 0) return 'break';
      return atNs < change.timeNs + byteNs(wave.kind, change) ? byteText(change.value, ROOM_FOR_BOTH) : 'idle';
    case 'pwm':
      if (change.value <= 0) return 'off';
      return `${pwmLevel(change, atNs)}  ${formatFrequency(change.value)} ${Math.round(change.detail * 100)}%`;
  }
}
