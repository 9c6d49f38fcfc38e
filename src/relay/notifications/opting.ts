/** START: the person tells the carrier, and so us, that texts may come to their phone again. Pure. */
import type { ResponderInput } from '../engine/effects.ts';
import type { Draft } from './draft.ts';

type Reply = Extract<ResponderInput, { kind: 'reply' }>;

/**
 * The carrier lets us through again: the method is switched on, if it was off because of STOP. False when it is no
 * contact that pages go to, or the word may mean something else. A host that pages alone can't write the roster: the word has to come again.
 */
export function optIn(d: Draft, reply: Reply): boolean {
  const contact = d.context.person?.contacts.find(
    (one) => one.channel === reply.channel && one.address === reply.contact,
  );
  if (contact === undefined || d.context.degraded !== null) return false;
  if (contact.disabled === undefined && reply.command.start !== 'surely') return false;
  d.effects.handovers.push({
    kind: 'enable',
    id: `${reply.id}/optin`,
    person: d.state.person,
    channel: reply.channel,
    address: reply.contact,
    atMs: reply.sentAtMs,
  });
  d.reasons.push(`${reply.contact} wants texts again`);
  return true;
}
