/** The component of every pane. */
import type { Component } from 'vue';
import type { PaneId } from '../layout';
import BoardPane from './BoardPane.vue';
import ConfigurationPane from './ConfigurationPane.vue';
import ConsolePane from './ConsolePane.vue';
import CrashPane from './CrashPane.vue';
import EventsPane from './EventsPane.vue';
import FilesPane from './FilesPane.vue';
import LogicPane from './LogicPane.vue';
import MqueuesPane from './MqueuesPane.vue';
import NetworkPane from './NetworkPane.vue';
import PacketsPane from './PacketsPane.vue';
import ProblemsPane from './ProblemsPane.vue';
import PtpPane from './PtpPane.vue';
import SerialPane from './SerialPane.vue';
import SignalsPane from './SignalsPane.vue';
import SourcePane from './SourcePane.vue';
import StackPane from './StackPane.vue';
import SyncPane from './SyncPane.vue';
import TasksPane from './TasksPane.vue';
import TimersPane from './TimersPane.vue';

export const panes: Record<PaneId, Component> = {
  tasks: TasksPane,
  source: SourcePane,
  events: EventsPane,
  signals: SignalsPane,
  sync: SyncPane,
  mqueues: MqueuesPane,
  timers: TimersPane,
  problems: ProblemsPane,
  configuration: ConfigurationPane,
  console: ConsolePane,
  stack: StackPane,
  crash: CrashPane,
  serial: SerialPane,
  board: BoardPane,
  logic: LogicPane,
  packets: PacketsPane,
  network: NetworkPane,
  ptp: PtpPane,
  files: FilesPane,
};
