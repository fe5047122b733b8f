/**
 * The frames of a page, as far as they are of its own origin: its person works in them as in the page itself, and where the
 * page is a frameset, only in one of them can anything be shown.
 */

declare global {
  interface Window {
    /** Of a window that is watched: where it could show a warning now. */
    gatewayWarningPlace?: () => HTMLElement | null;
  }
}

/** In a frame that is smaller nobody could read a dialogue, or answer it; pixels. */
const LEAST = { width: 240, height: 160 };

/** @returns false where this window is watched already, by whatever version of the script */
export function claimWindow(): boolean {
  if (window.gatewayWarningPlace !== undefined) return false;
  window.gatewayWarningPlace = placeHere;
  return true;
}

/**
 * The element to show a warning in. Null where this page has no room for one, and where another watched window among the
 * page's frames shows it already: the outermost, or the first of several side by side.
 */
export function findPlace(): HTMLElement | null {
  for (const watched of windowsIn(outermost())) {
    const place = watched.gatewayWarningPlace?.() ?? null;
    if (place !== null) return watched === window ? place : null;
  }
  return null;
}

/** A window and all frames in it that are of its origin, in the order of the page. */
export function* windowsIn(outer: Window): Generator<Window> {
  yield outer;
  for (let index = 0; index < outer.length; index += 1) {
    const inner = outer[index];
    if (inner !== undefined && isOpenToUs(inner)) yield* windowsIn(inner);
  }
}

/** The page's body; where it is a frameset, that of the largest frame. */
function placeHere(): HTMLElement | null {
  if (window.parent !== window && areaOf(window) === 0) return null;
  const body = document.querySelector('body');
  if (body !== null) return body;
  let place: HTMLElement | null = null;
  let largest = 0;
  for (const frame of windowsIn(window)) {
    const inner = frame.document.querySelector('body');
    const area = areaOf(frame);
    if (inner === null || area <= largest) continue;
    place = inner;
    largest = area;
  }
  return place;
}

function areaOf({ innerWidth, innerHeight }: Window): number {
  return innerWidth < LEAST.width || innerHeight < LEAST.height ? 0 : innerWidth * innerHeight;
}

function outermost(): Window {
  let outer: Window = window;
  while (outer.parent !== outer && isOpenToUs(outer.parent)) outer = outer.parent;
  return outer;
}

/** Whether it is of our origin: of any other it throws whatever is asked of it. */
function isOpenToUs(other: Window): boolean {
  try {
    return other.document.nodeType === Node.DOCUMENT_NODE;
  } catch {
    return false;
  }
}
