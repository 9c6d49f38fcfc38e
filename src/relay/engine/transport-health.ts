/** One provider that takes no pages is a problem of its own until a page gets through: nobody may think that all is well. */
import type { Transport } from '../messaging/port.ts';
import type { Problems } from './ports.ts';

/** Raises the problem of one provider; null clears it. */
export function noteTransport(
  problems: Problems,
  { name }: Pick<Transport, 'name'>,
  wrong: { error: string; cure: string } | null,
): void {
  const id = `transport-${name}`;
  if (wrong === null) problems.clear(id);
  else problems.raise(id, `${name} takes no pages at present: ${wrong.error}`, wrong.cure);
}
