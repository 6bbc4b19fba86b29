/**
 * The machine's binary interface: what an instrumented firmware module and the executor agree on.
 *
 * A board's RAM begins at RAM_BASE, as it does on a Cortex-M, so a firmware address is never 0 and a null pointer, a
 * small integer used as a pointer or an address beyond RAM all fall outside of the linear memory and trap. (Only a
 * pointer into the 16 MiB right below RAM_BASE does not: it reaches the arena.) Below the
 * RAM, invisible to the firmware, lies the arena: the control block at linear address 0, then one frame area per task,
 * which holds the task's WebAssembly call frames while it is off the CPU.
 *
 *     linear address   0          64                        ARENA_SIZE             ARENA_SIZE + ramSize
 *                      | control  | frame areas             | RAM                  | end: traps
 *     firmware address                                      RAM_BASE
 */

/** First firmware address of RAM. */
export const RAM_BASE = 0x2000_0000;

/** Bytes of linear memory in front of the RAM. Untouched pages cost nothing. */
export const ARENA_SIZE = 0x0100_0000;

/** Linear address of a firmware address = address - BIAS. */
export const BIAS = RAM_BASE - ARENA_SIZE;

export const PAGE_SIZE = 65536;

/** Bytes of the stack that the linker lays out: the idle task's, on which interrupt handlers run. */
export const IDLE_STACK = 4096;

/** Words of the control block, as indexes into an Int32Array over the memory. */
export const Cell = {
  /** {@link Flow} of the code that runs. */
  Flow: 0,
  /** Linear address where the next frame is saved; grows upward. */
  FrameTop: 1,
  /** Linear address of the end of the running task's frame area. */
  FrameLimit: 2,
  /** Cycles left until the tick is due; negative when it is. */
  Fuel: 3,
  /** C stack pointer, a firmware address. */
  StackPointer: 4,
  /** Lowest address the C stack pointer may take. */
  StackLimit: 5,
  /** Fuel of a task that is being brought back; {@link Cell.Fuel} is negative meanwhile. */
  FuelBack: 6,
} as const;

/** First linear address after the control block. */
export const FRAMES_START = 64;

export const Flow = {
  /** Executing. */
  Run: 0,
  /** Leaving: every function on the way out saves its frame. */
  Unwind: 1,
  /** Coming back: every function takes its frame and goes where it was. */
  Rewind: 2,
} as const;

/** A frame ends with these two words; walking down from FrameTop thus meets the outermost function first. */
export const FRAME_TRAILER = 8;

/** Reasons for a call of the `tickscope.fault` import. */
export const Fault = {
  /** The C stack pointer went below StackLimit; the detail is the stack pointer. */
  StackOverflow: 1,
  /** The frame area is full; the detail is the number of bytes wanted. The kernel enlarges it or reports an overflow. */
  FrameAreaFull: 2,
} as const;
