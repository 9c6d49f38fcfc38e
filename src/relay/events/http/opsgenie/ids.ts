/**
 * What an alert and a request are called: their names hold the dedup key, so that any host finds the alert by them, also
 * after a restart, and nothing has to be kept for it. Pure.
 */
import { boundKey } from '../../formats/key.ts';

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const CODED = /^(?:a|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.(?<key>[\w-]+)$/i;

/** The id of an alert. One made without an alias has the made one as both, as Opsgenie's have. */
export const alertIdOf = (dedupKey: string): string =>
  UUID.test(dedupKey) ? dedupKey : `a.${coded(dedupKey)}`;

/** The id of one request about it; `uuid` makes it another each time. It stands for the alert too. */
export const requestIdOf = (dedupKey: string, uuid: string): string =>
  UUID.test(dedupKey) ? dedupKey : `${uuid}.${coded(dedupKey)}`;

/** The dedup key that an id of ours holds; null: it is none. */
export function keyInId(id: string): string | null {
  if (UUID.test(id)) return id;
  const held = CODED.exec(id)?.groups?.['key'];
  if (held === undefined) return null;
  const key = Buffer.from(held, 'base64url').toString('utf8');
  return boundKey(key) === key ? key : null;
}

/** By id or alias. An id that is none of ours is taken for an alias: many senders leave out which of both they mean. */
export const keyOf = (by: 'id' | 'alias', value: string): string =>
  (by === 'id' ? keyInId(value) : null) ?? boundKey(value);

const coded = (key: string): string => Buffer.from(key, 'utf8').toString('base64url');
