/**
 * Which provider of a channel a message is called through. The first of them that works; the next one at once when it
 * is proven that nothing was sent; never another while there is doubt (rule 6), but for the marked repeat (rule 8).
 */
import type { SendOutcome } from '../messaging/port.ts';
import { isSamePack } from './packs.ts';
import type { MessageRow } from './rows.ts';
import type { NotSent, Provider, ResponderContext, ResponderState } from './types.ts';

type Refusal = Extract<SendOutcome, { kind: 'refused' }>;
type Contact = Pick<MessageRow, 'channel' | 'to'>;
type Channels = Pick<ResponderContext, 'channels'>;

/**
 * The providers that may take a message to this contact, in order: those of its channel, or the one of them that a push
 * address names before its first colon (`smsgateway:topic`).
 */
export function providersFor({ channels }: Channels, { channel, to }: Contact): readonly Provider[] {
  const all = channels[channel]?.providers ?? [];
  const named = channel === 'push' ? all.find(({ name }) => to.startsWith(`${name}:`)) : undefined;
  return named === undefined ? all : [named];
}

/** The provider that has the message: claims of older versions named none, and meant the first. */
export function providerOf(context: Channels, row: MessageRow): Provider | undefined {
  const all = context.channels[row.channel]?.providers ?? [];
  return row.provider === undefined ? all[0] : all.find(({ name }) => name === row.provider);
}

/** How the provider of a message is called in its timeline. */
export const providerName = (row: MessageRow): string => row.provider ?? 'the provider';

/**
 * The provider of the next claim, as a part of its row. Those that work come before those that don't at present, so that
 * a dead one costs no delay; `notSent` have had their turn; `avoided` is in doubt about the same, and comes last.
 */
export function claimedFor(
  context: Channels,
  row: Contact,
  notSent: readonly NotSent[] = [],
  avoided?: string,
): { provider?: string } {
  const all = providersFor(context, row);
  const left = untried(all, notSent);
  const open = left.length > 0 ? left : all;
  const choice = open.toSorted((a, b) => rank(a) - rank(b))[0];
  return choice === undefined ? {} : { provider: choice.name };

  function rank({ name, healthy, full }: Provider): number {
    return (name === avoided ? 4 : 0) + (healthy ? 0 : 2) + (full === true ? 1 : 0);
  }
}

/** The provider that can't tell whether it sent what is now repeated, marked (rule 8). */
export function doubted(
  { tells, packs = [] }: Pick<ResponderState, 'tells' | 'packs'>,
  { channel, to, members, packs: told = [] }: MessageRow,
): string | undefined {
  const numbers = new Set(members.map(({ number }) => number));
  return [
    ...tells.filter(({ ask }) => numbers.has(ask.number)),
    ...packs.filter((pack) => told.some((one) => isSamePack(one, pack))),
  ]
    .flatMap(({ ways }) => ways)
    .find((way) => way.channel === channel && way.address === to && way.doubted !== undefined)?.doubted;
}

/** The timeline names the provider where there is a choice. */
export const claimedText = ({ channels }: Channels, { channel, provider }: MessageRow): string =>
  (channels[channel]?.providers.length ?? 0) > 1 ? `claimed for ${provider}` : 'claimed';

/** What follows when a provider is proven not to have sent the message. */
export type Onward =
  /** Another provider of the channel hasn't had its turn. */
  | { kind: 'next'; notSent: NotSent[] }
  /** Each has had it, and one at least may take it later: they begin again with the first. `turns`: how often so far. */
  | { kind: 'again'; notSent: NotSent[]; turns: number }
  /** None will ever take it. */
  | { kind: 'none' };

/** `refusal` null: it was absent from the provider's list. Whoever opted out must not be reached by another's number. */
export function onward(
  context: Channels,
  message: { row: MessageRow; attempt: number; notSent?: NotSent[] },
  refusal: Refusal | null,
): Onward {
  if (refusal?.optedOut === true) return { kind: 'none' };
  const all = providersFor(context, message.row);
  const name = message.row.provider ?? all[0]?.name ?? '';
  const notSent = [
    ...(message.notSent ?? []).filter((one) => one.provider !== name),
    { provider: name, why: whyOf(refusal) },
  ];
  if (untried(all, notSent).length > 0) return { kind: 'next', notSent };
  const ofThese = notSent.filter((one) => all.some((provider) => provider.name === one.provider));
  if (!ofThese.some((one) => one.why === 'for now')) return { kind: 'none' };
  return {
    kind: 'again',
    // What concerns the message stays refused; an account may have been put right meanwhile.
    notSent: ofThese.filter((one) => one.why === 'for good'),
    turns: Math.ceil(message.attempt / Math.max(1, all.length)),
  };
}

function whyOf(refusal: Refusal | null): NotSent['why'] {
  if (refusal === null || !refusal.permanent) return 'for now';
  return refusal.account === true ? 'account' : 'for good';
}

const untried = (all: readonly Provider[], notSent: readonly NotSent[]): Provider[] =>
  all.filter(({ name }) => !notSent.some((one) => one.provider === name));
