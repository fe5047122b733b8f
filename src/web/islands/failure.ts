/** The failure page: shows the instant that the refusal gave (a certificate's end), if this tab was the one refused. */
import { findFacts } from './kept-failure.ts';
import { taipeiTime } from './taipei-time.ts';

const reference = document.getElementById('reference')?.textContent.trim();
if (reference !== undefined) {
  for (const [name, text] of findFacts(reference)) showInstant(name, new Date(text));
}

function showInstant(name: string, at: Date): void {
  const line = document.querySelector(`[data-fact="${CSS.escape(name)}"]`);
  const time = line?.querySelector('time');
  if (line === null || time === null || time === undefined || Number.isNaN(at.getTime())) return;
  const local = taipeiTime(at);
  time.dateTime = `${local}+08:00`;
  time.textContent = local.replace('T', ' ');
  line.removeAttribute('hidden');
}
