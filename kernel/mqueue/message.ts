/**
 * Messages in the board's RAM (NuttX: mq_initialize.c, mq_msgfree.c): from a pool that is made at boot, and from the heap
 * when that is empty. Interrupt handlers, which get nothing from the heap, have a reserve of their own.
 */
import type { Kernel } from '../kernel';
import { allocate, release } from '../mm/heap';
import type { Message } from '../state';

/** Bytes in front of a message's own: links, kind, priority, length. */
const HEADER = 12;

function blockSize({ state }: Kernel): number {
  return Math.ceil((HEADER + Number(state.settings.config.CONFIG_MQ_MAXMSGSIZE)) / 4) * 4;
}

/** At boot. Where RAM is too small for the pool, messages come from the heap only. */
export function createMessagePool(k: Kernel): void {
  const { config } = k.state.settings;
  if (config.CONFIG_DISABLE_MQUEUE === true) return;
  const [count, reserved] = [Number(config.CONFIG_PREALLOC_MQ_MSGS), Number(config.CONFIG_PREALLOC_MQ_IRQ_MSGS)];
  const size = blockSize(k);
  const start = count + reserved > 0 ? allocate(k, size * (count + reserved)) : 0;
  if (start === 0) return;
  const { pool, reserve } = k.state.messages;
  for (let i = 0; i < count + reserved; i++) (i < count ? pool : reserve).push(start + size * i);
}

/** A message with these bytes, or null when there is no room for one. */
export function createMessage(k: Kernel, data: number, size: number, priority: number): Message | null {
  const { pool, reserve } = k.state.messages;
  const inInterrupt = k.state.interrupts > 0;
  const source = pool.length > 0 ? 'pool' : inInterrupt ? 'reserve' : 'heap';
  const block = source === 'heap' ? allocate(k, blockSize(k)) : (source === 'pool' ? pool : reserve).shift();
  if (!block) return null;
  const address = block + HEADER;
  k.memory.slice(address, size).set(k.memory.slice(data, size));
  return { priority, address, size, source };
}

export function freeMessage(k: Kernel, { address, source }: Message): void {
  if (source === 'heap') release(k, address - HEADER);
  else k.state.messages[source].push(address - HEADER);
}
