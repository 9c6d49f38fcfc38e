/** The ways that are left when the daemon here doesn't take an errand, in their order. */
import { findConfig } from '../../relay/config/search.ts';
import { ConfigError, type Config } from '../../relay/config/types.ts';
import { connect } from '../client.ts';
import { CliError, EXIT } from '../exit.ts';
import type { Io, QuickValues } from '../quick-command.ts';
import { alertOf, type Errand } from './errand.ts';
import { mayGoElsewhere, type HandedIn } from './hand-in.ts';
import { byMail } from './mail-way.ts';
import { keep, kept, letGo, outboxes, type Kept } from './outbox.ts';
import { ownOutbox } from './own-outbox.ts';
import { byPeers } from './peer-way.ts';
import { readSendFile, type SendFile } from './send-file.ts';
import { byUrl } from './url-way.ts';

/** What is known of this machine's ways. */
interface Ways {
  config: Config | null;
  file: SendFile | null;
  /** Why some can't be used. */
  failures: string[];
}

/** `why`: not here. Rejects with CliError when not even this machine's disk takes it. */
export async function handInElsewhere<T>(
  errand: Errand,
  values: QuickValues,
  io: Pick<Io, 'env' | 'cwd'>,
  why: string,
): Promise<HandedIn<T>> {
  const ways = await waysHere(values, io);
  const handed = await byOthers(errand, ways, why);
  // A daemon of another host answers what the one here would have.
  if (handed !== null) return handed as HandedIn<T>;
  return keepIn<T>(outboxes(ways.config?.spool ?? null, io.env), errand, [why, ...ways.failures]);
}

/** Keeps it beside what this user's commands have kept, to go out behind that. Rejects as handInElsewhere does. */
export const keepBehindOthers = <T>(errand: Errand, io: Pick<Io, 'env'>, why: string): Promise<HandedIn<T>> =>
  keepIn<T>([ownOutbox(io.env)], errand, [why]);

async function keepIn<T>(
  folders: readonly string[],
  errand: Errand,
  reasons: readonly string[],
): Promise<HandedIn<T>> {
  try {
    const file = await keep(folders, errand);
    return { how: 'kept', file, whyNotHere: reasons.join('\n') };
  } catch (error) {
    throw new CliError(
      EXIT.failed,
      `NOT HANDED IN, and not kept: ${[...reasons, error instanceof Error ? error.message : String(error)].join('; ')}`,
      'Tell somebody yourself, then start relay here or make room on the disk.',
    );
  }
}

/** What a daemon refuses, it will refuse for ever: a person has to look at it. */
interface Refused {
  file: string;
  why: string;
}

/** Brings out what lies in the outboxes here, the oldest first; stops at the first that nobody can take now. */
export async function bringOut(
  values: QuickValues,
  io: Pick<Io, 'env' | 'cwd'>,
): Promise<{ out: number; left: number; refused: Refused[] }> {
  const ways = await waysHere(values, io);
  const all = await kept(outboxes(ways.config?.spool ?? null, io.env));
  const refused: Refused[] = [];
  let out = 0;
  for (const one of all) {
    const how = await taken(one, ways, values, io);
    if (how === false) break;
    if (how === true) {
      await letGo(one);
      out += 1;
    } else refused.push({ file: one.file, why: how.refused });
  }
  return { out, left: all.length - out, refused };
}

/** False: nobody can now. */
async function taken(
  { errand }: Kept,
  ways: Ways,
  values: QuickValues,
  io: Pick<Io, 'env' | 'cwd'>,
): Promise<boolean | { refused: string }> {
  try {
    await (await connect(values, io)).post(errand.path, errand.body);
    return true;
  } catch (error) {
    if (mayGoElsewhere(error)) return (await byOthers(errand, ways, error.message)) !== null;
    if (error instanceof Error && error.name === CliError.name) return { refused: error.message };
    throw error;
  }
}

/** Null: none of them took it. */
async function byOthers(errand: Errand, ways: Ways, whyNotHere: string): Promise<HandedIn<unknown> | null> {
  const { config, file, failures } = ways;
  const attempt = async <R>(what: Promise<R>): Promise<R | null> => {
    try {
      return await what;
    } catch (error) {
      failures.push(error instanceof Error ? error.message : String(error));
      return null;
    }
  };
  if (config?.cluster) {
    const peer = await attempt(byPeers(config, errand));
    if (peer !== null) return { how: 'daemon', by: peer.host, answer: peer.answer, whyNotHere };
  }
  if (alertOf(errand) === null || file === null) return null;
  for (const url of file.urls) {
    const by = await attempt(byUrl(url, errand));
    if (by !== null) return { how: 'sent', by, whyNotHere };
  }
  const by = file.mail === null ? null : await attempt(byMail(file, errand));
  return by === null ? null : { how: 'sent', by, whyNotHere };
}

async function waysHere(values: QuickValues, { env, cwd }: Pick<Io, 'env' | 'cwd'>): Promise<Ways> {
  const failures: string[] = [];
  const orNone = async <R>(what: Promise<R | null>): Promise<R | null> => {
    try {
      return await what;
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      failures.push(error.message);
      return null;
    }
  };
  const flag = typeof values['config'] === 'string' ? values['config'] : undefined;
  const where = { flag, env, cwd };
  const config = await orNone(
    findConfig(where).then(async (path) => {
      if (path === null) return null;
      const { loadConfig } = await import('../../relay/config/load.ts');
      return loadConfig({ ...where, flag: path });
    }),
  );
  return { config, file: await orNone(readSendFile(env)), failures };
}
