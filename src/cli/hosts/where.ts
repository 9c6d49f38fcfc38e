/** Which cluster a command is about. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { CliError, EXIT } from '../exit.ts';
import type { Io } from '../quick-command.ts';

/** `--file`, RELAY_CLUSTER, then ./cluster.yaml; null: there is none. */
export function clusterFile(flag: string | undefined, io: Pick<Io, 'env' | 'cwd'>): string | null {
  const named = flag ?? io.env['RELAY_CLUSTER'] ?? '';
  if (named !== '') return resolve(io.cwd, named);
  const here = resolve(io.cwd, 'cluster.yaml');
  return existsSync(here) ? here : null;
}

/** Rejects with what to do where there is none. */
export function requiredClusterFile(flag: string | undefined, io: Pick<Io, 'env' | 'cwd'>): string {
  const file = clusterFile(flag, io);
  if (file !== null) return file;
  throw new CliError(
    EXIT.usage,
    'there is no cluster.yaml here',
    'relay init --cluster makes one; --file FILE or RELAY_CLUSTER names one elsewhere.',
  );
}
