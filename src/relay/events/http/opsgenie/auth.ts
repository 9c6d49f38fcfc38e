/** Who calls Opsgenie's API: `Authorization: GenieKey KEY`, where KEY is the routing key of a service. */
import { keyIn } from '../credentials.ts';
import type { IntakeParts } from '../intake.ts';

/** Why a caller is turned away; final for every client. */
export const NOT_AUTHENTICATED = 'Could not authenticate';

/**
 * The service whose key it is; null: nobody's, to be answered 401. A key may be written as Opsgenie writes its own, with
 * dashes. Throws StoreUnavailableError where this host can't be sure.
 */
export function serviceOfGenieKey(
  header: string | undefined,
  serviceOf: IntakeParts['serviceOf'],
): string | null {
  const key = keyIn(header, ['geniekey', 'basic', 'bearer']);
  return key === null ? null : serviceOf(key);
}
