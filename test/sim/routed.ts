/** Keys whose alerts a rule of the team's sends by a policy of their own: the key says which, so that checks know it too. */

/** `key-2_by_office`: one word, as maintenance windows see it. */
export const routedKey = (dedupKey: string, policy: string): string => `${dedupKey}_by_${policy}`;

/** The policy of a key; null: that of its service. */
export const policyInKey = (dedupKey: string): string | null =>
  /_by_(?<policy>.+)$/u.exec(dedupKey)?.groups?.['policy'] ?? null;
