import { DerError } from './der-error.ts';
import { TAG } from './tags.ts';

const DAYS_IN_MONTH = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;

/**
 * UTCTime `YYMMDDHHMMSSZ` or GeneralizedTime `YYYYMMDDHHMMSSZ`, as milliseconds since 1970: seconds present, no
 * fraction, always Z (RFC 5280 sections 4.1.2.5.1 and 4.1.2.5.2). Two-digit years from 50 on are 19xx.
 */
export function readTime(bytes: Uint8Array, start: number, end: number, tag: number): number {
  const yearDigits = tag === TAG.utcTime ? 2 : 4;
  if (end - start !== yearDigits + 11 || bytes[end - 1] !== 0x5a) throw new DerError('time-invalid', start);
  let year = twoDigits(bytes, start);
  if (yearDigits === 4) year = year * 100 + twoDigits(bytes, start + 2);
  else year += year < 50 ? 2000 : 1900;
  const at = start + yearDigits;
  const month = twoDigits(bytes, at);
  const day = twoDigits(bytes, at + 2);
  const hour = twoDigits(bytes, at + 4);
  const minute = twoDigits(bytes, at + 6);
  const second = twoDigits(bytes, at + 8);
  const days = month === 2 && isLeap(year) ? 29 : (DAYS_IN_MONTH[month - 1] ?? 0);
  if (day < 1 || day > days || hour > 23 || minute > 59 || second > 59) throw new DerError('time-invalid', start);
  return (daysSince1970(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second) * 1000;
}

function twoDigits(bytes: Uint8Array, at: number): number {
  const high = (bytes[at] ?? 0) - 0x30;
  const low = (bytes[at + 1] ?? 0) - 0x30;
  if (high < 0 || high > 9 || low < 0 || low > 9) throw new DerError('time-invalid', at);
  return high * 10 + low;
}

function isLeap(year: number): boolean {
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
}

/**
 * Proleptic Gregorian day number; counts from 1 March so that the leap day comes last in its year. Whole numbers of 32
 * bits throughout: a CRL has half a million of these.
 */
function daysSince1970(year: number, month: number, day: number): number {
  const y = month > 2 ? year : year - 1;
  const m = month > 2 ? month - 3 : month + 9;
  const leapDays = (y >> 2) - floorDivide(y, 100) + floorDivide(y, 400);
  return 365 * y + leapDays + (((153 * m + 2) / 5) | 0) + day - 719_469;
}

/** The year before 0000, which is all that can be negative here, counts as -1. */
function floorDivide(year: number, by: number): number {
  return year < 0 ? -1 : (year / by) | 0;
}
