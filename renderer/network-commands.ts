/** What can be done in the Network pane. */
import type { Command } from './commands';
import { useHost } from './stores/host';
import { useLayout } from './stores/layout';
import { useMachine } from './stores/machine';
import { useNetwork, networkViews, type NetworkView } from './stores/network';
import { useNotices } from './stores/notices';

export function networkCommands(): Command[] {
  const network = useNetwork();
  const machine = useMachine();
  const links = () => machine.network?.links ?? [];

  async function show(view: NetworkView): Promise<void> {
    network.view = view;
    await useLayout().focus('network');
  }
  const setAll = (up: boolean): unknown => Promise.all(links().map(({ id }) => network.setLink(id, { up })));

  async function saveInputs(): Promise<void> {
    const answer = await useHost().ask('saveInputs', {});
    if (answer !== undefined) useNotices().add(`What came in is saved in ${answer.file}.`);
  }

  return [
    ...(Object.keys(networkViews) as NetworkView[]).map((view) => ({
      id: `network-${view}`,
      title: `Network: ${networkViews[view].charAt(0).toLowerCase()}${networkViews[view].slice(1)}`,
      run: () => show(view),
    })),
    {
      id: 'network-cut',
      title: 'Network: take all links down',
      enabled: () => links().some(({ settings }) => settings.up),
      run: () => setAll(false),
    },
    {
      id: 'network-mend',
      title: 'Network: bring all links up',
      enabled: () => links().some(({ settings }) => !settings.up),
      run: () => setAll(true),
    },
    {
      id: 'network-save-inputs',
      title: 'Network: save all that came in from outside, to run it again',
      enabled: () => machine.runState !== 'empty',
      run: saveInputs,
    },
  ];
}
