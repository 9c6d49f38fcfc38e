/** The one door in, over what was opened: stamped by this host's clock, keyed by the roster, kept by its keeper. */
import { Acceptor } from '../events/accept.ts';
import { groupedBy } from '../events/groups.ts';
import type { Opened } from './opened.ts';
import type { Surroundings } from './surroundings.ts';

type Parts = ConstructorParameters<typeof Acceptor>[0];

/** `own`: whose acceptances they are, and to whom they go. */
export const acceptorOf = (
  { store, lastSeq, roster }: Opened,
  around: Surroundings,
  own: Pick<Parts, 'clock' | 'host' | 'life' | 'onAccepted' | 'onUnread'>,
): Acceptor =>
  new Acceptor({
    ...own,
    journal: around.keeper,
    store,
    lastSeq,
    trusted: () => around.engineParts.trusted?.() ?? true,
    grouped: (event) => groupedBy(roster.current(), event),
  });
