import type { ClassificationFamily, ClassificationResult, ClassificationThresholds, Language } from '../../../../schemas/index.ts';
import { useApp, type Say } from '../../app-context.ts';
import { wordOf } from '../../form/field-control.tsx';
import { figure } from '../../model/format.ts';
import { Icon } from '../../parts/icons.tsx';
import { ClassificationExplained } from './classification-explanation.tsx';

/** AUC above which a chip is green, and above which it is orange. */
const good = 0.85;
const fair = 0.7;
type Interval = { value: number | null; low: number | null; high: number | null };

/** Lines of the run's information that the original had for a classification. */
export function ClassificationFacts({ result }: { result: ClassificationResult }) {
  const { say } = useApp();
  const { rows, target, positive_label: positive, negative_label: negative, final, features } = result;
  const gray = final.confusion.gray_share.value;
  return (
    <>
      <li><Icon name="tool" />{say('ui_class_target', { target, positive, negative })}</li>
      <li><Icon name="line" />{say('ui_class_rows', { rows: rows.used, positive: rows.positive, negative: rows.negative, conditions: rows.conditions })}</li>
      {gray !== null && <li><Icon name="chart" />{say('ui_class_coverage', { share: figure(100 * (1 - gray), 3) })}</li>}
      <li><Icon name="tool" />{say('ui_class_features', { count: features.length })}</li>
    </>
  );
}

/** Scores of unseen rows, and the model with its two thresholds (spec ui.md §2.16). */
export function ClassificationCards({ result }: { result: ClassificationResult }) {
  const { say } = useApp();
  const { score, confusion } = result.final;
  const { thresholds, calibrator } = result.model;
  const limit = (name: string): string => { const value = result.parameters[name]; return typeof value === 'number' ? say('ui_class_limit', { limit: figure(100 * value, 3) }) : ''; };
  const tone = score.auc === null ? 'mid' : score.auc > good ? 'good' : score.auc > fair ? 'mid' : 'bad';
  return (
    <div class="cards">
      <article class="card"><h3>【{result.target}】</h3>
        <p>{say('ui_class_auc')}: <span class={`chip ${tone}`}>{figure(score.auc)}</span> [{figure(score.auc_low, 3)}, {figure(score.auc_high, 3)}]</p>
        <p>Brier: {figure(score.brier)} log-loss: {figure(score.log_loss)}</p>
        <p>{say('ui_class_false_positives')}: {percent(confusion.false_positive_rate)} ({limit('false_positive_limit')})</p>
        <p>{say('ui_class_false_negatives')}: {percent(confusion.false_negative_rate)} ({limit('false_negative_limit')})</p>
        <p class="fold">{say('ui_accuracy')}: {percent(confusion.accuracy)}</p>
      </article>
      <article class="card"><h3>{say('ui_class_model')}</h3>
        <p>{say('ui_class_calibrator')}: {calibrator.kind}</p>
        <p>{say('ui_class_tau_pos')}: {thresholdText(thresholds.upper, say)}</p>
        <p>{say('ui_class_tau_neg')}: {thresholdText(thresholds.lower, say)}</p>
        <Order thresholds={thresholds} />
      </article>
    </div>
  );
}

function Order({ thresholds: { upper, lower, overlap } }: { thresholds: ClassificationThresholds }) {
  const { say } = useApp();
  if (upper.kind !== 'certified' || lower.kind !== 'certified') return null;
  return <p><span class="chip good">{say(overlap ? 'ui_class_overlap' : 'ui_class_ordered')}</span></p>;
}

function thresholdText(threshold: ClassificationThresholds['upper'], say: Say): string {
  return threshold.kind === 'certified' ? figure(threshold.threshold) : say('ui_class_infeasible', { rows: threshold.rows, needed: threshold.needed });
}

function percent({ value, low, high }: Interval): string {
  return value === null ? '–' : `${figure(100 * value, 3)} % [${figure(low === null ? null : 100 * low, 3)}, ${figure(high === null ? null : 100 * high, 3)}]`;
}

/** What was decided of unseen rows, and every family beside the final model. */
export function ClassificationModels({ result }: { result: ClassificationResult }) {
  const { state, say } = useApp();
  const { counts } = result.final.confusion;
  const families = [...result.families].sort((a, b) => a.score.log_loss - b.score.log_loss);
  return (
    <div class="model"><b>【{result.target}】</b> <Icon name="ok" />{say('ui_success')}<br />
      {say('ui_model')}: {Object.entries(result.model.weights).filter(([, weight]) => weight > 0).map(([family, weight]) => `${nameOf(family, state.language)} ${figure(weight, 3)}`).join(' + ')}（{say(`rule_${result.final.rule}`)}）
      <div class="scroll" tabIndex={0} role="region" aria-label={say('ui_class_confusion')}><table class="grid">
        <thead><tr><th scope="col">{say('ui_class_true')}</th><th scope="col">{say('ui_class_yes')}</th><th scope="col">{say('ui_class_gray')}</th><th scope="col">{say('ui_class_no')}</th></tr></thead>
        <tbody>{([[result.positive_label, counts.positive], [result.negative_label, counts.negative]] as const).map(([label, row]) => <tr key={label}><th scope="row">{label}</th><td class="number">{row.yes}</td><td class="number">{row.gray}</td><td class="number">{row.no}</td></tr>)}</tbody>
      </table></div>
      <details><summary>{say('ui_families_compared')}</summary>
        <div class="scroll" tabIndex={0} role="region" aria-label={say('ui_families_compared')}><table class="grid">
          <thead><tr><th scope="col">{say('ui_model')}</th><th scope="col">AUC</th><th scope="col">log-loss</th><th scope="col">Brier</th><th scope="col">{say('ui_weight')}</th><th scope="col">{say('ui_trials')}</th><th scope="col">{say('ui_best_parameters')}</th></tr></thead>
          <tbody>{families.map((family) => <tr key={family.family}><th scope="row">{nameOf(family.family, state.language)}</th><td>{figure(family.score.auc)}</td><td>{figure(family.score.log_loss)}</td><td>{figure(family.score.brier)}</td><td>{figure(family.weight, 3)}</td><td>{family.studies.reduce((sum, { trials }) => sum + trials.length, 0)}</td><td>{settingsOf(family)}</td></tr>)}</tbody>
        </table></div>
      </details>
      <ClassificationExplained result={result} />
    </div>
  );
}

function nameOf(family: string, language: Language): string {
  return wordOf(`option_${family}`, language) ?? family;
}

function settingsOf({ studies }: ClassificationFamily): string {
  return Object.entries(studies.find(({ outer_fold: fold }) => fold === null)?.parameters ?? {}).map(([name, value]) => `${name} = ${typeof value === 'number' ? figure(value) : value}`).join(', ');
}
