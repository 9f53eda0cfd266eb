/** Reports as one HTML file: a document model that any analysis fills, and the page that is written from it. */
export type { ReportBlock, ReportCell, ReportColumn, ReportDocument, ReportFact, ReportFigure, ReportFormat, ReportNotice, ReportSection, ReportTable } from './document.ts';
export { writeHtml, type DrawFigure } from './write-html.ts';
export { drawFigure } from './draw-figure.ts';
export { linearReport, type LinearReportOptions } from './linear/linear-report.ts';
export { classificationReport } from './classification/classification-report.ts';
export { nonlinearReport, type NonlinearFigure, type NonlinearReportInput } from './nonlinear/nonlinear-report.ts';
