/**
 * `GET` and `POST /a/TOKEN`: the page on which a message is answered, on the listener that takes alerts. Looking never
 * changes anything: previews, scanners and prefetching browsers open links. The token is all the proof there is, so
 * nothing else is told of a link that doesn't count.
 */
import { randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Core } from '../api/core.ts';
import type { Config } from '../config/types.ts';
import type { Log } from '../engine/ports.ts';
import { messageWithCode } from '../engine/reply-facts.ts';
import { Gauge } from '../events/http/gauge.ts';
import { HTTP_LIMITS, type HttpLimits } from '../events/http/limits.ts';
import { refusalFor } from '../events/http/refusals.ts';
import { Guessed } from '../messaging/answer-page/guessed.ts';
import { ANSWER_PATH } from '../messaging/answer-page/path.ts';
import { answerPage, plainPage } from '../messaging/answer-page/render.ts';
import { standingOf, type Standing } from '../messaging/answer-page/standing.ts';
import { STYLE_SOURCE } from '../messaging/answer-page/style.ts';
import { readToken } from '../messaging/token.ts';
import { responderKey, type MessageRow } from '../notifications/rows.ts';
import type { Person } from '../oncall/types.ts';
import { press, saidOf } from './answer-press.ts';
import { readView } from './answer-reading.ts';

export interface AnswerDoorParts {
  core(): Pick<Core, 'accept' | 'store' | 'whenDone' | 'roster'>;
  tokenKey: Uint8Array;
  /** False: this host may not know of everybody yet. */
  rosterIsSure(): boolean;
  /** How long links count from the claim of their message. */
  linkMs: number;
  log: Log;
  nowMs(): number;
  limits: HttpLimits;
}

/** Few at once: each reads the store. */
export const ANSWER_LIMITS: HttpLimits = { ...HTTP_LIMITS, maxInFlight: 64 };

const DAY_MS = 86_400_000;
/** Long enough for a page on Friday that is looked up on Monday. */
export const LINK_DAYS = 7;

/** How long links count. */
export const linkMsOf = (config: Config): number => (config.http?.linkDays ?? LINK_DAYS) * DAY_MS;

const FORM_BYTES = 4_096;
/** Smaller ones are one packet as they are. */
const GZIP_FROM_BYTES = 1_200;

type Asked = FastifyRequest<{
  Params: { token: string };
  Querystring: { p?: unknown; q?: unknown; r?: unknown };
}>;

/** A link that counts, or what is said instead. */
type Link = { message: MessageRow; person: Person } | { refused: Refused };
interface Refused {
  status: 404 | 410 | 503;
  title: string;
  text: string;
}

/** The routes as a plugin of their own: parsers, limits and errors touch no other. */
export function answerDoor(app: FastifyInstance, parts: AnswerDoorParts): void {
  const { tokenKey, nowMs, linkMs, log } = parts;
  const gauge = new Gauge(parts.limits);
  const guessed = new Guessed();
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string', bodyLimit: FORM_BYTES },
    (_request, body, done) => done(null, body),
  );
  app.addHook('onRequest', async (request, reply) => {
    if (gauge.admit(request.raw, reply.raw)) return undefined;
    void reply.header('retry-after', parts.limits.retryAfterSeconds);
    return show(
      request,
      reply,
      429,
      plainPage('Busy', 'Too many requests at once: load this again in a moment.'),
    );
  });
  app.setErrorHandler(async (error, request, reply) => {
    const { code, ours, retryAfter } = refusalFor(error);
    if (ours) {
      log.error(
        { err: error instanceof Error ? error.message : String(error) },
        'the page of a message failed',
      );
    }
    if (retryAfter !== null) void reply.header('retry-after', retryAfter);
    const text = ours
      ? 'Relay can’t read or keep anything just now, so nothing was changed. Load this again in a moment, or answer by a reply.'
      : 'That could not be read, so nothing was changed.';
    return show(request, reply, code, plainPage('Nothing was changed', text));
  });

  app.get(`${ANSWER_PATH}:token`, async (request: Asked, reply) => {
    const link = await linkOf(request);
    if ('refused' in link) return refuse(request, reply, link.refused);
    const { message, person } = link;
    const { p, q, r } = request.query;
    const core = parts.core();
    const view = await readView(
      {
        core,
        roster: core.roster.current(),
        tokenKey,
        nowMs: nowMs(),
        nonce: randomBytes(3).toString('hex'),
      },
      message,
      person,
      {
        part: whole(p) ?? 1,
        others: message.packs === undefined ? null : whole(q),
        said: await saidOf(core, message, typeof r === 'string' ? r : ''),
        untilMs: message.claimedAtMs + linkMs,
      },
    );
    return show(request, reply, 200, answerPage(view));
  });

  app.post(`${ANSWER_PATH}:token`, async (request: Asked, reply) => {
    const link = await linkOf(request);
    if ('refused' in link) return refuse(request, reply, link.refused);
    const fields = new URLSearchParams(typeof request.body === 'string' ? request.body : '');
    const outcome = await press(
      { core: parts.core(), tokenKey, nowMs: nowMs() },
      link.message,
      link.person,
      fields,
    );
    if (outcome === null) {
      const text = 'What was sent is not from this page. Open the link again and press there.';
      return show(request, reply, 403, plainPage('Nothing was changed', text));
    }
    // Relative: a proxy may have this page at another path than ours.
    return headers(reply).code(303).header('location', `?r=${outcome}`).send();
  });

  async function linkOf(request: Asked): Promise<Link> {
    const named = readToken(tokenKey, request.params.token, 'link');
    if (named === null) return { refused: NOWHERE };
    const core = parts.core();
    const person = core.roster.current().people.find((one) => one.id === named.person);
    if (person === undefined && !parts.rosterIsSure()) return { refused: LATER };
    const message = await messageWithCode(core.store, responderKey(named.person), named.code, NONE_UNWRITTEN);
    if (message === null || message.purpose !== 'incident') return { refused: UNKNOWN };
    const standing = standingOf(message, person, nowMs(), linkMs);
    if (standing === 'open' && person !== undefined) return { message, person };
    return { refused: standing === 'open' ? UNKNOWN : OVER[standing] };
  }

  function refuse(request: Asked, reply: FastifyReply, refused: Refused): Promise<FastifyReply> {
    if (refused === NOWHERE && !guessed.mayAsk(request.ip, nowMs())) {
      void reply.header('retry-after', 600);
      return show(request, reply, 429, plainPage('Too many wrong links', 'Wait ten minutes.'));
    }
    return show(request, reply, refused.status, plainPage(refused.title, refused.text));
  }
}

/** A number of an address; null for anything else. */
const whole = (text: unknown): number | null =>
  typeof text === 'string' && /^\d{1,12}$/u.test(text) ? Number(text) : null;

const NONE_UNWRITTEN = new Map<string, never>();

const NOWHERE: Refused = {
  status: 404,
  title: 'This link leads nowhere',
  text: 'Perhaps a part of it is missing: open it from the message again.',
};
const UNKNOWN: Refused = {
  status: 404,
  title: 'Nothing is known of this message here',
  text: 'If it has only just come, load this again in a minute: the host that sent it may be on its own. If it is old, it is gone.',
};
const LATER: Refused = {
  status: 503,
  title: 'Not just now',
  text: 'This host doesn’t know everybody yet: load this again in a minute.',
};
const OVER: Record<Exclude<Standing, 'open'>, Refused> = {
  expired: {
    status: 410,
    title: 'This link is no longer valid',
    text: 'Links count only for some days after their message.',
  },
  revoked: {
    status: 410,
    title: 'This link is no longer valid',
    text: 'Links sent until then were revoked.',
  },
  gone: {
    status: 410,
    title: 'This link is no longer valid',
    text: 'It was sent to somebody, or to a phone or address, that Relay doesn’t page any more.',
  },
};

/** What comes with every answer: kept nowhere, shown within nothing, loading nothing, telling nobody. */
const headers = (reply: FastifyReply): FastifyReply =>
  reply.headers({
    'cache-control': 'no-store',
    'content-security-policy': `default-src 'none'; style-src ${STYLE_SOURCE}; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    vary: 'accept-encoding',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'x-robots-tag': 'noindex, nofollow, noarchive',
  });

const zip = promisify(gzip);

async function show(
  request: FastifyRequest,
  reply: FastifyReply,
  status: number,
  page: string,
): Promise<FastifyReply> {
  const plain = Buffer.from(page);
  void headers(reply).code(status).type('text/html; charset=utf-8');
  const zips = /(?:^|,)\s*gzip\s*(?:,|;(?!\s*q=0(?:\.0*)?\s*(?:,|$))|$)/iu.test(
    request.headers['accept-encoding'] ?? '',
  );
  if (!zips || plain.length < GZIP_FROM_BYTES) return reply.send(plain);
  return reply.header('content-encoding', 'gzip').send(await zip(plain));
}
