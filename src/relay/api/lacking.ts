/** What the roster lacks: refused for good only by a host that can read it, since whoever asks may try no other. */
import { StoreUnavailableError } from '../store/port.ts';
import type { Core } from './core.ts';

/** Throws StoreUnavailableError where what is `missing`, in words, may be there all the same. */
export function requireSure(core: Pick<Core, 'rosterIsSure'>, missing: string): void {
  if (core.rosterIsSure?.() === false)
    throw new StoreUnavailableError(`this host can not read the roster, and by the one it kept: ${missing}`);
}
