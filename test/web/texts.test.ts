import { describe, expect, test } from 'vitest';
import type { ComponentFailure } from '../../src/web/islands/component-codes.ts';
import { TROUBLES_WITH_A_STORY } from '../../src/web/islands/component-codes.ts';
import { PROBLEMS } from '../../src/web/problem.ts';
import { FAILURE, FRAME, askHelpDesk } from '../../src/web/texts/frame.ts';
import { SESSION_END_REASONS } from '../../src/sessions/session.ts';
import { sessionOverStory } from '../../src/web/texts/stories/session-stories.ts';
import { tellEnd, tellEnder } from '../../src/web/texts/session-ends.ts';
import { extentOf } from '../../src/web/texts/parts.ts';
import { SESSION_WARNING } from '../../src/web/texts/session-warning.ts';
import { SESSIONS, andOthers, countOf, durationOf, endedCount, timesOf } from '../../src/web/texts/sessions.ts';
import { HELP_LINKS } from '../../src/web/texts/help/help-links.ts';
import { HELP_PAGES } from '../../src/web/texts/help/help-pages.ts';
import { HOME, END_REASONS, METHOD_NAMES, ROLE_NAMES } from '../../src/web/texts/home.ts';
import { LOGIN, READER_LINES, BIND_LINES, PIN_IN_DOUBT, TRIES_LEFT } from '../../src/web/texts/login.ts';
import {
  ACTIVATION,
  BINDING,
  MISMATCHES,
  ONE_DAY,
  ONE_DAY_REPORT,
  PASSWORD,
  PASSWORD_FAULTS,
  RULE_CLAUSES,
  RULES,
  SECRET,
} from '../../src/web/texts/credentials.ts';
import { TLS_STORIES } from '../../src/web/texts/stories/tls-stories.ts';
import { TLS_LOGIN } from '../../src/web/texts/tls-login.ts';
import { LOGOUT } from '../../src/web/texts/logout.ts';
import {
  CARD_FAMILIES,
  CARD_LINES,
  COMPONENT_VERSION,
  FAMILY_NAMES,
  READER_CHOICE,
} from '../../src/web/texts/readers.ts';
import { EXPLANATION_FAILURES, RULE_MISMATCHES, MISTYPED, POLICY, REASONS } from '../../src/web/texts/policy.ts';
import { CASE_WITH, howLong, PURPOSE } from '../../src/web/texts/purpose.ts';
import { CHECK_STEPS, CHECK_VERDICTS, READER_CHECK } from '../../src/web/texts/reader-check.ts';
import { COMPONENT_STATE_STORIES, findStory, storyOf } from '../../src/web/texts/stories/stories.ts';
import { REQUEST_STORIES } from '../../src/web/texts/stories/request-stories.ts';
import { SYSTEM, storyOfSystemPage } from '../../src/web/texts/system-pages.ts';
import { SYSTEM_PAGES } from './support/system-page-kinds.ts';

const REPLACEMENT = { method: 'card', clientAddress: '192.0.2.7', at: new Date(0) } as const;

const codes = Object.keys(PROBLEMS) as (keyof typeof PROBLEMS)[];

/** Every text of the product: found by its shape, wherever it stands in the catalogue. */
function textsIn(value: unknown, path: string): [path: string, zh: string, en: string][] {
  if (typeof value !== 'object' || value === null) return [];
  if ('zh' in value && 'en' in value) return [[path, String(value.zh), String(value.en)]];
  return Object.entries(value).flatMap(([key, inner]) => textsIn(inner, `${path}.${key}`));
}

const CATALOGUE = textsIn(
  {
    FRAME,
    FAILURE,
    LOGIN,
    TRIES_LEFT,
    PIN_IN_DOUBT,
    ends: SESSION_END_REASONS.map(reason => tellEnd(reason)),
    replaced: tellEnd('replaced', REPLACEMENT),
    over: sessionOverStory('replaced', REPLACEMENT),
    SESSION_WARNING,
    SESSIONS,
    counts: [countOf(2, 1), timesOf(2), andOthers(3), endedCount(2), endedCount(0), extentOf(105, 3)],
    durations: [durationOf(4_000), durationOf(4_000_000)],
    enders: [
      tellEnder({ kind: 'login', login: REPLACEMENT }),
      tellEnder({ kind: 'login', login: null }),
      tellEnder({ kind: 'same-browser' }),
      tellEnder({ kind: 'operator', name: 'demo' }),
      tellEnder({ kind: 'gateway' }),
      tellEnder({ kind: 'account', accountId: 'a', loginName: 'a.b', name: '某人' }, 'a'),
    ],
    READER_LINES,
    HOME,
    ROLE_NAMES,
    METHOD_NAMES,
    END_REASONS,
    LOGOUT,
    ACTIVATION,
    BINDING,
    MISMATCHES,
    ONE_DAY,
    ONE_DAY_REPORT,
    PASSWORD,
    PASSWORD_FAULTS,
    RULE_CLAUSES,
    RULES,
    SECRET,
    BIND_LINES,
    READER_CHECK,
    CHECK_STEPS,
    CHECK_VERDICTS,
    READER_CHOICE,
    CARD_LINES,
    CARD_FAMILIES,
    FAMILY_NAMES,
    COMPONENT_VERSION,
    SYSTEM,
    REQUEST_STORIES,
    COMPONENT_STATE_STORIES,
    HELP_LINKS,
    help: Object.fromEntries(HELP_PAGES),
    TLS_LOGIN,
    TLS_STORIES,
    codes: codes.map(code => storyOf(code)),
    systemPages: SYSTEM_PAGES.filter(page => page.kind !== 'ask-logout' && page.kind !== 'purpose').map(page =>
      storyOfSystemPage(page),
    ),
    POLICY,
    REASONS,
    RULE_MISMATCHES,
    MISTYPED,
    EXPLANATION_FAILURES: Object.values(EXPLANATION_FAILURES).map(({ text }) => text),
    PURPOSE,
    CASE_WITH,
    purposeCounts: [howLong(null), howLong(30)],
    helpDesk: askHelpDesk('02-0000-0000', { zh: '上班日', en: 'working days' }),
  },
  '',
);

/** Names that are the same in both languages. */
const SAME = new Set(['.FRAME.chinese', '.FRAME.english']);

describe('the catalogue of texts', () => {
  test.each(CATALOGUE)('%s stands in both languages', (path, zh, en) => {
    expect(zh.trim()).toBe(zh);
    expect(zh).not.toBe('');
    expect(en).not.toBe('');
    if (SAME.has(path)) return;
    expect(en).not.toMatch(/[\u3000-\u9fff\uff00-\uffef]/);
    expect(zh).not.toBe(en);
    if (path !== '.help.privacy.sections.3.heading') expect(zh).toMatch(/[\u4e00-\u9fff]/);
  });

  test.each(CATALOGUE)('%s is written as offices in Taiwan write', (_path, zh) => {
    // 臺 in names and offices (台 stays the measure word); full-width punctuation; none of the words used across the strait.
    expect(zh).not.toMatch(
      /服務台|台(?=[北灣中南東])|帐|证|网|登陆|登錄|用戶(?!代碼)|默認|屏幕|軟件|數據|信息|賬|視頻|鏈接|文檔|鼠標/,
    );
    expect(zh).not.toMatch(/[\u4e00-\u9fff][,;:?!]/);
    expect(zh).not.toMatch(/確定$/);
  });
});

describe('every failure has a story', () => {
  test.each(codes)('%s says what happened and what to do', code => {
    const found = findStory(code);
    expect(found.code).toBe(code);
    expect(found.story.steps.length).toBeGreaterThan(0);
  });

  test('every state of the component has one', () => {
    const states = {
      cancelled: true,
      'no-reader': true,
      'no-card': true,
      'wrong-card-family': true,
      'no-sign-certificate': true,
      'pin-wrong': true,
      'pin-length': true,
      'pin-locked': true,
      'untrusted-site': true,
      'certificate-expired': true,
      'certificate-not-yet-valid': true,
      'component-error': true,
    } satisfies Record<ComponentFailure['state'], true>;
    const ours = [
      ...Object.keys(states),
      'popup-blocked',
      'component-absent',
      'component-silent',
      'portal-unreachable',
      'cookies-off',
    ];
    const stories = Object.keys(COMPONENT_STATE_STORIES);
    expect(stories.filter(name => !name.includes('.')).sort()).toEqual(ours.sort());
    // Errors of the component are told apart where the next step differs.
    expect(stories.filter(name => name.startsWith('component-error.'))).toEqual(
      TROUBLES_WITH_A_STORY.map(trouble => `component-error.${trouble}`),
    );
  });

  test('a locked card is sent to the citizen certificate authority (D1-130)', () => {
    expect(COMPONENT_STATE_STORIES['pin-locked'].steps[0]).toMatchObject({ link: { to: 'moica-unblock' } });
  });

  test.each([undefined, '', 'nonsense', 'constructor', '__proto__', 'toString', '<img src=x onerror=alert(1)>'])(
    'the code %j gets the general story and is not repeated',
    code => {
      expect(findStory(code)).toEqual({ story: REQUEST_STORIES.unknown, code: null });
    },
  );
});
