/** The messages a stand-in account knows, as the API shows them: single, and in pages, newest first. */
import { randomBytes } from 'node:crypto';
import { pageOf, rfc2822 } from './twilio-page.ts';

export interface LedgerEntry {
  sid: string;
  to: string;
  from: string;
  body: string;
  direction: 'outbound-api' | 'inbound';
  /** When the stand-in took it, in milliseconds since the epoch. */
  acceptedAtMs: number;
  validitySeconds: number | null;
  statusCallback: string | null;
  /** Twilio's word for how far it has come. */
  status: 'queued' | 'sent' | 'delivered' | 'undelivered' | 'failed' | 'received';
  errorCode: number | null;
  /** How often it reached the phone it was for. */
  delivered: number;
}

export class TwilioLedger {
  /** Newest last. */
  readonly entries: LedgerEntry[] = [];
  readonly #accountSid: string;

  constructor(accountSid: string) {
    this.#accountSid = accountSid;
  }

  add(entry: Omit<LedgerEntry, 'sid'>): LedgerEntry {
    const added = { sid: `SM${randomBytes(16).toString('hex')}`, ...entry };
    this.entries.push(added);
    return added;
  }

  /** One message as the API describes it. Times have whole seconds there. */
  json(entry: LedgerEntry): Record<string, unknown> {
    const at = rfc2822(entry.acceptedAtMs);
    const uri = `/2010-04-01/Accounts/${this.#accountSid}/Messages/${entry.sid}`;
    return {
      account_sid: this.#accountSid,
      api_version: '2010-04-01',
      body: entry.body,
      date_created: at,
      date_sent: entry.status === 'queued' ? null : at,
      date_updated: at,
      direction: entry.direction,
      error_code: entry.errorCode,
      error_message: null,
      from: entry.from,
      messaging_service_sid: null,
      num_media: '0',
      num_segments: '1',
      price: null,
      price_unit: 'USD',
      sid: entry.sid,
      status: entry.status,
      subresource_uris: { media: `${uri}/Media.json` },
      to: entry.to,
      uri: `${uri}.json`,
    };
  }

  /** One page of what was taken up to `untilMs` (a list may lag behind). The page token pins where the next one starts. */
  page(query: URLSearchParams, untilMs: number): Record<string, unknown> {
    const found = this.entries.filter((entry) => entry.acceptedAtMs <= untilMs && matches(entry, query));
    const path = `/2010-04-01/Accounts/${this.#accountSid}/Messages.json`;
    return pageOf({ path, name: 'messages' }, found, query, (entry) => this.json(entry));
  }
}

const day = (atMs: number): string => new Date(atMs).toISOString().slice(0, 10);

function matches(entry: LedgerEntry, query: URLSearchParams): boolean {
  const sent = day(entry.acceptedAtMs);
  const on = query.get('DateSent');
  const before = query.get('DateSent<');
  const after = query.get('DateSent>');
  return (
    (query.get('To') ?? entry.to) === entry.to &&
    (query.get('From') ?? entry.from) === entry.from &&
    (on === null || sent === on) &&
    (before === null || sent <= before) &&
    (after === null || sent >= after)
  );
}
