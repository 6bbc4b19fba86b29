/** What a window can ask about the host's networks. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';
import type { hostNetworkMethods } from '../contract/network';
import type { HostNetworks } from '.';
import { listInterfaces } from './interfaces';

type Methods = typeof hostNetworkMethods;
type Handlers = {
  [M in keyof Methods]: (params: z.infer<Methods[M]['params']>) => Promise<z.infer<Methods[M]['result']>>;
};

export interface NetworkHandlerOptions {
  stateDir: string;
  inputLog: () => Promise<string>;
}

export function networkHandlers(networks: HostNetworks, { stateDir, inputLog }: NetworkHandlerOptions): Handlers {
  return {
    listInterfaces: async () => ({ interfaces: await listInterfaces() }),
    connectNetwork: async ({ port, connection }) => {
      await networks.connect(port, connection).catch((error: unknown) => {
        // What does not open is told with the port, once.
        if (!networks.list().some(({ id }) => id === port)) throw error;
      });
      return {};
    },
    disconnectNetwork: async ({ port }) => {
      await networks.disconnect(port);
      return {};
    },
    saveInputs: async () => {
      const folder = join(stateDir, 'input-logs');
      await mkdir(folder, { recursive: true });
      const file = join(folder, `${new Date().toISOString().replace(/[:.]/g, '-')}.jsonl`);
      await writeFile(file, await inputLog());
      return { file };
    },
  };
}
