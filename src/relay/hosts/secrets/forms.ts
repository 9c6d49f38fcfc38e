/** How secrets stand in their files. */
import { randomBytes } from 'node:crypto';
import { ConfigError } from '../../config/types.ts';
import type { Authority } from './certificates.ts';

export interface Login {
  user: string;
  password: string;
}

/** Letters and digits only: it stands in YAML, CQL and property files unquoted. 192 bits. */
export const newLogin = (user: string): Login => ({ user, password: randomBytes(24).toString('hex') });

export const loginText = ({ user, password }: Login): string => `${user}:${password}\n`;

/** Rejects with ConfigError when the file doesn't hold one. */
export function readLogin(path: string, text: string): Login {
  const match = /^(?<user>\w+):(?<password>[\da-zA-Z]+)\n?$/u.exec(text);
  const { user = '', password = '' } = match?.groups ?? {};
  if (match === null)
    throw new ConfigError([`${path}: expected USER:PASSWORD in one line; bring it back from a copy`]);
  return { user, password };
}

/** Certificate first, as programs expect it of a file with both. */
export const pairText = ({ cert, key }: Authority): string => `${cert}${key}`;

/** Rejects with ConfigError when the file doesn't hold both. */
export function readPair(path: string, text: string): Authority {
  const cert = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----\n?/u.exec(text)?.[0];
  const key = /-----BEGIN PRIVATE KEY-----[^-]+-----END PRIVATE KEY-----\n?/u.exec(text)?.[0];
  if (cert === undefined || key === undefined)
    throw new ConfigError([`${path}: expected a certificate and its key as PEM; bring it back from a copy`]);
  return { cert, key };
}
