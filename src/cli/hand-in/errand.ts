/** What is handed in: made here, and the alert in it, for ways that carry no calls. */
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { Errand } from '../../relay/config/outbox.ts';

export type { Errand };

/** A new one, said now and here. */
export const errandOf = (path: string, body: Record<string, unknown>): Errand => ({
  path,
  body: {
    ...body,
    id: randomUUID(),
    saidAtMs: Date.now(),
    saidHost:
      hostname()
        .replaceAll(/[^\w.-]/g, '')
        .slice(0, 64) || 'unknown',
  },
});

/** The text, for ways that carry no calls; null: it isn't an alert. */
export function alertOf({ path, body }: Errand): AlertSaid | null {
  const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);
  const said = text(body['text']);
  if (path !== '/v1/send' || said === null) return null;
  const [summary = '', ...more] = said.split(/\r?\n/);
  return {
    summary: summary.trim(),
    details: more.join('\n').trim(),
    service: text(body['service']),
    severity: text(body['severity']),
    key: text(body['key']),
    resolve: body['resolve'] === true,
  };
}

export interface AlertSaid {
  summary: string;
  details: string;
  service: string | null;
  severity: string | null;
  key: string | null;
  resolve: boolean;
}
