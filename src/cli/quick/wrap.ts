/** `relay wrap --heartbeat backup -- /usr/local/bin/backup.sh`: runs a job, and tells Relay how it did. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseDuration } from '../../relay/oncall/times.ts';
import { CliError, EXIT } from '../exit.ts';
import type { Io, QuickCommand, QuickValues } from '../quick-command.ts';
import { runJob } from '../wrap/run-job.ts';
import { tellEnd, tellStart, type Told } from '../wrap/tell.ts';
import { flagOf, severityOf, textOf } from './values.ts';

/** The ping URL, where it shall stand in no file and no command line. */
const URL_IN_ENV = 'RELAY_PING_URL';

export const quick: QuickCommand = {
  flags: {
    heartbeat: { type: 'string' },
    'url-file': { type: 'string' },
    service: { type: 'string' },
    severity: { type: 'string' },
    timeout: { type: 'string' },
    'quiet-success': { type: 'boolean' },
  },
  args: { min: 1, max: Number.POSITIVE_INFINITY },
  async run(command, values, io) {
    const timeout = textOf(values, 'timeout');
    const timeoutMs = timeout === undefined ? null : parseDuration(timeout);
    const told = await toldBy(values, io);
    const [program = '', ...args] = command;
    const env = { ...io.env };
    // Whoever knows it can say that all is well.
    delete env[URL_IN_ENV];
    // It isn't waited for: nothing may hold the job back.
    const starting = tellStart(told, values, io).catch(() => undefined);
    const ended = await runJob({
      command: program,
      args,
      cwd: io.cwd,
      env,
      timeoutMs,
      quietSuccess: flagOf(values, 'quiet-success'),
    });
    await starting;
    if (ended.why !== null) io.err(`relay wrap: ${program} ${ended.why}\n`);
    try {
      await tellEnd(told, command, ended, { values, io });
    } catch (error) {
      io.err(
        `relay wrap: relay could not be told: ${error instanceof Error ? error.message : String(error)}\n`,
      );
    }
    return ended.exitCode;
  },
};

async function toldBy(values: QuickValues, io: Io): Promise<Told> {
  const heartbeat = textOf(values, 'heartbeat');
  const file = textOf(values, 'url-file');
  const [service, severity] = [textOf(values, 'service'), severityOf(values)];
  if (heartbeat !== undefined && file !== undefined)
    throw new CliError(
      EXIT.usage,
      '--heartbeat and --url-file are two ways of one thing.',
      'Give one of them.',
    );
  if ((heartbeat !== undefined || file !== undefined) && (service !== undefined || severity !== undefined))
    throw new CliError(
      EXIT.usage,
      'A heartbeat has its own service and severity.',
      'Change them with relay heartbeat edit, or leave --service and --severity out.',
    );
  if (heartbeat !== undefined) return { by: 'heartbeat', heartbeat };
  if (file !== undefined) return byUrlIn(resolve(io.cwd, file));
  const url = io.env[URL_IN_ENV];
  return url === undefined || url === '' ? { by: 'incident', service, severity } : byUrl(url, URL_IN_ENV);
}

/** A file that is gone or spoilt keeps no job from running: relay misses the heartbeat then, and pages. */
async function byUrlIn(path: string): Promise<Told> {
  try {
    return byUrl((await readFile(path, 'utf8')).trim(), path);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return {
      by: 'nobody',
      why: `its ping URL can't be read: ${why}. Write the URL that relay heartbeat key NAME prints into it`,
    };
  }
}

/** It holds a key: no message shows it. */
const byUrl = (url: string, from: string): Told =>
  /^https?:\/\/[^\s]+\/ping\/[0-9a-f]{32}\/?$/i.test(url)
    ? { by: 'url', url }
    : {
        by: 'nobody',
        why: `what ${from} holds is no ping URL, such as https://alerts.example.com/ping/ and 32 characters: relay heartbeat key NAME prints it`,
      };
