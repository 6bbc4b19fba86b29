/** Words for arguments of events that are numbers of something. */
import { resetCauseName } from '../../../kernel/boardctl';
import { expiryKinds } from '../../../kernel/clock/timeout';
import { quirks } from '../../../kernel/quirks';
import { ptpPortStates } from '../../contract/ptp';
import { defaultActions, signalCodes, signalNames } from '../signal-names';
import { stateWords } from './tasks';

const portStates = ['', ...ptpPortStates];

/** By the argument's name, then by number. */
export const noteLabels: Record<string, string[]> = {
  from_state: stateWords,
  irq: ['timer'],
  signo: signalNames,
  code: signalCodes,
  kind: expiryKinds,
  action: defaultActions,
  quirk: quirks.map(({ title }) => title),
  way: ['from master', 'to master'],
  left: portStates,
  entered: portStates,
  cause: Array.from({ length: 10 }, (_, cause) => resetCauseName(cause)),
};
