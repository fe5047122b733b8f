import type { DormancyPolicy } from '../accounts/dormancy.ts';
import { openAccountChecks, type AccountCheckSettings } from './check-accounts.ts';
import type { MailSender } from './ports/mail.ts';
import { remindStaleProfiles } from './remind-stale-profiles.ts';
import { runDormancy } from './run-dormancy.ts';
import type { Job } from './run-due-jobs.ts';
import { sendNotices } from './send-notices.ts';

export interface JobPolicies {
  readonly dormancy: DormancyPolicy;
  readonly accountChecks: AccountCheckSettings;
  /** Calendar months after which people are reminded of their contact data. */
  readonly profileReminderMonths: number;
}

/** Everything that happens by itself, in its order: changes that are due before judgements of who is idle. */
export function scheduledJobs(policies: JobPolicies, mail: MailSender | undefined): readonly Job[] {
  const jobs: Job[] = [
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
  ];
  // Without a mail server notices stay in the outbox, where the page shows them.
  if (mail !== undefined) jobs.push({ name: 'mail', cadence: 'always', run: context => sendNotices(context, mail) });
  return jobs;
}
