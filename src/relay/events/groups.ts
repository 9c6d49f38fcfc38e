/**
 * Groups: where a service says so, alerts that have labels in common are members of one incident. Applied to what was
 * read, once, before the journal: a pure function of the event and the roster (rule 18).
 */
import type { Roster, Service } from '../oncall/types.ts';
import { boundKey } from './formats/key.ts';
import type { AlertEvent } from './types.ts';

/** What the event says under a name: a label, or what its source is about where no label is called so. */
const OWN = ['host', 'check', 'source'] as const;

/**
 * The event as a member of its group. As it is when the service groups nothing, when it has none of these labels, and
 * when somebody pages people by hand, which is about nothing else.
 */
export function grouped(service: Pick<Service, 'groupBy'> | undefined, event: AlertEvent): AlertEvent {
  const { groupBy = [] } = service ?? {};
  const says = event.action !== 'none' || event.note !== undefined;
  if (groupBy.length === 0 || event.tell !== undefined || !says) return event;
  const parts = groupBy.flatMap((name) => {
    const value = labelOf(event, name);
    return value === '' ? [] : [`${name}=${escaped(value)}`];
  });
  if (parts.length === 0) return event;
  return { ...event, dedupKey: boundKey(`group/${parts.join(',')}`), member: event.dedupKey };
}

/** As `grouped`, by what the event's service says. */
export const groupedBy = ({ services }: Pick<Roster, 'services'>, event: AlertEvent): AlertEvent =>
  grouped(
    services.find((one) => one.id === event.service),
    event,
  );

function labelOf(event: AlertEvent, name: string): string {
  const label = Object.hasOwn(event.labels ?? {}, name) ? event.labels?.[name] : undefined;
  const own = OWN.find((one) => one === name);
  return (label ?? (own === undefined ? undefined : event[own]) ?? '').trim();
}

/** So that no two values can make one key. */
const escaped = (value: string): string => value.replaceAll('%', '%25').replaceAll(',', '%2C');
