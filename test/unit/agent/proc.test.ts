import { describe, expect, it } from 'vitest';
import {
  readInterfaces,
  readLoad,
  readMemory,
  readMounts,
  readOomKills,
  readStat,
  readTracking,
} from '../../../src/relay/agent/proc.ts';

describe('what the kernel says of a host', () => {
  it('is how long its cores did what, in seconds', () => {
    const text =
      'cpu  5122183 1189501 1336587 4465831 44037 0 56106 17438 0 0\ncpu0 2 0 0 0 0 0 0 0 0 0\ncpu1 2 0 0 0 0 0 0 0 0 0\nbtime 1795246380\n';
    const { seconds, cores, bootedAtS } = readStat(text);
    expect(seconds.slice(0, 4)).toEqual([
      ['user', 51_221.83],
      ['nice', 11_895.01],
      ['system', 13_365.87],
      ['idle', 44_658.31],
    ]);
    expect(seconds.map(([mode]) => mode)).toEqual([
      'user',
      'nice',
      'system',
      'idle',
      'iowait',
      'irq',
      'softirq',
      'steal',
    ]);
    expect([cores, bootedAtS]).toEqual([2, 1_795_246_380]);
  });

  it('is its load, its memory in bytes, and what was killed for want of it', () => {
    expect(readLoad('4.20 5.75 5.04 3/432 4282\n')).toEqual([4.2, 5.75, 5.04]);
    const of = readMemory(
      'MemTotal:       24684084 kB\nMemAvailable:     100 kB\nSwapTotal:             0 kB\n',
    );
    expect([of('MemTotal'), of('MemAvailable'), of('SwapTotal'), of('SwapFree')]).toEqual([
      25_276_502_016,
      102_400,
      0,
      null,
    ]);
    expect(readOomKills('pgfault 5\noom_kill 3\n')).toBe(3);
    expect(readOomKills('pgfault 5\n')).toBeNull();
  });

  it('is what went through its network cards, not through loopback or containers', () => {
    const text = `Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
    lo: 228 34 0 0 0 0 0 0 228 34 0 0 0 0 0 0
  eth0:5684796990 154684 1 2 0 0 0 0 15408749 110421 3 4 0 0 0 0
veth12: 1 1 0 0 0 0 0 0 1 1 0 0 0 0 0 0
`;
    expect(readInterfaces(text)).toEqual([
      { device: 'eth0', receivedBytes: 5_684_796_990, sentBytes: 15_408_749, lost: 10 },
    ]);
  });
});

describe('the file systems of a host', () => {
  it('are those on disks, each once, where it is mounted highest', () => {
    const text = `22 27 0:21 / /proc rw,relatime - proc proc rw
27 1 254:0 / / ro,relatime - ext4 /dev/vda rw,discard
42 27 254:0 /run/netns /run/netns rw - ext4 /dev/vda rw
43 27 254:0 / /var/tmp/again rw - ext4 /dev/vda rw
44 27 254:16 / /var/lib/relay\\040data rw - xfs /dev/vdb ro,noquota
45 27 0:30 / /tmp rw - tmpfs tmpfs rw
46 27 0:40 /@home /home rw - btrfs /dev/vdc rw
`;
    expect(readMounts(text)).toEqual([
      { path: '/', isReadOnly: false },
      { path: '/var/lib/relay data', isReadOnly: true },
      { path: '/home', isReadOnly: false },
    ]);
  });
});

describe('the clock of a host', () => {
  it('is ahead by what chrony would take from it', () => {
    const line = (offset: string, leap: string): string =>
      `C0000201,192.0.2.1,3,1795246380.1,${offset},-0.00001,0.00002,-5.1,0.001,0.02,0.01,0.001,64.2,${leap}\n`;
    expect(readTracking(line('-0.250000000', 'Normal'))).toEqual({ aheadS: 0.25, isSynchronized: true });
    expect(readTracking(line('0.000000001', 'Insert second'))?.isSynchronized).toBe(true);
    expect(readTracking(line('0.000000000', 'Not synchronised'))).toEqual({
      aheadS: 0,
      isSynchronized: false,
    });
  });

  it('is unknown when chrony does not say', () => {
    expect(readTracking('506 Cannot talk to daemon\n')).toBeNull();
    expect(readTracking('')).toBeNull();
  });
});
