/** The values that relay.yaml's keys may have. Each says in words what it expects; `problems.ts` puts the key before it. */
import ipaddr from 'ipaddr.js';
import * as z from 'zod';
import { LISTEN_FORM, parseListen } from './listen.ts';

/** A token or key as such: hex or base64 of some length, with no folder and no file ending. */
export const LOOKS_SECRET = /^[\da-zA-Z_-]{32,}$/u;

/** A value that `read` turns into T; undefined from `read` means it isn't `expected`. */
export const leaf = <T>(expected: string, read: (value: unknown) => T | undefined) =>
  z.unknown().transform((value, context): T => {
    const result = read(value);
    if (result !== undefined) return result;
    context.issues.push({ code: 'custom', message: expected, input: value });
    return z.NEVER;
  });

export const textThat = <T>(expected: string, read: (text: string) => T | undefined) =>
  leaf(expected, (value) => (typeof value === 'string' && value !== '' ? read(value) : undefined));

export const filePath = textThat('the path of a file, relative to this one', (text) => text);
/** A file that holds a secret; a token pasted in its place is refused (and `problems.ts` doesn't print it). */
export const secretFile = textThat('the path of a file that holds the secret', (text) =>
  LOOKS_SECRET.test(text) ? undefined : text,
);
export const flag = leaf('true or false', (value) => (typeof value === 'boolean' ? value : undefined));
export const listen = textThat(LISTEN_FORM, (text) => parseListen(text) ?? undefined);

export const webUrl = (example: string) =>
  textThat(`a URL such as ${example}`, (text) => {
    const url = URL.parse(text);
    const web = url !== null && /^https?:$/u.test(url.protocol) && url.search === '' && url.hash === '';
    return web && url.username === '' ? text.replace(/\/+$/u, '') : undefined;
  });

export const DOMAIN =
  /^(?=.{1,253}$)(?:[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?)(?:\.[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?)*$/iu;

/** A network as CIDR; one address counts as a network of its own. */
export const cidrOf = (text: string): string | undefined => {
  if (ipaddr.isValidCIDR(text)) return text;
  if (!ipaddr.isValid(text)) return undefined;
  return `${text}/${ipaddr.parse(text).kind() === 'ipv4' ? 32 : 128}`;
};
export const cidr = textThat('a network such as 192.0.2.0/24', cidrOf);
