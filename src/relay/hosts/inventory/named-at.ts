/** Where cluster.yaml names which file of the admin's machine, so that one that can't be read is told with its line. */
import { line } from '../../config/problems.ts';
import type { KeyPath, Source } from '../../config/problems.ts';
import { FILE_KEYS } from './relay-part.ts';

/** Keys that name a file; * is each of a list. */
const KEYS = [
  'ssh.key',
  'ssh.config',
  'hosts.*.ssh.key',
  'hosts.*.ssh.config',
  'certificate.cert',
  'certificate.key',
  'releases.relay',
  'releases.cassandra',
  'roster',
  ...FILE_KEYS.map((key) => `relay.${key}`),
];

/** `FILE:LINE: KEY` by absolute path; the first one where several name the same. */
export function namedAt(source: Source, absolute: (path: string) => string): Record<string, string> {
  const plain: unknown = source.document.toJS();
  const named: Record<string, string> = {};
  for (const key of KEYS) {
    for (const { value, path } of textsAt(plain, key.split('.'), []))
      named[absolute(value)] ??= line(source, path, '').replace(/: $/u, '');
  }
  return named;
}

function textsAt(from: unknown, keys: readonly string[], path: KeyPath): { value: string; path: KeyPath }[] {
  const [key, ...rest] = keys;
  if (key === undefined) return typeof from === 'string' ? [{ value: from, path }] : [];
  if (typeof from !== 'object' || from === null) return [];
  if (key === '*')
    return Array.isArray(from)
      ? from.flatMap((one: unknown, index) => textsAt(one, rest, [...path, index]))
      : [];
  return textsAt((from as Record<string, unknown>)[key], rest, [...path, key]);
}
