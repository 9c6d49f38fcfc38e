/** What Linux says of a host in /proc, read from its texts (proc(5)). Pure. */

/** Clock ticks a second in /proc/stat: sysconf(_SC_CLK_TCK), which is 100 on every Linux that Debian has. */
const TICKS = 100;
const CPU_MODES = ['user', 'nice', 'system', 'idle', 'iowait', 'irq', 'softirq', 'steal'];

/** /proc/stat: seconds that all cores together spent in each mode, how many there are, and when the host was started. */
export function readStat(text: string): {
  seconds: [mode: string, seconds: number][];
  cores: number;
  bootedAtS: number;
} {
  const ticks = /^cpu +(?<ticks>[\d ]+)$/mu.exec(text)?.groups?.['ticks']?.split(' ') ?? [];
  return {
    seconds: CPU_MODES.flatMap((mode, at): [string, number][] =>
      ticks[at] === undefined ? [] : [[mode, Number(ticks[at]) / TICKS]],
    ),
    cores: text.match(/^cpu\d+ /gmu)?.length ?? 0,
    bootedAtS: Number(/^btime (?<at>\d+)$/mu.exec(text)?.groups?.['at'] ?? 0),
  };
}

/** /proc/loadavg: over 1, 5 and 15 minutes. */
export function readLoad(text: string): [number, number, number] {
  const [one = '', five = '', fifteen = ''] = text.split(' ');
  return [Number(one), Number(five), Number(fifteen)];
}

/** /proc/meminfo in bytes, by its own names; null where the kernel has no such line. */
export function readMemory(text: string): (name: string) => number | null {
  return (name) => {
    const kb = new RegExp(`^${name}: +(\\d+) kB$`, 'mu').exec(text)?.[1];
    return kb === undefined ? null : Number(kb) * 1_024;
  };
}

export interface Interface {
  device: string;
  receivedBytes: number;
  sentBytes: number;
  /** Errors and drops, both ways. */
  lost: number;
}

/** Made by containers and virtual machines, or leading nowhere. */
const VIRTUAL = /^(?:lo|veth|docker|br-|virbr|vnet|tap|ifb|dummy|cni|cali|flannel|nodelocaldns)/u;

/** /proc/net/dev: the interfaces by which this host talks to others. */
export function readInterfaces(text: string): Interface[] {
  return text.split('\n').flatMap((line): Interface[] => {
    const [, device, numbers] = /^ *([^\s:]+): *(.*)$/u.exec(line) ?? [];
    if (device === undefined || numbers === undefined || VIRTUAL.test(device)) return [];
    const at = numbers.trim().split(/ +/u).map(Number);
    const lost = (at[2] ?? 0) + (at[3] ?? 0) + (at[10] ?? 0) + (at[11] ?? 0);
    return [{ device, receivedBytes: at[0] ?? 0, sentBytes: at[8] ?? 0, lost }];
  });
}

export interface Mount {
  path: string;
  /** The file system itself, whatever this view of it may do: it is remounted so when its disk fails. */
  isReadOnly: boolean;
}

/** Those that keep what is written on a disk of this host's own. Not boot loaders' partitions, which nobody fills. */
const KEPT = new Set(['ext2', 'ext3', 'ext4', 'xfs', 'btrfs', 'f2fs', 'zfs', 'overlay']);

/** /proc/self/mountinfo: each file system once, where it is mounted highest; a sandbox sees one many times. */
export function readMounts(text: string): Mount[] {
  const found = new Map<string, Mount>();
  for (const line of text.split('\n')) {
    const [before = '', after = ''] = line.split(' - ');
    const [, , device = '', root = '', path = ''] = before.split(' ');
    const [type = '', , options = ''] = after.split(' ');
    if (!KEPT.has(type) || (type !== 'btrfs' && root !== '/')) continue;
    const mount = { path: unescapedPath(path), isReadOnly: options.split(',').includes('ro') };
    const known = found.get(device);
    if (known === undefined || mount.path.length < known.path.length) found.set(device, mount);
  }
  return [...found.values()];
}

/** Spaces and the like stand as octal numbers. */
const unescapedPath = (text: string): string =>
  text.replace(/\\(\d{3})/gu, (_, code: string) => String.fromCodePoint(Number.parseInt(code, 8)));

/** /proc/vmstat: processes that the kernel killed for want of memory; null on kernels before 4.13. */
export function readOomKills(text: string): number | null {
  const count = /^oom_kill (?<count>\d+)$/mu.exec(text)?.groups?.['count'];
  return count === undefined ? null : Number(count);
}

/**
 * `chronyc -c tracking`: fields separated by commas, the fifth the correction that the system's clock still needs, in
 * seconds (above zero it is slow), the last the leap status (chronyc(1), and print_report in chrony's client.c). Null: it
 * isn't that. `aheadS` is how far the clock is ahead of NTP time.
 */
export function readTracking(text: string): { aheadS: number; isSynchronized: boolean } | null {
  const fields = text.trim().split(',');
  const [correction] = fields.slice(4);
  const aheadS = correction === undefined || correction === '' ? Number.NaN : 0 - Number(correction);
  if (fields.length < 14 || !Number.isFinite(aheadS)) return null;
  return { aheadS, isSynchronized: fields.at(-1) !== 'Not synchronised' };
}
