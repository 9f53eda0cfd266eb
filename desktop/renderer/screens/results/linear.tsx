import type { LinearResult, LinearTarget } from '../../../../schemas/index.ts';
import { useApp } from '../../app-context.ts';
import { figure } from '../../model/format.ts';
import { Icon } from '../../parts/icons.tsx';
import { FailedRow, tone } from './shared.tsx';

export function LinearCards({ result }: { result: LinearResult }) {
  return <div class="cards">{result.targets.map((target) => <Card key={target.target} target={target} />)}</div>;
}

export function LinearModels({ result }: { result: LinearResult }) {
  return <>{result.targets.map((target) => <ModelRow key={target.target} target={target} />)}</>;
}

function Card({ target }: { target: LinearTarget }) {
  const { say } = useApp();
  if (target.status === 'failed') return <article class="card"><h3>【{target.target}】</h3><span class="chip bad">{say('ui_failure')}</span></article>;
  if (target.status === 'binary') {
    const { cross_validation: cv, in_sample: inSample, confusion } = target.binary;
    const auc = cv?.score.auc ?? inSample.auc;
    return <article class="card"><h3>【{target.target}】</h3><p>{say('ui_cv_auc')}: <span class={`chip ${tone(auc === null ? null : auc - 0.15)}`}>{figure(auc)}</span></p><p>{say('ui_accuracy')}: {figure((cv?.confusion ?? confusion).accuracy)}</p><p>Brier: {figure(cv?.score.brier ?? inSample.brier)}</p></article>;
  }
  const { cross_validation: cv, fit } = target;
  const folds = cv?.per_fold.map(({ r2 }) => r2).filter((value) => value !== null) ?? [];
  return (
    <article class="card">
      <h3>【{target.target}】</h3>
      <p>{say('ui_cv_r2')}: <span class={`chip ${tone(cv?.score.r2 ?? null)}`}>{figure(cv?.score.r2)}</span></p>
      <p>{say('ui_fit_r2')}: {figure(fit.r2)}</p>
      <p>RMSE: {figure(cv?.score.rmse)} MAE: {figure(cv?.score.mae)}</p>
      {folds.length > 0 && <p class="fold">{say('ui_fold_range')}: {figure(Math.min(...folds), 3)} – {figure(Math.max(...folds), 3)}</p>}
    </article>
  );
}

function ModelRow({ target }: { target: LinearTarget }) {
  const { say } = useApp();
  if (target.status === 'failed') return <FailedRow name={target.target} failure={target.failure} />;
  const rows = target.status === 'binary' ? target.binary.coefficients : target.coefficients;
  return (
    <div class="model"><b>【{target.target}】</b> <Icon name="ok" />{say('ui_success')}<br />{say('ui_formula')}: <code>{target.formula}</code>
      <details><summary>{say('ui_coefficients')}</summary>
        <div class="scroll" tabIndex={0} role="region" aria-label={say('ui_coefficients')}><table class="grid"><thead><tr><th scope="col">{say('ui_term')}</th><th scope="col">{say('ui_estimate')}</th><th scope="col">{say('ui_interval')}</th><th scope="col">p</th></tr></thead>
          <tbody>{rows.map((row) => <tr key={row.term}><th scope="row">{row.term}</th><td>{figure(row.estimate, 5)}</td><td>{figure(row.ci_low)} – {figure(row.ci_high)}</td><td>{figure(row.p, 3)}</td></tr>)}</tbody></table></div>
      </details>
    </div>
  );
}
