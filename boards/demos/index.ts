/** The demo projects: each is the folder beside this file of that name. */
export const demos: readonly { name: string; title: string; description: string }[] = [
  {
    name: 'producer-consumer',
    title: 'Producer and consumer',
    description: 'Two tasks and a message queue, with a third that logs.',
  },
  {
    name: 'priority-inversion',
    title: 'Priority inversion',
    description: 'A low task holds what a high one wants. Switch CONFIG_PRIORITY_INHERITANCE and see the difference.',
  },
  {
    name: 'philosophers',
    title: 'Dining philosophers',
    description: 'Five tasks, five forks, and in the end a deadlock.',
  },
  {
    name: 'signals',
    title: 'Signals, timers and threads',
    description: 'Orders as signals with values, a POSIX timer, and two threads with a mutex and a condition variable.',
  },
  {
    name: 'shell',
    title: 'NuttShell',
    description: 'NSH on the console, with a few built-in apps: type help.',
  },
  {
    name: 'button-led',
    title: 'Button and LED',
    description:
      'Interrupts of buttons, by poll and by signal, and LEDs, on the controller: press them in the Board pane.',
  },
  {
    name: 'two-boards',
    title: 'Two boards',
    description: 'Ping-pong over a serial line between two boards, which show each other on pins when they are ready.',
  },
  {
    name: 'sensor-node',
    title: 'Sensor node',
    description:
      'A thermometer on the network: join its port to this computer in the Network pane, and see it by HTTP, multicast and Telnet.',
  },
  {
    name: 'four-boards',
    title: 'Four boards on a switch',
    description:
      'Three meters multicast their readings to a display, over links with delay, jitter and loss: see its bench.json.',
  },
  {
    name: 'ptp-lab',
    title: 'PTP lab',
    description:
      'Five clocks on a switch, and scenarios for the PTP pane: the master dies, a better one appears, a cable is asymmetric.',
  },
];
