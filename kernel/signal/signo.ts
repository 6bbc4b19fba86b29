/** Signal numbers, those of include/signal.h that the kernel itself knows. */
export const SIGABRT = 6;
export const SIGKILL = 9;
export const SIGPIPE = 13;
export const SIGALRM = 14;
export const SIGTERM = 15;
export const SIGCHLD = 17;
export const SIGCONT = 18;
export const SIGSTOP = 19;
export const SIGRTMIN = 32;
