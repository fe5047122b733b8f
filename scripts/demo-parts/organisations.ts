import type { OrganisationKind } from '../../src/accounts/organisation.ts';

export interface DemoOrganisation {
  readonly code: string;
  readonly name: string;
  readonly kind: OrganisationKind;
  readonly units: readonly { readonly code: string; readonly name: string }[];
}

export const DEMO_ORGANISATIONS: readonly DemoOrganisation[] = [
  {
    code: 'demo-ministry',
    name: '示範商業發展署',
    kind: 'ministry',
    units: [{ code: 'registration', name: '示範登記組' }],
  },
  {
    code: 'demo-county',
    name: '示範縣政府',
    kind: 'agency',
    units: [
      { code: 'commerce', name: '示範工商科' },
      { code: 'industry', name: '示範產業科' },
    ],
  },
  {
    code: 'demo-city',
    name: '示範市政府',
    kind: 'agency',
    units: [{ code: 'commerce', name: '示範商業科' }],
  },
];
