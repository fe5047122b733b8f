import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fieldsOf, FORM_IDS, type FormField } from '../../src/applications/form.ts';
import { FORMS } from '../../src/applications/forms.ts';
import { decide, escaped, numberIn, submit, wellFilled } from './support/applications.ts';
import { openTestDesk, type TestDesk } from './support/desk.ts';

let desk: TestDesk;
beforeAll(async () => {
  desk = await openTestDesk();
});
afterAll(() => desk.portal.close());

const reads = () => desk.portal.context.database.applications;

describe.each(FORM_IDS)('bad input on %s: beside the field, nothing lost, nothing stored', form => {
  const fields = fieldsOf(FORMS[form]).filter(field => field.kind !== 'grants');
  const inputs: readonly (readonly [string, string, (field: FormField) => boolean])[] = [
    ['10,000 characters', '字'.repeat(10_000), () => true],
    ['control characters', '示\u0007範', () => true],
    ['markup', '<img src=x onerror=alert(1)>', field => field.kind !== 'text' && field.kind !== 'prose'],
    ['full-width digits', '１２３４５６７８', field => !['text', 'prose'].includes(field.kind) || field.maxLength < 8],
  ];
  const cases = fields.flatMap(field =>
    inputs
      .filter(([, , isRefused]) => isRefused(field))
      .map(([name, text]) => [field.name, name, field, text] as const),
  );

  test.each(cases)('%s: %s', async (_field, _name, field, text) => {
    const seat = await desk.as(desk.people.user);
    const audience = { kind: 'person', accountId: desk.people.user.id } as const;
    const count = async () => (await reads().findApplications({ audience }, { offset: 0, limit: 1 })).total;
    const before = await count();
    const typed = { ...wellFilled(desk, form, desk.people.user), [field.name]: text };
    for (const button of ['save', 'submit']) {
      const response = await seat.send(`/applications/new/${form}`, { do: button, ...typed });
      expect(response.status).toBe(400);
      expect(response.text).toContain(`href="#${field.name}"`);
      expect(response.text).toContain(`id="${field.name}-error"`);
      // What was typed is there again, as text (a list shows it chosen only where it has it).
      if (field.kind !== 'choice') expect(response.text).toContain(escaped(text));
      for (const [name, value] of Object.entries(typed)) {
        if (name !== field.name && value !== '') expect(response.text).toContain(escaped(value));
      }
      expect(response.text).not.toContain('<img src=x');
    }
    expect(await count()).toBe(before);
  });

  test('nothing at all: each mandatory field is named, and the draft waits', async () => {
    const seat = await desk.as(desk.people.neighbour);
    const empty = Object.fromEntries(fields.map(field => [field.name, '']));
    const response = await seat.send(`/applications/new/${form}`, { do: 'submit', ...empty });
    expect(response.status).toBe(400);
    for (const field of fields.filter(each => each.isOptional !== true && each.when === undefined)) {
      expect(response.text).toContain(`href="#${field.name}"`);
    }
    const number = /<dd>(D-06-\d\d-\d{4}-\d{4})<\/dd>/.exec(response.text)?.[1] ?? '';
    expect(await reads().findApplicationByNumber(number)).toMatchObject({ status: 'draft' });
  });
});

describe('markup in a text is text wherever it is shown', () => {
  test('on the form, the page, the print and the lists', async () => {
    const { user, head } = desk.people;
    const seat = await desk.as(user);
    const markup = '<img src=x onerror=alert(1)>';
    const values = { ...wellFilled(desk, 'D-06-09', user), reason: markup, 'grants.0.reason': markup };
    const response = await seat.send('/applications/new/D-06-09', { do: 'submit', ...values });
    const number = numberIn(response.headers['location']);
    const chief = await desk.as(head);
    for (const path of ['', '/print']) {
      const { text } = await chief.open(`/applications/${number}${path}`);
      expect(text).toContain('&lt;img src=x');
      expect(text).not.toContain('<img src=x');
    }
    const note = await decide(desk, chief, number, 'return', markup);
    expect(note.status).toBe(303);
    expect((await seat.open(`/applications/${number}`)).text).not.toContain('<img src=x');
  });
});

describe('what was typed into a decision comes back', () => {
  test.each([
    ['', 'href="#note"'],
    ['字'.repeat(10_000), 'href="#note"'],
    ['a\u0007b', 'href="#note"'],
  ])('a note that cannot be: %.8s', async (note, link) => {
    const { user, head } = desk.people;
    const number = await submit(desk, await desk.as(user), 'D-06-09', user);
    const response = await decide(desk, await desk.as(head), number, 'refuse', note);
    expect(response.status).toBe(400);
    expect(response.text).toContain(link);
    expect(response.text).toContain(note);
    expect((await reads().findApplicationByNumber(number))?.status).toBe('in-review');
  });

  test('no result chosen, an old version, nonsense as version', async () => {
    const { user, head } = desk.people;
    const number = await submit(desk, await desk.as(user), 'D-06-09', user);
    const chief = await desk.as(head);
    expect((await decide(desk, chief, number, 'sell')).status).toBe(400);
    const path = `/applications/${number}/decide`;
    for (const version of ['1', '', 'x', '1e9', '-1']) {
      expect((await chief.send(path, { do: 'send', result: 'approve', note: '同意', version })).status).toBe(409);
    }
  });
});

describe('grants rows without script', () => {
  test('a submit button adds a row, and everything typed stays', async () => {
    const { user } = desk.people;
    const seat = await desk.as(user);
    const response = await seat.send('/applications/new/D-06-09', {
      ...wellFilled(desk, 'D-06-09', user),
      do: 'add-row',
    });
    expect(response.status).toBe(200);
    expect(response.text).toContain('id="grants.1.system"');
    expect(response.text).toContain('承辦工廠登記');
  });

  test('a problem in a row is beside it', async () => {
    const { user } = desk.people;
    const seat = await desk.as(user);
    const values = { ...wellFilled(desk, 'D-06-09', user), do: 'submit', 'grants.0.reason': '' };
    const response = await seat.send('/applications/new/D-06-09', values);
    expect(response.status).toBe(400);
    expect(response.text).toContain('id="grants.0.reason-error"');
  });

  test('D1-022…031 D1-032 E15 the systems are those of the configuration, no others', async () => {
    const seat = await desk.as(desk.people.user);
    const { text } = await seat.open('/applications/new/D-06-10?change=add');
    for (const { id, name } of desk.portal.context.systems.values()) {
      expect(text).toContain(`<option value="${id}">${name}`);
    }
  });
});
