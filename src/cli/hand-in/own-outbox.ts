/** Where this user's commands keep what nobody took. */
import { homedir } from 'node:os';
import { join } from 'node:path';

/** The folder; it need not exist. */
export function ownOutbox(env: NodeJS.ProcessEnv): string {
  const state = env['XDG_STATE_HOME'];
  return join(state === undefined || state === '' ? join(homedir(), '.local/state') : state, 'relay/outbox');
}
