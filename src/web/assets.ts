import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join, sep } from 'node:path';

/** One file that is served as it is. */
export interface Asset {
  readonly body: Uint8Array;
  readonly contentType: string;
  readonly etag: string;
}

/** A file, and how long browsers may keep it. */
export interface ServedAsset extends Asset {
  readonly cacheControl: string;
}

/** The files of the pages, in memory. */
export interface Assets {
  /** Names the whole set: changes with any file, so an address that carries it may be kept for ever. */
  readonly digest: string;
  /** A file by its name below the folder, `look.css` or `islands/login.js`; undefined when there is none. */
  find(name: string): Asset | undefined;
}

const CONTENT_TYPES = new Map([
  ['css', 'text/css; charset=utf-8'],
  ['js', 'text/javascript; charset=utf-8'],
  ['svg', 'image/svg+xml'],
]);

/** The folder whose style sheets are served as one, `look.css`, in the order of their names. */
const STYLE_FOLDER = 'look';

/**
 * Reads all files of the folders into memory. Names from outside are only looked up among these, never made into a
 * path, so nothing outside the folders can be reached. Files of other kinds (maps, notes) are left out.
 */
export function loadAssets(...folders: readonly URL[]): Assets {
  const files = new Map<string, Asset>();
  const all = createHash('sha256');
  for (const folder of folders.map(url => fileURLToPath(url))) {
    if (!existsSync(folder)) throw new Error(`The pages’ files are not there: ${folder}`);
    for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()) {
      const contentType = CONTENT_TYPES.get(name.slice(name.lastIndexOf('.') + 1));
      if (contentType === undefined || name.startsWith(`${STYLE_FOLDER}${sep}`)) continue;
      files.set(name.split(sep).join('/'), assetOf(readFileSync(join(folder, name)), contentType));
    }
    const styles = readStyles(join(folder, STYLE_FOLDER));
    if (styles !== undefined) files.set(`${STYLE_FOLDER}.css`, styles);
  }
  for (const [name, { etag }] of files) all.update(`${name} ${etag}\n`);
  return { digest: all.digest('hex').slice(0, 16), find: name => files.get(name) };
}

/**
 * Finds what an address below the assets' own names. Below the folder that is named by their digest files never change; by
 * their plain names they are asked for anew each time. A digest of another version (nodes are renewed one after the other) is
 * answered with this one's files, which nobody keeps: better than none.
 *
 * @param path `<digest>/islands/login.js` or `islands/login.js`
 */
export function serveAsset(assets: Assets, path: string): ServedAsset | undefined {
  const [, digest, name = path] = /^([0-9a-f]{16})\/(.*)$/.exec(path) ?? [];
  const asset = assets.find(name);
  if (asset === undefined || digest === undefined) return asset && { ...asset, cacheControl: 'public, no-cache' };
  const isImmutable = digest === assets.digest;
  return { ...asset, cacheControl: isImmutable ? 'public, max-age=31536000, immutable' : 'no-store' };
}

/** A file that is made, not read. */
export function makeScript(text: string): ServedAsset {
  return { ...assetOf(Buffer.from(text), 'text/javascript; charset=utf-8'), cacheControl: 'public, no-cache' };
}

function readStyles(folder: string): Asset | undefined {
  if (!existsSync(folder)) return undefined;
  const sheets = readdirSync(folder).filter(name => name.endsWith('.css'));
  return assetOf(Buffer.concat(sheets.sort().map(name => readFileSync(join(folder, name)))), 'text/css; charset=utf-8');
}

function assetOf(body: Uint8Array, contentType: string): Asset {
  return { body, contentType, etag: `"${createHash('sha256').update(body).digest('base64url')}"` };
}
