/** One bounded GET of an address that was looked at before. */

export interface PageBounds {
  /** From the first byte sent to the last one read. */
  timeoutMs: number;
  maxBytes: number;
}

/** Resolves with the text of a page that was there; rejects with why it wasn't to be had in time or in size. */
export type FetchPage = (url: URL, bounds: PageBounds) => Promise<string>;

export const fetchPage: FetchPage = async (url, { timeoutMs, maxBytes }) => {
  const response = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(timeoutMs) });
  const parts: Uint8Array[] = [];
  let sizeBytes = 0;
  if (response.body !== null) {
    for await (const part of response.body as AsyncIterable<Uint8Array>) {
      sizeBytes += part.length;
      if (sizeBytes > maxBytes) throw new Error(`it is larger than ${maxBytes} bytes`);
      parts.push(part);
    }
  }
  if (!response.ok) throw new Error(`it answered ${response.status}`);
  return Buffer.concat(parts).toString('utf8');
};
