import type { JSX } from 'preact';
import type { PageContext } from '../page-context.ts';
import { PARTS } from '../texts/parts.ts';

/** A node of a tree that is drawn from left to right. */
export interface TreeNode {
  readonly label: string;
  readonly sub?: string;
  readonly children: readonly TreeNode[];
}

const ROW = 52;
const COLUMN = 268;
const BOX = { width: 220, height: 40 };
/** A box holds so many full-width characters; the whole name is in the text beside the figure. */
const MOST_CHARACTERS = 15;

interface Placed {
  readonly node: TreeNode;
  readonly x: number;
  readonly y: number;
  readonly children: readonly Placed[];
}

/** Draws a tree; its words are also in the text that `describedBy` names, so a screen reader skips the drawing. */
export function TreeFigure(props: {
  readonly page: PageContext;
  readonly root: TreeNode;
  readonly label: string;
}): JSX.Element {
  const leaves = countLeaves(props.root);
  const placed = place(props.root, 0, 0);
  const width = depthOf(props.root) * COLUMN - (COLUMN - BOX.width) + 2;
  return (
    <div
      class="table-box"
      tabIndex={0}
      role="region"
      aria-label={`${props.label}${PARTS.scrollable[props.page.language]}`}
    >
      <svg
        class="tree"
        viewBox={`-1 -1 ${width} ${leaves * ROW}`}
        width={width}
        height={leaves * ROW}
        role="img"
        aria-label={props.label}
      >
        {linesOf(placed).map(path => (
          <path class="tree-line" d={path} />
        ))}
        {boxesOf(placed).map(({ node, x, y }) => (
          <g>
            <title>{node.label}</title>
            <rect x={x} y={y} width={BOX.width} height={BOX.height} />
            <text x={x + 10} y={y + (node.sub === undefined ? 25 : 17)}>
              {shorten(node.label)}
            </text>
            {node.sub !== undefined && (
              <text class="tree-sub" x={x + 10} y={y + 33}>
                {shorten(node.sub)}
              </text>
            )}
          </g>
        ))}
      </svg>
    </div>
  );
}

function place(node: TreeNode, depth: number, firstRow: number): Placed {
  let row = firstRow;
  const children = node.children.map(child => {
    const placed = place(child, depth + 1, row);
    row += countLeaves(child);
    return placed;
  });
  const [first, last] = [children[0], children.at(-1)];
  const y = first === undefined || last === undefined ? firstRow * ROW + 4 : (first.y + last.y) / 2;
  return { node, x: depth * COLUMN, y, children };
}

function linesOf({ x, y, children }: Placed): string[] {
  const [fromX, fromY] = [x + BOX.width, y + BOX.height / 2];
  const middle = fromX + (COLUMN - BOX.width) / 2;
  return children.flatMap(child => [
    `M${fromX} ${fromY}H${middle}V${child.y + BOX.height / 2}H${child.x}`,
    ...linesOf(child),
  ]);
}

function boxesOf(placed: Placed): Placed[] {
  return [placed, ...placed.children.flatMap(boxesOf)];
}

function countLeaves({ children }: TreeNode): number {
  return children.length === 0 ? 1 : children.reduce((sum, child) => sum + countLeaves(child), 0);
}

function depthOf({ children }: TreeNode): number {
  return 1 + Math.max(0, ...children.map(depthOf));
}

function shorten(text: string): string {
  // Latin letters take about half the width.
  const most = /^[\x20-\x7e]*$/.test(text) ? MOST_CHARACTERS * 2 - 3 : MOST_CHARACTERS;
  const characters = Array.from(text);
  return characters.length <= most ? text : `${characters.slice(0, most - 1).join('')}…`;
}
