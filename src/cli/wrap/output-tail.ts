/** The end of what a job prints, kept while it runs. */

/** As much of it is told: so many lines, and so many bytes of them. */
const LINES = 20;
const TOLD_BYTES = 4_000;

export class OutputTail {
  readonly #mostBytes: number;
  #chunks: Buffer[] = [];
  #bytes = 0;

  /** Keeps at least `mostBytes`, where there is as much. */
  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
  }

  add(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    for (
      let [first] = this.#chunks;
      first !== undefined && this.#bytes - first.length >= this.#mostBytes;
      [first] = this.#chunks
    ) {
      this.#chunks.shift();
      this.#bytes -= first.length;
    }
  }

  /** All that is kept. */
  get kept(): Buffer {
    return Buffer.concat(this.#chunks);
  }

  /** Its last lines, for whoever is paged; control characters but line ends and tabs are left out. */
  get told(): string {
    const text = this.kept
      .subarray(-2 * TOLD_BYTES)
      .toString('utf8')
      .replace(/\r\n?/g, '\n');
    const clean = [...text].filter((one) => one === '\n' || one === '\t' || !/\p{Cc}/u.test(one)).join('');
    return clean.trim().split('\n').slice(-LINES).join('\n').slice(-TOLD_BYTES).trim().toWellFormed();
  }
}
