/** Providers of their own: what was made of their templates, and what can only be said of several keys together. */
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { namedIn } from '../messaging/placeholders.ts';
import type { HttpTemplate } from '../messaging/http/template.ts';
import type { KeyPath } from './problems.ts';
import type { ProvidersFile } from './schema-providers.ts';
import { secretVariable } from './secrets.ts';
import type { ProviderConfig } from './types.ts';

type HttpFile = NonNullable<ProvidersFile[number]['http']>;

/** `at` makes a path absolute. One that says neither how nor where is left out: it is refused below. */
export function providersOf(
  file: ProvidersFile,
  at: (name: string | undefined) => string | null,
): ProviderConfig[] {
  return file.flatMap(({ name, channel, http, exec, limit }): ProviderConfig[] => {
    const known = { name, channel, limit: limit ?? null };
    if (http !== undefined) {
      const by = { kind: 'http', template: templateOf(http), secretFile: at(http.secretFile) } as const;
      return [{ ...known, by }];
    }
    return exec === undefined ? [] : [{ ...known, by: { kind: 'exec', ...exec } }];
  });
}

function templateOf(http: HttpFile): HttpTemplate {
  const { url, method, headers, accepted, refused, settle } = http;
  return {
    url,
    method,
    headers,
    body: bodyOf(http),
    idempotencyHeader: http.idempotencyHeader ?? null,
    accepted: { status: accepted.status, id: accepted.id ?? null },
    refused,
    settle: settle ?? null,
    check: http.check ?? null,
  };
}

function bodyOf({ json, form, body }: HttpFile): HttpTemplate['body'] {
  if (json !== undefined) return { kind: 'json', json };
  if (form !== undefined) return { kind: 'form', form };
  return body === undefined ? null : { kind: 'text', text: body };
}

/** A line for each thing in a provider that doesn't go with another. */
export function sayOfProviders(
  file: ProvidersFile,
  env: NodeJS.ProcessEnv,
  say: (path: KeyPath, text: string) => void,
): void {
  file.forEach((provider, index) => {
    const at = (...keys: string[]): KeyPath => ['providers', index, ...keys];
    const { name, http, exec } = provider;
    if (file.findIndex((other) => other.name === name) < index)
      say(at('name'), `expected each once, got "${name}" again`);
    if ((http === undefined) === (exec === undefined)) {
      say(
        at('name'),
        `expected either http or exec beside it, got ${http === undefined ? 'neither' : 'both'}`,
      );
    }
    if (http !== undefined) {
      sayOfHttp(
        http,
        (keys, text) => say(at('http', ...keys), text),
        (env[secretVariable(name)] ?? '') !== '',
        name,
      );
    }
  });
}

function sayOfHttp(
  http: HttpFile,
  say: (keys: string[], text: string) => void,
  isInEnvironment: boolean,
  name: string,
): void {
  const bodies = (['json', 'form', 'body'] as const).filter((key) => http[key] !== undefined);
  if (bodies.length > 1)
    say([bodies[1] ?? ''], `expected one of json, form and body, got ${bodies.join(' and ')}`);
  if (http.method === 'GET' && bodies[0] !== undefined)
    say([bodies[0]], 'expected no body with method GET: put {text} into the URL');
  const hasSecret = namesSecret(http);
  if (hasSecret && http.secretFile === undefined && !isInEnvironment) {
    say(
      ['secretFile'],
      `expected the path of a file that holds what {secret} stands for, or ${secretVariable(name)} set, got neither`,
    );
  }
  if (!hasSecret && http.secretFile !== undefined)
    say(['secretFile'], 'expected {secret} where the secret goes, in url, headers or the body');
  if (!says(http, 'text'))
    say(['url'], 'expected {text} somewhere, in url or the body: a page that says nothing');
  for (const [key, url] of [
    ['url', http.url],
    ['settle', http.settle?.url],
    ['check', http.check],
  ] as const) {
    if (url !== undefined && hasSecret && url.startsWith('http:') && !isNear(url))
      say([key], 'expected https: over http anybody on the way reads the secret');
  }
}

const says = (http: HttpFile, placeholder: string): boolean =>
  namedIn(JSON.stringify([http.url, http.headers, http.json, http.form, http.body])).includes(placeholder);

const namesSecret = (http: HttpFile): boolean =>
  says(http, 'secret') || namedIn(`${http.settle?.url ?? ''} ${http.check ?? ''}`).includes('secret');

/** This machine, or an address of a private network. */
function isNear(url: string): boolean {
  const host = (URL.parse(url.replaceAll(/\{\w+\}/gu, 'x'))?.hostname ?? '').replace(/^\[|\]$/gu, '');
  if (host === 'localhost') return true;
  if (isIP(host) === 0) return false;
  return ['loopback', 'private', 'linkLocal', 'uniqueLocal'].includes(ipaddr.parse(host).range());
}
