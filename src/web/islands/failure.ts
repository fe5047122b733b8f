/** The failure page: shows the instant that the refusal gave (a certificate's end), if this tab was the one refused. */
import { findFacts } from './kept-failure.ts';

// Taiwan has no daylight saving.
const TAIPEI_OFFSET_MS = 8 * 3_600_000;

const reference = document.getElementById('reference')?.textContent.trim();
if (reference !== undefined) {
  for (const [name, text] of findFacts(reference)) showInstant(name, new Date(text));
}

function showInstant(name: string, at: Date): void {
  const line = document.querySelector(`[data-fact="${CSS.escape(name)}"]`);
  const time = line?.querySelector('time');
  if (line === null || time === null || time === undefined || Number.isNaN(at.getTime())) return;
  const local = new Date(at.getTime() + TAIPEI_OFFSET_MS).toISOString().slice(0, 19);
  time.dateTime = `${local}+08:00`;
  time.textContent = local.replace('T', ' ');
  line.removeAttribute('hidden');
}
