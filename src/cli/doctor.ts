import { X509Certificate } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { z } from 'zod';
import { loadConfig, type GatewayConfig } from '../config.ts';
import { ConfigurationFault } from '../config/yaml-file.ts';
import { formatTable, type CommandResult, type HealthCheck } from './command.ts';

const healthSchema = z.array(z.object({ name: z.string(), ok: z.boolean(), detail: z.string() }));

const DAY_MS = 86_400_000;

/**
 * Looks at everything that can be wrong before or while the gateway runs, and says it in one list.
 *
 * @param askHealth asks the running gateway, or stores opened for it, for its own checks
 */
export async function diagnose(
  configFile: string,
  askHealth: (config: GatewayConfig) => Promise<CommandResult>,
): Promise<CommandResult> {
  let config: GatewayConfig;
  try {
    config = loadConfig(configFile);
  } catch (error) {
    if (!(error instanceof ConfigurationFault)) throw error;
    return report(error.problems.map(problem => ({ name: 'configuration', ok: false, detail: problem })));
  }
  const checks: HealthCheck[] = [
    { name: 'configuration', ok: true, detail: `${configFile}: ${config.systems.size} business systems` },
    ...serverCertificates(config),
    dataFolder(config),
  ];
  try {
    const health = await askHealth(config);
    const found = healthSchema.safeParse(health.data);
    checks.push(...(found.success ? found.data : [{ name: 'stores', ok: false, detail: health.text }]));
  } catch (error) {
    checks.push({ name: 'stores', ok: false, detail: error instanceof Error ? error.message : String(error) });
  }
  return report(checks);
}

function report(checks: readonly HealthCheck[]): CommandResult {
  const rows = checks.map(check => [check.ok ? 'ok' : 'FAIL', check.name, check.detail]);
  return { exitCode: checks.every(check => check.ok) ? 0 : 1, data: checks, text: formatTable(rows) };
}

/** That they name their hosts, and keys belong to them, is a matter of the configuration, which has been read. */
function serverCertificates({ portal, tls, card }: GatewayConfig): HealthCheck[] {
  return [
    validity('server certificate', portal.origin, tls.certificate),
    ...(card === undefined ? [] : [validity('card host certificate', card.origin, card.tls.certificate)]),
  ];
}

function validity(name: string, origin: string, file: string): HealthCheck {
  const { validTo } = new X509Certificate(readFileSync(file));
  const days = Math.floor((Date.parse(validTo) - Date.now()) / DAY_MS);
  return { name, ok: days >= 0, detail: `${origin}, valid until ${validTo} (${days} days)` };
}

function dataFolder(config: GatewayConfig): HealthCheck {
  const name = 'data folder';
  const found = statSync(config.dataFolder, { throwIfNoEntry: false });
  if (found === undefined) return { name, ok: true, detail: `${config.dataFolder} will be made at the first start` };
  if (!found.isDirectory()) return { name, ok: false, detail: `${config.dataFolder} is not a folder` };
  const isPrivate = (found.mode & 0o077) === 0;
  return {
    name,
    ok: isPrivate,
    detail: `${config.dataFolder}${isPrivate ? '' : ' can be read by others (chmod 700)'}`,
  };
}
