/** How this host stands: processor, memory, disks, network, clock. Read from /proc, from file systems and from chrony. */
import { execFile } from 'node:child_process';
import { readFile, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { ForeignCounterFamily, GaugeFamily, type Family } from '../observe/series.ts';
import {
  readInterfaces,
  readLoad,
  readMemory,
  readMounts,
  readOomKills,
  readStat,
  readTracking,
} from './proc.ts';

const CHRONYC_WITHIN_MS = 2_000;

export interface HostNumbersParts {
  /** /proc, unless a test has another. */
  proc: string;
  /** What `chronyc -c tracking` prints; null: it isn't there, or doesn't answer. */
  tracking(): Promise<string | null>;
}

export class HostNumbers {
  readonly #parts: HostNumbersParts;
  readonly #cpu = new ForeignCounterFamily(
    'host_cpu_seconds_total',
    'Time of all cores together, by what they did.',
    ['mode'],
  );
  readonly #cores = new GaugeFamily('host_cpus', 'Cores.', []);
  readonly #booted = new GaugeFamily('host_boot_timestamp_seconds', 'When the host was started.', []);
  readonly #load = new GaugeFamily('host_load', 'Processes that run or wait, on average.', ['minutes']);
  readonly #memory = new GaugeFamily('host_memory_total_bytes', 'Memory.', []);
  readonly #available = new GaugeFamily(
    'host_memory_available_bytes',
    'Memory that programs can have without swapping.',
    [],
  );
  readonly #swap = new GaugeFamily('host_swap_used_bytes', 'Memory that was moved to a disk.', []);
  readonly #kills = new ForeignCounterFamily(
    'host_oom_kills_total',
    'Processes killed for want of memory.',
    [],
  );
  readonly #size = new GaugeFamily('host_disk_size_bytes', 'Size of each file system.', ['mount']);
  readonly #free = new GaugeFamily('host_disk_free_bytes', 'What users other than root can still write.', [
    'mount',
  ]);
  readonly #inodes = new GaugeFamily('host_disk_inodes', 'Files that each file system can hold.', ['mount']);
  readonly #inodesFree = new GaugeFamily('host_disk_inodes_free', 'Files that it can still take.', ['mount']);
  readonly #readOnly = new GaugeFamily(
    'host_disk_read_only',
    '1: nothing can be written, as after an error of the disk.',
    ['mount'],
  );
  readonly #received = new ForeignCounterFamily('host_network_receive_bytes_total', 'Bytes that came in.', [
    'device',
  ]);
  readonly #sent = new ForeignCounterFamily('host_network_transmit_bytes_total', 'Bytes that went out.', [
    'device',
  ]);
  readonly #lost = new ForeignCounterFamily(
    'host_network_lost_packets_total',
    'Packets that were broken or dropped, both ways.',
    ['device'],
  );
  readonly #synchronized = new GaugeFamily(
    'host_clock_synchronized',
    '1 while chrony follows a server of time.',
    [],
  );
  readonly #ahead = new GaugeFamily(
    'host_clock_ahead_seconds',
    'How far the clock is ahead of NTP time.',
    [],
  );

  readonly families: readonly Family[] = [
    this.#cpu,
    this.#cores,
    this.#booted,
    this.#load,
    this.#memory,
    this.#available,
    this.#swap,
    this.#kills,
    this.#size,
    this.#free,
    this.#inodes,
    this.#inodesFree,
    this.#readOnly,
    this.#received,
    this.#sent,
    this.#lost,
    this.#synchronized,
    this.#ahead,
  ];

  constructor(parts: HostNumbersParts = { proc: '/proc', tracking: chronyTracking }) {
    this.#parts = parts;
    for (const family of this.families) if (family instanceof GaugeFamily) family.clear();
  }

  /** Each part by itself: what one can't be read of is left as it was, or out. Never rejects. */
  async read(): Promise<void> {
    await Promise.allSettled([
      this.#file('stat').then((text) => this.#stat(text)),
      this.#file('loadavg').then((text) => this.#loads(text)),
      this.#file('meminfo').then((text) => this.#memories(text)),
      this.#file('vmstat').then((text) => this.#oomKills(text)),
      this.#file('net/dev').then((text) => this.#interfaces(text)),
      this.#file('self/mountinfo').then((text) => this.#disks(text)),
      this.#parts.tracking().then((text) => this.#clock(text)),
    ]);
  }

  #file(name: string): Promise<string> {
    return readFile(join(this.#parts.proc, name), 'utf8');
  }

  #stat(text: string): void {
    const { seconds, cores, bootedAtS } = readStat(text);
    for (const [mode, value] of seconds) this.#cpu.set([mode], value);
    this.#cores.set([], cores);
    this.#booted.set([], bootedAtS);
  }

  #loads(text: string): void {
    readLoad(text).forEach((load, at) => this.#load.set([['1', '5', '15'][at] ?? ''], load));
  }

  #memories(text: string): void {
    const of = readMemory(text);
    const [total, available, swap, swapFree] = [
      of('MemTotal'),
      of('MemAvailable'),
      of('SwapTotal'),
      of('SwapFree'),
    ];
    if (total !== null) this.#memory.set([], total);
    if (available !== null) this.#available.set([], available);
    if (swap !== null && swapFree !== null) this.#swap.set([], swap - swapFree);
  }

  #oomKills(text: string): void {
    const kills = readOomKills(text);
    if (kills !== null) this.#kills.set([], kills);
  }

  #interfaces(text: string): void {
    for (const family of [this.#received, this.#sent, this.#lost]) family.clear();
    for (const { device, receivedBytes, sentBytes, lost } of readInterfaces(text)) {
      this.#received.set([device], receivedBytes);
      this.#sent.set([device], sentBytes);
      this.#lost.set([device], lost);
    }
  }

  /** Those that can't be looked at, as in a sandbox, are left out. */
  async #disks(text: string): Promise<void> {
    const mounts = readMounts(text);
    const looks = await Promise.allSettled(mounts.map(({ path }) => statfs(path)));
    for (const family of [this.#size, this.#free, this.#inodes, this.#inodesFree, this.#readOnly])
      family.clear();
    looks.forEach((look, at) => {
      const mount = mounts[at];
      if (mount === undefined || look.status === 'rejected') return;
      const { bsize, blocks, bavail, files, ffree } = look.value;
      this.#size.set([mount.path], blocks * bsize);
      this.#free.set([mount.path], bavail * bsize);
      this.#readOnly.set([mount.path], mount.isReadOnly ? 1 : 0);
      // File systems such as btrfs have no such limit, and say 0.
      if (files === 0) return;
      this.#inodes.set([mount.path], files);
      this.#inodesFree.set([mount.path], ffree);
    });
  }

  #clock(text: string | null): void {
    for (const family of [this.#synchronized, this.#ahead]) family.clear();
    const tracking = text === null ? null : readTracking(text);
    if (tracking === null) return;
    this.#synchronized.set([], tracking.isSynchronized ? 1 : 0);
    if (tracking.isSynchronized) this.#ahead.set([], tracking.aheadS);
  }
}

/** By UDP, since its socket is for root; without a look-up of names. */
function chronyTracking(): Promise<string | null> {
  return new Promise((resolve) => {
    execFile(
      'chronyc',
      ['-n', '-c', '-h', '127.0.0.1,::1', 'tracking'],
      { timeout: CHRONYC_WITHIN_MS },
      (error, stdout) => resolve(error === null ? stdout : null),
    );
  });
}
