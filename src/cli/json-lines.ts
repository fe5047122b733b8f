/**
 * A line may carry several CRLs in base64, MOICA's complete one being 27 MB of it. A string in this runtime ends at 512
 * MiB; half of that is taken, so that a line and what is made of it fit into memory.
 */
const MAX_LINE_BYTES = 256 * 1024 * 1024;

const LINE_FEED = 0x0a;

/**
 * Splits a stream into its lines, empty ones left out. No more than one line is held; of a line that is too long nothing
 * is.
 *
 * @returns each line, or `undefined` for one that is over the limit or not UTF-8
 */
export async function* readLines(
  input: AsyncIterable<Uint8Array>,
  maxLineBytes: number = MAX_LINE_BYTES,
): AsyncGenerator<string | undefined> {
  const line = new PendingLine(maxLineBytes);
  for await (const chunk of input) {
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, start)) {
      line.add(chunk.subarray(start, end));
      if (!line.isBlank) yield line.text;
      line.clear();
      start = end + 1;
    }
    line.add(chunk.subarray(start));
  }
  if (!line.isBlank) yield line.text;
}

class PendingLine {
  readonly #maxBytes: number;
  #chunks: Uint8Array[] = [];
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  add(chunk: Uint8Array): void {
    this.#bytes += chunk.length;
    if (this.#bytes > this.#maxBytes) this.#chunks = [];
    else if (chunk.length > 0) this.#chunks.push(chunk);
  }

  clear(): void {
    this.#chunks = [];
    this.#bytes = 0;
  }

  get isBlank(): boolean {
    return this.#bytes <= this.#maxBytes && this.#chunks.every(chunk => chunk.every(isWhiteSpace));
  }

  get text(): string | undefined {
    if (this.#bytes > this.#maxBytes) return undefined;
    try {
      return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(this.#chunks));
    } catch (error) {
      if (error instanceof TypeError) return undefined;
      throw error;
    }
  }
}

/** Space, tab and carriage return: what JSON allows around a value within a line. */
function isWhiteSpace(octet: number): boolean {
  return octet === 0x20 || octet === 0x09 || octet === 0x0d;
}
