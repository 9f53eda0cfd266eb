import { useApp } from '../app-context.ts';

interface Constraint { column: string; low: number | null; high: number | null }
interface Props { label: string; help: string; value: unknown; columns: readonly string[]; onChange: (value: unknown) => void }

/** Limits on targets or columns, one a line; either end may stay open. */
export function ConstraintList({ label, help, value, columns, onChange }: Props) {
  const { say } = useApp();
  const given = Array.isArray(value) ? (value as Constraint[]) : [];
  const change = (at: number, part: Partial<Constraint>): void => onChange(given.map((one, place) => (place === at ? { ...one, ...part } : one)));
  const limit = (text: string): number | null => (text === '' ? null : Number(text));
  const [first] = columns;
  return (
    <fieldset class="check-list">
      <legend>{label}</legend>
      {given.map((one, at) => (
        <div class="objective" key={at}>
          <select aria-label={say('ui_constraint_column')} value={one.column} onChange={(event) => change(at, { column: event.currentTarget.value })}>{[...new Set([one.column, ...columns])].map((name) => <option key={name} value={name}>{name}</option>)}</select>
          <input type="number" step="any" aria-label={say('ui_filter_min', { name: one.column })} value={one.low ?? ''} onChange={(event) => change(at, { low: limit(event.currentTarget.value) })} />
          <span aria-hidden="true">〜</span>
          <input type="number" step="any" aria-label={say('ui_filter_max', { name: one.column })} value={one.high ?? ''} onChange={(event) => change(at, { high: limit(event.currentTarget.value) })} />
          <button type="button" class="link" aria-label={say('ui_filter_remove', { name: one.column })} onClick={() => onChange(given.filter((_, place) => place !== at))}>✕</button>
        </div>
      ))}
      <button type="button" class="button small plain" disabled={first === undefined} onClick={() => onChange([...given, { column: first ?? '', low: null, high: null }])}>{say('ui_constraint_add')}</button>
      {help !== '' && <small>{help}</small>}
    </fieldset>
  );
}
