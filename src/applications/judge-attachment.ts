import type { AttachmentRefusal } from './failures.ts';

/** 5 MiB: a scanned letter of several pages. */
const ATTACHMENT_LIMIT = 5 * 1024 * 1024;
/** Ten a form: the signed sheet, the order, and a margin; as many letters, one each time it is submitted. */
const ATTACHMENT_COUNT = 10;

export type AttachmentVerdict =
  | { readonly ok: true; readonly mediaType: string; readonly fileName: string }
  | { readonly ok: false; readonly because: AttachmentRefusal };

/** Judges a file by its own bytes, never by its name or what the browser says it is. */
export function judgeAttachment(bytes: Uint8Array, fileName: string, alreadyThere: number): AttachmentVerdict {
  if (alreadyThere >= ATTACHMENT_COUNT) return { ok: false, because: 'too-many' };
  if (bytes.length === 0) return { ok: false, because: 'empty' };
  if (bytes.length > ATTACHMENT_LIMIT) return { ok: false, because: 'too-large' };
  const kind = KINDS.find(each => each.fits(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)));
  if (kind === undefined) return { ok: false, because: 'type-unknown' };
  const name = safeName(fileName, kind.extension);
  return name === null
    ? { ok: false, because: 'name-missing' }
    : { ok: true, mediaType: kind.mediaType, fileName: name };
}

interface FileKind {
  readonly mediaType: string;
  readonly extension: string;
  readonly fits: (bytes: Buffer) => boolean;
}

const startsWith = (hex: string) => (bytes: Buffer) => bytes.subarray(0, hex.length / 2).toString('hex') === hex;

/** OpenDocument: the first entry is `mimetype`, stored as it is (ODF 1.3 part 2, 3.3). */
const openDocument = (mediaType: string) => (bytes: Buffer) =>
  isZip(bytes) && bytes.subarray(30, 38 + mediaType.length).toString('latin1') === `mimetype${mediaType}`;

const KINDS: readonly FileKind[] = [
  { mediaType: 'application/pdf', extension: 'pdf', fits: startsWith('255044462d') },
  { mediaType: 'image/png', extension: 'png', fits: startsWith('89504e470d0a1a0a') },
  { mediaType: 'image/jpeg', extension: 'jpg', fits: startsWith('ffd8ff') },
  ...(['text', 'spreadsheet'] as const).map(kind => {
    const mediaType = `application/vnd.oasis.opendocument.${kind}`;
    return { mediaType, extension: kind === 'text' ? 'odt' : 'ods', fits: openDocument(mediaType) };
  }),
  {
    mediaType: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
    extension: 'docx',
    fits: bytes => isZip(bytes) && bytes.includes('[Content_Types].xml') && bytes.includes('word/document.xml'),
  },
];

function isZip(bytes: Buffer): boolean {
  return startsWith('504b0304')(bytes);
}

/** A name that is safe to show and to save: no path, nothing unseen, at most 100 characters, the extension of its kind. */
function safeName(given: string, extension: string): string | null {
  const last = given.normalize('NFC').split(/[\\/]/).at(-1) ?? '';
  const stem = last
    .replace(/\.[A-Za-z0-9]{1,5}$/, '')
    .replace(/[\p{C}\p{Zl}\p{Zp}<>:"|?*;%]/gu, '')
    .replace(/^[.\s]+|[.\s]+$/g, '');
  if (stem === '') return null;
  return `${Array.from(stem).slice(0, 100).join('')}.${extension}`;
}
