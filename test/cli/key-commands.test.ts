import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runCommand } from '../../src/cli/commands.ts';
import { createAssertionSigner } from '../../src/flows/keys/assertion-signer.ts';
import { openTestContext, type TestContext } from '../support/gateway-context.ts';

const ACTOR = { kind: 'command-line', osUser: 'gateway', declaredName: 'demo' } as const;

let test_: TestContext;
beforeEach(async () => {
  test_ = await openTestContext();
});
afterEach(() => test_.close());

const run = (name: string, input: object) =>
  runCommand(name, { gateway: test_.context, health: () => Promise.resolve([]), actor: ACTOR }, input);
const states = async () => {
  const { data } = await run('keys list', {});
  return (data as { keys: { state: string }[] }).keys.map(({ state }) => state);
};

describe('keys rotate', () => {
  test('tells when the next key signs, and keys list how far it is', async () => {
    expect(await states()).toEqual(['active']);
    const answer = await run('keys rotate', { now: false });
    expect(answer).toMatchObject({ exitCode: 0 });
    expect(answer.text).toMatch(/is published, and signs from .* on\.\nThe key before stays published until /);
    expect(await states()).toEqual(['active', 'prepared']);
    test_.advance(360_000);
    expect(await states()).toEqual(['retired', 'active']);
    test_.advance(480_000);
    expect(await states()).toEqual(['gone', 'active']);
    expect(await run('keys list', {})).toMatchObject({ exitCode: 0 });
  });

  test('is refused while one is under way: exit 1', async () => {
    await run('keys rotate', { now: false });
    expect(await run('keys rotate', { now: false })).toMatchObject({
      exitCode: 1,
      data: { code: 'rotation-under-way' },
      text: expect.stringContaining('--now') as string,
    });
  });

  test('--now wants a reason, and says what it breaks', async () => {
    for (const input of [{ now: true }, { now: true, reason: ' ' }]) {
      expect(await run('keys rotate', input)).toMatchObject({ exitCode: 2, data: { code: 'wrong-use' } });
    }
    expect(await states()).toEqual(['active']);
    const answer = await run('keys rotate', { now: true, reason: '金鑰外洩' });
    expect(answer).toMatchObject({ exitCode: 0 });
    expect(answer.text).toContain('unknown-key');
    expect(await states()).toEqual(['gone', 'active']);
  });

  test('--now that cannot destroy the former key says which, and that it is done otherwise: exit 1', async () => {
    const former = test_.context.signer.activeKid();
    const vault = { ...test_.context.vault, remove: () => Promise.reject(new Error('read only')) };
    const gateway = { ...test_.context, vault };
    const input = { now: true, reason: '金鑰外洩' };
    const context = { gateway, health: () => Promise.resolve([]), actor: ACTOR };
    const answer = await runCommand('keys rotate', context, input);
    expect(answer).toMatchObject({ exitCode: 1, data: { undestroyed: [former] } });
    expect(answer.text).toContain(`${former} is taken back, but could not be destroyed`);
    expect(await states()).toEqual(['gone', 'active']);
  });

  test('by a clock that is behind is refused: exit 1', async () => {
    test_.advance(-3_600_000);
    expect(await run('keys rotate', { now: true, reason: 'x' })).toMatchObject({
      exitCode: 1,
      data: { code: 'clock-behind' },
    });
  });
});

describe('keys list', () => {
  test('is exit 1 where a key is not at hand, or none signs, and says so', async () => {
    const { context } = test_;
    const kid = context.signer.activeKid();
    await context.vault.remove(kid);
    const gateway = { ...context, signer: createAssertionSigner(context) };
    const list = () => runCommand('keys list', { gateway, health: () => Promise.resolve([]), actor: ACTOR }, {});
    expect(await list()).toMatchObject({
      exitCode: 1,
      data: { active: kid, keys: [{ kid, problem: 'There is no such key.' }] },
    });
    await test_.commit(changes => changes.assertionKeys.deleteKey(kid));
    expect(await list()).toMatchObject({ exitCode: 1, data: { active: null, keys: [] } });
  });

  test('shows names and times, and nothing of a key', async () => {
    const { data, text } = await run('keys list', {});
    expect(data).toEqual({
      active: test_.context.signer.activeKid(),
      keys: [
        {
          kid: test_.context.signer.activeKid(),
          state: 'active',
          madeAt: expect.any(String) as string,
          signsFrom: expect.any(String) as string,
          publishedUntil: null,
          problem: null,
        },
      ],
    });
    expect(text).toContain('active');
  });
});
