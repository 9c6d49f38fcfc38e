/** People in the roster file, field by field: their contacts, notification rules and quiet hours. Pure. */
import { CHANNELS, SEVERITIES } from '../../events/types.ts';
import { checkAddress, checkName, checkPhone, checkTopic } from '../checks.ts';
import { NOTIFICATION_LIMITS } from '../notification-checks.ts';
import type { ContactMethod, NotificationRule, NotificationStep, Person, QuietHours } from '../types.ts';
import { delay, hours } from './forms.ts';
import { severities, zone } from './policy-fields.ts';
import { checked, choice, list, mapped, record, text, type Shape } from './shapes.ts';

const words = text('text of one line', 200);

/** Whether it is verified is found out by answers, and not said by a file. */
type PlainContact = Omit<ContactMethod, 'verifiedAtMs'>;

const contact = record<PlainContact>('a contact', {
  channel: { about: 'How it is used.', shape: choice(CHANNELS) },
  address: {
    about: 'The number with + and country code, the mail address, or what a push provider calls it.',
    shape: words,
  },
  disabled: { about: 'Why nothing is sent to it, for example an opt-out.', shape: words, optional: true },
});

const span = list(hours, { min: 1, max: NOTIFICATION_LIMITS.hours });

const step = record<NotificationStep>('a step', {
  afterMs: { key: 'after', about: 'How long after the first; left out: at once.', shape: delay, absent: 0 },
  channels: {
    about: 'Which contacts are used then, by their channels.',
    shape: list(choice(CHANNELS), { min: 1, max: CHANNELS.length, unique: true }),
  },
});

const rule = record<NotificationRule>('a rule', {
  severities: { about: 'For these severities; else for all.', shape: severities, optional: true },
  during: { about: "Only within these hours, by the person's zone.", shape: span, optional: true },
  outside: { about: 'Only outside of all these hours.', shape: span, optional: true },
  steps: {
    about: 'What is used at once, and what later while nobody has acknowledged.',
    shape: list(step, { min: 1, max: NOTIFICATION_LIMITS.steps }),
  },
});

const quiet = record<QuietHours>('quiet hours', {
  during: { about: 'The hours, by the clock on the wall.', shape: span },
  except: {
    about: 'Severities that break through; else critical. [] for none.',
    shape: list(choice(SEVERITIES), { max: SEVERITIES.length, unique: true }),
    optional: true,
  },
});

interface PersonKeys extends Omit<Person, 'id' | 'name' | 'contacts' | 'linksRevokedAtMs'> {
  name?: string;
  phone?: string;
  email?: string;
  voice?: string;
  push?: string[];
  contacts?: PlainContact[];
}

const personKeys = record<PersonKeys>('a person', {
  name: {
    about: 'For people to read; else the id.',
    shape: checked(text('a name', 200), checkName),
    optional: true,
  },
  phone: {
    about: 'The phone number for SMS, with + and country code, in quotes.',
    shape: checked(text('a phone number such as "+15550100"', 40), checkPhone),
    optional: true,
  },
  email: {
    about: 'The mail address.',
    shape: checked(text('a mail address such as ana@example.com', 254), checkAddress),
    optional: true,
  },
  voice: {
    about: 'The phone number to call, with + and country code, in quotes.',
    shape: checked(text('a phone number such as "+15550100"', 40), checkPhone),
    optional: true,
  },
  push: {
    about:
      'Topics, rooms or sirens, as a push provider knows them; PROVIDER:TOPIC is for that provider only.',
    shape: list(checked(text('a push address such as ana-pages', 200), checkTopic), {
      min: 1,
      max: 10,
      unique: true,
    }),
    optional: true,
  },
  contacts: {
    about:
      'In place of phone, email, voice and push: every contact with its channel, in the order they are used.',
    shape: list(contact, { min: 1, max: 20 }),
    optional: true,
  },
  zone: {
    about: 'The time zone of their rules and quiet hours, in which times are shown to them too.',
    shape: zone,
    optional: true,
  },
  rules: {
    about:
      'How they are told, by severity and time of day: the first that applies decides. None: by every contact at once.',
    shape: list(rule, { min: 1, max: NOTIFICATION_LIMITS.rules }),
    optional: true,
  },
  quiet: { about: 'When only what is urgent may wake them.', shape: quiet, optional: true },
});

/** A person. */
export const person: Shape<Omit<Person, 'id'>> = mapped<Omit<Person, 'id'>, PersonKeys>(personKeys, {
  from: (keys, path, to) => {
    const { name = String(path.at(-1)), phone, email, voice, push, contacts, ...rest } = keys;
    const ways = { phone, email, voice, push };
    const isPlain = Object.values(ways).some((one) => one !== undefined);
    if (contacts === undefined && !isPlain) {
      return to.wrong(
        path,
        'there is no way to reach this person: give phone, email, voice, push or contacts',
        'key',
      );
    }
    if (contacts === undefined) return { name, ...rest, contacts: plainContacts(ways) };
    if (!isPlain) return { name, ...rest, contacts };
    return to.wrong(
      [...path, 'contacts'],
      'contacts say it all: move phone, email, voice and push into them',
      'key',
    );
  },
  // What has been revoked stays so whatever a file says.
  to: ({ name, contacts, linksRevokedAtMs: _revoked, ...rest }) => ({
    name,
    ...reach(contacts.map(plain)),
    ...rest,
  }),
});

const plain = ({ verifiedAtMs: _verifiedAtMs, ...rest }: ContactMethod): PlainContact => rest;

type Ways = { [K in 'phone' | 'email' | 'voice' | 'push']?: PersonKeys[K] | undefined };

const plainContacts = ({ phone, email, voice, push = [] }: Ways): PlainContact[] => [
  ...(phone === undefined ? [] : [{ channel: 'sms' as const, address: phone }]),
  ...(email === undefined ? [] : [{ channel: 'email' as const, address: email }]),
  ...(voice === undefined ? [] : [{ channel: 'voice' as const, address: voice }]),
  ...push.map((address) => ({ channel: 'push' as const, address })),
];

/** `phone`, `email`, `voice` and `push` where they say it all. */
function reach(contacts: PlainContact[]): Pick<PersonKeys, keyof Ways | 'contacts'> {
  const phone = contacts.find((one) => one.channel === 'sms')?.address;
  const email = contacts.find((one) => one.channel === 'email')?.address;
  const voice = contacts.find((one) => one.channel === 'voice')?.address;
  const push = contacts.filter((one) => one.channel === 'push').map((one) => one.address);
  const isPlain = JSON.stringify(plainContacts({ phone, email, voice, push })) === JSON.stringify(contacts);
  if (!isPlain || contacts.length === 0) return { contacts };
  return {
    ...(phone === undefined ? {} : { phone }),
    ...(email === undefined ? {} : { email }),
    ...(voice === undefined ? {} : { voice }),
    ...(push.length === 0 ? {} : { push }),
  };
}
