/** An alert to a service's own URL. */
import { alertOf, type Errand } from './errand.ts';
import { fetchReason } from './fetch-reason.ts';

const WAIT_MS = 5_000;

/** Resolves with whom it was handed to; rejects with Error that says why not, without the key. */
export async function byUrl(url: string, errand: Errand): Promise<string> {
  const alert = alertOf(errand);
  const where = URL.parse(url)?.host ?? 'a URL';
  if (alert === null) throw new Error(`${where}: takes alerts only`);
  const { summary, details, severity, key, resolve } = alert;
  const answer = await post(url, {
    summary,
    action: resolve ? 'resolve' : 'trigger',
    ...(details === '' ? {} : { details }),
    ...(severity === null ? {} : { severity }),
    ...(key === null ? {} : { key }),
  }).catch((error: unknown) => {
    throw new Error(`${where}: ${fetchReason(error, WAIT_MS)}`);
  });
  if (answer.status >= 200 && answer.status < 300) return where;
  throw new Error(`${where}: answered HTTP ${answer.status}`);
}

const post = (url: string, body: object): Promise<Response> =>
  fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    redirect: 'error',
    signal: AbortSignal.timeout(WAIT_MS),
  });
