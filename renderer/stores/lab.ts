import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import type { LabBand, LabCurve, LabRun, LabScenario } from '../../main/contract/lab';
import type { Problem } from '../../main/contract/project';
import { useHost } from './host';
import { useMachine } from './machine';
import { useSession } from './session';

/** Scenarios of the project, and how the one that runs, or has run, goes. */
export const useLab = defineStore('lab', () => {
  const host = useHost();
  const machine = useMachine();
  const session = useSession();

  const scenarios = shallowRef<LabScenario[]>([]);
  const problems = shallowRef<Problem[]>([]);
  const chosen = ref<string | null>(null);
  const scenario = computed(
    () => scenarios.value.find(({ file }) => file === chosen.value) ?? scenarios.value[0] ?? null,
  );
  const run = computed<LabRun | null>(() => machine.snapshot?.lab ?? null);
  /** What its masks want, where that can be drawn. */
  const bands = computed<LabBand[]>(() => run.value?.masks.flatMap(({ band }) => band ?? []) ?? []);
  const curves = computed<LabCurve[]>(() => run.value?.masks.flatMap(({ curve }) => curve ?? []) ?? []);
  /** A scenario is being put on the bench. */
  const starting = ref(false);

  /** Reads the project's scenarios. */
  async function list(): Promise<void> {
    if (session.project === null) return;
    const answer = await host.ask('labScenarios', {});
    scenarios.value = answer?.scenarios ?? [];
    problems.value = answer?.problems ?? [];
  }

  /** A scenario goes as fast as it can, as on the command line; who wants to watch it chooses a speed while it runs. */
  async function start(file: string): Promise<void> {
    starting.value = true;
    await host.ask('setSpeed', { factor: null });
    await host.ask('runLab', { file });
    starting.value = false;
  }
  const stop = (): unknown => host.ask('stopLab', {});
  const result = async (): Promise<string | undefined> => (await host.ask('labResult', {}))?.json;

  return { scenarios, problems, chosen, scenario, run, bands, curves, starting, list, start, stop, result };
});
