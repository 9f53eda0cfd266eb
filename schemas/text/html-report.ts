import type { Catalogue } from './types.ts';

/** Headings and words of HTML reports that no workbook or chart has. */
export const htmlReportText: Catalogue = {
  ja: {
    html_contents: '目次',
    html_no_notices: '注意事項はありません。',
    html_yes: 'はい',
    html_no: 'いいえ',
  },
  en: {
    html_contents: 'Contents',
    html_no_notices: 'Nothing to note.',
    html_yes: 'yes',
    html_no: 'no',
  },
  es: {
    html_contents: 'Índice',
    html_no_notices: 'Nada que señalar.',
    html_yes: 'sí',
    html_no: 'no',
  },
};
