import type { OrganisationKind } from '../accounts/organisation.ts';
import type { FormId } from './form.ts';
import type { Stage } from './stage.ts';

/** What decides which way an application goes. */
export interface RouteFacts {
  readonly form: FormId;
  readonly organisationKind: OrganisationKind;
  /** The form asks for a gateway role that only 本署 gives (DESIGN §2, first start). */
  readonly asksForMinistryRole: boolean;
  /** An active head reaches the unit who neither gains by it nor filed it; his deputy may act for him. */
  readonly hasHead: boolean;
  /** An active registrar of the agency is none of these, nor the head who has approved. */
  readonly hasRegistrar: boolean;
}

/**
 * The stages of an application, in order.
 *
 * First route: the unit's head, then the agency's own registrar (document 1, 三(二)2, 八(二)). Second route: by letter to
 * 本署, whose case officer decides and whose administrator executes (三(一), 三(二)2, 八(一)); where no head can review,
 * the letter stands for his review. A body that is no competent authority needs one more approval (D1-085).
 */
export function routeOf(facts: RouteFacts): Stage[] {
  const { form, organisationKind, asksForMinistryRole, hasHead, hasRegistrar } = facts;
  const head: Stage[] = hasHead ? ['head-review'] : [];
  if (form === 'D-06-11') {
    if (!hasHead) return ['letter', 'ministry-review', 'ministry-enabling'];
    // Never by the person himself: another registrar of the agency, else 本署 (E5).
    return [...head, hasRegistrar ? 'enabling' : 'ministry-enabling'];
  }
  const isLocal = form === 'D-06-09' && organisationKind === 'agency' && !asksForMinistryRole;
  if (isLocal && hasHead && hasRegistrar) return [...head, 'execution'];
  const competent: Stage[] = organisationKind === 'other' ? ['competent-review'] : [];
  return [...head, 'letter', ...competent, 'ministry-review', 'ministry-execution'];
}

/** The stage after `stage`; null when there is none. */
export function stageAfter(route: readonly Stage[], stage: Stage): Stage | null {
  const index = route.indexOf(stage);
  return index === -1 ? null : (route[index + 1] ?? null);
}
