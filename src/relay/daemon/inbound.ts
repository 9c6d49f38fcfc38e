/** Twilio's side of this daemon: what it calls, one path each, and inbound SMS, which are polled for besides. */
import type { FastifyInstance } from 'fastify';
import type { Secrets } from '../config/secrets.ts';
import type { Config } from '../config/types.ts';
import type { Clock, Log, Problems } from '../engine/ports.ts';
import { inboundSms, type ReceivedSms } from '../messaging/twilio/inbound.ts';
import type { WebhookAnswer, WebhookRequest } from '../messaging/twilio/signed.ts';
import { STATUS_PATH, statusWebhook, type ReceivedReceipt } from '../messaging/twilio/status.ts';
import {
  KEY_PATH,
  keyWebhook,
  SCRIPT_PATH,
  scriptWebhook,
  type VoiceWebhookOptions,
} from '../messaging/twilio/voice-webhook.ts';
import { speechOf } from './transports.ts';

export interface InboundParts {
  config: Config;
  secrets: Secrets;
  clock: Clock;
  log: Log;
  problems: Problems;
  pageOpen(): boolean;
  onSms(sms: ReceivedSms): Promise<void>;
  onReceipt(received: ReceivedReceipt): Promise<void>;
  /** What calls say, and what keys pressed in them do. */
  calls: Pick<VoiceWebhookOptions, 'message' | 'onKey'>;
}

/** What Twilio calls, by path; each never rejects. */
export interface Inbound {
  readonly webhooks: ReadonlyMap<string, (request: WebhookRequest) => Promise<WebhookAnswer>>;
  /** Nothing is asked of Twilio any more once it resolves. */
  stop(): Promise<void>;
}

/** SMS that came while relay was down are still taken, this far back; what was taken already is known by its id. */
const LOOK_BACK_MS = 24 * 60 * 60_000;
const WEBHOOK_LIMIT_BYTES = 64 * 1024;

/** Starts polling; null without Twilio. Rejects with ConfigError when a secret can't be read. */
export async function openInbound(parts: InboundParts): Promise<Inbound | null> {
  const { config, secrets, clock, log } = parts;
  if (config.twilio === null) return null;
  const authToken = (await secrets.twilioAuthToken()) ?? '';
  const secondaryToken = await secrets.twilioSecondaryToken();
  const signed = {
    accountSid: config.twilio.accountSid,
    authToken: () => authToken,
    secondaryToken: () => secondaryToken,
    publicUrl: config.http?.publicUrl ?? null,
    log,
  };
  const sms = inboundSms({
    ...signed,
    number: config.twilio.from,
    baseUrl: config.twilio.baseUrl,
    clock,
    problems: parts.problems,
    pollSeconds: config.twilio.pollSeconds,
    pageOpen: parts.pageOpen,
    sinceMs: clock.wallMs() - LOOK_BACK_MS,
    onSms: parts.onSms,
  });
  const calls = { ...signed, ...parts.calls, onReceipt: parts.onReceipt, speech: speechOf(config.twilio) };
  sms.start();
  return {
    webhooks: new Map([
      ['/twilio/sms', (request) => sms.handle(request)],
      [STATUS_PATH, (request) => statusWebhook({ ...signed, onReceipt: parts.onReceipt }, request)],
      [SCRIPT_PATH, (request) => scriptWebhook(calls, request)],
      [KEY_PATH, (request) => keyWebhook(calls, request)],
    ]),
    stop: () => sms.stop(),
  };
}

/** `POST /twilio/…`, answered by whatever is configured at that moment. */
export function inboundRoutes(app: FastifyInstance, present: () => Inbound | null): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    '*',
    { parseAs: 'string', bodyLimit: WEBHOOK_LIMIT_BYTES },
    (_request, body, done) => done(null, body),
  );
  app.post('/twilio/*', async (request, reply) => {
    const inbound = present();
    if (inbound === null) return reply.code(404).type('text/plain').send('Twilio is not configured here');
    const webhook = inbound.webhooks.get(request.url.split('?')[0] ?? '');
    if (webhook === undefined)
      return reply.code(404).type('text/plain').send('Twilio has nothing to call here');
    const header = request.headers['x-twilio-signature'];
    const answer = await webhook({
      url: request.url,
      rawParams: typeof request.body === 'string' ? request.body : '',
      signature: Array.isArray(header) ? header[0] : header,
    });
    return reply.code(answer.status).type(answer.contentType).send(answer.body);
  });
}
