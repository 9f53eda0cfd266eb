import type { Simulation } from './simulate.ts';

const [width, height, margin] = [900, 320, 40];

/** Tasks that stand and tasks that work over the hours, as SVG; the work that waits in grey. */
export function plot(title: string, minutes: Simulation['minutes']): string {
  const mostTasks = Math.max(1, ...minutes.map(({ tasks }) => tasks));
  const mostWork = Math.max(1, ...minutes.map(({ work }) => work));
  const x = (minute: number): string => (margin + minute / Math.max(1, minutes.length - 1) * (width - 2 * margin)).toFixed(1);
  const y = (share: number): string => (height - margin - share * (height - 2 * margin)).toFixed(1);
  const line = (value: (minute: Simulation['minutes'][number]) => number): string => minutes.map((minute, index) => `${x(index)},${y(value(minute))}`).join(' ');
  const hours = Array.from({ length: Math.floor(minutes.length / 60 / 2) + 1 }, (_, index) => index * 2);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">
<rect width="100%" height="100%" fill="#fff"/><text x="${margin}" y="20">${title}: tasks there (blue) and at work (orange), at most ${mostTasks}; work in grey, at most ${Math.round(mostWork / 60)} task minutes</text>
<polyline fill="none" stroke="#bbb" points="${line(({ work }) => work / mostWork)}"/>
<polyline fill="none" stroke="#1f6fb2" stroke-width="2" points="${line(({ tasks }) => tasks / mostTasks)}"/>
<polyline fill="none" stroke="#e07b00" stroke-width="2" points="${line(({ running }) => running / mostTasks)}"/>
${hours.map((hour) => `<text x="${x(hour * 60)}" y="${height - 15}" text-anchor="middle">${hour} h</text>`).join('')}
</svg>
`;
}
