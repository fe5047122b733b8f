import type { Logger } from 'pino';
import { compose, type Composition, type CompositionParts } from './composition.ts';
import { loadConfig } from './config.ts';
import { changedFixedKeys } from './config/fixed-keys.ts';
import { ConfigurationFault, digestFile } from './config/yaml-file.ts';
import type { HealthCheck } from './cli/command.ts';
import { recordRefusedConfiguration, recordReloadedConfiguration } from './flows/operations/record-configuration.ts';
import type { Listeners } from './listeners.ts';
import type { Stores } from './stores.ts';

/** The configuration in use, and how another takes its place. */
export class LiveConfiguration {
  readonly #stores: Stores;
  readonly #listeners: Listeners;
  readonly #parts: CompositionParts;
  readonly #log: Logger;
  #inUse: Composition;
  #since = new Date();
  #turn: Promise<void> = Promise.resolve();
  /** The turn that has not begun; whoever asks before it does needs no other. */
  #waiting: Promise<void> | undefined;

  constructor(first: Composition, stores: Stores, listeners: Listeners, parts: CompositionParts) {
    this.#inUse = first;
    this.#stores = stores;
    this.#listeners = listeners;
    this.#parts = parts;
    this.#log = parts.log;
  }

  get inUse(): Composition {
    return this.#inUse;
  }

  /**
   * Reads `gateway.yaml`, `systems.yaml`, the certificates and the trust folder anew and uses all of them, or none: with every
   * check of a start, and only what a running process can change. For those who ask while it is being done the files are
   * read once more.
   */
  renew(): Promise<void> {
    this.#waiting ??= this.#turn.then(() => {
      this.#waiting = undefined;
      return this.#renew();
    });
    this.#turn = this.#waiting;
    return this.#turn;
  }

  async #renew(): Promise<void> {
    try {
      const next = this.#read();
      await this.#stores.reloadTrust(async () => {
        await recordReloadedConfiguration(this.#inUse.context, digests(next));
        return () => this.#use(next);
      });
    } catch (err) {
      await this.#refuse(err);
    }
  }

  #read(): Composition {
    const running = this.#inUse.config;
    const config = loadConfig(running.file);
    const fixed = changedFixedKeys(running, config);
    if (fixed.length > 0) {
      throw new ConfigurationFault(fixed.map(keys => `${config.file}: ${keys}: changed; this needs a restart`));
    }
    return compose(config, this.#stores.contextFor(config), this.#parts);
  }

  #use(next: Composition): void {
    this.#listeners.use(next);
    this.#stores.renewSessionLimits(next.config.sessions);
    this.#log.level = next.config.log.level;
    this.#inUse = next;
    this.#since = new Date();
    this.#log.info(digests(next), 'The configuration, the certificates and the trust folder were read anew.');
  }

  async #refuse(err: unknown): Promise<void> {
    const problems = err instanceof ConfigurationFault ? err.problems : [String(err)];
    this.#log.error({ problems, err }, 'What was read anew cannot be used as it is; everything stays as it was.');
    const refused = { gatewaySha256: digestOf(this.#inUse.config.file), problems: problems.length };
    await recordRefusedConfiguration(this.#inUse.context, refused).catch((error: unknown) =>
      this.#log.error({ err: error }, 'That a configuration was refused could not be recorded.'),
    );
  }

  /** For `/readyz`: which files are in use, since when. */
  facts() {
    return { ...digests(this.#inUse), since: this.#since.toISOString() };
  }

  /** For `doctor`: whether the files are still those that are in use. */
  check(): HealthCheck {
    const { gateway, systems } = this.#inUse.config.files;
    const others = [gateway, systems].filter(({ path, sha256 }) => digestOf(path) !== sha256).map(({ path }) => path);
    const name = 'configuration in use';
    if (others.length === 0) return { name, ok: true, detail: `since ${this.#since.toISOString()}` };
    const detail = `${others.join(', ')}: not what is in use; SIGHUP takes it up, or the log says why it cannot`;
    return { name, ok: false, detail };
  }
}

function digests({ config: { files } }: Composition) {
  return { gatewaySha256: files.gateway.sha256, systemsSha256: files.systems.sha256 };
}

function digestOf(path: string): string | null {
  try {
    return digestFile(path);
  } catch (error) {
    if (error instanceof ConfigurationFault) return null;
    throw error;
  }
}
