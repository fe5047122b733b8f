import type { Bilingual } from './texts/bilingual.ts';

/** What the pages say about whose door this is and where help is found; filled by the configuration. */
export interface PortalSettings {
  readonly agency: {
    /** 經濟部 */
    readonly name: string;
    readonly nameEn: string;
    /** 商工e網通 */
    readonly product: string;
    readonly productEn: string;
    /** 業務帳號認證閘道 */
    readonly door: string;
    readonly doorEn: string;
  };
  /** Property and confidentiality notice at the foot of every page (requirement D1-004). */
  readonly ownershipNotice: Bilingual;
  readonly helpDesk: {
    /** As people dial it; also made into a `tel:` link. */
    readonly phone: string;
    readonly hours: Bilingual;
  };
  /** Version of the product, shown at the foot. */
  readonly version: string;
  /** Whether the browser's own certificate is a way in, at the card host. */
  readonly hasCardHost?: boolean;
  /** The card component on the person's own computer. */
  readonly component: {
    /** Exact origin. */
    readonly origin: string;
    /** Four numbers each, by the operating system of the person's computer. */
    readonly minimumVersion: { readonly windows: string; readonly mac: string; readonly linux: string };
    /** What the page does with an older one. Advice, not security: whoever makes requests himself is not held back by it. */
    readonly outdated: 'warn' | 'refuse';
  };
  /** Pages of the citizen certificate authority (MOICA) that the failure pages lead to; https addresses. */
  readonly citizenCertificate: {
    readonly home: string;
    readonly unblock: string;
    readonly componentDownload: string;
  };
  readonly rulesOfUse: {
    readonly version: string;
    /** The agency's security policy; undefined where the configuration names none. */
    readonly securityPolicy?: { readonly url: string; readonly version: string } | undefined;
    /** Documents that forms and rules refer to, printed on both (requirements D1-074, D1-075). */
    readonly references: readonly (Bilingual & { readonly id: string })[];
  };
  /** The longest term of a deputy, in days. */
  readonly deputyMaxDays: number;
  readonly session: {
    /** No session outlives this; the portal's cookie record is kept as long. */
    readonly lifetimeMs: number;
  };
}
