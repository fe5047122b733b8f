import type { JSX } from 'preact';

/** Drawn on a 20-unit grid with a 1.7 stroke in the colour of the text; each is accompanied by a word. */
const SHAPES = {
  ok: 'M2.5 10a7.5 7.5 0 1 0 15 0a7.5 7.5 0 1 0 -15 0 M6.6 10.2l2.4 2.4 4.5-5',
  off: 'M2.5 10a7.5 7.5 0 1 0 15 0a7.5 7.5 0 1 0 -15 0 M6.5 10h7',
  wait: 'M2.5 10a7.5 7.5 0 1 0 15 0a7.5 7.5 0 1 0 -15 0 M10 5.8V10l2.8 1.8',
  info: 'M2.5 10a7.5 7.5 0 1 0 15 0a7.5 7.5 0 1 0 -15 0 M10 9.2v4.6 M10 6.2v.1',
  stop: 'M6.9 2.5h6.2l4.4 4.4v6.2l-4.4 4.4H6.9l-4.4-4.4V6.9z M7.4 7.4l5.2 5.2 M12.6 7.4l-5.2 5.2',
  warn: 'M10 3.2l7.6 13.3H2.4z M10 8.2v3.9 M10 14.3v.1',
  card: 'M3.8 4.5h12.4a1.8 1.8 0 0 1 1.8 1.8v7.9a1.8 1.8 0 0 1-1.8 1.8H3.8A1.8 1.8 0 0 1 2 14.2V6.3a1.8 1.8 0 0 1 1.8-1.8z M4.6 7.6h4v3.6h-4z M11.5 13h4',
  reader: 'M6 9V2.8h8V9 M3 9h14v6.5a1.5 1.5 0 0 1-1.5 1.5h-11A1.5 1.5 0 0 1 3 15.5z M7 13h6',
  plug: 'M7 2.8v4 M13 2.8v4 M5 6.8h10V10a5 5 0 0 1-10 0z M10 15v2.5',
  lock: 'M5.5 9h9A1.5 1.5 0 0 1 16 10.5v5a1.5 1.5 0 0 1-1.5 1.5h-9A1.5 1.5 0 0 1 4 15.5v-5A1.5 1.5 0 0 1 5.5 9z M6.8 9V6.5a3.2 3.2 0 0 1 6.4 0V9 M10 12.2V14',
  link: 'M8.5 11.5a3 3 0 0 0 4.3 0l3-3a3 3 0 0 0-4.3-4.3l-.8.8 M11.5 8.5a3 3 0 0 0-4.3 0l-3 3a3 3 0 0 0 4.3 4.3l.8-.8',
  window:
    'M3.5 4h13A1.5 1.5 0 0 1 18 5.5v9a1.5 1.5 0 0 1-1.5 1.5h-13A1.5 1.5 0 0 1 2 14.5v-9A1.5 1.5 0 0 1 3.5 4z M2 7.5h16 M4.6 5.8h.1 M6.8 5.8h.1',
  external: 'M8 4H4v12h12v-4 M11.5 3.5h5v5 M16.5 3.5l-7 7',
  user: 'M6.7 6.8a3.3 3.3 0 1 0 6.6 0a3.3 3.3 0 1 0 -6.6 0 M3.8 17c.7-3.4 3.1-5 6.2-5s5.5 1.6 6.2 5',
  menu: 'M3 5.5h14 M3 10h14 M3 14.5h14',
  close: 'M5.5 5.5l9 9 M14.5 5.5l-9 9',
  exit: 'M8 3.5H4.5v13H8 M12.5 6.5l4 3.5-4 3.5 M16.5 10H8',
  enter: 'M12 3.5h3.5v13H12 M7.5 6.5l4 3.5-4 3.5 M11.5 10H3',
  shield: 'M10 2.5l6 2.2v4.6c0 3.9-2.5 6.7-6 8.2-3.5-1.5-6-4.3-6-8.2V4.7z M7.2 10l2 2 3.6-4',
  search: 'M3.7 9a5.3 5.3 0 1 0 10.6 0a5.3 5.3 0 1 0 -10.6 0 M13 13l4 4',
  down: 'M10 3v9.5 M6 8.7l4 4 4-4 M4 16.8h12',
  next: 'M2.5 10a7.5 7.5 0 1 0 15 0a7.5 7.5 0 1 0 -15 0',
  now: 'M2.5 10a7.5 7.5 0 1 0 15 0a7.5 7.5 0 1 0 -15 0 M8.2 10a1.8 1.8 0 1 0 3.6 0a1.8 1.8 0 1 0 -3.6 0',
  back: 'M8 4.5L4 8.5l4 4 M4 8.5h7.5a4 4 0 0 1 0 8H8.5',
  chevron: 'M5 7.8l5 5 5-5',
  up: 'M5 12.8l5-5 5 5',
  draft: 'M13.2 3.8l3 3L7 16H4v-3z M11.3 5.7l3 3',
  document: 'M5 2.5h7l3.5 3.5v11.5H5z M12 2.5V6h3.5 M7.5 10h5 M7.5 13h5',
  print: 'M6 7V3h8v4 M6 14H3.5V7.2h13V14H14 M6 11.5h8V17H6z',
  box: 'M3 3h14v14H3z',
  tick: 'M3 3h14v14H3z M6.2 10l2.7 2.8 5-6',
} as const satisfies Record<string, string>;

export type IconName = keyof typeof SHAPES;

/** The sprite at the top of the page: one symbol for each icon. */
export function IconSprite(): JSX.Element {
  return (
    <svg class="sprite" aria-hidden="true">
      {Object.entries(SHAPES).map(([name, path]) => (
        <symbol id={`i-${name}`} viewBox="0 0 20 20">
          <path d={path} />
        </symbol>
      ))}
    </svg>
  );
}

/** Shows an icon; hidden from screen readers because its word is beside it. */
export function Icon(props: { readonly name: IconName; readonly tone?: 'ok' | 'wait' | 'stop' | null }): JSX.Element {
  return (
    <svg class={`icon ${props.tone ?? ''}`.trim()} aria-hidden="true">
      <use href={`#i-${props.name}`} />
    </svg>
  );
}
