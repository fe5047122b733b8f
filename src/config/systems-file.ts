import { z } from 'zod';
import { EVERY_ROLE_EVERYTHING } from '../policy/rule.ts';
import { findRepeatedNames, parameterNamesSchema } from './named-parameters.ts';
import { noticeSchema } from './notice.ts';
import { policySchema } from './policy-rules.ts';
import { limitsSchema, routesSchema } from './request-limits.ts';
import { purposesSchema } from './purposes.ts';
import { comparedPathSchema } from './routed-path.ts';

const id = z.string().regex(/^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$/, 'must be 1 to 40 characters of a-z, 0-9 and -');
const name = z.string().trim().min(1).max(60);

/** Written as requests are routed, or it would never match one; all of a system would leave nobody active in it. */
const backgroundPath = comparedPathSchema.refine(
  path => path !== '/',
  'would make every request one that is nobody’s activity',
);

const role = z.strictObject({ code: id, name, nameEn: name });

const system = z
  .strictObject({
    id,
    name,
    nameEn: name,
    /** First label of the host: `<host>.<baseDomain>`. */
    host: id.refine(label => label !== 'portal', 'is the portal'),
    /** What an account can be granted there. */
    roles: z
      .array(role)
      .min(1)
      .refine(roles => new Set(roles.map(r => r.code)).size === roles.length, 'names a role twice'),
    /** Origins besides the system's own whose forms and scripts may change something in it. */
    allowedOrigins: z
      .array(z.string().refine(text => URL.parse(text)?.origin === text, 'must be an origin such as https://host'))
      .default([]),
    /** Minutes without activity after which whoever has entered it is logged out, where that is sooner than the gateway's own. */
    idleMinutes: z.number().positive().max(240).optional(),
    /** Paths that its pages ask for by themselves: no person's activity. `/x/` stands for all below, `/x` for itself. */
    backgroundPaths: z.array(backgroundPath).default([]),
    /** Query parameters that hold the person or business asked about, and the number of the case: kept masked in access records. */
    subjectParameters: parameterNamesSchema,
    caseParameters: parameterNamesSchema,
    /**
     * strict: no response ends, and no WebSocket or event stream begins, before its access record is durable; with the database away,
     * nothing passes. batched: records are written within 200 ms, and a killed gateway loses those.
     */
    audit: z.enum(['batched', 'strict']).default('batched'),
    /** Who may do what, and under which conditions; the first rule that is about a request counts. */
    policy: policySchema.default([EVERY_ROLE_EVERYTHING]),
    /** What a request to it may take. */
    limits: limitsSchema.optional(),
    /** The same for some of its paths; the first that matches counts. */
    routes: routesSchema.default([]),
    /** What its pages tell of its data. */
    notice: noticeSchema,
    /** What people choose from when they say why they ask; left out, they are not asked. */
    purposes: purposesSchema.optional(),
    /** Minutes for which a declared purpose counts; left out, until another is declared or the session ends. */
    purposeMinutes: z.number().positive().max(720).optional(),
  })
  .refine(({ purposes, purposeMinutes }) => purposes !== undefined || purposeMinutes === undefined, {
    path: ['purposeMinutes'],
    message: 'has no meaning without purposes',
  })
  .superRefine(({ subjectParameters, caseParameters }, check) => {
    for (const name of findRepeatedNames([...subjectParameters, ...caseParameters])) {
      check.addIssue({
        code: 'custom',
        path: ['subjectParameters'],
        message: `names ${name} twice, here or in caseParameters`,
      });
    }
  })
  .superRefine(({ roles, policy, purposes }, check) => {
    policy.forEach((rule, index) => {
      if (requiresPurpose(rule) && purposes === undefined) {
        check.addIssue({
          code: 'custom',
          path: ['policy', index, 'require', 'purpose'],
          message: 'needs the purposes of the system, from which people choose',
        });
      }
      for (const [place, role] of (rule.roles ?? []).entries()) {
        if (roles.some(({ code }) => code === role)) continue;
        check.addIssue({
          code: 'custom',
          path: ['policy', index, 'roles', place],
          message: 'is no role of the system',
        });
      }
    });
  });

/** @param rule one that is wrong in itself comes as it was written */
function requiresPurpose(rule: { readonly require?: { readonly purpose?: boolean } }): boolean {
  return rule.require?.purpose === true;
}

/** `systems.yaml`: the business systems. Unknown keys are errors. */
export const systemsFileSchema = z.strictObject({
  systems: z
    .array(system)
    .min(1)
    .refine(systems => new Set(systems.map(s => s.id)).size === systems.length, 'names an id twice')
    .refine(systems => new Set(systems.map(s => s.host)).size === systems.length, 'names a host twice'),
});

export type SystemsFile = z.infer<typeof systemsFileSchema>;
