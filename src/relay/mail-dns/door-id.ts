/** How a relay knows its own mail server when it meets it from outside: all hosts of one relay greet with the same. */
import { createHmac } from 'node:crypto';

/** Of the key that all hosts share; says nothing about it. */
export function doorId(tokenKey: Uint8Array): string {
  return createHmac('sha256', tokenKey).update('relay mail door').digest('hex').slice(0, 20);
}
