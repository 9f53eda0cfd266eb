import type { ClassificationExplanation, ClassificationResult } from '../../../../schemas/index.ts';
import { useApp } from '../../app-context.ts';
import { figure } from '../../model/format.ts';

type Cell = string | number | null;

/** What explains the final model and what it proposes: importance, window, smallest changes, next experiments, limits; and every label where there are several. */
export function ClassificationExplained({ result }: { result: ClassificationResult }) {
  const { say } = useApp();
  const { explanation, several, limits } = result;
  const front = limits.filter((point) => point.front || point.false_positive_limit === point.false_negative_limit);
  return (
    <>
      {several !== null && <Block title={say('ui_class_labels')} head={[say('ui_class_true'), ...several.labels]} rows={several.confusion.map((row, k) => [several.labels[k] ?? '', ...row])} open />}
      {front.length > 1 && <Block title={say('ui_class_limits')} head={[say('ui_class_limit_fp'), say('ui_class_limit_fn'), say('ui_class_false_positives'), say('ui_class_false_negatives'), say('ui_class_gray'), say('ui_class_front')]}
        rows={front.map((point) => [share(point.false_positive_limit), share(point.false_negative_limit), share(point.false_positive_rate.value), share(point.false_negative_rate.value), share(point.gray_share.value), point.front ? '○' : ''])} />}
      {explanation !== null && <Explanation explanation={explanation} result={result} />}
    </>
  );
}

function Explanation({ explanation: { permutation, process_window: window, counterfactuals, next_experiments: { runs }, factors }, result }: { explanation: ClassificationExplanation; result: ClassificationResult }) {
  const { say } = useApp();
  const { positive_label: positive, negative_label: negative } = result;
  const decisions = { yes: positive, no: negative, gray: say('ui_class_gray') };
  return (
    <>
      <Block title={say('ui_class_importance')} head={[say('ui_class_factor'), say('ui_class_loss_rise'), say('ui_class_interval'), say('ui_class_auc_fall')]} open
        rows={[...permutation.items].sort((a, b) => b.log_loss - a.log_loss).map(({ name, log_loss: loss, low, high, auc }) => [name, figure(loss), `[${figure(low, 3)}, ${figure(high, 3)}]`, figure(auc)])} />
      {window === null ? <p>{say('ui_class_no_window', { positive })}</p> : <Block title={say('ui_class_window', { positive })} head={[say('ui_class_factor'), say('ui_class_window_range'), say('ui_class_data_range')]} open
        note={say('ui_class_window_note', { least: figure(window.least_probability), checked: window.checked, share: share(window.checked_yes) })}
        rows={window.ranges.map(({ name, low, high, data_low: least, data_high: most }) => [name, range(low, high), range(least, most)])} />}
      {counterfactuals.length > 0 && <Block title={say('ui_class_changes', { positive })} head={[say('ui_class_row'), say('ui_class_true'), say('ui_class_now'), say('ui_class_change'), say('ui_class_after')]}
        rows={counterfactuals.map((one) => [one.row, one.observed === 'positive' ? positive : negative, `${decisions[one.decision]} (${figure(one.probability, 3)})`, one.changes.length === 0 ? say('ui_class_no_change') : one.changes.map(({ name, from, to }) => `${name}: ${from} → ${to}`).join(', '), figure(one.after, 3)])} />}
      {runs.length > 0 && <Block title={say('ui_class_runs')} head={['No.', ...factors.map(({ name }) => name), `P(${positive})`, say('ui_class_decided')]}
        rows={runs.map(({ settings, probability, decided }, k) => [k + 1, ...settings, figure(probability, 3), share(decided)])} />}
    </>
  );
}

function Block({ title, head, rows, note, open = false }: { title: string; head: readonly string[]; rows: readonly (readonly Cell[])[]; note?: string; open?: boolean }) {
  return (
    <details open={open}><summary>{title}</summary>
      <div class="scroll" tabIndex={0} role="region" aria-label={title}><table class="grid">
        <thead><tr>{head.map((name, k) => <th scope="col" key={k}>{name}</th>)}</tr></thead>
        <tbody>{rows.map((row, i) => <tr key={i}>{row.map((cell, k) => (k === 0 ? <th scope="row" key={k}>{cell}</th> : <td class={typeof cell === 'number' ? 'number' : undefined} key={k}>{cell}</td>))}</tr>)}</tbody>
      </table></div>
      {note !== undefined && <p class="hint">{note}</p>}
    </details>
  );
}

function share(value: number | null): string {
  return value === null ? '–' : `${figure(100 * value, 3)} %`;
}

function range(low: number | string, high: number | string): string {
  return low === high ? String(low) : `${low} – ${high}`;
}
