/**
 * `relay:` of cluster.yaml: the sections of relay.yaml that are the same on all hosts. The real schema of relay.yaml
 * judges them, and what is wrong is told where it stands in cluster.yaml.
 */
import { configOf } from '../../config/load.ts';
import { line } from '../../config/problems.ts';
import type { KeyPath, Source } from '../../config/problems.ts';
import { ConfigError } from '../../config/types.ts';
import { PLACES } from '../places.ts';
import { relayConfig } from '../components/relay/config.ts';
import type { Inventory } from '../types.ts';

/** Keys that differ from host to host or stand elsewhere in cluster.yaml, with what to write instead. */
const ELSEWHERE: Record<string, string> = {
  host: 'each host is called by its name in hosts',
  store: 'it is made of hosts and cassandra',
  cluster: 'it is made of hosts',
  keyDir: 'keys are put where relay.service looks for them',
  api: 'each host has its own socket, and the token of cluster-secrets/',
  'http.listen': 'HAProxy listens, and relay behind it',
  'http.proxy': 'HAProxy is the only one',
  'http.publicUrl': 'write publicUrl beside domain',
  'http.tls': 'write certificate, with cert and key below it',
  'smtp.listen': 'HAProxy listens, and relay behind it',
  'smtp.proxy': 'HAProxy is the only one',
  'smtp.submission': 'it is there as soon as there is a usersFile',
  'smtp.domain': 'write domain at the top',
  'smtp.allowFrom': 'write intake.allowFrom',
  'smtp.tls': 'write certificate, with cert and key below it',
  metrics: 'write metrics at the top',
};

/** Keys that name a file; * is each of a list. */
export const FILE_KEYS = [
  'mail.passwordFile',
  'mail.servers.*.passwordFile',
  'imap.*.passwordFile',
  'twilio.authTokenFile',
  'twilio.secondaryTokenFile',
  'providers.*.http.secretFile',
  'smtp.usersFile',
] as const;

/** What is wrong with `relay:`; `inventory.relay` is as it was written. */
export function relayProblems(source: Source, inventory: Inventory): string[] {
  const elsewhere = Object.entries(ELSEWHERE).flatMap(([key, instead]) => {
    const path: KeyPath = ['relay', ...key.split('.')];
    return source.document.getIn(path) === undefined
      ? []
      : [line(source, path, `expected nothing here: ${instead}`)];
  });
  const [host] = inventory.hosts;
  if (elsewhere.length > 0 || host === undefined) return elsewhere;
  try {
    // A host's daemon has no environment but what systemd gives it, so secrets must be in files.
    configOf({ ...source, under: ['relay'] }, relayConfig(inventory, host, 'relay'), {});
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map(withoutEnvironment);
  }
  return [];
}

/** The daemon's own words offer a variable as well. */
const withoutEnvironment = (problem: string): string =>
  problem.replace(/,? or (?:set )?RELAY_\w+(?: set, got neither)?/u, '');

/** `relay` with the paths that its files get on a host, and from which file of this machine each comes. */
export function withHostPaths(
  relay: Record<string, unknown>,
  absolute: (path: string) => string,
): { relay: Record<string, unknown>; relayFiles: Record<string, string> } {
  const copy = structuredClone(relay);
  const relayFiles: Record<string, string> = {};
  for (const key of FILE_KEYS) {
    for (const place of placesOf(copy, key.split('.'))) {
      const onHost = `${PLACES.relay.secrets}/${place.name}`;
      relayFiles[onHost] = absolute(place.value);
      place.put(onHost);
    }
  }
  return { relay: copy, relayFiles };
}

interface FilePlace {
  value: string;
  /** Unique: twilio-authTokenFile, imap-0-passwordFile. */
  name: string;
  put: (path: string) => void;
}

function placesOf(from: unknown, path: readonly string[], way: readonly string[] = []): FilePlace[] {
  const [key, ...rest] = path;
  if (key === undefined || typeof from !== 'object' || from === null) return [];
  if (key === '*') {
    return Array.isArray(from)
      ? from.flatMap((one: unknown, index) => placesOf(one, rest, [...way, nameOf(one) ?? String(index)]))
      : [];
  }
  const record = from as Record<string, unknown>;
  const value = record[key];
  if (rest.length > 0) return placesOf(value, rest, [...way, key]);
  if (typeof value !== 'string') return [];
  const name = [...way, key.replace(/File$/u, '')]
    .join('-')
    .replace(/[A-Z]/gu, (big) => `-${big.toLowerCase()}`);
  return [{ value, name, put: (to) => void (record[key] = to) }];
}

/** Providers have names of their own, which stay when the list's order changes. */
const nameOf = (one: unknown): string | null =>
  typeof one === 'object' && one !== null && 'name' in one && typeof one.name === 'string' ? one.name : null;
