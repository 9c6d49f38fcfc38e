/** Text that PGP signed in place (RFC 9580, 7): what was signed, without the signature around it. */

const BEGINS = '-----BEGIN PGP SIGNED MESSAGE-----';
const SIGNATURE = '\n-----BEGIN PGP SIGNATURE-----';

/** The same text where nothing was signed so. */
export function withoutArmour(text: string): string {
  const start = text.indexOf(BEGINS);
  if (start === -1) return text;
  // Behind the armour's own headers ("Hash: SHA256") stands a blank line.
  const blank = text.indexOf('\n\n', start);
  const signature = text.indexOf(SIGNATURE, start);
  if (blank === -1 || signature < blank) return text;
  const end = text.indexOf('-----END PGP SIGNATURE-----', signature);
  const after = end === -1 ? '' : text.slice(end + '-----END PGP SIGNATURE-----'.length);
  return text.slice(0, start) + text.slice(blank + 2, signature).replaceAll('\n- ', '\n') + after;
}
