/** The commands of the network, between two boards with a cable. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from '../firmware';
import { bare, Nsh } from './nsh';
import { Pair } from './pair';

const firmware = join(root, 'main', 'testing', 'net', 'firmware');
const blur = (text: string) => text.replace(/\d+\.\d+/g, '9.9').replace(/time \d+ ms/, 'time 9 ms');

test('help lists what a board with a network has', async () => {
  const words = (text: string) => text.split(/\s+/);
  const network = 'addroute arp delroute get ifconfig ifdown ifup nslookup put route wget'.split(' ');
  const apps = ['iperf3', 'ping', 'ptpd', 'renew', 'telnet', 'telnetd'];
  const with_ = words((await Pair.boot()).command('left', 'help'));
  const without = words((await Nsh.boot(bare, { board: 'micro' })).run('help'));
  expect(with_).toEqual(expect.arrayContaining([...network, ...apps]));
  for (const name of [...network, ...apps]) expect(without).not.toContain(name);
});

test('ping: replies, its options, statistics, what is not reached, and ^C', async () => {
  const pair = await Pair.boot();
  expect(blur(pair.command('left', 'ping -c 3 -i 200 -s 100 10.0.0.3').replaceAll('10.0.0.3', 'it'))).toBe(
    [
      'PING it 100 bytes of data',
      ...[0, 1, 2].map((i) => `100 bytes from it: icmp_seq=${i} time=9.9 ms`),
      '3 packets transmitted, 3 received, 0% packet loss, time 9 ms',
      'rtt min/avg/max/mdev = 9.9/9.9/9.9/9.9 ms',
      '',
    ].join('\n'),
  );
  expect(pair.command('left', 'ping -c 1 -s 4000 10.0.0.3')).toContain('4000 bytes from 10.0.0.3: icmp_seq=0');
  expect(pair.command('left', 'ping -c 1 -W 300 10.0.0.99')).toContain(
    'No response from 10.0.0.99: icmp_seq=0 time=300 ms\n1 packets transmitted, 0 received, 100% packet loss',
  );
  expect(pair.command('left', 'ping -c 0 10.0.0.3')).toContain('ERROR: <count> out of range: 0\n\nUsage: ping [-c');
  expect(pair.command('left', 'ping')).toContain('ERROR: Missing required <ip-address> argument');
  expect(pair.command('left', 'ping nowhere.invalid')).toContain('ERROR: ping_gethostip(nowhere.invalid) failed');
  pair.start('left', 'ping 10.0.0.3', 250);
  pair.type('left', '\x03');
  pair.run(20);
  expect(pair.screen('left')).toMatch(/icmp_seq=2 time=\S+ ms\n3 packets transmitted, 3 received[^]*nsh> $/);
  expect(pair.command('left', 'ifdown eth0; ping -c 1 10.0.0.3')).toContain('ERROR: sendto failed at seqno 0: 101');
});

test('what commands and programs take of the heap they give back', async () => {
  const pair = await Pair.boot();
  const all = 'ping -c 2 10.0.0.3; ifconfig; arp; nslookup localhost; iperf3 -c 10.0.0.3; telnet 10.0.0.3';
  const used = () => {
    for (const line of all.split('; ')) pair.command('left', line);
    return /^ +\d+ +(\d+)/m.exec(pair.command('left', 'free'))![1];
  };
  // The resolver keeps what it has taken, and so does the shell, up to the length of its history.
  used();
  used();
  used();
  expect(used()).toBe(used());
});

test('ifconfig, ifup and ifdown: what an interface has, and what it gets', async () => {
  const pair = await Pair.boot();
  const all = pair.command('left', 'ifconfig');
  expect(all).toMatch(/^eth0\tLink encap:Ethernet HWaddr 02:00:00:00:00:01 at RUNNING mtu 1500\n/);
  expect(all).toContain('\tinet addr:10.0.0.2 DRaddr:10.0.0.1 Mask:255.255.255.0\n');
  expect(all).toContain('lo\tLink encap:Local Loopback');
  expect(all).toContain('             IPv4   TCP   UDP  ICMP\n');
  expect(pair.command('left', 'ifdown eth0')).toBe('ifdown eth0...OK\n');
  expect(pair.command('left', 'ifconfig eth0')).toContain(' at DOWN ');
  expect(pair.command('left', 'ifup eth0')).toBe('ifup eth0...OK\n');
  expect(pair.command('left', 'ifup eth7')).toBe('ifup eth7...Failed\n');
  expect(pair.command('left', 'ifup')).toMatch(/^Please select ifname:\neth0\t/);
  expect(pair.command('left', 'ifconfig eth0 10.1.2.3 netmask 255.255.0.0')).toBe('');
  expect(pair.command('left', 'ifconfig eth0')).toContain('inet addr:10.1.2.3 DRaddr:10.1.0.1 Mask:255.255.0.0');
  pair.command('left', 'ifconfig eth0 inet 10.0.0.7 gw 10.0.0.9 dns 10.0.0.9');
  expect(pair.command('left', 'ifconfig eth0')).toContain('inet addr:10.0.0.7 DRaddr:10.0.0.9 Mask:255.255.255.0');
  expect(pair.command('left', 'ping -c 1 10.0.0.3')).toContain(' 0% packet loss');
  pair.command('left', 'ifdown eth0; ifconfig eth0 hw 02:00:00:00:aa:bb; ifup eth0');
  expect(pair.command('left', 'ifconfig eth0')).toContain('HWaddr 02:00:00:00:aa:bb');
  expect(pair.command('left', 'ping -c 1 10.0.0.3')).toContain(' 0% packet loss');
  for (const line of ['eth0 10.0.0', 'eth0 gw', 'eth0 hw 02:00', 'eth0 10.0.0.1 10.0.0.2']) {
    expect(pair.command('left', `ifconfig ${line}`)).toBe('nsh: ifconfig: argument invalid\n');
  }
  expect(pair.command('left', 'ifconfig eth9 10.0.0.1')).toBe('nsh: ifconfig: ioctl failed: ENODEV\n');
});

test('arp: the table, one entry, and changes of it', async () => {
  const pair = await Pair.boot();
  expect(pair.command('left', 'arp')).not.toContain('10.0.0.3');
  pair.command('left', 'ping -c 1 10.0.0.3');
  const header = 'IP Address   Ethernet Address  Interface\n';
  expect(pair.command('left', 'arp -t')).toBe(`${header}10.0.0.3     02:00:00:00:00:02 eth0\n`);
  expect(pair.command('left', 'arp -i lo')).toBe(header);
  expect(pair.command('left', 'arp -a 10.0.0.3')).toBe('HWaddr: 02:00:00:00:00:02\n');
  expect(pair.command('left', 'arp -d 10.0.0.3')).toBe('');
  expect(pair.command('left', 'arp -a 10.0.0.3')).toBe('nsh: arp: no such ARP entry: 10.0.0.3\n');
  expect(pair.command('left', 'arp -s 10.0.0.77 02:11:22:33:44:55')).toBe('');
  expect(pair.command('left', 'arp')).toContain('10.0.0.77    02:11:22:33:44:55 eth0\n');
  expect(pair.command('left', 'arp -s 10.0.0.77')).toBe('nsh: arp: missing required argument(s)\n');
  expect(pair.command('left', 'arp -s 10.0.0.77 xx')).toBe('nsh: arp: argument invalid\n');
});

test('routes: added, shown, used and deleted', async () => {
  const pair = await Pair.boot();
  expect(pair.command('left', 'route')).toBe('');
  expect(pair.command('left', 'addroute 192.168.0.0/16 10.0.0.3')).toBe('');
  expect(pair.command('left', 'addroute 172.16.0.0 255.240.0.0 10.0.0.3')).toBe('');
  expect(pair.command('left', 'route ipv4').replace(/ +\n/g, '\n')).toBe(
    [
      'SEQ   TARGET          NETMASK         ROUTER',
      '   1. 192.168.0.0     255.255.0.0     10.0.0.3',
      '   2. 172.16.0.0      255.240.0.0     10.0.0.3',
      '',
    ].join('\n'),
  );
  pair.command('right', 'ifconfig eth0 192.168.4.5 netmask 255.255.255.0 gw 192.168.4.1');
  pair.command('left', 'arp -s 10.0.0.3 02:00:00:00:00:02');
  pair.command('right', 'addroute 10.0.0.0/24 192.168.4.9; arp -s 192.168.4.9 02:00:00:00:00:01');
  expect(pair.command('left', 'ping -c 1 192.168.4.5')).toContain(' 0% packet loss');
  expect(pair.command('left', 'delroute 192.168.0.0 255.255.0.0')).toBe('');
  expect(pair.command('left', 'delroute 192.168.0.0/16')).toBe('nsh: delroute: ioctl failed: ENOENT\n');
  expect(pair.command('left', 'addroute default 10.0.0.3 eth0')).toBe('');
  expect(pair.command('left', 'ping -c 1 192.168.4.5')).toContain(' 0% packet loss');
  expect(pair.command('left', 'addroute 10.0.0.0/33 10.0.0.3')).toBe('nsh: addroute: argument invalid\n');
  expect(pair.command('left', 'addroute 10.0.0.0 255.0.0.0')).toBe('nsh: addroute: missing required argument(s)\n');
});

test('nslookup: literals, and what nobody knows', async () => {
  const pair = await Pair.boot();
  expect(pair.command('left', 'nslookup localhost')).toBe('Host: localhost Addr: 127.0.0.1\n');
  expect(pair.command('left', 'nslookup 10.0.0.3')).toBe('Host: 10.0.0.3 Addr: 10.0.0.3\n');
  expect(pair.command('left', 'nslookup no.where')).toBe('nsh: nslookup: getaddrinfo failed: host not found\n');
});

test('wget, get and put: pages into files and files to a server, whole', async () => {
  const pair = await Pair.boot({}, firmware);
  pair.start('right', 'httpserve &');
  pair.command('left', 'mount -t tmpfs /tmp');
  const sums = () => [...pair.screen('right').matchAll(/(\d+) bytes, sum (\w+)$/gm)].map(([, ...found]) => found);
  expect(pair.command('left', 'wget -o /tmp/page http://10.0.0.3/100000')).toBe('');
  expect(pair.command('left', 'ls -l /tmp/page')).toContain(' 100000 /tmp/page');
  expect(pair.command('left', 'cd /tmp; get -h 10.0.0.3 3000')).toBe('');
  expect(pair.command('left', 'put -f copy -h 10.0.0.3 /tmp/page; put -h 10.0.0.3 3000')).toBe('');
  pair.run(20);
  const [page, small, copy, smallCopy] = sums();
  expect(page![0]).toBe('100000');
  expect(small![0]).toBe('3000');
  expect(copy).toEqual(page);
  expect(smallCopy).toEqual(small);
  expect(pair.screen('right')).toContain('PUT /copy HTTP/1.0');
  expect(pair.command('left', 'wget http://10.0.0.3/none')).toBe('nsh: wget: the server says 404\n');
  expect(pair.command('left', 'wget http://10.0.0.3:81/x')).toBe('nsh: wget: connect failed: ECONNREFUSED\n');
  expect(pair.command('left', 'wget ftp://10.0.0.3/x')).toBe('nsh: wget: argument invalid\n');
  expect(pair.command('left', 'wget http://nobody.invalid/')).toContain('host not found');
  expect(pair.command('left', 'get 10.0.0.3 x y')).toBe('nsh: get: missing required argument(s)\n');
});

test('wget: a server that speaks something else, and ^C while nobody answers', async () => {
  const pair = await Pair.boot({}, firmware);
  pair.start('right', 'tcpecho 80 &');
  pair.command('left', 'mount -t tmpfs /tmp');
  expect(pair.command('left', 'wget -o /tmp/x http://10.0.0.3/')).toBe('nsh: wget: the server does not speak HTTP\n');
  pair.command('right', 'ifdown eth0');
  pair.start('left', 'wget -o /tmp/x http://10.0.0.3/', 100);
  expect(pair.screen('left')).toMatch(/10.0.0.3\/\n$/);
  pair.type('left', '\x03');
  pair.run(30);
  expect(pair.screen('left')).toMatch(/nsh: wget: Interrupted by signal\nnsh> $/);
});

test('iperf3: between two boards, both ways and with several streams', async () => {
  const pair = await Pair.boot();
  pair.start('right', 'iperf3 -s &');
  const rate = (line: string) => {
    const output = pair.command('left', line);
    expect(output.match(/(sender|receiver)/g)).toHaveLength(2);
    return Math.min(
      ...[...output.matchAll(/([\d.]+) Mbits\/sec {2}(?:sender|receiver)/g)].map((found) => Number(found[1])),
    );
  };
  expect(rate('iperf3 -c 10.0.0.3 -t 1')).toBeGreaterThan(80);
  expect(rate('iperf3 -c 10.0.0.3 -t 1 -R -P 3')).toBeGreaterThan(50);
  expect(pair.command('left', 'iperf3 -c 10.0.0.3 -p 1')).toBe(
    'iperf3: connect failed: ECONNREFUSED\n'.replace(/^/, 'Connecting to host 10.0.0.3, port 1\n'),
  );
  expect(pair.command('left', 'iperf3 -s -c x')).toContain('Usage: iperf3 -s');
});
