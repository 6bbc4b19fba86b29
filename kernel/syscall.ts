/**
 * The system-call table: every function of the API that the kernel provides, once. The C binding, the native binding,
 * the names in the event log, the list of what a firmware can link against and the coverage report are all derived
 * from it. Each family's rows are in the `calls.ts` of its folder.
 */
import { boardCalls } from './boardctl';
import type { SystemCall } from './call';
import { clockCalls } from './clock/calls';
import { environCalls } from './environ/calls';
import { aioCalls } from './fs/aio/calls';
import { fsCalls } from './fs/calls';
import { volumeCalls } from './fs/volumecalls';
import { libcCalls } from './libc/calls';
import { netCalls } from './net/calls';
import { netdbCalls } from './net/netdb/calls';
import { mqueueCalls } from './mqueue/calls';
import { pthreadCalls } from './pthread/calls';
import { irqCalls } from './sched/irqcalls';
import { schedCalls } from './sched/calls';
import { spawnCalls } from './sched/spawncalls';
import { semaphoreCalls } from './semaphore/calls';
import { serialCalls } from './serial/calls';
import { shmCalls } from './shm/calls';
import { signalCalls } from './signal/calls';

export const table = [
  ...schedCalls,
  ...spawnCalls,
  ...mqueueCalls,
  ...semaphoreCalls,
  ...signalCalls,
  ...pthreadCalls,
  ...clockCalls,
  ...environCalls,
  ...fsCalls,
  ...volumeCalls,
  ...aioCalls,
  ...shmCalls,
  ...netCalls,
  ...netdbCalls,
  ...libcCalls,
  ...boardCalls,
  ...serialCalls,
  ...irqCalls,
] as const;

export const systemCalls: readonly SystemCall[] = table;

/** Names that a firmware can call. */
export const systemCallNames: ReadonlySet<string> = new Set(systemCalls.map((call) => call.name));
