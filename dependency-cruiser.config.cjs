/** The arrows of the rooms: what each may import. See README, "Where things are". */
const pure =
  '^src/(pki|http-fields|calendar|accounts|applications|reviews|data-exchange|sessions|policy|audit|notices)/';
const nodeIo = '^(node:)?(fs|net|tls|http|https|http2|dns|child_process|worker_threads|cluster|dgram)(/promises)?$';

module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true, dependencyTypesNot: ['type-only'] } },
    { name: 'pure-rooms-do-no-io', severity: 'error', from: { path: pure }, to: { path: nodeIo } },
    {
      name: 'pure-rooms-stay-inside',
      comment: 'Pure rooms may use each other, never flows, adapters, planes or programs.',
      severity: 'error',
      from: { path: pure },
      to: { path: '^src/(flows|adapters|gateway|web|card-agent|verifier)/|^src/[^/]+\\.ts$' },
    },
    {
      name: 'pki-imports-nothing-of-ours',
      severity: 'error',
      from: { path: '^src/pki/' },
      to: { path: '^src/(?!pki/)' },
    },
    {
      name: 'only-pki-speaks-asn1',
      severity: 'error',
      from: { path: '^src/(?!pki/)' },
      to: { path: 'node_modules/(pkijs|asn1js)/' },
    },
    {
      name: 'only-the-soft-card-uses-forge',
      severity: 'error',
      from: { path: '^src/(?!card-agent/)' },
      to: { path: 'node_modules/node-forge/' },
    },
    {
      name: 'only-the-agent-loads-pkcs11',
      severity: 'error',
      from: { path: '^src/(?!card-agent/pkcs11/|adapters/signing/)' },
      to: { path: 'node_modules/pkcs11js/' },
    },
    {
      name: 'flows-know-only-pure-rooms',
      severity: 'error',
      from: { path: '^src/flows/' },
      to: { path: '^src/(adapters|gateway|web|card-agent|verifier)/|^src/[^/]+\\.ts$' },
    },
    {
      name: 'planes-do-not-reach-adapters-or-each-other',
      severity: 'error',
      from: { path: '^src/(web|gateway)/' },
      to: { path: '^src/(adapters|card-agent|verifier)/|^src/(main|cli|config)\\.ts$' },
    },
    { name: 'web-not-gateway', severity: 'error', from: { path: '^src/web/' }, to: { path: '^src/gateway/' } },
    { name: 'gateway-not-web', severity: 'error', from: { path: '^src/gateway/' }, to: { path: '^src/web/' } },
    {
      name: 'adapters-know-ports-and-pure-rooms',
      severity: 'error',
      from: { path: '^src/adapters/([^/]+)/' },
      to: { path: '^src/', pathNot: `^src/adapters/$1/|^src/flows/ports(\\.ts$|/)|${pure}` },
    },
    {
      name: 'agent-stands-alone',
      severity: 'error',
      from: { path: '^src/card-agent/' },
      to: { path: '^src/(?!card-agent/)' },
    },
    {
      name: 'verifier-stands-alone',
      severity: 'error',
      from: { path: '^src/verifier/' },
      to: { path: '^src/(?!verifier/)' },
    },
    {
      name: 'islands-stand-alone',
      severity: 'error',
      from: { path: '^src/web/islands/' },
      to: { path: '^src/(?!web/islands/)|node_modules' },
    },
    {
      name: 'product-never-imports-tests',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(test|scripts)/' },
    },
    {
      name: 'no-drawers',
      severity: 'error',
      from: {},
      to: { path: '/(utils|helpers|common|services|types)/', pathNot: 'node_modules' },
    },
    {
      name: 'declared-packages-only',
      severity: 'error',
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown', 'unknown'], dependencyTypesNot: ['type-only'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|\\.runtime|\\.demo|\\.test)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
  },
};
