/** `relay rules test`: what mails and requests would become. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { buffer } from 'node:stream/consumers';
import {
  type OfflineReading,
  readMailOffline,
  readRequestOffline,
  type RuleSet,
  type Tried,
} from '../relay/events/offline.ts';
import { EXIT } from './exit.ts';
import type { Io } from './quick-command.ts';
import { clean, styleFor, type Style } from './render/style.ts';

export interface RulesWish {
  files: readonly string[];
  http: boolean;
  contentType: string;
  /** By whose rules; null: by the built-in readers alone. */
  rules: RuleSet | null;
  /** Also every rule that was tried. */
  explain: boolean;
}

/** What is printed of a file; others script against it. */
export interface TestedJson {
  file: string;
  /** Which reader took it; null: it was refused. */
  source: string | null;
  /** Which rule of the team's took it; null: none. */
  rule: string | null;
  events: {
    action: string;
    dedupKey: string;
    severity: string;
    summary: string;
    reason: string;
    /** With --explain, and where a rule took one of them. */
    service?: string;
    policy?: string | null;
  }[];
  /** With --explain: each rule that was tried, in order. */
  tried?: Tried[];
  /** Why the sender would be refused; absent: it is taken. */
  refused?: string;
}

/** Exits with 1 when a file can't be read, or would be refused. */
export async function testRules(wish: RulesWish, json: boolean, io: Io): Promise<number> {
  let failed = false;
  for (const file of wish.files) {
    let raw: Uint8Array;
    try {
      raw = file === '-' ? await buffer(process.stdin) : await readFile(resolve(io.cwd, file));
    } catch (error) {
      io.err(`relay: ${clean(file)}: ${wrongWith(error)}\n`);
      failed = true;
      continue;
    }
    const reading = wish.http
      ? await readRequestOffline(raw, wish.contentType || looksLike(raw), wish.rules)
      : await readMailOffline(raw, wish.rules);
    failed ||= 'refused' in reading;
    const doubt = doubtAbout(raw, wish.http);
    if (doubt !== null) io.err(`relay: ${clean(file)} ${doubt}\n`);
    io.out(
      json
        ? `${JSON.stringify(testedOf(file, reading, wish.explain))}\n`
        : textOf(file, reading, wish, styleFor(io)),
    );
  }
  return failed ? EXIT.failed : EXIT.ok;
}

/** A mail given as a request, or the other way round, is read all the same, as something it isn't. */
function doubtAbout(raw: Uint8Array, http: boolean): string | null {
  const start = Buffer.from(raw.subarray(0, 200)).toString('latin1');
  if (http)
    return /^(?:From |(?:From|To|Subject|Date|Received|Return-Path|Message-ID|MIME-Version): )/iu.test(start)
      ? 'looks like a mail: leave --http out'
      : null;
  return /^\s*[{[]|^[A-Z]{3,7} \S+ HTTP\/1/u.test(start)
    ? 'looks like a request, and was read as a mail: give --http'
    : null;
}

/** A form doesn't say that it is one, and the original of an incident no longer knows its Content-Type. */
const looksLike = (raw: Uint8Array): string =>
  /^[\w.-]{1,40}=[^\r\n]*[\r\n]*$/u.test(Buffer.from(raw).toString('utf8'))
    ? 'application/x-www-form-urlencoded'
    : '';

function testedOf(file: string, reading: OfflineReading, explain: boolean): TestedJson {
  if ('refused' in reading) return { file, source: null, rule: null, events: [], refused: reading.refused };
  const { events, tried } = reading;
  const isRuled = events.some(({ rule }) => rule !== undefined);
  return {
    file,
    source: events[0]?.source ?? null,
    rule: events.find(({ rule }) => rule !== undefined)?.rule ?? null,
    events: events.map(({ action, dedupKey, severity, summary, reason = '', service, policy }) => ({
      action,
      dedupKey,
      severity,
      summary,
      reason,
      ...(explain || isRuled ? { service, policy: policy ?? null } : {}),
    })),
    ...(explain ? { tried } : {}),
  };
}

function textOf(file: string, reading: OfflineReading, wish: RulesWish, style: Style): string {
  const name = style.bold(clean(file));
  if ('refused' in reading) return `${name}: ${style.red('refused')}: ${reading.refused}\n`;
  const { events, tried } = reading;
  const isRuled = events.some(({ rule }) => rule !== undefined);
  const blocks = events.map(({ action, dedupKey, severity, summary, reason = '', service, policy, rule }) =>
    [
      `  ${WORDS[action]}  ${summary}`,
      ...(action === 'trigger' ? [`    severity  ${severity}`] : []),
      ...(action === 'none' ? [] : [`    key       ${clean(dedupKey)}`]),
      ...(isRuled && action !== 'none' ? [`    service   ${service}`] : []),
      ...(policy === undefined ? [] : [`    policy    ${policy}`]),
      ...(rule === undefined ? [] : [`    rule      ${style.bold(clean(rule))}`]),
      ...(reason === '' ? [] : [`    because   ${clean(reason)}`]),
    ].join('\n'),
  );
  const rules = wish.explain ? `${triedLines(tried, events.length, wish, style)}\n` : '';
  return `${name}: ${events[0]?.source ?? ''}\n${blocks.join('\n')}\n${rules}`;
}

function triedLines(tried: readonly Tried[], events: number, { rules }: RulesWish, style: Style): string {
  if (rules === null || rules.rules.length === 0) return '    rules     there are none';
  const lines = tried.map(({ rule, event, verdict, why }) => {
    const which = events > 1 ? `alert ${event + 1}: ` : '';
    const said = `${which}${VERDICTS[verdict]}: ${clean(why)}`;
    return `      ${clean(rule)}: ${verdict === 'no' ? style.dim(said) : said}`;
  });
  const untried = rules.rules.filter(({ id }) => tried.every(({ rule }) => rule !== id));
  const rest =
    untried.length === 0
      ? []
      : [style.dim(`      not tried: ${untried.map(({ id }) => clean(id)).join(', ')}`)];
  return ['    rules, as they were tried', ...lines, ...rest].join('\n');
}

const VERDICTS: Record<Tried['verdict'], string> = {
  yes: 'takes it',
  no: 'no',
  either: 'both ways',
  unusable: 'can not be used',
};

const WORDS: Record<string, string> = {
  trigger: 'opens',
  resolve: 'closes',
  acknowledge: 'acknowledges',
  none: 'nothing',
};

function wrongWith(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  if (code === 'ENOENT') return 'no such file';
  if (code === 'EISDIR') return 'a folder; name the files in it';
  if (code === 'EACCES') return 'may not be read by this user';
  return error instanceof Error ? error.message : String(error);
}
