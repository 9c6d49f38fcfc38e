/**
 * Whether a start may work with the configuration's store: relay.yaml may name another one before everything has moved
 * there, or the one in use may have vanished, and a daemon that started on an empty one would page nobody.
 */
import type { Config } from '../config/types.ts';
import type { Log } from '../engine/ports.ts';
import { inUseFile, keepInUse, storeIdentity, storeInUse, vanishedText } from '../setup/store-in-use.ts';
import { StoreUnavailableError } from '../store/port.ts';

/** Before it is opened, which would make it. Rejects with StoreUnavailableError, with what to do, where it has vanished. */
export async function refuseVanished(config: Config): Promise<void> {
  const refusal = await vanishedText(config);
  if (refusal !== null) throw new StoreUnavailableError(refusal);
}

/** Rejects with StoreUnavailableError, with what to do, where an empty store takes the place of another. */
export async function refuseEmpty(config: Config, isEmpty: () => Promise<boolean>): Promise<void> {
  const former = await storeInUse(config);
  const present = storeIdentity(config);
  if (former === null || former === present || !(await isEmpty())) return;
  throw new StoreUnavailableError(
    `${config.path} names ${present}, which is empty, while everything is in ${former}: name that one again, start relay, and then move everything with relay store move (to begin anew with nothing, delete ${inUseFile(config)})`,
  );
}

/** Notes that this host works with the configuration's store from now on. */
export async function noteInUse(config: Config, log: Log): Promise<void> {
  try {
    if ((await storeInUse(config)) !== storeIdentity(config)) await keepInUse(config);
  } catch (error) {
    log.warn({ err: error, file: inUseFile(config) }, 'which store is in use could not be noted');
  }
}
