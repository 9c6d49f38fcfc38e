/** Monitors: each alert goes to one host, and to the next ones when that doesn't take it, as real senders are set up. */
import { sendMail } from '../e2e/harness/sender.ts';
import { DOMAIN } from './host-files.ts';

/** Where a host takes alerts. */
export interface Door {
  name: string;
  /** http://HOST:PORT */
  http: string;
  smtp: { host: string; port: number };
}

export interface Alert {
  service: string;
  routingKey: string;
  dedupKey: string;
  summary: string;
}

/** What a host answered: only this makes an alert accepted. */
export interface Taken {
  host: string;
  /** Milliseconds since the epoch. */
  atMs: number;
}

/** As many monitoring tools wait. */
const GIVE_UP_MS = 4_000;

/** One try by HTTP; null for any answer but 202, and for none. */
export async function post(host: Door, alert: Alert): Promise<Taken | null> {
  try {
    const response = await fetch(`${host.http}/v2/enqueue`, {
      method: 'POST',
      // No kept connections: one that died with a killed daemon must not be what the next request meets.
      headers: { 'content-type': 'application/json', connection: 'close' },
      body: JSON.stringify({
        routing_key: alert.routingKey,
        event_action: 'trigger',
        dedup_key: alert.dedupKey,
        payload: { summary: alert.summary, source: 'monitor.example.com', severity: 'critical' },
      }),
      signal: AbortSignal.timeout(GIVE_UP_MS),
    });
    await response.arrayBuffer();
    return response.status === 202 ? { host: host.name, atMs: Date.now() } : null;
  } catch {
    // Refused, reset or too late: all the same to a sender.
    return null;
  }
}

/**
 * One try by mail; null for any answer but 250, and for none. The subject is the summary, and gives the dedup key.
 * `letter`: what a queue that sends again leaves as it was.
 */
export async function mail(
  host: Door,
  alert: Pick<Alert, 'service' | 'summary'>,
  letter: { messageId?: string; date?: Date } = {},
): Promise<Taken | null> {
  const { code } = await sendMail(host.smtp, {
    from: 'monitor@example.com',
    to: `${alert.service}@${DOMAIN}`,
    subject: alert.summary,
    text: alert.summary,
    ...letter,
  });
  return code === 250 ? { host: host.name, atMs: Date.now() } : null;
}

/** Tries `hosts` one after the other, from the `first` on, round after round, until one takes it or `rounds` are over. */
export async function postSomewhere(
  hosts: readonly Door[],
  first: number,
  alert: Alert,
  rounds = 2,
): Promise<Taken | null> {
  for (let at = 0; at < hosts.length * rounds; at += 1) {
    const host = hosts[(first + at) % hosts.length];
    const taken = host === undefined ? null : await post(host, alert);
    if (taken !== null) return taken;
  }
  return null;
}
