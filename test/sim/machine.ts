/** A machine: it has a name, a clock and a disk, and outlives the processes on it, unless it is lost for ever. */
import type { WorkId } from '../../src/relay/store/port.ts';
import { emptyAloneDisk, type AloneDisk } from './alone-files.ts';
import type { ClusterHost } from './cluster-host.ts';
import { emptySpoolDisk, type SpoolDisk } from './memory-spool.ts';
import type { Process } from './process.ts';

export interface Running {
  host: ClusterHost;
  process: Process;
}

export class Machine {
  readonly name: string;
  readonly datacenter: string;
  /** How far its clock is off always, in ms; jumps come on top. */
  readonly skewMs: number;
  jumpMs = 0;
  /** What its processes spool outlives them, and goes with the machine. */
  readonly spool: SpoolDisk = emptySpoolDisk();
  /** And what they paged alone. */
  readonly alone: AloneDisk = emptyAloneDisk();
  running: Running | null = null;
  lives = 0;
  /** Without power, or gone: nothing starts there. */
  down = false;
  gone = false;
  /** Its present process began under a jumped clock. */
  suspect = false;

  constructor(name: string, datacenter: string, skewMs: number) {
    this.name = name;
    this.datacenter = datacenter;
    this.skewMs = skewMs;
  }

  /** Whether its disk has this row, its own or another's. */
  keeps(id: WorkId): boolean {
    return [...this.spool.rows.values()].some(({ row }) => row.id === id);
  }

  get offMs(): number {
    return this.skewMs + this.jumpMs;
  }
}
