/** A text as it goes to a phone. Pure. */

/** Line feeds stay, other control characters don't. Sending and settling agree on it. */
export const phoneText = (body: string): string =>
  body
    .toWellFormed()
    .replace(/\r\n?|[\u2028\u2029]/g, '\n')
    .replace(/[^\P{Cc}\n]/gu, '');
