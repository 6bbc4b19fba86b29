/** /dev/null and /dev/zero (NuttX: drivers/misc/dev_null.c, dev_zero.c). */
import type { Kernel } from '../kernel';
import type { OpenFile } from './file';
import { PollEvent } from './poll';

/** At the end, always. */
export const nothing = (): number => 0;

export function readZeros(k: Kernel, _file: OpenFile, data: number, length: number): number {
  k.memory.slice(data, length).fill(0);
  return length;
}

export function discard(_k: Kernel, _file: OpenFile, _data: number, length: number): number {
  return length;
}

export const alwaysReady = (): number => PollEvent.In | PollEvent.Out;
