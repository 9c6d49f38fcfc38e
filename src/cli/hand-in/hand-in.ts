/**
 * Brings an errand to Relay by the first way that works: the daemon here, the other hosts, the URLs of send.yaml, mail,
 * and when all fail this machine's disk. A way that may have worked is no reason to stop: what carries the errand's id
 * is taken once, and an alert that comes twice under one key pages once.
 */
import { existsSync, readdirSync } from 'node:fs';
import { ConfigError } from '../../relay/config/types.ts';
import { connect } from '../client.ts';
import { CliError, EXIT } from '../exit.ts';
import type { Io, QuickValues } from '../quick-command.ts';
import type { Errand } from './errand.ts';
import { ownOutbox } from './own-outbox.ts';

export type HandedIn<T> =
  /** A daemon took it, and says what came of it; `by`: another host, null: the one here. */
  | {
      how: 'daemon';
      by: string | null;
      answer: T;
      whyNotHere: string | null;
      /** A line for each that was kept before and still doesn't go out. */
      left?: string[];
    }
  /** Somebody else took it who doesn't say what came of it. */
  | { how: 'sent'; by: string; whyNotHere: string }
  /** Nobody did: it waits in this file. */
  | { how: 'kept'; file: string; whyNotHere: string };

/** What a daemon that answers refuses: no other would take it. */
const REFUSED: readonly number[] = [EXIT.usage, EXIT.notFound, EXIT.conflict];

/** Rejects with CliError when a daemon refuses it, or when not even this machine's disk takes it. */
export async function handIn<T>(
  errand: Errand,
  values: QuickValues,
  io: Pick<Io, 'env' | 'cwd'>,
): Promise<HandedIn<T>> {
  // An end that overtook its beginning would leave an incident that nothing closes.
  const first = endsSomething(errand) ? await bringOutKept(values, io) : NOTHING_KEPT;
  if (first.waits) {
    const { keepBehindOthers } = await import('./away.ts');
    return keepBehindOthers<T>(errand, io, 'what was said before still waits for somebody to take it');
  }
  let answer: T;
  try {
    const client = await connect(values, io);
    answer = await client.post<T>(errand.path, errand.body);
  } catch (error) {
    if (!mayGoElsewhere(error)) throw error;
    // Loads what the common case never needs.
    const { handInElsewhere } = await import('./away.ts');
    return handInElsewhere<T>(errand, values, io, error.message);
  }
  // It is taken, whatever becomes of those before it.
  const { refused } = endsSomething(errand) ? first : await bringOutKept(values, io);
  return {
    how: 'daemon',
    by: null,
    answer,
    whyNotHere: null,
    ...(refused.length === 0 ? {} : { left: refused }),
  };
}

/** What it says may be the end of something that was said before it. */
const endsSomething = ({ path, body }: Errand): boolean => path === '/v1/ping' || body['resolve'] === true;

/** What became of the outbox: why some of it is refused, and whether some still waits for somebody to take it. */
interface Left {
  refused: string[];
  waits: boolean;
}
const NOTHING_KEPT: Left = { refused: [], waits: false };

async function bringOutKept(values: QuickValues, io: Pick<Io, 'env' | 'cwd'>): Promise<Left> {
  try {
    if (!hasKept(io.env)) return NOTHING_KEPT;
    const { left, refused } = await (await import('./away.ts')).bringOut(values, io);
    return { refused: refused.map(({ file, why }) => `${file}: ${why}`), waits: left > refused.length };
  } catch (error) {
    return { refused: [error instanceof Error ? error.message : String(error)], waits: false };
  }
}

/** Whether something waits in the outbox of whoever this is; the daemon empties its own. */
function hasKept(env: NodeJS.ProcessEnv): boolean {
  const folder = ownOutbox(env);
  return existsSync(folder) && readdirSync(folder).some((name) => name.endsWith('.json'));
}

/** Whether the daemon is away, or can't take it just now. */
export const mayGoElsewhere = (error: unknown): error is CliError | ConfigError =>
  error instanceof ConfigError || (error instanceof CliError && !REFUSED.includes(error.exit));
