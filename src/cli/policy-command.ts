import { z } from 'zod';
import { formatTaipeiTime } from '../calendar/taipei-day.ts';
import { explainDecision, type Explanation, type ExplanationFailure } from '../flows/login/explain-decision.ts';
import type { PolicyRule } from '../policy/rule.ts';
import type { Command } from './command.ts';

const input = z.strictObject({
  method: z.string().regex(/^[A-Z][A-Z-]*$/, 'must be a method in capitals, such as GET'),
  url: z.string().max(8192),
  as: z.string(),
  from: z.union([z.ipv4(), z.ipv6()], 'must be an IP address').optional(),
  at: z.iso.datetime({ offset: true, error: 'must be a time such as 2026-11-23T19:30:00+08:00' }).optional(),
  login: z.enum(['card', 'card-tls', 'one-day-password'], 'must be card, card-tls or one-day-password').default('card'),
  purpose: z.boolean().default(false),
});

/** What would be decided of a request, and by which rule: exit 0 allowed, 1 denied, 2 wrong use. */
export const policyExplain: Command<z.infer<typeof input>> = {
  input,
  async run({ gateway }, { method, url, as, from, at, login, purpose }) {
    const explained = await explainDecision(gateway, { kind: 'everything' }, as, {
      method,
      url,
      clientAddress: from ?? 'not said',
      authentication: login,
      isPurposeDeclared: purpose,
      at: at === undefined ? undefined : new Date(at),
    });
    if (!explained.ok) {
      const { code } = explained.failure;
      return { exitCode: 2, data: explained.failure, text: FAILURES[code] };
    }
    const { allow, reason, system, path, roles, rule, considered } = explained;
    const rules = considered.map((each, index) => ({
      number: index + 1,
      text: describeRule(each.rule),
      mismatch: each.mismatch,
    }));
    const data = { allow, reason, rule, system: system.id, path, roles, at: explained.at.toISOString(), rules };
    return { exitCode: allow ? 0 : 1, data, text: tell(method, explained, rules) };
  },
};

function tell(
  method: string,
  { allow, reason, system, path, roles, at, rule }: Explanation,
  rules: readonly { readonly number: number; readonly text: string; readonly mismatch: string | null }[],
): string {
  return [
    `${allow ? 'allowed' : 'denied'}: ${reason}${rule === null ? '' : ` (rule ${rule})`}`,
    `${method} ${path} in ${system.id}, roles there: ${roles.join(', ') || 'none'}, ${formatTaipeiTime(at)} in Taipei`,
    ...rules.map(
      ({ number, text, mismatch }) =>
        `  rule ${number}: ${text} — ${mismatch === null ? 'counts' : `not about it: ${mismatch}`}`,
    ),
  ].join('\n');
}

/** A rule in a line, after its form in `systems.yaml`. */
function describeRule({
  roles,
  methods,
  paths,
  deny,
  require: { card, addresses, hours, purpose },
}: PolicyRule): string {
  const required = [
    ...(card ? ['card'] : []),
    ...(addresses === null ? [] : [`addresses ${addresses.text.join(', ')}`]),
    ...(hours === null
      ? []
      : [
          `hours ${hours.weekdaysOnly ? 'weekdays' : 'every-day'} ${clock(hours.fromMinute)}–${clock(hours.untilMinute)}`,
        ]),
    ...(purpose ? ['purpose'] : []),
  ];
  return [
    `roles ${roles?.join(', ') ?? 'any'}`,
    `methods ${methods?.join(', ') ?? 'any'}`,
    `paths ${paths?.map(({ text }) => text).join(', ') ?? 'any'}`,
    ...(deny ? ['deny'] : []),
    ...(required.length === 0 ? [] : [`require ${required.join(' and ')}`]),
  ].join('; ');
}

function clock(minute: number): string {
  return [Math.floor(minute / 60), minute % 60].map(part => String(part).padStart(2, '0')).join(':');
}

const FAILURES: Readonly<Record<ExplanationFailure['failure']['code'], string>> = {
  'account-not-found': 'There is no such account.',
  'system-not-found': 'No business system has this host and port.',
  'own-path': 'The gateway itself serves this path; no rule is asked.',
  'method-refused': 'The gateway refuses this method, whatever is asked for.',
  'target-too-long': 'The address is too long; the gateway refuses it.',
  'target-form': 'Give the whole address: https://host/path',
  'target-of-another-host': 'No business system has this host and port.',
  'target-malformed': 'The address is malformed; the gateway refuses it.',
  'target-ambiguous': 'Servers read this address in different ways; the gateway refuses it.',
};
