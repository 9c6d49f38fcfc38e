/** One GET, for its status alone: of a dead man's switch, or of another relay. */
import type { Clock } from '../engine/ports.ts';

// Importing these would read their lazy exports, which load all of undici: 20 MB that nothing here uses.
const { request: httpRequest } = process.getBuiltinModule('node:http');
const { request: httpsRequest } = process.getBuiltinModule('node:https');

/** It didn't answer. The message never holds the URL, which may be a secret. */
export class NoAnswerError extends Error {
  override name = 'NoAnswerError';
}

/**
 * The status of the answer; its body isn't read and a redirect isn't followed. Rejects with NoAnswerError when there is
 * none within `timeoutMs`.
 */
export function statusOfUrl(
  url: string,
  { clock, timeoutMs, agent }: { clock: Clock; timeoutMs: number; agent: string },
): Promise<number> {
  return new Promise((resolve, reject) => {
    const request = url.startsWith('https:') ? httpsRequest : httpRequest;
    // A connection of its own each time: that it can be made is part of what is asked.
    const call = request(url, { agent: false, headers: { 'user-agent': agent } });
    const cancel = clock.after(timeoutMs, () => {
      reject(new NoAnswerError(`no answer within ${timeoutMs / 1_000} s`));
      call.destroy();
    });
    call.on('response', (response) => {
      cancel();
      resolve(response.statusCode ?? 0);
      response.destroy();
    });
    // It also says what a destroyed request says: by then it is settled.
    call.on('error', (error) => {
      cancel();
      reject(new NoAnswerError('code' in error ? String(error.code) : error.name));
    });
    call.end();
  });
}
