/**
 * 本署 is the one `ministry`; every other competent authority is an `agency` (document 1, 三); a body that is no competent
 * authority for the registries is `other`, and gets nothing without a legal basis and an extra approval (D1-084, D1-085).
 */
export const ORGANISATION_KINDS = ['ministry', 'agency', 'other'] as const;
export type OrganisationKind = (typeof ORGANISATION_KINDS)[number];

export interface Organisation {
  readonly id: string;
  /** ASCII, `[a-z0-9-]`, unique; what business systems see in `X-Gateway-Organization`. */
  readonly code: string;
  readonly name: string;
  readonly kind: OrganisationKind;
}

export interface Unit {
  readonly id: string;
  readonly organisationId: string;
  /** ASCII, `[a-z0-9-]`, unique within the organisation. */
  readonly code: string;
  readonly name: string;
}
