import { useApp } from '../app-context.ts';

type Aim = 'min' | 'max' | { target: number } | { low: number; high: number };
interface Objective { column: string; aim: Aim }
interface Props { label: string; help: string; value: unknown; targets: readonly string[]; onChange: (value: unknown) => void }

const aims = ['min', 'max', 'target', 'range'] as const;
/** What a deburring cell pays beside wear and sag; the server leaves it out where the predicted table has no such column. */
const time = '切削時間';

/** The original's objectives (spec ui.md §2.10): a box and a direction each. Nothing changed is nothing said: the server's default holds. */
export function ObjectiveList({ label, help, value, targets, onChange }: Props) {
  const { say } = useApp();
  const given = objectivesOf(value);
  const names = [...new Set([...targets, time, ...given.map(({ column }) => column)])];
  const shown = names.map((column) => given.find((one) => one.column === column) ?? { column, aim: 'min' as const });
  const isOn = (column: string): boolean => given.length === 0 || given.some((one) => one.column === column);
  const change = (next: readonly Objective[]): void => {
    const isDefault = next.length === names.length && next.every(({ aim }) => aim === 'min');
    onChange(isDefault ? [] : [...next]);
  };
  const toggle = (column: string, on: boolean): void => change(shown.filter((one) => (one.column === column ? on : isOn(one.column))));
  const aim = (column: string, next: Aim): void => change(shown.filter((one) => isOn(one.column)).map((one) => (one.column === column ? { column, aim: next } : one)));
  return (
    <fieldset class="check-list">
      <legend>{label}</legend>
      {shown.map((one) => (
        <div class="objective" key={one.column}>
          <label><input type="checkbox" name="pareto_objectives" value={one.column} checked={isOn(one.column)} onChange={(event) => toggle(one.column, event.currentTarget.checked)} /> {one.column}</label>
          <select aria-label={say('ui_aim_of', { name: one.column })} disabled={!isOn(one.column)} value={kindOf(one.aim)} onChange={(event) => aim(one.column, aimOf(event.currentTarget.value))}>{aims.map((kind) => <option key={kind} value={kind}>{say(`ui_aim_${kind}`)}</option>)}</select>
          {typeof one.aim === 'object' && Object.entries(one.aim).map(([part, number]) => <input key={part} type="number" step="any" aria-label={`${one.column} ${say(`ui_aim_part_${part}`)}`} value={number} onChange={(event) => aim(one.column, { ...(one.aim as object), [part]: Number(event.currentTarget.value) } as Aim)} />)}
        </div>
      ))}
      {help !== '' && <small>{help}</small>}
    </fieldset>
  );
}

function objectivesOf(value: unknown): Objective[] {
  return Array.isArray(value) ? (value as Objective[]) : [];
}

function kindOf(aim: Aim): (typeof aims)[number] {
  return typeof aim === 'string' ? aim : 'target' in aim ? 'target' : 'range';
}

function aimOf(kind: string): Aim {
  return kind === 'target' ? { target: 0 } : kind === 'range' ? { low: 0, high: 1 } : kind === 'max' ? 'max' : 'min';
}
