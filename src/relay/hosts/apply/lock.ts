/** One at a time changes a cluster: each host holds who does, since when, and whether he still lives. */
import { randomUUID } from 'node:crypto';
import { hostname, userInfo } from 'node:os';
import { PLACES } from '../places.ts';
import { HostError, type Remote } from '../ssh/port.ts';
import { quoted } from '../ssh/quoted.ts';

const LOCK = `${PLACES.memory}/lock`;

/** How often the holder says that he lives, and after how long without a sign another may go on. */
const SIGN_MS = 60_000;
const STALE_MINUTES = 5;

/** Somebody else is at it. */
export class LockedError extends Error {
  override name = 'LockedError';
  readonly host: string;

  constructor(host: string, holder: string) {
    super(`${host} is being changed by ${holder}`);
    this.host = host;
  }
}

export interface HeldLock extends AsyncDisposable {
  /** Set when a host no longer knows us as the holder. */
  lost(): string | null;
  /**
   * The same host, on which nothing is run any more once another holds it: whoever slept through his own lock would
   * otherwise restart a node beside the one that the other is restarting.
   */
  held(remote: Remote): Remote;
  /** Nothing more is begun by who holds it; resolves when what is under way on hosts has ended. */
  finish(): Promise<void>;
}

/** Rejects with LockedError, or HostError; then no host is held. `force`: whoever holds it. */
export async function takeLock(remotes: readonly Remote[], what: string, force: boolean): Promise<HeldLock> {
  const token = randomUUID();
  const holder = `${userInfo().username}@${hostname()} (${what}) since ${new Date().toISOString()}`;
  const taken = await Promise.allSettled(remotes.map((remote) => take(remote, token, holder, force)));
  const failed = taken.find((one) => one.status === 'rejected');
  if (failed !== undefined) {
    await release(remotes, token);
    throw failed.reason;
  }
  let lost: string | null = null;
  const signOn = async (remote: Remote): Promise<void> => {
    try {
      await renew(remote, token);
    } catch (error) {
      // A host that can't be reached now fails the phase that wants it; only another holder is news.
      if (error instanceof HostError && error.exitCode === TAKEN) lost = remote.host.name;
    }
  };
  const sign = setInterval(() => {
    for (const remote of remotes) void signOn(remote);
  }, SIGN_MS);
  sign.unref();
  let finished = false;
  const underWay = new Set<Promise<string>>();
  return {
    lost: () => lost,
    held: (remote) => ({
      host: remote.host,
      run: async (doing, script, options) => {
        if (finished) throw new HostError(remote.host.name, doing, null, 'not begun: this was stopped');
        const running = remote.run(doing, `${whileOurs(token)}\n${script}`, options);
        underWay.add(running);
        try {
          return await running;
        } finally {
          underWay.delete(running);
        }
      },
    }),
    finish: async () => {
      finished = true;
      await Promise.allSettled(underWay);
    },
    [Symbol.asyncDispose]: async () => {
      clearInterval(sign);
      await release(remotes, token);
    },
  };
}

/** The exit codes for "somebody else": who comes second; who was driven out. */
const TAKEN = 75;
const NOT_OURS = 76;

/** A rename onto a folder that has something in it fails: who comes second, doesn't get it. */
async function take(remote: Remote, token: string, holder: string, force: boolean): Promise<void> {
  const script = `
mkdir -p ${PLACES.memory}
if [ -n "$(find ${LOCK} -maxdepth 0 -mmin +${STALE_MINUTES} 2>/dev/null)" ]${force ? ' || [ -d ' + LOCK + ' ]' : ''}; then
  mv -T ${LOCK} ${LOCK}.$$ && rm -rf ${LOCK}.$$
fi
mkdir ${LOCK}.${token}
echo ${token} > ${LOCK}.${token}/token
printf '%s\\n' ${quoted(holder)} > ${LOCK}.${token}/holder
if ! mv -T ${LOCK}.${token} ${LOCK} 2>/dev/null; then
  rm -rf ${LOCK}.${token}
  cat ${LOCK}/holder >&2
  exit ${TAKEN}
fi`;
  try {
    await remote.run('take the lock', script);
  } catch (error) {
    if (!(error instanceof HostError) || error.exitCode !== TAKEN) throw error;
    throw new LockedError(remote.host.name, error.stderr.trim());
  }
}

/** Sh: ends the script where somebody else holds the host. */
const whileOurs = (token: string): string =>
  `if [ "$(cat ${LOCK}/token 2>/dev/null)" != ${token} ]; then
  echo 'somebody else changes this host by now: wait for it, then do this again' >&2
  exit ${NOT_OURS}
fi`;

const ifOurs = (token: string, then: string): string =>
  `if [ "$(cat ${LOCK}/token 2>/dev/null)" = ${token} ]; then ${then}; else exit ${TAKEN}; fi`;

/** Where relay has been taken off a host meanwhile, the lock has gone with it, and nobody else has it. */
const renew = (remote: Remote, token: string): Promise<string> =>
  remote.run(
    'keep the lock',
    `if [ ! -d ${PLACES.memory} ]; then exit 0; fi\n${ifOurs(token, `touch ${LOCK}`)}`,
  );

/** A host that can't be reached lets it go by itself, in minutes. */
async function release(remotes: readonly Remote[], token: string): Promise<void> {
  await Promise.allSettled(
    remotes.map((remote) => remote.run('let the lock go', ifOurs(token, `rm -rf ${LOCK}`))),
  );
}
