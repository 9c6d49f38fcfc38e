import { expect, test } from 'vitest';
import { cureOf } from '../../../src/relay/messaging/email/refusals.ts';

/** No password is set for a server that has a user. */
const noPassword = Object.assign(new Error('Missing credentials for "PLAIN"'), { code: 'EAUTH' });

test.each([
  ['mail', 'Put the password for mail.url into mail.passwordFile (or RELAY_MAIL_PASSWORD)'],
  [
    'mail-2',
    'Put the password for url of mail-2 in mail.servers into its passwordFile (or RELAY_MAIL_PASSWORD_2)',
  ],
])('a missing password of %s is asked for where it belongs', (name, cure) => {
  expect(cureOf(noPassword, 'mail.example.com:587', name)).toBe(cure);
});
