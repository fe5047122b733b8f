import { isWeekday, minuteOfTaipeiDay, taipeiDayOf } from '../calendar/taipei-day.ts';
import type { AuthenticationMethod } from '../sessions/session.ts';
import { matchesPath, type PathPattern } from './path-pattern.ts';

/** One rule of a system, in its written order. Null matches, or requires, everything. */
export interface PolicyRule {
  /** Whoever has one of them. */
  readonly roles: readonly string[] | null;
  /** In capitals; HEAD is GET. */
  readonly methods: readonly string[] | null;
  readonly paths: readonly PathPattern[] | null;
  /** Whom it matches, it refuses. */
  readonly deny: boolean;
  readonly require: Requirements;
}

export interface Requirements {
  /** A card, not a password of the day. */
  readonly card: boolean;
  readonly addresses: AddressRanges | null;
  readonly hours: ServiceHours | null;
  /** A purpose that the person has declared. */
  readonly purpose: boolean;
}

export interface AddressRanges {
  /** As configured. */
  readonly text: readonly string[];
  /** @param address IPv4 or IPv6; an IPv4 address as such. Anything else is in no range. */
  includes(address: string): boolean;
}

/** In Taipei; minutes since midnight, `until` not included. */
export interface ServiceHours {
  /** Monday to Friday only. Public holidays are not known. */
  readonly weekdaysOnly: boolean;
  readonly fromMinute: number;
  readonly untilMinute: number;
}

/** What a rule is asked about. */
export interface PolicyRequest {
  readonly method: string;
  /** As routed: normalised, without query. */
  readonly path: string;
  readonly clientAddress: string;
  readonly authentication: AuthenticationMethod;
  /** The person has declared a purpose that the system knows, and it still counts. */
  readonly isPurposeDeclared: boolean;
  readonly at: Date;
}

/** What a system without rules of its own has: whoever has a role in it may do everything. */
export const EVERY_ROLE_EVERYTHING: PolicyRule = {
  roles: null,
  methods: null,
  paths: null,
  deny: false,
  require: { card: false, addresses: null, hours: null, purpose: false },
};

/** The first thing in which a request is not one that the rule is about; null where the rule counts. */
export function findMismatch(
  rule: PolicyRule,
  roles: readonly string[],
  request: PolicyRequest,
): 'roles' | 'methods' | 'paths' | null {
  if (rule.roles?.some(role => roles.includes(role)) === false) return 'roles';
  if (rule.methods?.includes(request.method === 'HEAD' ? 'GET' : request.method) === false) return 'methods';
  if (rule.paths !== null && !matchesPath(request.path, rule.paths)) return 'paths';
  return null;
}

/** The first requirement that is not met, in the order in which a person can do something about it. */
export function findUnmet({ require }: PolicyRule, request: PolicyRequest): UnmetRequirement | null {
  if (require.card && !isByCard(request.authentication)) return 'card-required';
  if (require.addresses?.includes(request.clientAddress) === false) return 'address-not-allowed';
  if (require.hours !== null && !isWithin(require.hours, request.at)) return 'outside-service-hours';
  if (require.purpose && !request.isPurposeDeclared) return 'purpose-required';
  return null;
}

export type UnmetRequirement = 'card-required' | 'address-not-allowed' | 'outside-service-hours' | 'purpose-required';

function isByCard(method: AuthenticationMethod): boolean {
  return method === 'card' || method === 'card-tls';
}

function isWithin({ weekdaysOnly, fromMinute, untilMinute }: ServiceHours, at: Date): boolean {
  if (weekdaysOnly && !isWeekday(taipeiDayOf(at))) return false;
  const minute = minuteOfTaipeiDay(at);
  return fromMinute <= minute && minute < untilMinute;
}
