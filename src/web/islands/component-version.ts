/** Lowest version of the HiPKI component without known security faults, by operating system. */
const MINIMUM = {
  windows: [1, 3, 4, 103328],
  mac: [1, 3, 4, 13],
  linux: [1, 3, 4, 3],
} as const;

export type ComponentSystem = keyof typeof MINIMUM;

/**
 * `incomparable`: no four-number version of the component's own series (another product, another numbering), so there
 * is nothing to warn about.
 */
export type VersionVerdict = 'current' | 'outdated' | 'incomparable';

/** Compares number by number: as text, "1.3.4.9" would be newer than "1.3.4.13". A reason to warn, never to refuse. */
export function judgeComponentVersion(version: string | undefined, system: ComponentSystem): VersionVerdict {
  if (version === undefined || !/^\d{1,9}(?:\.\d{1,9}){3}$/.test(version)) return 'incomparable';
  const numbers = version.split('.').map(Number);
  for (const [place, least] of MINIMUM[system].entries()) {
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

/** The verdict for the computer at which this page is open. */
export function judgeVersionHere(version: string | undefined): VersionVerdict {
  return judgeComponentVersion(version, componentSystemOf(navigator.userAgent));
}
