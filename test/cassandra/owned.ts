/** The clusters that end with this process, however it ends: by itself, by a signal, or (the kernel sees to it) by -9. */
import { endNow, releaseNetwork } from './runs.ts';

/** What has to be known to end a cluster without waiting for anything. */
export interface Owned {
  home: string;
  dir: string;
  network: string;
  keep: boolean;
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const owned = new Map<string, Owned>();
let watching = false;

/** From now on the cluster ends with this process. */
export function own(cluster: Owned): void {
  owned.set(cluster.network, cluster);
  if (watching) return;
  watching = true;
  process.on('exit', endAll);
  for (const name of SIGNALS) process.on(name, onSignal);
}

/** The cluster has been ended in order. */
export function disown(network: string): void {
  owned.delete(network);
  if (owned.size > 0) return;
  watching = false;
  process.off('exit', endAll);
  for (const name of SIGNALS) process.off(name, onSignal);
}

function endAll(): void {
  for (const { home, dir, network, keep } of owned.values()) {
    endNow(dir, keep);
    releaseNetwork(home, network);
  }
  owned.clear();
}

function onSignal(name: NodeJS.Signals): void {
  endAll();
  for (const one of SIGNALS) process.off(one, onSignal);
  // Who else listens decides what the signal means. With nobody else it means what it always does.
  if (process.listenerCount(name) === 0) process.kill(process.pid, name);
}
