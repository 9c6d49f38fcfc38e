/** Inbound SMS as the configuration has it: polled always, and by webhook where there is a public URL. */
import type { FastifyInstance } from 'fastify';
import type { Secrets } from '../config/secrets.ts';
import type { Config } from '../config/types.ts';
import type { Clock, Log, Problems } from '../engine/ports.ts';
import { inboundSms, type InboundSms, type ReceivedSms } from '../messaging/twilio/inbound.ts';

export interface InboundParts {
  config: Config;
  secrets: Secrets;
  clock: Clock;
  log: Log;
  problems: Problems;
  pageOpen(): boolean;
  onSms(sms: ReceivedSms): Promise<void>;
}

/** SMS that came while relay was down are still taken, this far back; what was taken already is known by its id. */
const LOOK_BACK_MS = 24 * 60 * 60_000;
const WEBHOOK_LIMIT_BYTES = 64 * 1024;

/** Starts polling; null without Twilio. Rejects with ConfigError when a secret can't be read. */
export async function openInbound(parts: InboundParts): Promise<InboundSms | null> {
  const { config, secrets, clock } = parts;
  if (config.twilio === null) return null;
  const authToken = (await secrets.twilioAuthToken()) ?? '';
  const secondaryToken = await secrets.twilioSecondaryToken();
  const inbound = inboundSms({
    accountSid: config.twilio.accountSid,
    authToken: () => authToken,
    secondaryToken: () => secondaryToken,
    number: config.twilio.from,
    baseUrl: config.twilio.baseUrl,
    publicUrl: config.http?.publicUrl ?? null,
    clock,
    log: parts.log,
    problems: parts.problems,
    pollSeconds: config.twilio.pollSeconds,
    pageOpen: parts.pageOpen,
    sinceMs: clock.wallMs() - LOOK_BACK_MS,
    onSms: parts.onSms,
  });
  inbound.start();
  return inbound;
}

/** `POST /twilio/sms`, answered by whatever is configured at that moment. */
export function inboundRoutes(app: FastifyInstance, present: () => InboundSms | null): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    '*',
    { parseAs: 'string', bodyLimit: WEBHOOK_LIMIT_BYTES },
    (_request, body, done) => done(null, body),
  );
  app.post('/twilio/sms', async (request, reply) => {
    const inbound = present();
    if (inbound === null) return reply.code(404).type('text/plain').send('Twilio is not configured here');
    const header = request.headers['x-twilio-signature'];
    const answer = await inbound.handle({
      url: request.url,
      rawParams: typeof request.body === 'string' ? request.body : '',
      signature: Array.isArray(header) ? header[0] : header,
    });
    return reply.code(answer.status).type(answer.contentType).send(answer.body);
  });
}
