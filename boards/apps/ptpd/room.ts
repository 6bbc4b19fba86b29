/** Where the daemon has what is in the board's RAM: one block as long as it runs, and text in another. */

/** What a signal's handler leaves behind: that it is to stop, and the first of those who ask for the status. */
export const Flags = { stop: 0, requests: 4 } as const;

const POLLFD = 24;
/** Ports of one clock: each has two sockets, or one. */
export const MOST_PORTS = 16;

/** struct msghdr with one buffer. */
const HEADER = 36;
/** struct sockaddr_ll is longer than struct sockaddr_in. */
export const ADDRESS_SIZE = 20;
/** The times and what a stamp is of: struct scm_timestamping and sock_extended_err, each with its head. */
export const CONTROL_SIZE = 96;
/** The longest message that an Ethernet frame has room for. */
export const DATA_SIZE = 1500;

const clock = 8;
const polls = clock + 16;
const text = polls + 2 * MOST_PORTS * POLLFD;
const timex = text + 16;
const header = timex + 96;
const name = header + HEADER;
const control = name + ADDRESS_SIZE;
const data = control + CONTROL_SIZE;
const to = data + DATA_SIZE;
const size = to + 5 * ADDRESS_SIZE;

/** Offsets. What is looked at after each wait comes first: the flags, a time, and what the wait has found. The four addresses of multicast messages (transport.ts) are at `to`, and behind them room for another one. */
export const Room = { clock, polls, text, timex, header, name, control, data, to, size } as const;

/** struct pollfd. */
export const Poll = { fd: 0, events: 4, revents: 8, size: POLLFD } as const;
