/** What a run on the command line has outside: networks of the host, in real time. */
import { setImmediate as turn } from 'node:timers/promises';
import type { Bench, BenchInput } from '../../boards/bench';
import { NetTraffic } from '../machine/net-traffic';
import { AHEAD_NS, Pace } from '../machine/pace';
import { HostNetworks } from '../net';
import type { NetOption } from '../net/option';

export class Outside {
  private readonly traffic: NetTraffic;
  private readonly networks: HostNetworks;
  private readonly pace = new Pace(1);
  private wake: () => void = () => undefined;

  private constructor(
    private readonly bench: Bench,
    private readonly input: (input: BenchInput) => void,
    onTrouble: (words: string) => void,
  ) {
    this.traffic = new NetTraffic(bench, null);
    this.networks = new HostNetworks({
      feed: (port, frames) => {
        this.traffic.feed(port, frames);
        this.wake();
      },
      join: (port, on) => this.traffic.join(port, on, input),
      onChange: () => {
        for (const { id, status, message } of this.networks.list())
          if (status === 'failed') onTrouble(`${id}: ${message}`);
      },
    });
  }

  /** Joins ports. @throws Error saying what is wrong, and what to do */
  static async open(
    bench: Bench,
    options: readonly NetOption[],
    input: (input: BenchInput) => void,
    onTrouble: (words: string) => void,
  ): Promise<Outside> {
    const outside = new Outside(bench, input, onTrouble);
    await outside.networks.setPorts(outside.traffic.list());
    try {
      for (const { port, connection } of options) await outside.networks.connect(port, connection);
    } catch (error) {
      await outside.close();
      throw error;
    }
    outside.pace.start(bench.timeNs);
    outside.traffic.setClocks(outside.pace, input);
    return outside;
  }

  /** A frame has come to a port of the host. */
  add(...frame: Parameters<NetTraffic['add']>): void {
    this.traffic.add(...frame);
  }

  /** Virtual time up to which the boards may sleep now. */
  get sleepNs(): number {
    return this.pace.targetNs() + AHEAD_NS;
  }

  /** Passes on what went out, waits until the boards are to run on, and gives them what came in. */
  async exchange(): Promise<void> {
    const { bench, traffic, networks, pace } = this;
    const news = traffic.news();
    if (news) networks.tell(news);
    for (const { port, frames } of traffic.take(pace)) networks.output(port, frames);
    await turn();
    const delay = pace.delayMs(bench);
    if (delay >= 1) await this.sleep(delay);
    traffic.deliver(pace, this.input);
  }

  /** Until something comes at the latest. */
  private async sleep(ms: number): Promise<void> {
    if (this.traffic.hasWaiting) return;
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.wake = resolve;
      timer = setTimeout(resolve, ms);
    });
    clearTimeout(timer);
    this.wake = () => undefined;
  }

  async close(): Promise<void> {
    await this.networks.close();
  }
}
