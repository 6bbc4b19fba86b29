/**
 * Functions that the kernel calls on a task's stack before the task goes on: signal handlers, exit functions, cleanup
 * handlers, work. What the task was in is suspended meanwhile, its frames below the new ones in the same frame area, so
 * that such a function may wait, be preempted and be interrupted in its turn.
 */
import { cancelTimeout, resumeTimeout } from '../clock/timeout';
import type { Polled } from '../fs/poll';
import type { Kernel } from '../kernel';
import { NONE, type Tcb } from '../state';
import { stackLimit, stackOverflow } from '../sched/task';
import { continuations, type Continuation } from './continuations';

/** A function to call, and what then. */
export interface Upcall {
  /** Function pointer. */
  entry: number;
  args: number[];
  /** Words that are put on the stack for it; the argument with this number becomes their address. */
  words: number[];
  wordsArg: number;
  then: Continuation;
  /** For the continuation. */
  context: number[];
}

/** What a task was in when an upcall began. */
export interface Activation {
  entry: number;
  arg0: number;
  arg1: number;
  arg2: number;
  frameStart: number;
  frameTop: number;
  stackPointer: number;
  call: number;
  args: number[];
  result: number;
  /** Limit of a wait that is over, but may have to go on; see Tcb.deadline. */
  deadline: number;
  /** See Tcb. */
  progress: number;
  polled: Polled[] | null;
  answer: number | null;
  native: NativeRun | null;
  /** Of the function that runs instead of it now. */
  then: Continuation;
  context: number[];
}

/** A native program's state: what it has been given so far, from which it is made again. */
export interface NativeRun {
  results: (number | string | Uint8Array)[];
  /** Where its part of the stack begins, and where what it has there ends: above what is there for the time of a call. */
  stackTop: number;
  stackPointer: number;
  /** It left the CPU in a call: what that gave is still to come, in Tcb.result. */
  waits: boolean;
}

/** A native program's function begins on a task, where its stack is now. */
export function beginNative({ stackPointer }: Tcb): NativeRun {
  return { results: [], stackTop: stackPointer, stackPointer, waits: false };
}

/** clang lets a leaf function use this much below the stack pointer. */
export const RED_ZONE = 128;
export const STACK_ALIGNMENT = 16;

/** Asks for a function to be called before the task goes on. A task has one such wish at a time. */
export function requestUpcall(
  tcb: Tcb,
  entry: number,
  args: number[],
  then: Continuation,
  context: number[] = [],
  data: { words: number[]; arg: number } = { words: [], arg: NONE },
): void {
  tcb.upcall = { entry, args, words: data.words, wordsArg: data.arg, then, context };
  tcb.attention = true;
}

/** Suspends what the task is in, whose frames are saved, and puts the function in its place. */
export function beginUpcall(k: Kernel, tcb: Tcb, upcall: Upcall): void {
  const {
    entry,
    arg0,
    arg1,
    arg2,
    frameStart,
    frameTop,
    stackPointer,
    call,
    args,
    result,
    deadline,
    progress,
    polled,
    answer,
    native,
  } = tcb;
  const { then, context } = upcall;
  tcb.suspended.push({
    entry, arg0, arg1, arg2, frameStart, frameTop, stackPointer, call, args, result, deadline, progress, polled,
    answer, native, then, context,
  }); // prettier-ignore
  cancelTimeout(k, tcb);
  const words = (stackPointer - RED_ZONE - 4 * upcall.words.length) & -STACK_ALIGNMENT;
  if (words < stackLimit(tcb)) throw stackOverflow(tcb, words);
  upcall.words.forEach((word, i) => k.memory.store32(words + 4 * i, word));
  const at = (i: number) => (i === upcall.wordsArg ? words : (upcall.args[i] ?? 0));
  tcb.entry = upcall.entry;
  tcb.arg0 = at(0);
  tcb.arg1 = at(1);
  tcb.arg2 = at(2);
  tcb.frameStart = tcb.frameTop;
  tcb.stackPointer = words;
  tcb.call = NONE;
  tcb.args = [];
  tcb.result = 0;
  tcb.polled = null;
  tcb.answer = null;
  tcb.native = null;
}

/** The function has returned: what was suspended is back, and the continuation gets the value. */
export function endUpcall(k: Kernel, tcb: Tcb, value: number): void {
  const { then, context, deadline, ...before } = tcb.suspended.pop()!;
  Object.assign(tcb, before);
  resumeTimeout(k, tcb, deadline);
  continuations[then](k, tcb, value, context);
}
