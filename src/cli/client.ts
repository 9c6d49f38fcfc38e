/**
 * The CLI's way to the daemon: node:http on the unix socket, or on RELAY_URL with a token. Loads nothing heavy, so
 * that `relay status` answers at once.
 */
import type { ClientRequest, IncomingMessage, RequestOptions } from 'node:http';
import { userInfo } from 'node:os';
import type { ErrorJson } from '../relay/api/wire.ts';
import { locateApi } from '../relay/config/locate.ts';
import { findConfig, madeHere } from '../relay/config/search.ts';
import { CliError, EXIT } from './exit.ts';
import type { Io, QuickValues } from './quick-command.ts';

/**
 * Importing node:http would read each of its exports, among them lazy ones that load all of undici: that alone costs
 * more than an empty Node start. Asked for this way, it is just node:http.
 */
const { request: httpRequest } = process.getBuiltinModule('node:http');

/** The daemon answers within 5 s whatever it waits for; this leaves room for a busy machine. */
const ANSWER_WAIT_MS = 20_000;

export type Target = { kind: 'socket'; socket: string } | { kind: 'url'; url: string; token: string | null };

export interface Client {
  /** `path` with its query. Rejects with CliError, whose exit code says what kind of failure it was. */
  get<T>(path: string, signal?: AbortSignal): Promise<T>;
  post<T>(path: string, body: unknown): Promise<T>;
  /** One parsed line of JSON at a time, until the daemon ends the stream or `signal` aborts. */
  stream<T>(path: string, signal?: AbortSignal): Promise<AsyncIterable<T>>;
}

/** The client for a command line. Rejects with ConfigError for a broken configuration, exit code 3 for none at all. */
export async function connect(values: QuickValues, io: Pick<Io, 'env' | 'cwd'>): Promise<Client> {
  const flag = typeof values['config'] === 'string' ? values['config'] : undefined;
  const where = { flag, env: io.env, cwd: io.cwd };
  if ((io.env['RELAY_URL'] ?? '') === '' && (await findConfig(where)) === null) {
    const made = await madeHere(io.cwd);
    throw new CliError(
      EXIT.unreachable,
      'No configuration says where the daemon is: there is neither ./relay.yaml nor /etc/relay/relay.yaml.',
      made === null
        ? 'Name one with --config or RELAY_CONFIG, name a daemon with RELAY_URL, or make one with: relay init'
        : `There is one that relay init made: export RELAY_CONFIG=${made}`,
    );
  }
  return clientFor(await locateApi(where));
}

/** A client for a known address. */
export function clientFor(target: Target): Client {
  return {
    get: async <T>(path: string, signal?: AbortSignal) =>
      readJson<T>(await call(target, 'GET', path, undefined, signal), target),
    post: async <T>(path: string, body: unknown) =>
      readJson<T>(await call(target, 'POST', path, JSON.stringify(body)), target),
    stream: async <T>(path: string, signal?: AbortSignal) => {
      const response = await call(target, 'GET', path, undefined, signal);
      if (response.statusCode !== 200) await readJson(response, target);
      return readLines<T>(response, signal);
    },
  };
}

async function call(
  target: Target,
  method: string,
  path: string,
  body?: string,
  signal?: AbortSignal,
): Promise<IncomingMessage> {
  const send = requester(target);
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const request = send(path, {
    method,
    agent: false,
    headers: {
      accept: 'application/json',
      ...(body === undefined
        ? {}
        : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
      ...(target.kind === 'url' && target.token !== null ? { authorization: `Bearer ${target.token}` } : {}),
    },
    ...(signal === undefined ? {} : { signal }),
  });
  const slow = setTimeout(() => {
    const wait = `${ANSWER_WAIT_MS / 1000} s`;
    request.destroy(
      new CliError(EXIT.failed, `The daemon has not answered within ${wait}.`, 'Look at its log.'),
    );
  }, ANSWER_WAIT_MS);
  request.once('response', resolve);
  request.once('error', (error: NodeJS.ErrnoException) => {
    reject(error instanceof CliError ? error : unreachable(target, error));
  });
  request.end(body);
  return promise.finally(() => clearTimeout(slow));
}

function requester(target: Target): (path: string, options: RequestOptions) => ClientRequest {
  if (target.kind === 'socket') {
    const socketPath = target.socket;
    return (path, options) => httpRequest({ ...options, socketPath, path, host: 'localhost' });
  }
  const base = target.url.replace(/\/+$/, '');
  const request = base.startsWith('https:') ? process.getBuiltinModule('node:https').request : httpRequest;
  return (path, options) => request(`${base}${path}`, options);
}

async function readJson<T>(response: IncomingMessage, target: Target): Promise<T> {
  const text = await readText(response, target);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new CliError(
      EXIT.failed,
      `What answers at ${nameOf(target)} is no relay daemon (HTTP ${response.statusCode}).`,
      'Check the address.',
    );
  }
  if (isErrorJson(value)) throw failure(value.error);
  if ((response.statusCode ?? 500) >= 400) {
    throw new CliError(
      EXIT.failed,
      `${nameOf(target)} answered HTTP ${response.statusCode}.`,
      'Check the address.',
    );
  }
  // The daemon's own answer, of the type that wire.ts gives this call.
  return value as T;
}

async function readText(response: IncomingMessage, target: Target): Promise<string> {
  response.setEncoding('utf8');
  let text = '';
  try {
    for await (const chunk of response) text += String(chunk);
  } catch (error) {
    throw new CliError(
      EXIT.failed,
      `The answer from ${nameOf(target)} broke off${error instanceof Error ? ` (${error.message})` : ''}.`,
      "Try again; if it stays so, look at the daemon's log.",
    );
  }
  return text;
}

async function* readLines<T>(
  response: IncomingMessage,
  signal: AbortSignal | undefined,
): AsyncGenerator<T, void> {
  response.setEncoding('utf8');
  let rest = '';
  try {
    for await (const chunk of response) {
      const lines = (rest + String(chunk)).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) if (line !== '') yield JSON.parse(line) as T;
    }
  } catch (error) {
    if (signal?.aborted === true) return;
    throw new CliError(
      EXIT.failed,
      `The daemon cut the stream off${error instanceof Error ? ` (${error.message})` : ''}: it was killed, or this reader was too slow.`,
      'Follow again with: relay tail',
    );
  } finally {
    response.destroy();
  }
}

function isErrorJson(value: unknown): value is ErrorJson {
  if (typeof value !== 'object' || value === null || !('error' in value)) return false;
  const { error } = value;
  return typeof error === 'object' && error !== null && 'code' in error && 'message' in error;
}

function failure({ code, message, cure }: ErrorJson['error']): CliError {
  const exits = {
    usage: EXIT.usage,
    not_found: EXIT.notFound,
    conflict: EXIT.conflict,
    failed: EXIT.failed,
    closing: EXIT.unreachable,
  } as const;
  return new CliError(exits[code] ?? EXIT.failed, message, cure);
}

const nameOf = (target: Target): string => (target.kind === 'socket' ? target.socket : target.url);

function unreachable(target: Target, error: NodeJS.ErrnoException): CliError {
  if (target.kind === 'url') {
    return new CliError(
      EXIT.unreachable,
      `No relay daemon can be reached at ${target.url} (${error.code ?? error.message}).`,
      'Check RELAY_URL, and api.listen in the configuration of the daemon.',
    );
  }
  if (error.code === 'EACCES' || error.code === 'EPERM') {
    return new CliError(
      EXIT.unreachable,
      `${userInfo().username} may not use the daemon's socket ${target.socket}.`,
      'Join the group that owns it, or use sudo.',
    );
  }
  return new CliError(
    EXIT.unreachable,
    `No relay daemon answers on ${target.socket} (${error.code ?? error.message}).`,
    'Start it with: relay start (installed: systemctl start relay). Another configuration: --config FILE.',
  );
}
