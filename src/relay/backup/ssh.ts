/** A backup kept on another machine, by the user's own ssh: its configuration, agent, known hosts and jump hosts count. */
import { spawn } from 'node:child_process';
import type { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { BackupError } from './format.ts';

export interface SshPlace {
  kind: 'ssh';
  /** `[user@]host`, as ssh takes it. */
  host: string;
  port: number | null;
  /** A folder there: absolute, or below the home of the user. */
  folder: string;
}

/** `ssh://[user@]host[:port]/path` or `host:path`; null: a folder on this machine. Throws BackupError for half of one. */
export function sshPlaceOf(to: string): SshPlace | null {
  const url = /^ssh:\/\/((?:[^@/]+@)?(?:\[[^\]]+\]|[^/:]+))(?::(\d+))?(\/.*)$/u.exec(to);
  const short = /^((?:[^@/:]+@)?[^/:.][^/:]*):(.+)$/u.exec(to);
  if (url === null && to.startsWith('ssh://'))
    throw new BackupError(`--to ${to}: expected ssh://[user@]host[:port]/path`);
  const [, host, folder] = url === null ? (short ?? []) : [url[0], url[1], url[3]];
  if (host === undefined || folder === undefined) return null;
  // It would be an option of ssh.
  if (host.startsWith('-')) throw new BackupError(`--to ${to}: expected a host, got an option`);
  const bare = host.replace(/\[([^\]]+)\]$/u, '$1');
  return { kind: 'ssh', host: bare, port: url?.[2] === undefined ? null : Number(url[2]), folder };
}

/**
 * Writes a file there under a temporary name, compares what came through, and gives it its name. `write` resolves with
 * the SHA-256 of what it wrote. Resolves with where the file is; rejects with BackupError or as `write` does.
 */
export async function storeOverSsh(
  place: SshPlace,
  name: string,
  write: (out: Writable) => Promise<string>,
): Promise<string> {
  const partial = quoted(`.${name}.partial`);
  const folder = quoted(place.folder);
  const taking = `umask 077 && mkdir -p -- ${folder} && cd -- ${folder} && { ${dropOld(name)} || true; } && cat > ${partial} && sync -- ${partial} && sha256sum < ${partial}`;
  try {
    const { written, said } = await ssh(place, taking, write);
    if (said.split(/\s/u)[0] !== written)
      throw new BackupError(`what came through to ${place.host} is not what was sent: back up again`);
  } catch (error) {
    // Where nothing can be removed either, the first error says why.
    await ssh(place, `cd -- ${folder} && rm -f -- ${partial}`, null).catch(() => null);
    throw error;
  }
  await ssh(place, `cd -- ${folder} && mv -f -- ${partial} ${quoted(name)} && sync -- .`, null);
  return `${place.host}:${place.folder.replace(/\/+$/u, '')}/${name}`;
}

/** Sh: removes what backups of the same host that were killed left behind over a day ago, in the folder itself. */
function dropOld(name: string): string {
  const any = `.${name.replace(/\d{8}T\d{6}Z\.backup$/u, '????????T??????Z.backup')}.partial`;
  return `find . ! -name . -prune -name ${quoted(any)} -type f -mtime +0 -exec rm -f {} +`;
}

/** Deletes what `tooOld` names of the files there; resolves with their names. */
export async function keepOverSsh(
  place: SshPlace,
  tooOld: (names: readonly string[]) => string[],
): Promise<string[]> {
  const folder = quoted(place.folder);
  const { said } = await ssh(place, `cd -- ${folder} && ls -1`, null);
  const old = tooOld(said.split('\n'));
  if (old.length > 0) await ssh(place, `cd -- ${folder} && rm -f -- ${old.map(quoted).join(' ')}`, null);
  return old;
}

const quoted = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`;

async function ssh(
  { host, port }: SshPlace,
  command: string,
  write: ((out: Writable) => Promise<string>) | null,
): Promise<{ written: string | null; said: string }> {
  const args = [...(port === null ? [] : ['-p', String(port)]), '--', host, command];
  const child = spawn('ssh', args, { stdio: ['pipe', 'pipe', 'pipe'] });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  const writing = write === null ? endOf(child.stdin) : write(child.stdin);
  const [wrote, told, complained, exit] = await Promise.allSettled([
    writing,
    text(child.stdout),
    text(child.stderr),
    ended,
  ]);
  if (exit.status === 'rejected') throw new BackupError(`ssh could not be started: ${String(exit.reason)}`);
  // What ended the command is the cause; that nobody reads any more only follows from it.
  if (exit.value !== 0 && (wrote.status === 'fulfilled' || isClosed(wrote.reason))) {
    const why = complained.status === 'fulfilled' ? complained.value.trim() : '';
    throw new BackupError(
      `ssh to ${host} failed (exit ${exit.value ?? 'by a signal'})${why === '' ? '' : `: ${why}`}; try: ssh ${host} true`,
    );
  }
  if (wrote.status === 'rejected') throw wrote.reason;
  return { written: wrote.value, said: told.status === 'fulfilled' ? told.value : '' };
}

function endOf(out: Writable): Promise<null> {
  out.on('error', () => {});
  out.end();
  return Promise.resolve(null);
}

const isClosed = (error: unknown): boolean =>
  error instanceof Error &&
  'code' in error &&
  ['EPIPE', 'ERR_STREAM_PREMATURE_CLOSE', 'ECONNRESET'].includes(String(error.code));
