/** What is wrong with a field, where an API's own message begins with its name in quotes. Pure. */
import type { FieldError } from './simple.ts';

/** `'payload.summary' is missing`: the field payload.summary, which "is missing". */
export const byField = (message: string): FieldError => ({
  field: /^'(?<name>[\w.]+)' /u.exec(message)?.groups?.['name'] ?? 'body',
  message: message.replace(/^'[\w.]+' /u, ''),
});
