/** A routing key that comes in a header, so that it needn't stand in a URL. Pure. */

/** Opsgenie's keys look like this; a routing key is as many digits without the dashes. */
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/**
 * The key in `Authorization`, by one of `schemes` in lower case; null: there is none. With `basic` it is the password,
 * or the name where there is no password, as curl's `-u KEY:` has it.
 */
export function keyIn(header: string | undefined, schemes: readonly string[]): string | null {
  const said = /^(?<scheme>[a-z]+)\s+(?<rest>\S.*)$/iu.exec(header?.trim() ?? '')?.groups;
  const scheme = said?.['scheme']?.toLowerCase() ?? '';
  const rest = said?.['rest']?.trim() ?? '';
  if (rest === '' || !schemes.includes(scheme)) return null;
  const key = scheme === 'basic' ? fromBasic(rest) : rest;
  return UUID.test(key) ? key.replaceAll('-', '') : key;
}

function fromBasic(coded: string): string {
  const text = Buffer.from(coded, 'base64').toString('utf8');
  const at = text.indexOf(':');
  const password = at === -1 ? '' : text.slice(at + 1);
  return password === '' ? text.slice(0, at === -1 ? undefined : at) : password;
}
