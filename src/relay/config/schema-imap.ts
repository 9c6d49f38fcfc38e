/** `imap:` in relay.yaml: mailboxes elsewhere that alerts, or answers to pages, are mailed to. */
import * as z from 'zod';
import { readImapUrl } from './imap-url.ts';
import { leaf, secretFile, textThat } from './leaves.ts';

const POLL_SECONDS = { least: 5, most: 600, usual: 30 };

const purposes = leaf('alerts, replies, or a list of both', (value): ('alerts' | 'replies')[] | undefined => {
  const list: unknown[] = Array.isArray(value) ? value : [value];
  const isPurpose = (one: unknown): one is 'alerts' | 'replies' => one === 'alerts' || one === 'replies';
  return list.length > 0 && list.every(isPurpose) ? [...new Set(list)] : undefined;
});

const done = leaf(
  'seen, delete, or move: with the name of a mailbox',
  (value): 'seen' | 'delete' | { move: string } | undefined => {
    if (value === 'seen' || value === 'delete') return value;
    const to = typeof value === 'object' && value !== null && 'move' in value ? value.move : undefined;
    const alone = Object.keys(value ?? {}).length === 1;
    return alone && typeof to === 'string' && isMailboxName(to) ? { move: to } : undefined;
  },
);

/** Control characters would end the command that it stands in. */
const isMailboxName = (text: string): boolean => text !== '' && text.length <= 250 && !/\p{Cc}/u.test(text);

/** `relay+{token}@example.com`. */
const replyAddress = textThat('an address with {token} in it such as relay+{token}@example.com', (text) =>
  /^[^\s@<>(),;:"{}]*\{token\}[^\s@<>(),;:"{}]*@[^\s@<>(),;:"{}]+$/u.test(text) ? text : undefined,
);

export const imap = z.array(
  z.strictObject({
    url: textThat('a mailbox such as imaps://alerts@mail.example.com', (text) =>
      readImapUrl(text) === null ? undefined : text,
    ),
    passwordFile: secretFile.optional(),
    mailbox: textThat('the name of a mailbox such as INBOX', (text) =>
      isMailboxName(text) ? text : undefined,
    ).default('INBOX'),
    for: purposes.prefault('alerts'),
    service: textThat('the id of a service such as db', (text) => text.toLowerCase()).optional(),
    done: done.prefault('seen'),
    pollSeconds: leaf(
      `a number of seconds from ${POLL_SECONDS.least} to ${POLL_SECONDS.most}`,
      (value): number | undefined =>
        typeof value === 'number' && value >= POLL_SECONDS.least && value <= POLL_SECONDS.most
          ? value
          : undefined,
    ).default(POLL_SECONDS.usual),
    replyAddress: replyAddress.optional(),
  }),
);
