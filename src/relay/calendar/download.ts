/**
 * Gets a calendar from a URL that somebody gave: over https only, within limits of time, size and redirects, and never
 * from a private address, for the daemon can reach what the person who gave the URL can't. The address is checked where
 * it is connected to, so that a name can't say one thing first and another thing then.
 */
import { lookup as dnsLookup } from 'node:dns';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';
import { CALENDAR_MAX_BYTES } from './absences.ts';
import { CalendarError } from './errors.ts';

export interface DownloadOptions {
  /** What the answer before carried: nothing is sent again while it is the same. */
  etag?: string | null;
  /** Private networks (CIDR) that calendars may be read from. */
  networks?: readonly string[];
  /** For the whole of it. */
  limitMs?: number;
  /** Gives up at once. */
  signal?: AbortSignal;
}

export interface Downloaded {
  /** null: it is as it was. */
  text: string | null;
  etag: string | null;
}

const LIMIT_MS = 20_000;
const REDIRECTS_MAX = 3;

/** The URL as it is fetched: `webcal:` means https. Rejects with CalendarError when it is no URL of a calendar. */
export function calendarUrl(text: string): URL {
  const url = URL.parse(text.trim().replace(/^webcals?:/i, 'https:'));
  if (url === null || url.protocol !== 'https:' || url.hostname === '')
    throw new CalendarError(
      'This is no https address of a calendar',
      'Write it like https://calendar.example.com/ana.ics',
    );
  if (url.username !== '' || url.password !== '')
    throw new CalendarError(
      'The address holds a password',
      'Use the secret address that the calendar gives for subscribing.',
    );
  url.hash = '';
  return url;
}

/** Gets the calendar's text. Rejects with CalendarError, which never shows the address: it is a secret. */
export async function downloadCalendar(address: string, options: DownloadOptions = {}): Promise<Downloaded> {
  const limit = AbortSignal.timeout(options.limitMs ?? LIMIT_MS);
  const signal = options.signal === undefined ? limit : AbortSignal.any([limit, options.signal]);
  let url = calendarUrl(address);
  for (let hop = 0; hop <= REDIRECTS_MAX; hop += 1) {
    const response = await get(url, options, signal);
    const status = response.statusCode ?? 0;
    if ([301, 302, 303, 307, 308].includes(status) && response.headers.location !== undefined) {
      response.destroy();
      const next = URL.parse(response.headers.location, url);
      if (next === null) throw failed(url, 'it leads nowhere');
      url = calendarUrl(next.href);
      continue;
    }
    if (status === 304) {
      response.destroy();
      return { text: null, etag: options.etag ?? null };
    }
    if (status !== 200) {
      response.destroy();
      throw failed(url, `it answers HTTP ${status}`);
    }
    return { text: await textOf(response, url), etag: response.headers.etag ?? null };
  }
  throw failed(url, `it leads on more than ${REDIRECTS_MAX} times`);
}

function get(url: URL, options: DownloadOptions, signal: AbortSignal): Promise<IncomingMessage> {
  const networks = options.networks ?? [];
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const literal = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(literal) !== 0 && !mayUse(literal, networks)) {
    reject(refused(url));
    return promise;
  }
  const lookup: LookupFunction = (host, wanted, done) => {
    dnsLookup(host, { ...wanted, all: true }, (error, addresses) => {
      if (error !== null) return done(error, '', 0);
      const usable = addresses.filter((one) => mayUse(one.address, networks));
      const [first] = usable;
      if (first === undefined) return done(refused(url), '', 0);
      if (wanted.all === true) done(null, usable);
      else done(null, first.address, first.family);
    });
  };
  const asked = request(url, {
    lookup,
    signal,
    agent: false,
    headers: {
      accept: 'text/calendar, */*;q=0.1',
      'user-agent': 'relay-pager',
      ...((options.etag ?? null) === null ? {} : { 'if-none-match': options.etag ?? '' }),
    },
  });
  asked.once('response', resolve);
  asked.once('error', (error: Error) =>
    reject(error instanceof CalendarError ? error : failed(url, reasonOf(error))),
  );
  asked.end();
  return promise;
}

async function textOf(response: IncomingMessage, url: URL): Promise<string> {
  const parts: Buffer[] = [];
  let sizeBytes = 0;
  try {
    for await (const part of response) {
      const bytes = Buffer.from(part as Uint8Array);
      sizeBytes += bytes.length;
      if (sizeBytes > CALENDAR_MAX_BYTES)
        throw failed(url, `it is over ${CALENDAR_MAX_BYTES / 1024 / 1024} MB`);
      parts.push(bytes);
    }
  } catch (error) {
    throw error instanceof CalendarError ? error : failed(url, reasonOf(error));
  } finally {
    response.destroy();
  }
  return Buffer.concat(parts).toString('utf8');
}

/** Public addresses, and those of the networks that were allowed. */
function mayUse(address: string, networks: readonly string[]): boolean {
  const parsed = ipaddr.process(address);
  if (parsed.range() === 'unicast') return true;
  return networks.some((network) => {
    const [base, bits] = ipaddr.parseCIDR(network);
    return base.kind() === parsed.kind() && parsed.match(base, bits);
  });
}

const refused = (url: URL): CalendarError =>
  new CalendarError(
    `${url.hostname} is a private address, from which relay reads no calendars`,
    'Give its network in calendars.networks of the configuration, or give the file with --ics FILE.',
  );

const failed = (url: URL, why: string): CalendarError =>
  new CalendarError(
    `The calendar at ${url.hostname} can't be read: ${why}`,
    'Check the address, or give another one.',
  );

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError' || error.name === 'AbortError') return 'it did not answer in time';
  return 'code' in error && typeof error.code === 'string' ? error.code : error.message;
}
