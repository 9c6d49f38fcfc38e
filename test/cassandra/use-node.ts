/** The real node that all tests of a run share, as a test file asks for it. Each works in keyspaces of its own. */
import { request } from 'node:http';
import { inject } from 'vitest';
import type { Access } from './connect.ts';

/** What a hook that asks for the node should wait: on a machine's very first run Cassandra itself is fetched. */
export const NODE_WITHIN_MS = 600_000;

/** Why there are no real nodes on this machine; null where there are. Tests that need one are skipped by it. */
export function nodesMissing(): string | null {
  return inject('nodes').missing;
}

/**
 * The node, which is started if nobody asked before: seconds, or some minutes on a machine's very first run. For
 * `clientOptions` in connect.ts. Rejects with why it couldn't be started.
 */
export async function sharedNode(): Promise<Access> {
  const { socketPath } = inject('nodes');
  const [status, body] = await new Promise<[number | undefined, string]>((resolve, reject) => {
    const asked = request({ socketPath }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => {
        text += part;
      });
      response.on('error', reject);
      response.on('end', () => resolve([response.statusCode, text]));
    });
    asked.on('error', reject);
    asked.end();
  });
  if (status !== 200) throw new Error(body);
  return JSON.parse(body) as Access;
}
