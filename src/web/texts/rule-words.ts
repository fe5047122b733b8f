import type { PolicyRule, ServiceHours } from '../../policy/rule.ts';
import type { Language } from './bilingual.ts';

/** A rule in words, part by part; role codes, paths and networks as configured. */
export function describeRule(rule: PolicyRule, language: Language): readonly string[] {
  const { roles, methods, paths, deny, require } = rule;
  const say = SAY[language];
  const list = (values: readonly string[] | null): string => values?.join(say.comma) ?? say.any;
  const required = [
    ...(require.card ? [say.card] : []),
    ...(require.addresses === null ? [] : [say.addresses(list(require.addresses.text))]),
    ...(require.hours === null ? [] : [say.hours(require.hours)]),
    ...(require.purpose ? [say.purpose] : []),
  ];
  return [
    `${say.roles}${list(roles)}`,
    `${say.methods}${list(methods)}`,
    `${say.paths}${list(paths?.map(({ text, withAllBelow }) => (withAllBelow ? say.below(text) : text)) ?? null)}`,
    ...(deny ? [say.deny] : []),
    ...(required.length === 0 ? [] : [`${say.require}${required.join(say.comma)}`]),
  ];
}

const SAY = {
  zh: {
    comma: '、',
    any: '不限',
    roles: '角色：',
    methods: '方法：',
    paths: '路徑：',
    below: (path: string) => `${path}（含其下）`,
    deny: '一律禁止',
    require: '須：',
    card: '以自然人憑證登入',
    addresses: (networks: string) => `來自 ${networks}`,
    hours: (hours: ServiceHours) => `${hours.weekdaysOnly ? '週一至週五' : '每日'} ${spanOf(hours)}`,
    purpose: '已申報使用目的',
  },
  en: {
    comma: ', ',
    any: 'any',
    roles: 'Roles: ',
    methods: 'Methods: ',
    paths: 'Paths: ',
    below: (path: string) => `${path} and all below`,
    deny: 'Refuses',
    require: 'Requires: ',
    card: 'a login with the card',
    addresses: (networks: string) => `an address in ${networks}`,
    hours: (hours: ServiceHours) => `${hours.weekdaysOnly ? 'Monday to Friday' : 'every day'} ${spanOf(hours)}`,
    purpose: 'a declared purpose',
  },
} as const satisfies Record<Language, unknown>;

function spanOf({ fromMinute, untilMinute }: ServiceHours): string {
  return `${clock(fromMinute)}–${clock(untilMinute)}`;
}

function clock(minute: number): string {
  return [Math.floor(minute / 60), minute % 60].map(part => String(part).padStart(2, '0')).join(':');
}
