import type { NonlinearFamily, NonlinearResult, NonlinearTarget } from '../../../../schemas/index.ts';
import { useApp } from '../../app-context.ts';
import { figure } from '../../model/format.ts';
import { Icon } from '../../parts/icons.tsx';
import { FailedRow, tone } from './shared.tsx';

/** A card per target with the scores of rows that no model had seen, as the original showed them, and the ceiling that noise sets. */
export function NonlinearCards({ result }: { result: NonlinearResult }) {
  const { say } = useApp();
  return (
    <div class="cards">{result.targets.map((target) => (target.status === 'failed'
      ? <article class="card" key={target.target}><h3>【{target.target}】</h3><span class="chip bad">{say('ui_failure')}</span></article>
      : <Card key={target.target} target={target} />))}</div>
  );
}

function Card({ target }: { target: NonlinearTarget }) {
  const { say } = useApp();
  const { score } = target.final;
  const { noise, interval } = target;
  return (
    <article class="card">
      <h3>【{target.target}】</h3>
      <p>R²: <span class={`chip ${tone(score.r2)}`}>{figure(score.r2)}</span>{score.r2_standard_error !== null && <> ± {figure(score.r2_standard_error, 2)}</>}</p>
      <p>MAE: {figure(score.mae)} RMSE: {figure(score.rmse)}</p>
      {noise.r2_ceiling !== null && <p>{say('ui_noise_ceiling', { value: figure(noise.r2_ceiling, 3), df: noise.degrees_of_freedom })}</p>}
      {interval.coverage_out_of_fold !== null && <p>{say('ui_interval_coverage', { level: Math.round(interval.confidence_level * 1000) / 10, share: figure(100 * interval.coverage_out_of_fold, 3), width: figure(interval.half_width, 3) })}</p>}
      <p class="fold">{say('ui_fold_statistics')}:<br />MAE {spread(score.fold_mae)}<br />RMSE {spread(score.fold_rmse)}</p>
    </article>
  );
}

/** mean ± standard deviation over the outer folds */
function spread(values: readonly number[]): string {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return `${figure(mean)} ± ${figure(Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length), 3)}`;
}

/** What the final model is made of, every family beside it, and the settings that were found. */
export function NonlinearModels({ result }: { result: NonlinearResult }) {
  const { say } = useApp();
  return (
    <>{result.targets.map((target) => {
      if (target.status === 'failed') return <FailedRow key={target.target} name={target.target} failure={target.failure} />;
      const { score, families } = target.final;
      return (
        <div class="model" key={target.target}><b>【{target.target}】</b> <Icon name="ok" />{say('ui_success')}<br />
          {say('ui_model')}: {families.map((family) => say(`family_${family}`)).join(' + ')}（{say(`rule_${target.final.rule}`)}）, R²: {figure(score.r2)}, MAE: {figure(score.mae)}, RMSE: {figure(score.rmse)}<br />
          {say('ui_rows_used', { rows: target.rows.used, conditions: target.rows.conditions })}
          <details><summary>{say('ui_families_compared')}</summary><Families target={target} /></details>
        </div>
      );
    })}</>
  );
}

function Families({ target }: { target: NonlinearTarget }) {
  const { say } = useApp();
  const rows = [...target.families].sort((a, b) => a.score.rmse - b.score.rmse);
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={say('ui_families_compared')}><table class="grid">
      <thead><tr><th scope="col">{say('ui_model')}</th><th scope="col">R²</th><th scope="col">MAE</th><th scope="col">RMSE</th><th scope="col">{say('ui_weight')}</th><th scope="col">{say('ui_trials')}</th><th scope="col">{say('ui_best_parameters')}</th></tr></thead>
      <tbody>
        <tr><th scope="row">{say('family_stack')}</th><td>{figure(target.stack.score.r2)}</td><td>{figure(target.stack.score.mae)}</td><td>{figure(target.stack.score.rmse)}</td><td /><td /><td /></tr>
        {rows.map((family) => <tr key={family.family}><th scope="row">{say(`family_${family.family}`)}</th><td>{figure(family.score.r2)}{family.score.r2_standard_error !== null && ` ± ${figure(family.score.r2_standard_error, 2)}`}</td><td>{figure(family.score.mae)}</td><td>{figure(family.score.rmse)}</td><td>{figure(family.weight, 3)}</td><td>{trialsOf(family)}</td><td>{settingsOf(family)}</td></tr>)}
      </tbody>
    </table></div>
  );
}

function trialsOf({ studies }: NonlinearFamily): number {
  return studies.reduce((sum, { trials }) => sum + trials.length, 0);
}

/** Of the study on all rows, whose best is the model that predicts. */
function settingsOf({ studies }: NonlinearFamily): string {
  const parameters = studies.find(({ outer_fold: fold }) => fold === null)?.parameters ?? {};
  return Object.entries(parameters).map(([name, value]) => `${name} = ${typeof value === 'number' ? figure(value) : value}`).join(', ');
}
