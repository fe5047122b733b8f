import { z } from 'zod';
import { assertionKeysSchema } from './assertion-keys.ts';
import { believedProxies } from './believed-proxies.ts';
import { certificateProxySchema } from './certificate-proxies.ts';
import { forwardAuthSchema } from './forward-auth.ts';
import { listener, port } from './listener.ts';
import { redisSchema } from './redis.ts';
import { upstreamSchema } from './upstreams.ts';

const hostName = z
  .string()
  .regex(/^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/, 'not a host name');
const loopbackHosts = new Set(['localhost', '127.0.0.1', '[::1]']);

function origin(text: string): URL | undefined {
  const url = URL.parse(text);
  return url !== null && url.origin !== 'null' && `${url.origin}/` === url.href ? url : undefined;
}

const httpUrl = z
  .string()
  .refine(text => /^https?:$/.test(URL.parse(text)?.protocol ?? ''), 'must be an http(s) address');
const text = z.string().trim().min(1);
/** More than a hundred logins of one person are no use but theft. */
const concurrent = z.int().min(1).max(100);
const fourNumbers = z.string().regex(/^\d{1,9}(?:\.\d{1,9}){3}$/, 'must be four numbers such as 1.3.4.13');

/** `90m`, `6h`: more than a day would turn a delay into a policy of using what is out of date. Milliseconds. */
const grace = z
  .string()
  .regex(/^[1-9][0-9]{0,3}[mh]$/, 'must be minutes or hours, such as 90m or 6h')
  .transform(value => Number(value.slice(0, -1)) * (value.endsWith('h') ? 3_600_000 : 60_000))
  .refine(ms => ms <= 86_400_000, 'must be at most 24h');

/** A host as it stands in addresses, with its port where that is not the scheme's own. */
const hostAndPort = z
  .string()
  .refine(
    value => ['http', 'https'].every(scheme => URL.parse(`${scheme}://${value}`)?.host === value),
    'must be host or host:port, in lower case, without the port that http or https have anyway',
  );

/** `gateway.yaml`: every key, its unit, range and default. Unknown keys are errors. */
export const gatewayFileSchema = z.strictObject({
  baseDomain: hostName,
  listen: z.strictObject({
    public: listener,
    /** Asks browsers for the card's certificate; absent: there is no such way in. */
    card: listener.optional(),
    redirect: listener.optional(),
    ops: listener.default({ address: '127.0.0.1', port: 9090 }),
  }),
  /** The port that browsers use, where something in front of us translates it; default: the public listener's own. */
  publicPort: port.min(1).optional(),
  /** Peers of listen.public and listen.card that must begin with a PROXY header, version 2; all others must not. */
  proxyProtocol: believedProxies,
  /** Peers of listen.public whose X-Forwarded-For is believed. */
  trustedProxies: believedProxies,
  /** Connections of one client address to listen.public (IPv6: of its /64, and four times as many of its /48), of 10,000 in all. */
  connectionsPerAddress: z.int().min(10).max(10_000).default(1_000),
  /** Proxies that pass requests on themselves and ask here whether they may. */
  forwardAuth: forwardAuthSchema.optional(),
  tls: z.strictObject({ certificate: text, key: text }),
  /** The host where browsers show the card in the TLS handshake; belongs to `listen.card`. */
  card: z
    .strictObject({
      /** Default: `card.<baseDomain>`. */
      host: hostName.optional(),
      /** As `publicPort`, for this listener. */
      publicPort: port.min(1).optional(),
      /** Names this host alone: no certificate may name it together with a host of the public listener. */
      tls: z.strictObject({ certificate: text, key: text }),
      /** Proxies that end TLS in front of it, and the field in which each passes the client's certificate on. */
      proxies: z.array(certificateProxySchema).default([]),
    })
    .optional(),
  dataFolder: text,
  /** Signing keys, cookie secret and CRL seal, which several nodes share; default: `keys` in the data folder. */
  keyFolder: text.optional(),
  /** Keys that sign what business systems are told. */
  assertionKeys: assertionKeysSchema.default({ kind: 'files' }),
  database: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('embedded') }),
    z.strictObject({
      kind: z.literal('postgresql'),
      /** File that holds `postgres://user:password@host:port/name`, so that the password stands in no configuration. */
      urlFile: text,
      caFile: text.optional(),
      /** Connections; each takes about 10 MB at the server. */
      poolSize: z.int().min(1).max(100).default(10),
    }),
  ]),
  /** Absent: sessions are in the process, and there is one node. */
  redis: redisSchema.optional(),
  systems: text,
  /** Where each system runs, by its id. */
  upstreams: z.record(z.string(), upstreamSchema),
  trust: z.strictObject({ folder: text }),
  revocation: z.strictObject({
    /** How often CRLs are fetched anew: at most a day; fractions are for trials. */
    refreshMinutes: z.number().positive().min(0.01).max(1440).default(60),
    crls: z.array(httpUrl).min(1),
    /**
     * A CRL past its nextUpdate: refuse every card it speaks for, or use it for this much longer, with a mark on each
     * login that rested on it.
     */
    nextUpdate: z.union([z.literal('refuse'), z.strictObject({ grace })]).default('refuse'),
    /** Whether a card's CA is asked inside a login, within 3 s. */
    ocsp: z
      .strictObject({
        /** off: never. fallback: where no current CRL settles it. first: always; CRLs where no answer comes. */
        mode: z.enum(['off', 'fallback', 'first']),
        /** Responders that may be asked, if a certificate names them; no other host is. */
        hosts: z.array(hostAndPort).default([]),
        /** How certificates are named in requests; many responders know SHA-1 only (RFC 5019). */
        certIdHash: z.enum(['sha1', 'sha256']).default('sha1'),
      })
      .refine(({ mode, hosts }) => mode === 'off' || hosts.length > 0, {
        path: ['hosts'],
        message: 'names no responder to ask',
      })
      .default({ mode: 'off', hosts: [], certIdHash: 'sha1' }),
    /** YAML with `certificates` and `holders` that are refused at once, whatever their CA says; read when it changes. */
    blockListFile: text.optional(),
    /** Lets CRLs and OCSP answers come from private and loopback addresses: for trials with a CA of one's own, never with MOICA. */
    allowPrivateAddresses: z.boolean().default(false),
  }),
  sessions: z.strictObject({
    /** Minutes without activity after which a session ends; more than the documents' 240 is not accepted. */
    idleMinutes: z.number().positive().max(240).default(240),
    /** Hours after login at which a session ends, however active. */
    lifetimeHours: z.number().positive().max(24).default(12),
    /** How many one account may have side by side, in all and by each way of logging in; one more ends the one unused longest. */
    concurrent: z
      .strictObject({
        account: concurrent.default(4),
        card: concurrent.default(4),
        cardTls: concurrent.default(4),
        oneDayPassword: concurrent.default(2),
      })
      .prefault({}),
  }),
  /**
   * How often one network address may do something in five minutes; whole offices share one. An IPv6 address is its
   * /64, and its /48 with four times as much. Whoever is logged in has the same for his account, which no stranger uses up.
   */
  addressLimits: z
    .strictObject({
      /** Passwords typed: sixty people in five minutes are a bad morning; one guess in five seconds is no attack. */
      passwords: z.int().min(5).max(10_000).default(60),
      /** Challenges asked for: a county's staff at nine o'clock. */
      challenges: z.int().min(10).max(100_000).default(600),
      /** Signatures and certificates that nobody's card makes. */
      refusedCards: z.int().min(5).max(10_000).default(60),
      /** Reports of trouble with reader or card that are recorded. */
      troubleReports: z.int().min(1).max(10_000).default(60),
      /** Refused cards that are recorded; beyond, they are refused all the same, and that some go unrecorded is recorded. */
      refusalRecords: z.int().min(5).max(10_000).default(60),
      /** Purposes that one account declares; each is a record and a new cookie, and a page's script could go on for ever. */
      purposes: z.int().min(5).max(10_000).default(60),
    })
    .prefault({}),
  /** The card component on the person's computer. */
  cardComponent: z.strictObject({
    /** Exact origin. */
    origin: z.string().refine(t => origin(t) !== undefined, 'must be an origin such as http://localhost:61161'),
    /** The lowest versions without known security faults. */
    minimumVersion: z
      .strictObject({
        windows: fourNumbers.default('1.3.4.103328'),
        mac: fourNumbers.default('1.3.4.13'),
        linux: fourNumbers.default('1.3.4.3'),
      })
      .prefault({}),
    /** refuse: the page hands in no signature of an older one. It is the page's own rule: no security against anybody. */
    outdated: z.enum(['warn', 'refuse']).default('warn'),
  }),
  /** Pages of the citizen certificate authority that failure pages lead to. */
  citizenCertificate: z.strictObject({ home: httpUrl, unblock: httpUrl, componentDownload: httpUrl }),
  agency: z.strictObject({ name: text, nameEn: text, product: text, productEn: text, door: text, doorEn: text }),
  ownershipNotice: z.strictObject({ zh: text, en: text }),
  /** A new version asks everybody to read and acknowledge the rules of use again, at the next login. */
  rulesOfUse: z
    .strictObject({
      version: text.max(40).default('1'),
      /** The agency's security policy (document 1, 四(四)): where it is published, in which version. */
      securityPolicy: z.strictObject({ url: httpUrl, version: text.max(40) }).optional(),
      /** Documents that the forms and the rules page refer to (四(五), 四(六)). */
      references: z.array(z.strictObject({ id: text.max(20), zh: text, en: text })).default([
        { id: 'B-06-01', zh: '存取控制管理規範', en: 'Access control rules' },
        {
          id: 'C-06-03',
          zh: '工商憑證系統存取管理工作指導書',
          en: 'Work instruction on access to the certificate system',
        },
      ]),
    })
    .prefault({}),
  /** What is done about accounts by itself; the documents' own limits can be made narrower, not wider. */
  accounts: z
    .strictObject({
      dormancy: z
        .strictObject({
          /** Calendar months without login, over which an account is dormant (document 1, 五(十): 3). */
          months: z.int().min(1).max(3).default(3),
          /** suspend: can be undone by a registrar. delete: ends rights and card for good. */
          action: z.enum(['suspend', 'delete']).default('suspend'),
          /** Days between the warning and the act; with 0 it is the next day's run. */
          warningDays: z.int().min(0).max(60).default(14),
        })
        .prefault({}),
      /** The regular check against personnel data: how often, and days until it is due. */
      check: z
        .strictObject({ everyMonths: z.int().min(1).max(6).default(3), dueDays: z.int().min(1).max(60).default(14) })
        .prefault({}),
      /** The longest term of a deputy (職務代理人), both ends counted. */
      deputyMaxDays: z.int().min(1).max(366).default(90),
      /**
       * How many days ahead a one-day password may be applied for; 0, unless configured: for today only (decision E7). A
       * day far off is no longer the exception that the password is for, hence at most 30.
       */
      oneDayPasswordDays: z.int().min(0).max(30).default(0),
      /** Calendar months after which people are reminded to look over their contact data. */
      profileReminderMonths: z.int().min(1).max(24).default(12),
    })
    .prefault({}),
  /** Records of who asked what of which business system. */
  accessRecords: z
    .strictObject({
      /**
       * Calendar months for which they are kept. Default: claims for the unlawful use of personal data lapse after five years
       * (Personal Data Protection Act, article 30), and the longer of two terms holds (decision E13). At least 14: a check of a
       * month's queries is made in the month after and kept for a year (document 2, 六(四)), and so is what it rests on.
       */
      keptMonths: z.int().min(14).max(120).default(60),
    })
    .prefault({}),
  /** Absent: nothing is mailed; the outbox shows what would be, to be handed over as sheets. */
  mail: z
    .strictObject({
      /** `名稱 <address>`, or an address. */
      from: text.regex(/^(?:[^<>@,;\r\n]+<[^<>@,;\s]+@[^<>@,;\s]+>|[^<>@,;\s]+@[^<>@,;\s]+)$/, 'must be one address'),
      smtp: z
        .strictObject({
          host: text,
          port: port.min(1),
          tls: z.enum(['implicit', 'starttls', 'none']),
          caFile: text.optional(),
          user: text.optional(),
          /** File that holds the password, so that it stands in no configuration. */
          passwordFile: text.optional(),
        })
        .refine(({ tls, host }) => tls !== 'none' || loopbackHosts.has(host), {
          path: ['tls'],
          message: 'must be implicit or starttls: a mail server off loopback is reached through TLS only',
        })
        .refine(({ user, passwordFile }) => (user === undefined) === (passwordFile === undefined), {
          path: ['passwordFile'],
          message: 'user and passwordFile belong together',
        }),
    })
    .optional(),
  helpDesk: z.strictObject({ phone: text, hours: z.strictObject({ zh: text, en: text }) }),
  stop: z
    .strictObject({
      /** Seconds between the first 503 of /readyz and the last new connection, for balancers to look away; 0: none are taken at once. */
      announceSeconds: z.number().min(0).max(300).default(0),
    })
    .prefault({}),
  log: z.strictObject({ level: z.enum(['debug', 'info', 'warn', 'error']) }).default({ level: 'info' }),
});

export type GatewayFile = z.infer<typeof gatewayFileSchema>;
