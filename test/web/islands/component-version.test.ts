import { describe, expect, it } from 'vitest';
import { componentSystemOf, judgeComponentVersion } from '../../../src/web/islands/component-version.ts';

const MINIMUM = { windows: '1.3.4.103328', mac: '1.3.4.13', linux: '1.3.4.3' } as const;

describe('version of the component, compared number by number for each system', () => {
  it.each([
    ['1.3.4.103328', 'windows', 'current'],
    ['1.3.4.103349', 'windows', 'current'],
    ['1.3.4.103327', 'windows', 'outdated'],
    ['1.3.4.9', 'windows', 'outdated'],
    ['1.3.4.13', 'mac', 'current'],
    ['1.3.4.9', 'mac', 'outdated'],
    ['1.3.4.103', 'mac', 'current'],
    ['1.3.10.1', 'mac', 'current'],
    ['1.2.99.99', 'mac', 'outdated'],
    ['2.0.0.0', 'mac', 'current'],
    ['1.3.4.3', 'linux', 'current'],
    ['1.3.4.2', 'linux', 'outdated'],
  ] as const)('%s on %s is %s', (version, system, verdict) => {
    expect(judgeComponentVersion(version, MINIMUM[system])).toBe(verdict);
  });

  it.each(['0.1.0', '1.0.11', '1.3.4', '1.3.4.1.2'])('%s belongs to another series', version => {
    expect(judgeComponentVersion(version, MINIMUM.windows)).toBe('other-series');
  });

  it.each([undefined, '', '1.3.4.x', 'v1.3.4.3', '1..4.3', '1.3.4.1 ', '<b>1.3.4.1</b>'])(
    '%s is no version',
    version => {
      expect(judgeComponentVersion(version, MINIMUM.windows)).toBe('untold');
    },
  );

  it.each([
    ['Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36', 'windows'],
    ['Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15', 'mac'],
    ['Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', 'linux'],
    ['', 'linux'],
  ])('%s', (platform, system) => {
    expect(componentSystemOf(platform)).toBe(system);
  });
});
