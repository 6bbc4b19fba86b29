import type { MessageQueue } from '../../../kernel/state';
import type { MqueueSnapshot } from '../../contract/objects';
import { pidsOf, type Target } from './target';

/** Bytes of a message that are shown. */
const MESSAGE_HEAD = 16;

export function mqueueSnapshots(target: Target): MqueueSnapshot[] {
  return [...target.machine.kernel.state.queues.values()].map((queue) => mqueue(target, queue));
}

function mqueue(target: Target, queue: MessageQueue): MqueueSnapshot {
  return {
    id: queue.id,
    name: `/${queue.name}`,
    maxMessages: queue.maxMessages,
    messageSize: queue.messageSize,
    messages: queue.messages.map(({ priority, address, size }) => ({
      priority,
      size,
      head: [...target.machine.kernel.memory.slice(address, Math.min(size, MESSAGE_HEAD))],
    })),
    sendWaiters: pidsOf(target, queue.notFull),
    receiveWaiters: pidsOf(target, queue.notEmpty),
    openCount: queue.openCount,
    unlinked: queue.unlinked,
  };
}
