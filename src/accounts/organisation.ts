/** 本署 is the one `ministry`; every other competent authority is an `agency` (document 1, 三). */
export type OrganisationKind = 'ministry' | 'agency';

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
