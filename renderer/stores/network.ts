import { defineStore } from 'pinia';
import { ref, shallowRef } from 'vue';
import type {
  HostConnection,
  HostInterface,
  HostPort,
  LinkSettings,
  TransparentSettings,
} from '../../main/contract/network';
import { useHost } from './host';

export const networkViews = {
  interfaces: 'Interfaces',
  sockets: 'Sockets',
  neighbors: 'ARP and routes',
  links: 'Links',
  host: 'This computer',
} as const;
export type NetworkView = keyof typeof networkViews;

/** The port that the host's end of a link is, as it is joined by; null for the end of a board or a switch. */
export const hostPortOf = (end: string): string | null =>
  // That of a board's own port, `host:controller/eth0`, is known by the port.
  end.startsWith('host:') ? end.replace(/^host:(?=.*\/)/, '') : null;

/** What can be done to links and ports, and how ports are joined to this computer's network. */
export const useNetwork = defineStore('network', () => {
  const host = useHost();
  const view = ref<NetworkView>('interfaces');
  const ports = shallowRef<HostPort[]>([]);
  const interfaces = shallowRef<HostInterface[]>([]);

  function receive(list: HostPort[]): void {
    ports.value = list;
  }
  async function listInterfaces(): Promise<void> {
    interfaces.value = (await host.ask('listInterfaces', {}))?.interfaces ?? interfaces.value;
  }
  const setLink = (link: string, settings: Partial<LinkSettings>): unknown => host.ask('setLink', { link, settings });
  const setSwitch = (name: string, ptp: Partial<TransparentSettings>): unknown =>
    host.ask('setSwitch', { switch: name, ptp });
  const plug = (port: string, plugged: boolean): unknown => host.ask('plugPort', { port, plugged });
  const connect = (port: string, connection: HostConnection): unknown =>
    host.ask('connectNetwork', { port, connection });
  const disconnect = (port: string): unknown => host.ask('disconnectNetwork', { port });

  return { view, ports, interfaces, receive, listInterfaces, setLink, setSwitch, plug, connect, disconnect };
});
