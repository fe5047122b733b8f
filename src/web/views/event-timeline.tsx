import type { JSX } from 'preact';
import { EVENT_CATALOGUE, type AuditEvent } from '../../audit/event.ts';
import type { PageContext } from '../page-context.ts';
import { isFailureCode } from '../problem.ts';
import type { Bilingual, Language } from '../texts/bilingual.ts';
import { END_REASONS, EVENT_LOOKS, HOME, METHOD_NAMES } from '../texts/home.ts';
import { storyOf } from '../texts/stories/stories.ts';
import { Instant } from './home-facts.tsx';
import { Icon } from './icons.tsx';

/** Events as a timeline, newest first: what happened, when, and the one detail that tells it from others. */
export function EventTimeline(props: {
  readonly page: PageContext;
  readonly events: readonly AuditEvent[];
  readonly systemNames: ReadonlyMap<string, Bilingual>;
  /** Names of accounts: who did it is said where somebody else looks. */
  readonly people?: ReadonlyMap<string, string>;
}): JSX.Element {
  const { language } = props.page;
  if (props.events.length === 0) return <p class="faint">{HOME.noEvents[language]}</p>;
  return (
    <ol class="timeline timeline-dense timeline-paper">
      {props.events.map(event => {
        const look = EVENT_LOOKS[event.code];
        const who = event.actor.kind === 'account' ? props.people?.get(event.actor.accountId) : undefined;
        const details = [...(who === undefined ? [] : [who]), ...detailsOf(event, props.systemNames, language)];
        return (
          <li class={look.tone === '' ? undefined : look.tone}>
            <Icon name={look.icon} />
            <b>{EVENT_CATALOGUE[event.code][language]}</b>
            <Instant at={event.at} />
            {details.map(detail => `・${detail}`).join('')}
          </li>
        );
      })}
    </ol>
  );
}

/** Only facts of known names and values are put into words; the rest stays in the record. */
function detailsOf(event: AuditEvent, systemNames: ReadonlyMap<string, Bilingual>, language: Language): string[] {
  const details: (Bilingual | undefined)[] = [
    event.systemId === null
      ? undefined
      : (systemNames.get(event.systemId) ?? { zh: event.systemId, en: event.systemId }),
    textFor(METHOD_NAMES, event.facts['method']),
    textFor(END_REASONS, event.facts['reason']),
    refusalOf(event.facts['code']),
    otherPlaceOf(event.facts['otherAddress']),
  ];
  const words = details.filter(detail => detail !== undefined).map(detail => detail[language]);
  return event.clientAddress === null ? words : [...words, event.clientAddress];
}

function refusalOf(code: unknown): Bilingual | undefined {
  return typeof code === 'string' && isFailureCode(code) ? storyOf(code).title : undefined;
}

function otherPlaceOf(address: unknown): Bilingual | undefined {
  return typeof address === 'string' ? { zh: `另自 ${address} 使用中`, en: `in use from ${address}` } : undefined;
}

function textFor(texts: Readonly<Record<string, Bilingual>>, key: unknown): Bilingual | undefined {
  return typeof key === 'string' && Object.hasOwn(texts, key) ? texts[key] : undefined;
}
