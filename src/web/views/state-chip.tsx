import type { JSX } from 'preact';
import type { PageContext } from '../page-context.ts';
import type { Bilingual } from '../texts/bilingual.ts';
import { Icon, type IconName } from './icons.tsx';

export type StateTone = 'ok' | 'now' | 'wait' | 'stop' | 'off';

const ICONS = { ok: 'ok', now: 'now', wait: 'wait', stop: 'stop', off: 'off' } as const satisfies Record<
  StateTone,
  IconName
>;

/** A state: icon, word and colour; `isPlain` inside tables. `now` means "it is your turn". */
export function StateChip(props: {
  readonly page: PageContext;
  readonly tone: StateTone;
  readonly text: Bilingual;
  readonly icon?: IconName;
  readonly isPlain?: boolean;
}): JSX.Element {
  return (
    <span class={`state state-${props.tone}${props.isPlain === true ? ' state-plain' : ''}`}>
      <Icon name={props.icon ?? ICONS[props.tone]} />
      {props.text[props.page.language]}
    </span>
  );
}
