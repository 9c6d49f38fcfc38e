/** What Relay is told of a job, and by which way. Whatever fails here is said once and never becomes the job's own failure. */
import { createHash } from 'node:crypto';
import { hostname } from 'node:os';
import { basename } from 'node:path';
import { showDuration } from '../../relay/oncall/times.ts';
import { connect } from '../client.ts';
import { errandOf, type Errand } from '../hand-in/errand.ts';
import { fetchReason } from '../hand-in/fetch-reason.ts';
import { handIn } from '../hand-in/hand-in.ts';
import type { Io, QuickValues } from '../quick-command.ts';
import type { Ended } from './run-job.ts';

/** Who hears of the job. */
export type Told =
  | { by: 'heartbeat'; heartbeat: string }
  /** The ping URL, with its key. */
  | { by: 'url'; url: string }
  /** Nobody: where to is not known, for this reason. */
  | { by: 'nobody'; why: string }
  /** An incident of its own when it fails. */
  | { by: 'incident'; service: string | undefined; severity: string | undefined };

/** Nobody waits longer for a word about a job. */
const WAIT_MS = 10_000;

/** It begins. Lost, it is missed by nobody: the end says more. */
export async function tellStart(told: Told, values: QuickValues, io: Io): Promise<void> {
  if (told.by === 'incident' || told.by === 'nobody') return;
  if (told.by === 'url') return ping(told.url, '/start');
  const client = await connect(values, io);
  await client.post('/v1/ping', {
    ...errandOf('/v1/ping', {}).body,
    heartbeat: told.heartbeat,
    what: 'start',
  });
}

/** It has ended. Rejects with Error where nobody heard of it. */
export async function tellEnd(
  told: Told,
  command: readonly string[],
  ended: Ended,
  { values, io }: { values: QuickValues; io: Io },
): Promise<void> {
  if (told.by === 'nobody') throw new Error(told.why);
  const isWell = ended.exitCode === 0;
  const output = outputOf(ended);
  if (told.by === 'url') {
    const signal = ended.signal === null ? '' : `&signal=${ended.signal}`;
    return ping(told.url, `/${Math.min(255, ended.exitCode)}?ms=${ended.durationMs}${signal}`, output);
  }
  const errand =
    told.by === 'heartbeat' ? pingOf(told.heartbeat, ended, output) : alertOf(told, command, ended, output);
  const handed = await handIn(errand, values, io);
  if (handed.how === 'kept')
    io.err(
      `relay wrap: ${isWell ? 'relay' : 'NOBODY HAS BEEN TOLD: relay'} could not be reached; kept in ${handed.file} until it can\n`,
    );
}

function outputOf({ why, output }: Ended): string {
  return [output.told, why === null ? '' : `(relay wrap: it ${why})`]
    .filter((part) => part !== '')
    .join('\n');
}

const pingOf = (heartbeat: string, { exitCode, signal, durationMs }: Ended, output: string): Errand =>
  errandOf('/v1/ping', {
    heartbeat,
    what: exitCode === 0 ? 'success' : 'fail',
    exitCode: Math.min(255, exitCode),
    ...(signal === null ? {} : { signal }),
    durationMs,
    ...(output === '' ? {} : { output }),
  });

/** Its arguments may hold secrets: they are in the key, hashed, and in no text. */
function alertOf(
  { service, severity }: Extract<Told, { by: 'incident' }>,
  command: readonly string[],
  { exitCode, signal, durationMs }: Ended,
  output: string,
): Errand {
  const name = basename(command[0] ?? '').slice(0, 60);
  const host = hostname();
  const digest = createHash('sha256').update(command.join('\0')).digest('hex').slice(0, 8);
  const how = signal === null ? `exit code ${exitCode}` : `ended by ${signal}`;
  const isWell = exitCode === 0;
  const summary = isWell
    ? `${name} on ${host} is well again`
    : `${name} on ${host} failed: ${how} after ${showDuration(durationMs)}`;
  return errandOf('/v1/send', {
    text: output === '' || isWell ? summary : `${summary}\n${output}`,
    ...(service === undefined ? {} : { service }),
    severity: severity ?? 'error',
    key: `wrap/${host}/${name}-${digest}`,
    ...(isWell ? { resolve: true } : {}),
  });
}

/** What is told by URL is no errand: where there is no daemon nothing would bring it out. */
const NOT_KEPT =
  'this report is not kept, and the heartbeat will be missed unless the next one comes in time';

async function ping(url: string, what: string, body?: string): Promise<void> {
  const where = URL.parse(url)?.host ?? 'relay';
  const answer = await fetch(`${url.replace(/\/+$/, '')}${what}`, {
    method: 'POST',
    ...(body === undefined ? {} : { body }),
    redirect: 'error',
    signal: AbortSignal.timeout(WAIT_MS),
  }).catch((error: unknown) => {
    throw new Error(`${where} does not answer (${fetchReason(error, WAIT_MS)}); ${NOT_KEPT}`);
  });
  if (!answer.ok) throw new Error(`${where} answered HTTP ${answer.status}; ${NOT_KEPT}`);
}
