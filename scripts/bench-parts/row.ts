/** One figure beside its peers, measured in the same run. Less is better in all of them. */
export interface Row {
  readonly name: string;
  readonly unit: string;
  readonly ours: number;
  /** By name; empty where the target is a figure of its own. */
  readonly peers: Readonly<Record<string, number>>;
  readonly target: Target | undefined;
}

/** `ratio`: at most so many times that peer; `figure`: at most that, in the row's unit. */
export type Target =
  | { readonly kind: 'ratio'; readonly peer: string; readonly atMost: number }
  | { readonly kind: 'figure'; readonly atMost: number };

/** How `--json` prints a row; `ratio` is to the peer of the target, or else to the first. */
export interface JsonRow {
  readonly name: string;
  readonly unit: string;
  readonly ours: number;
  readonly peers: Readonly<Record<string, number>>;
  readonly ratio: number | null;
  readonly target: string | null;
}

export function toJson(row: Row): JsonRow {
  const { name, unit, ours, peers } = row;
  return { name, unit, ours: round(ours), peers: mapValues(peers, round), ratio: ratioOf(row), target: targetOf(row) };
}

function ratioOf({ ours, peers, target }: Row): number | null {
  const peer = target?.kind === 'ratio' ? peers[target.peer] : Object.values(peers)[0];
  return peer === undefined || peer === 0 ? null : round(ours / peer);
}

function targetOf({ unit, target }: Row): string | null {
  if (target === undefined) return null;
  return target.kind === 'ratio' ? `≤ ${target.atMost} × ${target.peer}` : `≤ ${target.atMost} ${unit}`;
}

/** By how much a row missed its target, for people; `undefined` where it did not. */
export function missOf(row: Row): string | undefined {
  const { target, ours, unit, name } = row;
  if (target === undefined) return undefined;
  const limit = target.kind === 'ratio' ? target.atMost * (row.peers[target.peer] ?? 0) : target.atMost;
  if (ours <= limit) return undefined;
  const percent = Math.round((ours / limit - 1) * 100);
  return `${name}: ${round(ours)} ${unit}, to reach ${round(limit)} ${unit} (${targetOf(row) ?? ''}), ${percent} % over`;
}

/** A table, and under it what was missed. */
export function tableOf(rows: readonly Row[]): string {
  const lines = rows.map(row => {
    const { name, unit, ours, peers, ratio, target } = toJson(row);
    const beside = Object.entries(peers).map(([peer, figure]) => `${peer} ${figure}`);
    return [name, `${ours} ${unit}`, beside.join(', '), ratio === null ? '' : `${ratio} ×`, target ?? ''];
  });
  const all = [['figure', 'ours', 'beside', 'ratio', 'to reach'], ...lines];
  const widths = all[0]?.map((_, column) => Math.max(...all.map(line => line[column]?.length ?? 0))) ?? [];
  const table = all.map(line =>
    line
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  const misses = rows.flatMap(row => missOf(row) ?? []);
  const verdict = misses.length === 0 ? ['Every target was reached.'] : ['Missed:', ...misses.map(miss => `  ${miss}`)];
  return [...table, '', ...verdict].join('\n');
}

function round(figure: number): number {
  return Number(figure.toPrecision(4));
}

function mapValues(
  values: Readonly<Record<string, number>>,
  change: (value: number) => number,
): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, change(value)]));
}
