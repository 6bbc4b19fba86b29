import { defineStore } from 'pinia';
import { ref, shallowRef } from 'vue';
import type { EventName, Hello, Method, Params, Payload, Result } from '../../main/contract/messages';
import { connect, type Connection, type OpenTransport } from '../connection';
import { useNotices } from './notices';

/** The host at the other end of the connection, and what it said of itself. */
export const useHost = defineStore('host', () => {
  const notices = useNotices();
  const hello = shallowRef<Hello | null>(null);
  const status = ref<'connecting' | 'connected' | 'lost'>('connecting');
  let connection: Connection | undefined;

  /** Connects, and hands every event of the host on. */
  function start(transport: OpenTransport, onEvent: <E extends EventName>(name: E, payload: Payload<E>) => void): void {
    connection = connect(transport, {
      open() {
        status.value = 'connected';
        void ask('hello', {}).then((answer) => (hello.value = answer ?? hello.value));
      },
      lost() {
        status.value = 'lost';
      },
      malformed: (message) => notices.add(message),
      event: onEvent,
    });
  }

  /** Asks the host; an error becomes a notice, and the answer is then undefined. */
  async function ask<M extends Method>(method: M, params: Params<M>): Promise<Result<M> | undefined> {
    try {
      return await connection?.request(method, params);
    } catch (error) {
      notices.add(error instanceof Error ? error.message : String(error));
      return undefined;
    }
  }

  return { hello, status, start, ask };
});
