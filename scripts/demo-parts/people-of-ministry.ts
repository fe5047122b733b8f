import { card, COMES_IN, grants, NO_GRANT, type DemoPerson } from './person.ts';

/** The people of 本署 in the demo. */
export const MINISTRY_PEOPLE: readonly DemoPerson[] = [
  {
    account: 'ministry-officer',
    name: '示範郭承辦',
    roles: ['case-officer'],
    organisation: 'demo-ministry',
    unit: 'registration',
    state: 'active',
    card: card(14, 'moica-g3'),
    grants: grants('enquiry', '計畫承辦', 'company'),
    shows: COMES_IN,
  },
  {
    account: 'ministry-admin',
    name: '示範賴管理',
    roles: ['ministry-administrator'],
    organisation: 'demo-ministry',
    unit: 'registration',
    state: 'active',
    card: card(15, 'moica-g2'),
    grants: [],
    shows: NO_GRANT,
  },
  {
    account: 'ministry-head',
    name: '示範鄧主管',
    roles: ['unit-head'],
    organisation: 'demo-ministry',
    unit: 'registration',
    state: 'active',
    card: card(21, 'moica-g3'),
    grants: [],
    shows: NO_GRANT,
  },
  {
    account: 'ministry-auditor',
    name: '示範孫稽核',
    roles: ['auditor'],
    organisation: 'demo-ministry',
    unit: 'registration',
    state: 'active',
    card: card(22, 'moica-g2'),
    grants: [],
    shows: NO_GRANT,
  },
];
