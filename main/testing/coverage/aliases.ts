/** What the report has to be told about the manual's functions. */

/** Names of the manual that are another name of a function today. */
export const aliases: Record<string, string> = { sched_get_rr_interval: 'sched_rr_get_interval' };

/** Errno values that the manual lists and a real NuttX, and so this kernel, never gives; and why. */
export const neverGiven: Record<string, Record<string, string>> = {};
