import type { JSX } from 'preact';
import type { Language } from '../texts/bilingual.ts';
import { PARTS } from '../texts/parts.ts';
import type { Procedure } from '../texts/rules/figures.ts';

const LANE = 190;
const ROW = 78;
const HEAD = 44;
const BOX = { width: 164, height: 46 };

/** Draws a procedure: a column for each who acts, a row for each step. Its words stand in the list beside it. */
export function FlowFigure(props: {
  readonly procedure: Procedure;
  readonly language: Language;
  readonly label: string;
}): JSX.Element {
  const { procedure, language } = props;
  const { lanes, steps } = procedure;
  const width = lanes.length * LANE;
  const height = HEAD + steps.length * ROW;
  const boxes = steps.map((step, row) => ({
    step,
    x:
      Math.max(
        0,
        lanes.findIndex(({ id }) => id === step.lane),
      ) *
        LANE +
      (LANE - BOX.width) / 2,
    y: HEAD + row * ROW + (ROW - BOX.height) / 2,
  }));
  return (
    <div class="table-box" tabIndex={0} role="region" aria-label={`${props.label}${PARTS.scrollable[language]}`}>
      <svg
        class="flow"
        viewBox={`0 0 ${width} ${height}`}
        width={width}
        height={height}
        role="img"
        aria-label={props.label}
      >
        {lanes.map((lane, index) => (
          <g>
            <rect class="flow-lane" x={index * LANE + 1} y={1} width={LANE - 2} height={height - 2} />
            <text class="flow-head" x={index * LANE + LANE / 2} y={28} text-anchor="middle">
              {lane.name[language]}
            </text>
          </g>
        ))}
        {boxes.slice(1).map((to, index) => {
          const from = boxes[index] ?? to;
          return <Arrow from={from} to={to} />;
        })}
        {boxes.map(({ step, x, y }, index) => (
          <g>
            <rect class="flow-box" x={x} y={y} width={BOX.width} height={BOX.height} />
            <text x={x + BOX.width / 2} y={y + 28} text-anchor="middle">
              {index + 1}　{step.short[language]}
            </text>
          </g>
        ))}
      </svg>
    </div>
  );
}

interface Corner {
  readonly x: number;
  readonly y: number;
}

function Arrow(props: { readonly from: Corner; readonly to: Corner }): JSX.Element {
  const { from, to } = props;
  const middle = BOX.width / 2;
  const [startX, startY] = [from.x + middle, from.y + BOX.height];
  const [endX, endY] = [to.x + middle, to.y];
  const turn = (startY + endY) / 2;
  return (
    <>
      <path class="tree-line" d={`M${startX} ${startY}V${turn}H${endX}V${endY - 2}`} />
      <path class="flow-tip" d={`M${endX - 5} ${endY - 8}L${endX} ${endY}L${endX + 5} ${endY - 8}z`} />
    </>
  );
}
