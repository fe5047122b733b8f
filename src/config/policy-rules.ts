import { z } from 'zod';
import { compilePathPattern } from '../policy/path-pattern.ts';
import { TAKEN_METHODS } from '../http-fields/taken-methods.ts';
import type { AddressRanges, PolicyRule } from '../policy/rule.ts';
import { networkMatcher, parseNetwork } from './networks.ts';
import { comparedPathSchema } from './routed-path.ts';

const MINUTES_OF_HOUR = 60;

const minuteOfDay = z
  .string()
  .regex(/^(?:[01][0-9]|2[0-3]):[0-5][0-9]$|^24:00$/, "must be a time such as '08:00', in quotes, up to '24:00'")
  .transform(text => Number(text.slice(0, 2)) * MINUTES_OF_HOUR + Number(text.slice(3)));

const hours = z
  .strictObject({ days: z.enum(['every-day', 'weekdays']), from: minuteOfDay, until: minuteOfDay })
  .refine(({ from, until }) => from < until, { path: ['until'], message: 'must be later than from, on the same day' })
  .transform(({ days, from, until }) => ({
    weekdaysOnly: days === 'weekdays',
    fromMinute: from,
    untilMinute: until,
  }));

const range = z
  .string()
  .refine(text => parseNetwork(text) !== undefined, {
    message: 'must be an IP address or a network such as 10.1.2.0/24',
    abort: true,
  })
  .refine(text => !/^::ffff:/i.test(text), 'must be written as IPv4')
  .refine(text => parseNetwork(text)?.prefix !== 0, 'would let every address in');

const addresses = z.array(range).min(1).transform(compileRanges);

const requirements = z
  .strictObject({
    card: z.literal(true).optional(),
    addresses: addresses.optional(),
    hours: hours.optional(),
    purpose: z.literal(true).optional(),
  })
  .refine(required => Object.keys(required).length > 0, 'requires nothing; leave it out');

const rule = z
  .strictObject({
    roles: z.array(z.string()).min(1).optional(),
    methods: z
      .array(
        z
          .string()
          .regex(/^[A-Z][A-Z-]*$/, { message: 'must be a method in capitals, such as POST', abort: true })
          .refine(method => method !== 'HEAD', 'follows GET')
          .refine(method => TAKEN_METHODS.has(method), 'is no method that the gateway takes'),
      )
      .min(1)
      .optional(),
    paths: z.array(comparedPathSchema).min(1).optional(),
    deny: z.literal(true).optional(),
    require: requirements.optional(),
  })
  .refine(({ deny, require }) => deny === undefined || require === undefined, {
    path: ['require'],
    message: 'has no meaning beside deny',
  })
  .transform(({ roles, methods, paths, deny, require }): PolicyRule => ({
    roles: roles ?? null,
    methods: methods ?? null,
    paths: paths?.map(compilePathPattern) ?? null,
    deny: deny === true,
    require: {
      card: require?.card === true,
      addresses: require?.addresses ?? null,
      hours: require?.hours ?? null,
      purpose: require?.purpose === true,
    },
  }));

/** The rules of a system, in the order in which they count. */
export const policySchema = z.array(rule).min(1, 'must have a rule; leave it out where every role may do everything');

function compileRanges(text: readonly string[]): AddressRanges {
  return { text, includes: networkMatcher(text) };
}
