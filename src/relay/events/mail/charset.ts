/** Bytes in a named charset to text. Those that the web knows are built in; the rest need a library, loaded when one comes. */
import type * as Iconv from 'iconv-lite';
import { decodeBytes } from './encoded.ts';

const UTF8 = new Set(['', 'utf-8', 'utf8', 'us-ascii', 'ascii', 'unknown-8bit', 'x-unknown']);
/** Which of its two orders it has, the library finds out. */
const NOT_BUILT_IN = new Set(['utf-16', 'utf16', 'ucs-2', 'unicode']);
/** As some programs call them, and nobody else. */
const ALIASES = new Map([
  ['eucgb2312-cn', 'gb18030'],
  ['euccn', 'gb18030'],
  ['eucjp', 'euc-jp'],
  ['euckr', 'euc-kr'],
  ['big5-tw', 'big5'],
]);
const KEPT_MAX = 50;
const decoders = new Map<string, TextDecoder | null>();

let library: typeof Iconv | null = null;

/** Resolves when every charset that we know of can be read. */
export async function loadRareCharsets(): Promise<void> {
  library ??= await import('iconv-lite');
}

/** Null: it needs loadRareCharsets first. What is in no charset that anybody knows is read by what its bytes look like. */
export function decodeCharset(bytes: Uint8Array, name: string): string | null {
  const said = name.trim().toLowerCase().replaceAll('_', '-');
  const charset = ALIASES.get(said) ?? said;
  if (UTF8.has(charset)) return decodeBytes(bytes);
  const decoder = builtIn(charset);
  if (decoder !== null) return decoder.decode(bytes);
  if (library === null) return null;
  return library.encodingExists(charset) ? library.decode(bytes, charset) : decodeBytes(bytes);
}

function builtIn(charset: string): TextDecoder | null {
  if (NOT_BUILT_IN.has(charset)) return null;
  const known = decoders.get(charset);
  if (known !== undefined) return known;
  let made: TextDecoder | null = null;
  try {
    made = new TextDecoder(charset);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  if (decoders.size < KEPT_MAX) decoders.set(charset, made);
  return made;
}
