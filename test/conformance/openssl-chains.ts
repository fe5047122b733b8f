import { parseCertificate, type Certificate } from '../../src/pki/certificate.ts';
import { CertificatePool } from '../../src/pki/certification-path/certificate-pool.ts';
import { judgeCertificate } from '../../src/pki/judge-certificate.ts';
import { parseCrl } from '../../src/pki/revocation/crl.ts';
import { generateEcKeyPair, generateRsaKeyPair, type KeyPair } from '../authority/key-pair.ts';
import { openssl } from '../authority/openssl.ts';
import { CLIENT_AUTH, signList, signPart, soundChain, type Chain } from './chain-model.ts';
import { mutate, MUTATION_NAMES, type MutationName } from './chain-mutations.ts';
import type { SpareKeys } from './mutations/mutation.ts';
import { Seeded } from './seeded.ts';

export interface ChainKeys extends SpareKeys {
  readonly sound: readonly KeyPair[];
}

/** Made once for all chains; EC keys, which sign quickly, and some RSA. */
export async function makeChainKeys(): Promise<ChainKeys> {
  const sound = await Promise.all([
    ...Array.from({ length: 5 }, () => generateEcKeyPair()),
    ...Array.from({ length: 2 }, () => generateRsaKeyPair()),
  ]);
  return { sound, stranger: await generateEcKeyPair(), short: await generateRsaKeyPair(1024) };
}

export interface Question {
  readonly mutation: MutationName;
  /** What the mutation was made to do. */
  readonly expected: 'holds' | 'breaks';
  readonly chain: Chain;
  readonly leaf: Buffer;
  readonly anchor: Buffer;
  readonly others: readonly Buffer[];
  readonly crls: readonly Buffer[];
}

/** The question of this number: mutations take turns, all else is up to the seed. */
export function questionOf(number: number, keys: ChainKeys): Question {
  const random = new Seeded(number);
  const mutation = MUTATION_NAMES[number % MUTATION_NAMES.length] ?? 'nothing changed';
  for (;;) {
    const chain = soundChain(random, keys.sound);
    const expected = mutate(mutation, chain, keys, random);
    const [anchor, ...below] = chain.parts;
    const leaf = below.pop();
    if (expected === undefined || anchor === undefined || leaf === undefined) continue;
    const others = random.shuffled([...below, ...chain.strays]).map(signPart);
    const crls = random.shuffled(chain.lists).map(signList);
    return { mutation, expected, chain, anchor: signPart(anchor), leaf: signPart(leaf), others, crls };
  }
}

export type Answer = { readonly holds: true } | { readonly holds: false; readonly because: string };

export function ourAnswer({ chain, leaf, anchor, others, crls }: Question): Answer {
  const { inputs } = chain;
  const parsed = parseCertificate(leaf);
  if (!parsed.ok) return { holds: false, because: `${parsed.failure.code}: ${parsed.failure.reason}` };
  const verdict = judgeCertificate({
    leaf: parsed.certificate,
    material: { anchors: poolOf([anchor]), intermediates: poolOf(others) },
    crls: crls.map(parseCrl).flatMap(each => (each.ok ? [each.crl] : [])),
    inputs: {
      time: inputs.time.getTime(),
      initialPolicies: acceptedPolicies(inputs),
      requireExplicitPolicy: inputs.explicit,
      inhibitPolicyMapping: inputs.inhibitMapping,
      inhibitAnyPolicy: inputs.inhibitAny,
      maxIntermediates: inputs.maxDepth ?? undefined,
      keyUsage: inputs.clientAuth ? ['digitalSignature'] : [],
      extendedKeyUsage: inputs.clientAuth ? [CLIENT_AUTH] : [],
      algorithms: 'current',
    },
    policy: {
      require: ({ require: 'every-certificate', leaf: 'leaf', none: 'none' } as const)[inputs.revocation],
      graceMs: 0,
    },
  });
  return verdict.ok ? { holds: true } : { holds: false, because: verdict.failure.code };
}

/** Without a list every policy is accepted; OpenSSL wants to be told, or accepts none. */
function acceptedPolicies({ initialPolicies }: Chain['inputs']): readonly string[] {
  return initialPolicies.length === 0 ? ['2.5.29.32.0'] : initialPolicies;
}

function poolOf(ders: readonly Buffer[]): CertificatePool {
  return new CertificatePool(
    ders.flatMap((der): Certificate[] => {
      const parsed = parseCertificate(der);
      return parsed.ok ? [parsed.certificate] : [];
    }),
  );
}

/** `openssl verify` with the same inputs. Level 2 of its security levels refuses SHA-1 and keys under 112 bits. */
export async function opensslAnswer({ chain, leaf, anchor, others, crls }: Question): Promise<Answer> {
  const { inputs } = chain;
  const args = [
    ...['verify', '-no-CAfile', '-no-CApath', '-no-CAstore', '-trusted', '{anchor}'],
    ...['-auth_level', '2', '-check_ss_sig', '-attime', String(inputs.time.getTime() / 1000)],
    ...(others.length === 0 ? [] : ['-untrusted', '{others}']),
    ...(crls.length === 0 ? [] : ['-CRLfile', '{crls}']),
    ...(inputs.revocation === 'none' ? [] : ['-crl_check']),
    ...(inputs.revocation === 'require' ? ['-crl_check_all'] : []),
    ...(inputs.clientAuth ? ['-purpose', 'sslclient'] : []),
    ...['-policy_check', ...acceptedPolicies(inputs).flatMap(policy => ['-policy', policy])],
    ...(inputs.explicit ? ['-explicit_policy'] : []),
    ...(inputs.inhibitMapping ? ['-inhibit_map'] : []),
    ...(inputs.inhibitAny ? ['-inhibit_any'] : []),
    ...(inputs.maxDepth === null ? [] : ['-verify_depth', String(inputs.maxDepth)]),
    '{leaf}',
  ];
  const { exitCode, output } = await openssl(args, {
    anchor: pem('CERTIFICATE', [anchor]),
    leaf: pem('CERTIFICATE', [leaf]),
    others: pem('CERTIFICATE', others),
    crls: pem('X509 CRL', crls),
  });
  if (exitCode === 0) return { holds: true };
  const reason = /^error \d+ at \d+ depth lookup: ?(.*)$/m.exec(output)?.[1];
  // Anything but a verdict (a misspelt option, an unreadable file) must not pass for a refusal.
  if (reason === undefined && !/Unable to load certificate|Could not read/.test(output)) throw new Error(output);
  return { holds: false, because: reason ?? 'cannot be read' };
}

function pem(label: string, ders: readonly Buffer[]): string {
  return ders
    .map(der => der.toString('base64').replace(/.{1,64}/g, '$&\n'))
    .map(lines => `-----BEGIN ${label}-----\n${lines}-----END ${label}-----\n`)
    .join('');
}
