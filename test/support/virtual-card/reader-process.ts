/**
 * The process of one virtual reader, started by `virtual-reader.ts` inside network and mount namespaces of its own:
 * pcscd with the vpcd driver, and the cards in it. Arguments: FOLDER READERS (`none` or `one`).
 *
 * It lives as long as its IPC channel: however the test ends, SIGKILL too, the channel closes, and everything goes.
 * pcscd has this process as its parent and dies with it in any case.
 */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PivCard } from './piv-card.ts';
import type { ReaderOrder, ReaderReply, ReaderRequest, SlotNumber } from './reader-message.ts';
import { VpcdLink } from './vpcd-link.ts';

const FIRST_PORT = 35_963;
const LOG = 'pcscd.log';

const [folder = '', readers = ''] = process.argv.slice(2);
const cards = new Map<string, PivCard>();
const links = new Map<SlotNumber, VpcdLink>();

/** pcscd's folder is fixed, `/run/pcscd`; here it is one of the temporary folder, where clients outside find it too. */
function prepareNamespaces(): void {
  mkdirSync(join(folder, 'run/pcscd'), { recursive: true });
  execFileSync('mount', ['--bind', join(folder, 'run'), '/run']);
  execFileSync('ip', ['link', 'set', 'lo', 'up']);
  // vpcd writes length and message one by one: without quickack every command waits 40 ms for a delayed ACK
  for (const network of ['127.0.0.0/8', '127.0.0.1']) {
    const route = `route change local ${network} dev lo proto kernel scope host src 127.0.0.1 table local quickack 1`;
    execFileSync('ip', route.split(' '));
  }
}

function startPcscd(): ChildProcess {
  const configuration = join(folder, 'readers');
  const drivers = join(folder, 'drivers');
  for (const path of [configuration, drivers]) mkdirSync(path);
  if (readers === 'one') {
    const port = `0x${FIRST_PORT.toString(16)}`;
    writeFileSync(
      join(configuration, 'vpcd'),
      `FRIENDLYNAME "Virtual PCD"
DEVICENAME /dev/null:${port}
LIBPATH /usr/lib/pcsc/drivers/serial/libifdvpcd.so
CHANNELID ${port}
`,
    );
  }
  const log = openSync(join(folder, LOG), 'a', 0o600);
  const pcscd = ['pcscd', '--foreground', '--config', configuration];
  return spawn('setpriv', ['--pdeathsig', 'KILL', ...pcscd], {
    stdio: ['ignore', log, log],
    // no drivers but ours: a real reader of this machine stays with the machine
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', PCSCLITE_HP_DROPDIR: drivers },
  });
}

async function untilItListens(pcscd: ChildProcess): Promise<void> {
  while (!existsSync(join(folder, 'run/pcscd/pcscd.comm'))) {
    if (pcscd.exitCode !== null || pcscd.signalCode !== null) {
      throw new Error(`pcscd ended: ${readFileSync(join(folder, LOG), 'utf8')}`);
    }
    await new Promise(resolve => setTimeout(resolve, 20));
  }
}

async function carryOut(order: ReaderOrder): Promise<Omit<ReaderReply & { ok: true }, 'id'>> {
  if (order.do === 'tell-state') {
    const card = cards.get(order.cardId);
    return { ok: true, ...(card && { state: card.state }) };
  }
  const { slot } = order;
  if (order.do === 'remove-at-key-use') links.get(slot)?.removeAtKeyUse();
  if (order.do === 'remove') links.get(slot)?.remove();
  if (order.do === 'insert') {
    links.get(slot)?.remove();
    const card = cards.get(order.card.id) ?? new PivCard(order.card);
    cards.set(order.card.id, card);
    links.set(slot, await VpcdLink.insert(card, FIRST_PORT + slot));
  }
  return { ok: true };
}

async function reply(id: number, work: () => Promise<Omit<ReaderReply & { ok: true }, 'id'>>): Promise<void> {
  const outcome = await work().catch((error: unknown) => ({ ok: false as const, reason: String(error) }));
  process.send?.({ id, ...outcome } satisfies ReaderReply);
}

process.on('message', ({ id, order }: ReaderRequest) => void reply(id, () => carryOut(order)));
void reply(0, async () => {
  prepareNamespaces();
  const pcscd = startPcscd();
  process.once('disconnect', () => {
    rmSync(folder, { recursive: true, force: true });
    pcscd.once('exit', () => process.exit()).kill('SIGKILL');
  });
  await untilItListens(pcscd);
  return { ok: true };
});
