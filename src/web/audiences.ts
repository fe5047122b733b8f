import type { GatewayRole } from '../accounts/account.ts';

/** Who sees more accounts than his own. */
export const OVERSEEING = [
  'case-officer',
  'ministry-administrator',
  'unit-head',
  'registrar',
  'checker',
  'auditor',
] as const satisfies readonly GatewayRole[];

/** Who sees personnel data and what differs: those who act upon them, and those who check. */
export const PERSONNEL_READERS = [
  'registrar',
  'ministry-administrator',
  'checker',
  'auditor',
] as const satisfies readonly GatewayRole[];

/** Who may ask why a request of somebody else passes or does not. */
export const POLICY_READERS = [
  'registrar',
  'ministry-administrator',
  'checker',
  'auditor',
] as const satisfies readonly GatewayRole[];

/** Who sees what was told to others. */
export const OUTBOX_READERS = [
  'registrar',
  'ministry-administrator',
  'case-officer',
  'auditor',
] as const satisfies readonly GatewayRole[];

/** Who sees the sessions of others. */
export const SESSION_READERS = [
  'registrar',
  'unit-head',
  'ministry-administrator',
  'auditor',
  'checker',
] as const satisfies readonly GatewayRole[];
