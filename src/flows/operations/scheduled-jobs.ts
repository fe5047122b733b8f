import { deleteOldAccessRecords } from '../access/delete-access-records.ts';
import { applyDueChanges } from '../applications/apply-due-changes.ts';
import { removeGoneKeys, rotateWhenOld } from '../keys/rotate-keys.ts';
import { openAccountChecks } from './check-accounts.ts';
import type { GatewayContext } from '../gateway-context.ts';
import { deleteOldSessionRecords } from '../sessions/delete-session-records.ts';
import { recordNotices } from './record-notices.ts';
import { remindStaleProfiles } from './remind-stale-profiles.ts';
import { runDormancy } from './run-dormancy.ts';
import type { Job } from './run-due-jobs.ts';
import { sendNotices } from './send-notices.ts';

/** Everything that happens by itself, in its order: changes that are due before judgements of who is idle. */
export function scheduledJobs({ accountPolicies: policies, mail }: GatewayContext): readonly Job[] {
  const jobs: Job[] = [
    {
      name: 'due-changes',
      cadence: 'daily',
      run: async context => ({ ...(await applyDueChanges(context)) }),
    },
    {
      name: 'dormancy',
      cadence: 'daily',
      run: async context => {
        const { warned, acted, kept, id } = await runDormancy(context, policies.dormancy);
        return { run: id, warned, acted, kept };
      },
    },
    {
      name: 'account-checks',
      cadence: 'daily',
      run: async context => ({ opened: await openAccountChecks(context, policies.accountChecks) }),
    },
    {
      name: 'profile-reminders',
      cadence: 'daily',
      run: async context => ({ reminded: await remindStaleProfiles(context, policies.profileReminderMonths) }),
    },
    { name: 'notices', cadence: 'always', run: async context => ({ changed: await recordNotices(context) }) },
    {
      name: 'access-records',
      cadence: 'daily',
      run: async context => ({ deleted: await deleteOldAccessRecords(context, context.accessRecordMonths) }),
    },
    {
      name: 'session-records',
      cadence: 'daily',
      run: async context => ({ deleted: await deleteOldSessionRecords(context) }),
    },
    {
      name: 'assertion-keys',
      cadence: 'daily',
      run: async context => ({
        rotated: await rotateWhenOld(context, context.keyDays),
        removed: await removeGoneKeys(context),
      }),
    },
  ];
  // Without a mail server notices stay in the outbox, where the page shows them.
  if (mail !== undefined) jobs.push({ name: 'mail', cadence: 'always', run: context => sendNotices(context, mail) });
  return jobs;
}
