/** Versions of the HiPKI component. The lowest ones that the portal takes are written in the page, by operating system. */
import { elementById } from './templates.ts';

export type ComponentSystem = 'windows' | 'mac' | 'linux';

/**
 * - `outdated`: older than the portal's minimum; a reason to warn
 * - `refused`: the same, at a portal that is configured to take no such component
 * - `other-series`: a version, but not of the component's four numbers: another product, which the minimum does not concern
 * - `untold`: no version
 */
export type VersionVerdict = 'current' | 'outdated' | 'refused' | 'other-series' | 'untold';

/**
 * Compares number by number: as text, "1.3.4.9" would be newer than "1.3.4.13".
 *
 * @param minimum four numbers
 */
export function judgeComponentVersion(
  version: string | undefined,
  minimum: string,
): Exclude<VersionVerdict, 'refused'> {
  if (version === undefined || !/^\d{1,9}(?:\.\d{1,9}){1,4}$/.test(version)) return 'untold';
  const numbers = version.split('.').map(Number);
  if (numbers.length !== 4) return 'other-series';
  for (const [place, least] of minimum.split('.').map(Number).entries()) {
    const difference = (numbers[place] ?? 0) - least;
    if (difference !== 0) return difference > 0 ? 'current' : 'outdated';
  }
  return 'current';
}

/** @param platform `navigator.userAgentData.platform` or `navigator.platform`: any text that names the system */
export function componentSystemOf(platform: string): ComponentSystem {
  if (/mac/i.test(platform)) return 'mac';
  return /win/i.test(platform) ? 'windows' : 'linux';
}

/** The verdict for the computer at which this page is open, by the rules in the page's `#old-component`. */
export function judgeVersionHere(version: string | undefined): VersionVerdict {
  const { dataset } = elementById('old-component', HTMLElement);
  const verdict = judgeComponentVersion(version, dataset[componentSystemOf(navigator.userAgent)] ?? '');
  return verdict === 'outdated' && dataset['outdated'] === 'refuse' ? 'refused' : verdict;
}

/** Whether people at this computer should be told to install a newer one. */
export function isTooOld(verdict: VersionVerdict): boolean {
  return verdict === 'outdated' || verdict === 'refused';
}
