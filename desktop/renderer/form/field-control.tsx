import { useId } from 'preact/hooks';
import { desktopFieldText, desktopHelpText, renderText } from '../../../schemas/text/index.ts';
import { useApp } from '../app-context.ts';
import type { Language } from '../../../schemas/index.ts';
import { ConstraintList } from './constraint-list.tsx';
import { ObjectiveList } from './objective-list.tsx';
import type { Field, Values } from './schema.ts';

interface Props {
  field: Field;
  value: unknown;
  columns: readonly string[];
  /** all values of the form: what some controls offer depends on others */
  values: Values;
  onChange: (value: unknown) => void;
}

export function labelOf(path: string, language: Language): string {
  return wordOf(`field_${path}`, language) ?? `${path}:`;
}

export function wordOf(code: string, language: Language): string | undefined {
  return Object.hasOwn(desktopFieldText[language], code) ? renderText([desktopFieldText], language, code) : undefined;
}

/** What a setting does, in the user's language; what the schema says of it while nobody has translated that. */
export function helpOf(field: Field, language: Language): string {
  const code = `help_${field.path}`;
  return Object.hasOwn(desktopHelpText[language], code) ? renderText([desktopHelpText], language, code) : field.description;
}

/** One control for one parameter. What a control cannot express is edited as JSON. */
export function FieldControl({ field, value, columns, values, onChange }: Props) {
  const { state, say } = useApp();
  const id = useId();
  const { language } = state;
  const label = labelOf(field.path, language);
  const help = helpOf(field, language);
  if (field.kind === 'objectives') return <ObjectiveList label={label} help={help} value={value} targets={Array.isArray(values['target_columns']) ? values['target_columns'].map(String) : []} onChange={onChange} />;
  if (field.kind === 'constraints') return <ConstraintList label={label} help={help} value={value} columns={columns} onChange={onChange} />;
  if (field.kind === 'columns' || field.kind === 'choices') return <CheckList field={field} label={label} help={help} value={value} options={field.kind === 'columns' ? columns : field.options} onChange={onChange} />;
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {control(field, value, columns, onChange, id, say('ui_auto'), language)}
      {help !== '' && <small>{help}</small>}
    </div>
  );
}

function control(field: Field, value: unknown, columns: readonly string[], onChange: Props['onChange'], id: string, automatic: string, language: Language) {
  const text = value === null || value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value);
  switch (field.kind) {
    case 'boolean': return <input id={id} name={field.path} type="checkbox" checked={value === true} onChange={(event) => onChange(event.currentTarget.checked)} />;
    case 'integer':
    case 'number': return <input id={id} name={field.path} type="number" min={field.low ?? undefined} max={field.high ?? undefined} step={field.kind === 'integer' ? 1 : 'any'} value={text} placeholder={field.nullable ? automatic : undefined} onInput={(event) => onChange(event.currentTarget.value === '' ? field.fallback : Number(event.currentTarget.value))} />;
    case 'choice':
    case 'column': return (
      <select id={id} name={field.path} value={text} onChange={(event) => onChange(event.currentTarget.value === '' ? null : event.currentTarget.value)}>
        {(field.nullable || field.kind === 'column') && <option value="">{automatic}</option>}
        {(field.kind === 'choice' ? field.options : columns).map((option) => <option key={option} value={option}>{(field.kind === 'choice' ? wordOf(`option_${option}`, language) : undefined) ?? option}</option>)}
      </select>
    );
    case 'text': return <input id={id} name={field.path} type="text" value={text} placeholder={field.nullable ? automatic : undefined} onInput={(event) => onChange(event.currentTarget.value === '' && field.nullable ? null : event.currentTarget.value)} />;
    default: return <textarea id={id} name={field.path} rows={2} spellcheck={false} value={text} placeholder="JSON" onChange={(event) => onChange(parsed(event.currentTarget.value, field.fallback))} />;
  }
}

/** JSON where it is JSON; otherwise the text itself, which the dialog refuses by name. */
function parsed(text: string, fallback: unknown): unknown {
  if (text.trim() === '') return fallback;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

function CheckList({ field, label, help, value, options, onChange }: { field: Field; label: string; help: string; value: unknown; options: readonly string[]; onChange: Props['onChange'] }) {
  const { state, say } = useApp();
  const chosen = Array.isArray(value) ? value.map(String) : [];
  const toggle = (option: string, on: boolean): void => onChange(options.filter((other) => (other === option ? on : chosen.includes(other))));
  return (
    <fieldset class="check-list">
      <legend>{label}</legend>
      <div class="row"><button type="button" class="link" onClick={() => onChange([...options])}>{say('ui_select_all')}</button><button type="button" class="link" onClick={() => onChange([])}>{say('ui_select_none')}</button></div>
      <div class="checks">{options.map((option) => <label key={option}><input type="checkbox" name={field.path} value={option} checked={chosen.includes(option)} onChange={(event) => toggle(option, event.currentTarget.checked)} /> {wordOf(`option_${option}`, state.language) ?? option}</label>)}</div>
      {help !== '' && <small>{help}</small>}
    </fieldset>
  );
}
