import type { JobType } from '../../../schemas/index.ts';
import { useApp, useLoaded } from '../app-context.ts';
import { chipsOf, fieldsOf, matching, noFilter, type Filter, type FilterField } from '../model/filter.ts';
import { figure } from '../model/format.ts';
import { Thinker } from '../parts/icons.tsx';

const analyses: readonly [JobType, string][] = [['linear_analysis', 'ui_linear'], ['nonlinear_analysis', 'ui_nonlinear'], ['classification', 'ui_classification']];

/** The original's データフィルター page: which rows an analysis takes, with a live count. */
export function FilterScreen() {
  const { store, state, say } = useApp();
  const { file, description, filter } = state;
  const { value: types } = useLoaded((signal) => store.client.jobTypes(signal), []);
  const table = file?.table ?? null;
  const count = table === null ? null : matching(table, filter).length;
  const change = (next: Filter): void => store.set({ filter: next });
  const chips = chipsOf(filter);
  return (
    <section class="filter">
      <h1>{say('ui_filter_title')}</h1>
      {table !== null && description !== null ? (
        <>
          <p class="count" role="status">{say('ui_filter_count', { matching: count ?? 0, total: table.rows.length })}
            {chips.map((chip) => <button key={chip.name} class="chip removable" aria-label={`${chip.text} ✕ ${say('ui_filter_remove', { name: chip.name })}`} onClick={() => change(chip.without)}>{chip.text} ✕</button>)}
            {chips.length > 0 && <button class="link" onClick={() => change(noFilter)}>{say('ui_filter_reset')}</button>}
          </p>
          {count === 0 && <p class="problems" role="alert">{say('ui_filter_none')}</p>}
          <div class="filter-rows">{fieldsOf(table, description.columns).map((field) => <FilterRow key={field.name} field={field} filter={filter} onChange={change} />)}</div>
          <Thinker />
        </>
      ) : <p class="empty">{file === null ? say('ui_need_file') : say('ui_file_no_preview')}</p>}
      <div class="analyses">{analyses.map(([jobType, label]) => {
        const available = types?.find((type) => type.job_type === jobType)?.available ?? false;
        return <button key={jobType} class="button cyan-big" disabled={file === null || count === 0 || !available} title={available ? undefined : say('ui_unavailable')} onClick={() => store.set({ configuring: { jobType, again: null } })}>{say(label)}</button>;
      })}</div>
    </section>
  );
}

function FilterRow({ field, filter, onChange }: { field: FilterField; filter: Filter; onChange: (filter: Filter) => void }) {
  const { say } = useApp();
  const { name, kind, column } = field;
  if (kind === 'brush') {
    const toggle = (brush: string, on: boolean): void => onChange({ ...filter, brushes: field.choices.filter((one) => (one === brush ? on : filter.brushes.includes(one))) });
    return (
      <fieldset class="filter-row"><legend>{name}</legend>
        <label><input type="checkbox" checked={filter.brushes.length === 0} onChange={() => onChange({ ...filter, brushes: [] })} /> {say('ui_all')}</label>
        {field.choices.map((brush) => <label key={brush}><input type="checkbox" checked={filter.brushes.includes(brush)} onChange={(event) => toggle(brush, event.currentTarget.checked)} /> {brush}</label>)}
      </fieldset>
    );
  }
  if (kind === 'choice') {
    return <div class="filter-row"><label for={`filter-${name}`}>{name}</label><select id={`filter-${name}`} value={filter.values[name] ?? ''} onChange={(event) => onChange({ ...filter, values: { ...filter.values, [name]: event.currentTarget.value } })}><option value="">{say('ui_any')}</option>{field.choices.map((choice) => <option key={choice}>{choice}</option>)}</select></div>;
  }
  const range = filter.ranges[name] ?? { min: '', max: '' };
  const set = (end: 'min' | 'max', value: string): void => onChange({ ...filter, ranges: { ...filter.ranges, [name]: { ...range, [end]: value } } });
  const input = (end: 'min' | 'max') => <input type={kind === 'date' ? 'date' : 'number'} step="any" aria-label={say(`ui_filter_${end}`, { name })} placeholder={kind === 'date' ? undefined : `${end} ${figure(column[end])}`} value={range[end]} onInput={(event) => set(end, event.currentTarget.value)} />;
  return <div class="filter-row"><span class="name">{name}</span>{input('min')}<span aria-hidden="true">〜</span>{input('max')}</div>;
}
