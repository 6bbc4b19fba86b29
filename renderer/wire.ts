/** Where each event of the host goes, and what the window does by itself when something happens. */
import { computed, watch } from 'vue';
import type { EventName, Payload } from '../main/contract/messages';
import { useConsole } from './stores/console';
import { useHost } from './stores/host';
import { useLayout } from './stores/layout';
import { useMachine } from './stores/machine';
import { useNetwork } from './stores/network';
import { useNotes } from './stores/notes';
import { useSelection } from './stores/selection';
import { useSerial } from './stores/serial';
import { useSession } from './stores/session';
import { useSource } from './stores/source';
import { shellTransport } from './transports';

/** Connects the stores to the host. */
export function startHost(): void {
  const session = useSession();
  const receivers: { [E in EventName]: (payload: Payload<E>) => void } = {
    project: (project) => (session.project = project),
    recent: (recent) => (session.recent = recent),
    build: (build) => (session.build = build),
    problems: (problems) => (session.problems = problems),
    snapshot: useMachine().receive,
    notes: useNotes().receive,
    console: useConsole().receive,
    serial: useSerial().receive,
    uarts: useSerial().receiveUarts,
    serialData: useSerial().receiveData,
    hostPorts: useNetwork().receive,
  };
  useHost().start(shellTransport(), (name, payload) => receivers[name](payload));
}

/** Keeps panes on what matters: another project, a build, a stop, a crash. */
export function startReactions(): void {
  const session = useSession();
  const machine = useMachine();
  const source = useSource();
  const layout = useLayout();
  const selection = useSelection();

  watch(
    () => session.project?.path,
    () => {
      source.closeAll();
      selection.clear();
      const first = session.project?.files.find((file) => file.endsWith('.c'));
      if (first !== undefined) void source.open(first);
    },
  );

  watch(
    () => session.build?.phase,
    (phase) => {
      if (phase === 'failed' || phase === 'done') void source.reload();
      if (phase === 'failed') layout.show('problems');
    },
  );
  watch(
    () => session.project?.stale,
    () => void source.reload(),
  );
  watch(
    () => session.errors + machine.warnings.length,
    (count) => layout.setTitle('problems', count > 0 ? `Problems (${count})` : 'Problems'),
  );

  // Source follows a task whenever it moves on; never while the machine runs, for then it stands nowhere.
  const followed = computed(() => selection.followed?.at ?? null);
  watch([() => followed.value?.file, () => followed.value?.line], ([file, line]) => {
    if (file && line) void source.open(file, line);
  });

  watch(
    () => machine.snapshot?.crash ?? null,
    (crash, before) => {
      if (crash === null || before !== null) return;
      layout.show('crash');
      selection.task = crash.pid;
      // Where the firmware crashed in the C library, its own call of that is what the person can mend.
      const frame = crash.frames.find(({ file }) => file !== null);
      if (frame?.file) void source.open(frame.file, frame.line);
    },
  );
}
