import { X509Certificate } from 'node:crypto';
import { z } from 'zod';
import { setUp, type FirstOfficer, type SetUpFailure } from '../flows/set-up.ts';
import { formatTable, type Command } from './command.ts';

const officer = z.strictObject({ loginName: z.string(), certificatePem: z.string().max(20_000) });

export const setUpCommand: Command<{
  ministryName: string;
  caseOfficer: z.infer<typeof officer>;
  administrator: z.infer<typeof officer>;
}> = {
  input: z.strictObject({
    ministryName: z.string().trim().min(1).max(60),
    caseOfficer: officer,
    administrator: officer,
  }),
  async run({ gateway, actor }, input) {
    const [caseOfficer, administrator] = [readOfficer(input.caseOfficer), readOfficer(input.administrator)];
    const outcome = await setUp(gateway, { ministryName: input.ministryName, caseOfficer, administrator, actor });
    if (!outcome.ok) return { exitCode: 1, data: outcome.failure, text: explain(outcome.failure) };
    const data = outcome.accounts.map(({ id, loginName, name, roles }) => ({ id, loginName, name, roles }));
    const rows = data.map(account => [account.loginName, account.name, account.roles.join(', ')]);
    const text = [
      `${input.ministryName} is set up with two accounts:`,
      formatTable(rows),
      `Each logs in with his card at ${gateway.portal.origin}/`,
    ].join('\n');
    return { exitCode: 0, data, text };
  },
};

function readOfficer(input: z.infer<typeof officer>): FirstOfficer {
  return { loginName: input.loginName, certificate: new X509Certificate(input.certificatePem).raw };
}

function explain(failure: SetUpFailure): string {
  switch (failure.code) {
    case 'setup-already-done':
      return 'Set-up works only while no account exists, and there are accounts already.';
    case 'setup-login-name-refused':
      return `"${failure.loginName}" cannot be a login name: 3 to 32 characters of a-z, 0-9, dot, hyphen and underscore.`;
    case 'setup-one-person-twice':
      return 'The case officer and the administrator must be two people with two cards: one decides, the other executes.';
    case 'setup-certificate-refused':
      return `The certificate of ${failure.loginName} is refused: ${failure.because.code}.`;
  }
}
