import { useRef, useState } from 'preact/hooks';
import { useApp } from '../app-context.ts';
import { figure } from '../model/format.ts';
import { scaleOf } from './scale.ts';

export interface ScatterPoint { id: number; x: number; y: number }
interface Props {
  points: readonly ScatterPoint[];
  names: { x: string; y: string };
  picked: number | null;
  selected: ReadonlySet<number>;
  knee: number | null;
  onPick: (id: number) => void;
  onSelect: (ids: ReadonlySet<number>) => void;
}

const size = { width: 420, height: 300, left: 62, right: 12, top: 10, bottom: 44 } as const;
const reach = 12;
const leastDrag = 5;
type Box = { x0: number; y0: number; x1: number; y1: number };

/** One panel of the linked scatters: a click picks, a drag selects, arrow keys walk along x. */
export function Scatter({ points, names, picked, selected, knee, onPick, onSelect }: Props) {
  const { say } = useApp();
  const svg = useRef<SVGSVGElement>(null);
  const [box, setBox] = useState<Box | null>(null);
  const x = scaleOf(points.map((point) => point.x), size.left, size.width - size.right);
  const y = scaleOf(points.map((point) => point.y), size.height - size.bottom, size.top);
  const placed = points.map((point) => ({ id: point.id, px: x.toPixel(point.x), py: y.toPixel(point.y) }));
  const at = (event: PointerEvent): [number, number] => {
    const place = svg.current?.getBoundingClientRect();
    return place === undefined ? [0, 0] : [((event.clientX - place.left) * size.width) / place.width, ((event.clientY - place.top) * size.height) / place.height];
  };
  const end = (event: PointerEvent): void => {
    if (box === null) return;
    const [px, py] = at(event);
    setBox(null);
    if (Math.hypot(px - box.x0, py - box.y0) < leastDrag) {
      const near = placed.map((point) => ({ id: point.id, distance: Math.hypot(point.px - px, point.py - py) })).sort((a, b) => a.distance - b.distance)[0];
      if (near !== undefined && near.distance <= reach) onPick(near.id);
      return;
    }
    const [left, right, top, bottom] = [Math.min(box.x0, px), Math.max(box.x0, px), Math.min(box.y0, py), Math.max(box.y0, py)];
    onSelect(new Set(placed.filter((point) => point.px >= left && point.px <= right && point.py >= top && point.py <= bottom).map(({ id }) => id)));
  };
  const walk = (event: KeyboardEvent): void => {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (step === 0) return;
    event.preventDefault();
    const order = [...points].sort((a, b) => a.x - b.x || a.y - b.y);
    const place = order.findIndex(({ id }) => id === picked);
    const next = order[place < 0 ? 0 : Math.min(order.length - 1, Math.max(0, place + step))];
    if (next !== undefined) onPick(next.id);
  };
  const classOf = (id: number): string => `point${selected.has(id) ? ' selected' : selected.size > 0 ? ' faint' : ''}${id === knee ? ' knee' : ''}${id === picked ? ' picked' : ''}`;
  const [bottom, top] = [size.height - size.bottom, size.top];
  return (
    <svg ref={svg} class="scatter" viewBox={`0 0 ${size.width} ${size.height}`} role="application" tabIndex={0} aria-label={say('ui_pareto_plot', { x: names.x, y: names.y, count: points.length })} onKeyDown={walk}
      onPointerDown={(event) => { const [x0, y0] = at(event); event.currentTarget.setPointerCapture(event.pointerId); setBox({ x0, y0, x1: x0, y1: y0 }); }}
      onPointerMove={(event) => { if (box !== null) { const [x1, y1] = at(event); setBox({ ...box, x1, y1 }); } }} onPointerUp={end} onPointerCancel={() => setBox(null)}>
      {x.ticks.map((tick) => <g key={tick}><line class="gridline" x1={x.toPixel(tick)} x2={x.toPixel(tick)} y1={top} y2={bottom} /><text x={x.toPixel(tick)} y={bottom + 15} text-anchor="middle">{figure(tick)}</text></g>)}
      {y.ticks.map((tick) => <g key={tick}><line class="gridline" x1={size.left} x2={size.width - size.right} y1={y.toPixel(tick)} y2={y.toPixel(tick)} /><text x={size.left - 5} y={y.toPixel(tick) + 4} text-anchor="end">{figure(tick)}</text></g>)}
      <rect class="panel" x={size.left} y={top} width={size.width - size.left - size.right} height={bottom - top} />
      <text class="axis" x={(size.left + size.width - size.right) / 2} y={size.height - 8} text-anchor="middle">{names.x}</text>
      <text class="axis" transform={`translate(13 ${(top + bottom) / 2}) rotate(-90)`} text-anchor="middle">{names.y}</text>
      {placed.map(({ id, px, py }) => (id === knee ? <path key={id} class={classOf(id)} d={`M${px} ${py - 7}L${px + 7} ${py}L${px} ${py + 7}L${px - 7} ${py}Z`} /> : <circle key={id} class={classOf(id)} cx={px} cy={py} r={id === picked ? 6 : 4} />))}
      {box !== null && <rect class="brush" x={Math.min(box.x0, box.x1)} y={Math.min(box.y0, box.y1)} width={Math.abs(box.x1 - box.x0)} height={Math.abs(box.y1 - box.y0)} />}
    </svg>
  );
}
