/** Starts the load clients. */
import { join } from 'node:path';
import { flags, runClient } from '../rig/children.ts';
import type { HttpLoad } from './http.ts';
import type { PacedLoad } from './paced.ts';
import type { SmtpLoad } from './smtp.ts';

type Flags = Record<string, string | number>;

const file = (name: string): string => join(import.meta.dirname, name);

/** Events by HTTP; see the flags in http.ts. */
export function httpLoad(values: Flags, limitMs = 180_000): Promise<HttpLoad> {
  return runClient(file('http.ts'), flags(values), limitMs);
}

/** Mails; see the flags in smtp.ts. */
export function smtpLoad(values: Flags, limitMs = 180_000): Promise<SmtpLoad> {
  return runClient(file('smtp.ts'), flags(values), limitMs);
}

/** Single alerts at a pace; see the flags in paced.ts. */
export function pacedLoad(values: Flags, limitMs = 180_000): Promise<PacedLoad> {
  return runClient(file('paced.ts'), flags(values), limitMs);
}
