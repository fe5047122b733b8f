import type { Address, ACCESS } from './access.ts';
import type { PortalHandler } from './locals.ts';
import type { Portal } from './portal.ts';
import { changeSuspension, listAccounts, settleGrant, showAccount } from './routes/accounts.ts';
import { giveChallenge, takeCardProof } from './routes/card-login.ts';
import { showHelp } from './routes/help.ts';
import { chooseLanguageByForm } from './routes/language.ts';
import { showLogin, showLoginFailure } from './routes/login.ts';
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
import { showAsset, showKeys } from './routes/public-files.ts';
import { showStart } from './routes/start.ts';

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
    '/language': { post: chooseLanguageByForm(portal) },
    '/login/failed': { get: showLoginFailure(portal) },
    '/logged-out': { get: showLoggedOut(portal) },

    '/login': { get: showLogin(portal) },
    '/login/card/challenge': { post: giveChallenge(portal) },
    '/login/card': { post: takeCardProof(portal) },
    '/logout': { get: askLogout(portal), post: doLogout(portal) },

    '/': { get: showStart(portal) },

    '/accounts': { get: listAccounts(portal) },
    '/profile': { get: showProfile(portal), post: saveProfile(portal) },
    '/profile/data': { post: downloadOwnData(portal) },
    '/organisations': { get: showOrganisations(portal), post: createOrganisation(portal) },
    '/organisations/:organisation': { get: showOrganisation(portal), post: saveOrganisation(portal) },
    '/organisations/:organisation/units': { post: createUnit(portal) },
    '/organisations/:organisation/units/:unit': { post: saveUnit(portal) },
    '/deputies': { get: showDeputies(portal), post: createDeputy(portal) },
    '/deputies/:deputyship/end': { post: endDeputy(portal) },
    '/accounts/:account': { get: showAccount(portal) },
    '/accounts/:account/suspend': { post: changeSuspension(portal, 'suspended') },
    '/accounts/:account/resume': { post: changeSuspension(portal, 'active') },
    '/accounts/:account/grants/:grant': { post: settleGrant(portal) },
  };
}
