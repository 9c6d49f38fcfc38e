/** What init takes when it isn't told: ports that are free, the machine's name, a mail server that answers. */
import { hostname } from 'node:os';
import type { Lookup } from '../mail-dns/lookup.ts';
import { DOMAIN } from '../config/leaves.ts';
import type { Typed } from './answers.ts';
import { mailServerGreets, portProblem } from './ports.ts';

export interface Surroundings {
  root: boolean;
  /** Whether a mail server answers on 127.0.0.1:25. */
  localMail: () => Promise<boolean>;
  /** Another DNS than the system's, and the names it is asked about. */
  newLookup?: () => Lookup;
  isPublic?: (domain: string) => boolean;
}

export const surroundings = (): Surroundings => ({
  root: process.getuid?.() === 0,
  localMail: () => mailServerGreets({ host: '127.0.0.1', port: 25 }),
});

const LOCAL_MAIL = 'smtp://127.0.0.1:25';
const ANY_HOST = '0.0.0.0';

/**
 * Fills in what wasn't told. Without `mail` the local mail server is taken if one answers; if none does, `mail` stays
 * untold and the reading of the answers says so. Twilio and people have no default.
 */
export async function withDefaults(typed: Typed, around: Surroundings): Promise<Typed> {
  return {
    ...typed,
    http: typed.http ?? '127.0.0.1:8080',
    smtp: typed.smtp ?? (await defaultSmtp(around)),
    domain: typed.domain ?? defaultDomain(),
    mail: typed.mail ?? (await defaultMail(around)),
  };
}

/** Port 25 for root, where other machines and an MX find it; 2525 when it is taken, or for others. */
export async function defaultSmtp(around: Surroundings): Promise<string> {
  if (!around.root) return '127.0.0.1:2525';
  return (await portProblem({ host: ANY_HOST, port: 25 })) === null ? `${ANY_HOST}:25` : `${ANY_HOST}:2525`;
}

export const defaultDomain = (): string => (DOMAIN.test(hostname()) ? hostname().toLowerCase() : 'localhost');

/** The local mail server, if one answers. */
export async function defaultMail(around: Surroundings): Promise<string | undefined> {
  return (await around.localMail()) ? LOCAL_MAIL : undefined;
}
