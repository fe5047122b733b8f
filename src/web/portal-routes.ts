import type { Address, ACCESS } from './access.ts';
import type { PortalHandler } from './locals.ts';
import { visitOfApplicant, visitOfPerson } from './application-visit.ts';
import type { Portal } from './portal.ts';
import { changeSuspension, exportAccounts, listAccounts, settleGrant, showAccount } from './routes/accounts.ts';
import { archive, execute, showApplication, takeDecision, takeLetter, withdraw } from './routes/application-acts.ts';
import {
  removeAttachment,
  sendAttachment,
  sendPackage,
  sendPdf,
  showLetterSheet,
  showPrint,
  takeAttachment,
} from './routes/application-files.ts';
import { showEdit, showNewForm, takeEdit, takeNewForm } from './routes/application-forms.ts';
import { chooseForm, showInbox, showOwn, showRegister } from './routes/application-lists.ts';
import { showDue, showReconciliation } from './routes/application-reports.ts';
import { giveSigningChallenge, showSigning, takeSignature } from './routes/application-signing.ts';
import { leaveApply, showApply, takeApplicantCard } from './routes/apply.ts';
import { begin, showActivated, showBegin, showStep, takeCard, takePassword, takeRules } from './routes/activation.ts';
import { decide, listBindings, showBinding } from './routes/bindings.ts';
import { giveChallenge, takeCardProof } from './routes/card-login.ts';
import { takeCardTrouble } from './routes/card-trouble.ts';
import { showHelp } from './routes/help.ts';
import { askForReset, issueSecret } from './routes/initial-secret.ts';
import { chooseLanguageByForm } from './routes/language.ts';
import { showLogin, showLoginFailure } from './routes/login.ts';
import {
  showDayPasswordChange,
  showOneDayLogin,
  takeDayPasswordChange,
  takeOneDayLogin,
} from './routes/one-day-login.ts';
import { showOneDayReport } from './routes/one-day-report.ts';
import { showRules, takeAcknowledgement } from './routes/rules.ts';
import { askLogout, doLogout, showLoggedOut } from './routes/logout.ts';
import { createDeputy, endDeputy, showDeputies } from './routes/deputies.ts';
import {
  createOrganisation,
  createUnit,
  saveOrganisation,
  saveUnit,
  showOrganisation,
  showOrganisations,
} from './routes/organisations.ts';
import { downloadOwnData, saveProfile, showProfile } from './routes/profile.ts';
import { exempt, exportDormancy, showDormancy } from './routes/dormancy.ts';
import { showJobs } from './routes/jobs.ts';
import { exportOutbox, handOver, printSheet, showOutbox } from './routes/outbox.ts';
import { closeCheck, exportPersonnel, settle, showPersonnel, takePersonnel } from './routes/personnel.ts';
import { showPolicyExplanation } from './routes/policy-explanation.ts';
import { showAsset, showKeys } from './routes/public-files.ts';
import { showAcknowledgements, showCompliance, showFigure, showSystems } from './routes/rules-and-systems.ts';
import { endOwn, showOwnSessions } from './routes/own-sessions.ts';
import { tellSession } from './routes/session.ts';
import { exportSessions } from './routes/session-export.ts';
import { askToEnd, endOthers, showSessionRegister } from './routes/session-register.ts';
import { showStart } from './routes/start.ts';
import { beginByCertificate, returnByCertificate } from './routes/tls-login.ts';

/** One handler for each method of each row of `access.ts`; one too many or too few does not compile. */
export type PortalRoutes = {
  readonly [A in Address]: { readonly [Method in keyof (typeof ACCESS)[A]]: PortalHandler };
};

/** What answers at each address, once its row has let the visitor in. */
export function composeRoutes(portal: Portal): PortalRoutes {
  return {
    '/.well-known/jwks.json': { get: showKeys(portal) },
    '/assets/*name': { get: showAsset(portal) },
    '/help/:page': { get: showHelp(portal) },
    '/figures/:figure': { get: showFigure(portal) },
    '/language': { post: chooseLanguageByForm(portal) },
    '/login/failed': { get: showLoginFailure(portal) },
    '/logged-out': { get: showLoggedOut(portal) },

    '/login': { get: showLogin(portal) },
    '/login/card/challenge': { post: giveChallenge(portal, 'login') },
    '/login/card': { post: takeCardProof(portal) },
    '/login/card/trouble': { post: takeCardTrouble(portal) },
    '/login/tls': { post: beginByCertificate(portal) },
    '/login/tls/return': { get: returnByCertificate(portal) },
    '/logout': { get: askLogout(portal), post: doLogout(portal) },

    '/login/one-day-password': { get: showOneDayLogin(portal), post: takeOneDayLogin(portal) },
    '/login/one-day-password/change': { get: showDayPasswordChange(portal), post: takeDayPasswordChange(portal) },
    '/activate': { get: showBegin(portal, 'activation'), post: begin(portal, 'activation') },
    '/activate/step': { get: showStep(portal) },
    '/activate/password': { post: takePassword(portal) },
    '/activate/rules': { post: takeRules(portal) },
    '/activate/card/challenge': { post: giveChallenge(portal, 'bind') },
    '/activate/card': { post: takeCard(portal) },
    '/activate/done': { get: showActivated(portal) },
    '/rebind': { get: showBegin(portal, 're-binding'), post: begin(portal, 're-binding') },

    '/rules/acknowledge': { get: showRules(portal), post: takeAcknowledgement(portal) },
    '/': { get: showStart(portal) },

    '/apply': { get: showApply(portal) },
    '/apply/card/challenge': { post: giveChallenge(portal, 'apply') },
    '/apply/card': { post: takeApplicantCard(portal) },
    '/apply/leave': { post: leaveApply(portal) },
    '/apply/applications': { get: showOwn(portal, visitOfApplicant) },
    '/apply/applications/new': { get: chooseForm(portal, visitOfApplicant) },
    '/apply/applications/new/:form': {
      get: showNewForm(portal, visitOfApplicant),
      post: takeNewForm(portal, visitOfApplicant),
    },
    '/apply/applications/:number': { get: showApplication(portal, visitOfApplicant) },
    '/apply/applications/:number/edit': {
      get: showEdit(portal, visitOfApplicant),
      post: takeEdit(portal, visitOfApplicant),
    },
    '/apply/applications/:number/print': { get: showPrint(portal, visitOfApplicant) },
    '/apply/applications/:number/pdf': { get: sendPdf(portal, visitOfApplicant) },
    '/apply/applications/:number/withdraw': { post: withdraw(portal, visitOfApplicant) },
    '/apply/applications/:number/attachments': { post: takeAttachment(portal, visitOfApplicant) },
    '/apply/applications/:number/attachments/:attachment': { get: sendAttachment(portal, visitOfApplicant) },
    '/apply/applications/:number/attachments/:attachment/remove': { post: removeAttachment(portal, visitOfApplicant) },

    '/inbox': { get: showInbox(portal) },
    '/applications': { get: showOwn(portal, visitOfPerson) },
    '/applications/register': { get: showRegister(portal) },
    '/applications/new': { get: chooseForm(portal, visitOfPerson) },
    '/applications/new/:form': { get: showNewForm(portal, visitOfPerson), post: takeNewForm(portal, visitOfPerson) },
    '/applications/:number': { get: showApplication(portal, visitOfPerson) },
    '/applications/:number/edit': { get: showEdit(portal, visitOfPerson), post: takeEdit(portal, visitOfPerson) },
    '/applications/:number/print': { get: showPrint(portal, visitOfPerson) },
    '/applications/:number/pdf': { get: sendPdf(portal, visitOfPerson) },
    '/applications/:number/letter-sheet': { get: showLetterSheet(portal) },
    '/applications/:number/withdraw': { post: withdraw(portal, visitOfPerson) },
    '/applications/:number/attachments': { post: takeAttachment(portal, visitOfPerson) },
    '/applications/:number/attachments/:attachment': { get: sendAttachment(portal, visitOfPerson) },
    '/applications/:number/attachments/:attachment/remove': { post: removeAttachment(portal, visitOfPerson) },
    '/applications/:number/decide': { post: takeDecision(portal) },
    '/applications/:number/sign': { get: showSigning(portal) },
    '/applications/:number/sign/challenge': { post: giveSigningChallenge(portal) },
    '/applications/:number/sign/card': { post: takeSignature(portal) },
    '/applications/:number/letter': { post: takeLetter(portal) },
    '/applications/:number/execute': { post: execute(portal) },
    '/applications/:number/archive': { post: archive(portal) },
    '/applications/:number/package': { post: sendPackage(portal) },
    '/reconcile': { get: showReconciliation(portal) },
    '/due': { get: showDue(portal) },

    '/one-day-passwords': { get: showOneDayReport(portal) },
    '/bindings': { get: listBindings(portal) },
    '/bindings/:request': { get: showBinding(portal), post: decide(portal) },

    '/accounts': { get: listAccounts(portal) },
    '/accounts/export': { post: exportAccounts(portal) },
    '/session': { get: tellSession(portal), post: tellSession(portal) },
    '/sessions': { get: showOwnSessions(portal) },
    '/sessions/end': { post: endOwn(portal) },
    '/sessions/register': { get: showSessionRegister(portal) },
    '/sessions/register/export': { post: exportSessions(portal) },
    '/sessions/register/end': { get: askToEnd(portal), post: endOthers(portal) },
    '/profile': { get: showProfile(portal), post: saveProfile(portal) },
    '/profile/data': { post: downloadOwnData(portal) },
    '/organisations': { get: showOrganisations(portal), post: createOrganisation(portal) },
    '/organisations/:organisation': { get: showOrganisation(portal), post: saveOrganisation(portal) },
    '/organisations/:organisation/units': { post: createUnit(portal) },
    '/organisations/:organisation/units/:unit': { post: saveUnit(portal) },
    '/systems': { get: showSystems(portal) },
    '/compliance': { get: showCompliance(portal) },
    '/rules/acknowledgements': { get: showAcknowledgements(portal) },
    '/deputies': { get: showDeputies(portal), post: createDeputy(portal) },
    '/deputies/:deputyship/end': { post: endDeputy(portal) },
    '/personnel': { get: showPersonnel(portal) },
    '/personnel/import': { post: takePersonnel(portal) },
    '/personnel/settle': { post: settle(portal) },
    '/personnel/checks/:check/close': { post: closeCheck(portal) },
    '/personnel/export': { post: exportPersonnel(portal) },
    '/dormancy': { get: showDormancy(portal) },
    '/dormancy/exemptions': { post: exempt(portal) },
    '/dormancy/export': { post: exportDormancy(portal) },
    '/outbox': { get: showOutbox(portal) },
    '/outbox/export': { post: exportOutbox(portal) },
    '/outbox/:notice/sheet': { get: printSheet(portal) },
    '/outbox/:notice/hand-over': { post: handOver(portal) },
    '/policy/explain': { get: showPolicyExplanation(portal) },
    '/jobs': { get: showJobs(portal) },
    '/accounts/:account': { get: showAccount(portal) },
    '/accounts/:account/initial-secret': { get: askForReset(portal), post: issueSecret(portal) },
    '/accounts/:account/suspend': { post: changeSuspension(portal, 'suspended') },
    '/accounts/:account/resume': { post: changeSuspension(portal, 'resumed') },
    '/accounts/:account/grants/:grant': { post: settleGrant(portal) },
  };
}
