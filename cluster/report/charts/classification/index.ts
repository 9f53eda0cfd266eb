import type { ClassificationResult, FaultValues, Language } from '../../../../schemas/index.ts';
import { binaryReportText, classificationReportText, classificationText, nonlinearReportText, renderText, reportText } from '../../../../schemas/text/index.ts';
import { safeFileName } from '../../file-name.ts';
import type { ChartSpec } from '../chart-spec.ts';
import { shortName } from '../theme.ts';
import { liftChart, rocChart, precisionRecallChart, reliabilityChart, tradeOffChart } from './curves.ts';
import { confusionChart, scoresChart } from './decisions.ts';
import { benefitChart, costChart } from './threshold-curves.ts';
import { familiesChart } from './families.ts';
import { grayCurveChart } from './limits.ts';
import { severalCharts } from './several.ts';

export interface ClassificationContext {
  result: ClassificationResult;
  text: (code: string, values?: FaultValues) => string;
  /** the target's name, short enough for a title */
  target: string;
  /** the same as a file name */
  stem: string;
  positive: string;
  negative: string;
  /** confidence level in percent */
  level: number;
}

export function classificationSpeech(language: Language): ClassificationContext['text'] {
  return (code, values) => renderText([classificationReportText, classificationText, nonlinearReportText, binaryReportText, reportText], language, code, values);
}

export function classificationContext(result: ClassificationResult, language: Language): ClassificationContext {
  return {
    result, text: classificationSpeech(language), target: shortName(result.target), stem: safeFileName(result.target), positive: shortName(result.positive_label), negative: shortName(result.negative_label),
    level: Number((100 * (result.parameters['confidence_level'] as number)).toPrecision(6)),
  };
}

/** The charts of a classification, in the order in which they are read. Pure; all of rows that no fit, calibration or threshold has seen. */
export function classificationCharts(result: ClassificationResult, language: Language): ChartSpec[] {
  const context = classificationContext(result, language);
  const drawn = [confusionChart, scoresChart, rocChart, precisionRecallChart, tradeOffChart, liftChart, reliabilityChart, familiesChart, benefitChart, costChart, grayCurveChart].map((chart) => chart(context));
  return [...drawn.filter((chart) => chart !== undefined), ...severalCharts(context)];
}
