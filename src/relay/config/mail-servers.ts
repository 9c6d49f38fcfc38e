/**
 * Mail servers for pages, in the order in which they are tried: `mail.url` with those of `mail.servers` behind it, or
 * `mail.servers` alone. The first of them stands as `mail.url` wherever one is enough.
 */
import type { AnyConfigFile } from './schema.ts';
import type { Config } from './types.ts';

type MailFile = NonNullable<AnyConfigFile['mail']>;

/** Taken from the first of the list, where `mail.url` isn't said. */
const OF_A_SERVER = ['url', 'from', 'passwordFile'] as const;

/** The file's text as read, with its first mail server said as the only one would be; and which keys that gave. */
export function firstServerSaid(file: unknown): { file: unknown; given: ReadonlySet<string> } {
  const none = { file, given: new Set<string>() };
  if (!isKeys(file) || !isKeys(file['mail']) || file['mail']['url'] !== undefined) return none;
  const { mail } = file;
  const servers: unknown = mail['servers'];
  const first: unknown = Array.isArray(servers) ? servers[0] : undefined;
  if (!isKeys(first)) return none;
  const given = OF_A_SERVER.filter((key) => mail[key] === undefined && first[key] !== undefined);
  const said = Object.fromEntries(given.map((key) => [key, first[key]]));
  return { file: { ...file, mail: { ...mail, ...said } }, given: new Set(given) };
}

/** The servers behind the first. What a server doesn't say of its sender is `mail.from`. */
export function serversBehind(
  { url, from, servers = [] }: MailFile,
  at: (name: string | undefined) => string | null,
): NonNullable<NonNullable<Config['mail']>['behind']> {
  return servers
    .filter((one, index) => index > 0 || one.url !== url)
    .map((one) => ({ url: one.url, from: one.from ?? from, passwordFile: at(one.passwordFile) }));
}

const isKeys = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
