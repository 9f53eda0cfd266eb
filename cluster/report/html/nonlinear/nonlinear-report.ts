import type { FaultValues, Language, NonlinearResult, NonlinearTarget } from '../../../../schemas/index.ts';
import { catalogues, nonlinearReportText, renderText, reportText } from '../../../../schemas/text/index.ts';
import type { ReportBlock, ReportCell, ReportColumn, ReportDocument, ReportFact, ReportFigure, ReportFormat, ReportSection } from '../document.ts';

type Say = (code: string, values?: FaultValues) => string;

/** A picture by the kind of its chart. */
export interface NonlinearFigure { id: string; figure: ReportFigure }

export interface NonlinearReportInput {
  language: Language;
  /** of each fitted target, in order: its charts and those of its explanation */
  figures: readonly (readonly NonlinearFigure[])[];
  /** of the trade-off */
  pareto: readonly ReportFigure[];
}

/** Pictures by section; those of single families (slices, ranks, contours) stay files of their own. */
const shown = {
  scores: ['nl_results', 'nl_families', 'nl_weights', 'nl_folds', 'nl_coverage'],
  explanation: ['shap_summary', 'shap_bar', 'shap_dependence', 'shap_interaction', 'permutation', 'sobol', 'ice'],
  tuning: ['nl_history', 'nl_timeline', 'nl_matrix', 'nl_edf', 'nl_param_importance'],
} as const;
/** Settings of the front that the page shows. */
const mostRows = 50;

/** The whole of a nonlinear analysis as one page. Pure. */
export function nonlinearReport(result: NonlinearResult, { language, figures, pareto }: NonlinearReportInput): ReportDocument {
  const say: Say = (code, values) => renderText([nonlinearReportText, reportText], language, code, values);
  const notice = ({ code, severity, where, values }: NonlinearResult['notices'][number]): { severity: 'info' | 'warning'; text: string } => ({ severity: severity === 'info' ? 'info' : 'warning', text: renderText(catalogues, language, code, { ...where, ...values }) });
  const fitted = result.targets.flatMap((target) => (target.status === 'fitted' ? [target] : []));
  const failed = result.targets.flatMap((target) => (target.status === 'failed' ? [{ severity: 'error' as const, text: `${target.target}: ${renderText(catalogues, language, target.failure.code, { ...target.failure.where, ...target.failure.values } as FaultValues)}` }] : []));
  const notices = [...failed, ...result.notices.map(notice)];
  return {
    language, title: say('report_nl_title', { targets: fitted.map(({ target }) => target) }),
    lead: [say('report_nl_lead', { name: result.dataset.name, rows: result.dataset.rows_read })],
    sections: [
      ...(notices.length === 0 ? [] : [{ title: say('sheet_nl_notices'), blocks: [{ kind: 'notices' as const, notices }] }]),
      { title: say('sheet_nl_summary'), blocks: [overview(fitted, say)] },
      ...fitted.map((target, at) => targetSection(target, figures[at] ?? [], say, target.notices.map(notice))),
      ...tradeOffSections(result, pareto, say),
      { title: say('sheet_nl_settings'), blocks: [{ kind: 'facts', facts: [{ name: say('item_nl_sha256'), value: result.dataset.sha256, format: 'plain' }, ...Object.entries(result.parameters).map(([name, value]): ReportFact => ({ name, value: plain(value), format: 'plain' }))] }] },
    ],
  };
}

function column(title: string, format?: ReportFormat): ReportColumn {
  return { title, ...(format !== undefined && { format }) };
}

function overview(targets: readonly NonlinearTarget[], say: Say): ReportBlock {
  return {
    kind: 'table',
    columns: [column(say('head_nl_target')), column(say('head_nl_rows'), 'integer'), column(say('item_nl_members')), column(say('head_nl_r2'), 'share'), column(say('head_nl_r2_se'), 'share'), column(say('item_nl_ceiling'), 'share'), column(say('head_nl_rmse')), column(say('head_nl_mae')), column(say('item_nl_coverage'), 'percent')],
    rows: targets.map(({ target, rows, families, final, noise, interval }) => [
      target, rows.used, families.filter(({ weight }) => weight > 0).map(({ family, weight }) => `${say(`family_${family}`)} ${weight.toFixed(2)}`).join(', '),
      final.score.r2, final.score.r2_standard_error, noise.r2_ceiling, final.score.rmse, final.score.mae, interval.coverage_out_of_fold,
    ]),
  };
}

function targetSection(target: NonlinearTarget, figures: readonly NonlinearFigure[], say: Say, notices: readonly { severity: 'info' | 'warning'; text: string }[]): ReportSection {
  const pictures = (ids: readonly string[]): ReportFigure[] => ids.flatMap((id) => figures.filter((one) => one.id === id).map(({ figure }) => figure));
  const explained = pictures(shown.explanation);
  return {
    title: target.target,
    blocks: [...(notices.length === 0 ? [] : [{ kind: 'notices' as const, notices }]), facts(target, say), features(target, say)],
    sections: [
      { title: say('sheet_nl_scores'), blocks: [scores(target, say), ...pictures(shown.scores)] },
      ...(explained.length === 0 ? [] : [{ title: say('report_nl_explanation'), blocks: explained }]),
      { title: say('report_nl_tuning'), blocks: [best(target, say), ...pictures(shown.tuning)] },
    ],
  };
}

function facts({ rows, final, noise, interval, transform, hold_out: held }: NonlinearTarget, say: Say): ReportBlock {
  const all: readonly (readonly [string, ReportCell, ReportFormat?])[] = [
    ['item_nl_rows', rows.used, 'integer'], ['item_nl_missing', rows.missing, 'integer'], ['item_nl_conditions', rows.conditions, 'integer'], ['item_nl_rule', say(`rule_${final.rule}`)],
    ['item_nl_noise', noise.standard_deviation], ['item_nl_noise_df', noise.degrees_of_freedom, 'integer'], ['item_nl_interval', interval.confidence_level, 'percent'], ['item_nl_half_width', interval.half_width],
  ];
  const test = held?.families.find(({ family }) => family === held.chosen);
  return {
    kind: 'facts',
    facts: [
      ...all.map(([name, value, format]): ReportFact => ({ name: say(name), value, ...(format !== undefined && { format }) })),
      ...(transform === 'none' ? [] : [{ name: say('report_nl_transform'), value: transform }]),
      ...(test === undefined ? [] : [{ name: say('report_nl_hold_out', { rows: held?.rows.length ?? 0 }), value: test.r2, format: 'share' as const }]),
    ],
  };
}

function features({ features: list }: NonlinearTarget, say: Say): ReportBlock {
  return {
    kind: 'table', caption: say('sheet_nl_features'), columns: [column(say('head_feature')), column(say('head_nl_kind')), column(say('head_nl_low'), 'plain'), column(say('head_nl_high'), 'plain'), column(say('head_nl_levels'))],
    rows: list.map(({ name, kind, low, high, levels }) => [name, say(`kind_${kind}`), low, high, levels.join(', ')]),
  };
}

function scores({ families, stack }: NonlinearTarget, say: Say): ReportBlock {
  return {
    kind: 'table', note: say('note_nl_weights'),
    columns: [column(say('head_nl_model')), column(say('head_nl_r2'), 'share'), column(say('head_nl_r2_se'), 'share'), column(say('head_nl_rmse')), column(say('head_nl_mae')), column(say('head_nl_weight'), 'share')],
    rows: [...families.map(({ family, score, weight }) => ({ family, score, weight })), { family: 'stack', score: stack.score, weight: null }].map(({ family, score, weight }) => [say(`family_${family}`), score.r2, score.r2_standard_error, score.rmse, score.mae, weight]),
  };
}

function best({ families }: NonlinearTarget, say: Say): ReportBlock {
  return {
    kind: 'table', caption: say('sheet_nl_best'), columns: [column(say('head_nl_model')), column(say('head_nl_trial'), 'plain'), column(say('head_nl_loss')), column(say('head_nl_parameter'))],
    rows: families.flatMap(({ family, studies }) => studies.filter(({ outer_fold: fold }) => fold === null).map(({ best_trial: trial, best_value: value, parameters }) => [
      say(`family_${family}`), trial, value, Object.entries(parameters).map(([name, own]) => `${name} = ${typeof own === 'number' ? Number(own.toPrecision(4)) : String(own)}`).join(', '),
    ])),
  };
}

function tradeOffSections({ prediction, pareto, pareto_search: search, next_experiments: next }: NonlinearResult, pictures: readonly ReportFigure[], say: Say): ReportSection[] {
  const out: ReportSection[] = [];
  if (prediction !== null) {
    out.push({ title: say('report_nl_prediction'), blocks: [{
      kind: 'table', note: prediction.file, columns: [column(say('head_nl_target')), column(say('report_nl_predicted'), 'integer'), column(say('report_nl_extrapolated'), 'integer'), column(say('head_nl_low')), column(say('head_nl_high'))],
      rows: prediction.targets.map(({ target, predicted, extrapolated, low, high }) => [target, predicted, extrapolated, low, high]),
    }] });
  }
  if (pareto !== null) {
    out.push({ title: say('report_nl_pareto'), blocks: [
      { kind: 'facts', facts: [
        { name: say('report_nl_candidates'), value: pareto.candidates, format: 'integer' }, { name: say('report_nl_front'), value: pareto.front_size, format: 'integer' },
        { name: say('report_nl_knee'), value: pareto.knee, format: 'plain' }, { name: say('report_nl_hypervolume'), value: pareto.hypervolume, format: 'share' },
      ] },
      { kind: 'table', columns: [column(say('head_row'), 'plain'), ...pareto.objectives.map(({ name }) => column(name))], rows: pareto.front.slice(0, mostRows).map(({ row, values }) => [row, ...values]), note: say('report_nl_rows_shown', { shown: Math.min(mostRows, pareto.front.length), all: pareto.front_size }) },
      ...pictures,
    ] });
  }
  if (search !== null) {
    const columns = Object.keys(search.front[0]?.settings ?? {});
    out.push({ title: say('report_nl_search'), blocks: [{
      kind: 'table', columns: [...columns.map((name) => column(name, 'plain')), ...search.objectives.map(({ name }) => column(name))], note: say('report_nl_rows_shown', { shown: Math.min(mostRows, search.front.length), all: search.front_size }),
      rows: search.front.slice(0, mostRows).map(({ settings, values }) => [...columns.map((name) => settings[name] ?? null), ...values]),
    }] });
  }
  if (next.length > 0) {
    const columns = Object.keys(next[0]?.settings ?? {});
    out.push({ title: say('report_nl_next'), blocks: [{
      kind: 'table', columns: [...columns.map((name) => column(name, 'plain')), column(say('report_nl_gain'), 'share'), ...(next[0]?.expected ?? []).map(({ name }) => column(name))],
      rows: next.map(({ settings, gain, expected }) => [...columns.map((name) => settings[name] ?? null), gain, ...expected.map(({ mean }) => mean)]),
    }] });
  }
  return out;
}

function plain(value: unknown): ReportCell {
  return typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean' ? value : value === null ? null : JSON.stringify(value);
}
