/** Where a calendar is subscribed to. The secret in it is the only key: the roster holds its SHA-256. */
import { hash } from 'node:crypto';

const SECRET = /^[A-Za-z0-9_-]{32}$/;

/** The path of the calendar with this secret. */
export const calendarPath = (secret: string): string => `/calendar/${secret}.ics`;

/** The secret in the last part of a path, `SECRET.ics`; null when none can be in it. */
export function secretIn(file: string): string | null {
  const secret = file.replace(/\.ics$/, '');
  return secret !== file && SECRET.test(secret) ? secret : null;
}

/** What the roster keeps of a secret. */
export const hashToken = (secret: string): string => hash('sha256', secret, 'hex');
