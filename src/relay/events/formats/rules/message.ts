/** What rules may look at besides what was read. Types, and what a source that has none of it is. */
import type { Fields } from '../fields.ts';
import type { ParsedMail } from '../mail.ts';

export interface AlertMessage {
  /** By lower-cased names. */
  headers: ReadonlyMap<string, string>;
  from: string;
  to: string;
  subject: string;
  body: string;
  /** Of a request: its JSON object, or its form. Null: it has none. */
  fields(): Fields | null;
}

const NO_HEADERS: ReadonlyMap<string, string> = new Map();

/** What came by a command. */
export const NO_MESSAGE: AlertMessage = {
  headers: NO_HEADERS,
  from: '',
  to: '',
  subject: '',
  body: '',
  fields: () => null,
};

/** A mail as rules see it. */
export const messageOfMail = ({ headers, from, to, subject, text }: ParsedMail): AlertMessage => ({
  headers,
  from,
  to,
  subject,
  body: text,
  fields: () => null,
});
