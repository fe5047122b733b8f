import type { Authority, Scope } from '../accounts/authority.ts';
import type { FormId, Words } from './form.ts';
import { ROLES_AT } from './may-act.ts';
import { STAGES, type Stage } from './stage.ts';

/** One list of what waits for a role. */
export interface Queue {
  readonly id: string;
  readonly title: Words;
  readonly stages: readonly Stage[];
  readonly status: 'in-review' | 'executed';
  /** All forms, where not given. */
  readonly forms?: readonly FormId[];
}

const EXECUTIONS: readonly Stage[] = ['execution', 'ministry-execution', 'enabling', 'ministry-enabling'];

/** In the order in which they are shown. D1-010: the officer's queue of D-06-10 has nothing else in it. */
export const QUEUES: readonly Queue[] = [
  queue('head-review', '待主管審核', 'For the head’s review', ['head-review']),
  queue('letter', '待登錄函文', 'Letter to be recorded', ['letter']),
  queue('competent-review', '待業務主管單位同意', 'For the competent unit’s approval', ['competent-review']),
  queue('managers', '待本署審核：D-06-10 註冊管理者', 'D-06-10 for review', ['ministry-review'], ['D-06-10']),
  queue(
    'by-letter',
    '待本署審核：函送之 D-06-09、D-06-11',
    'D-06-09 and D-06-11 by letter',
    ['ministry-review'],
    ['D-06-09', 'D-06-11'],
  ),
  queue('execution', '待執行異動', 'To be executed', ['execution', 'ministry-execution']),
  queue('enabling', '待啟用一日密碼', 'One-day passwords to be enabled', ['enabling', 'ministry-enabling']),
  {
    id: 'archive',
    title: { zh: '待歸檔', en: 'To be archived' },
    stages: EXECUTIONS,
    status: 'executed',
  },
];

function queue(id: string, zh: string, en: string, stages: readonly Stage[], forms?: readonly FormId[]): Queue {
  return { id, title: { zh, en }, stages, status: 'in-review', ...(forms === undefined ? {} : { forms }) };
}

/** The stages at which somebody acts, each as far as his authority reaches. */
export function desksOf(
  authorities: readonly Authority[],
  ministryId: string,
): { readonly stage: Stage; readonly scope: Scope }[] {
  return STAGES.flatMap(stage =>
    authorities.flatMap(({ role, scope }): { readonly stage: Stage; readonly scope: Scope }[] => {
      if (!ROLES_AT[stage].includes(role)) return [];
      if (stage !== 'competent-review') return [{ stage, scope }];
      // A head of 本署 looks at bodies everywhere.
      const isOfMinistry = 'organisationId' in scope && scope.organisationId === ministryId;
      return isOfMinistry ? [{ stage, scope: { kind: 'everything' } }] : [];
    }),
  );
}
