/** Every page of somebody who is logged in: warns before the session ends, and keeps what is shown of it right. */
import { watchSession } from './session-warning.ts';
import type { WarningTexts } from './session-warning-parts.ts';
import { elementById } from './templates.ts';

const place = elementById('session-watch', HTMLTemplateElement);
const { texts = '{}', remaining = '0', account = '' } = place.dataset;

watchSession({
  address: '/session',
  texts: JSON.parse(texts) as WarningTexts,
  logInAddress: '/login',
  logOut: () => {
    const form = document.querySelector('form[action="/logout"]');
    if (form instanceof HTMLFormElement) form.requestSubmit();
    else location.assign('/logout');
  },
  first: { idleRemainingMs: Number(remaining), account },
  holdsForms: true,
  reportsInteraction: true,
  onAlive({ idleUntil, formToken }) {
    if (idleUntil !== undefined) showEnd(idleUntil);
    if (formToken !== undefined) renewForms(formToken);
  },
});

/** @param instant RFC 3339 with the offset of Taipei: `2026-11-22T21:30:00+08:00` */
function showEnd(instant: string): void {
  for (const time of document.querySelectorAll('.time-left time')) {
    time.setAttribute('datetime', instant);
    time.textContent = instant.slice(5, 19).replace('T', ' ');
  }
}

/** Who logs in again in another tab can send what he had typed in this one: its forms belong to the new login, too. */
function renewForms(formToken: string): void {
  for (const field of document.querySelectorAll('input[type="hidden"][name="token"]')) {
    field.setAttribute('value', formToken);
  }
}
