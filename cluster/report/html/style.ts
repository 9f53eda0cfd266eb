import { colour } from '../charts/theme.ts';

/** The whole look of a report; no fonts, pictures or rules from elsewhere. Prints on A4 with a table or a figure kept whole where it fits. */
export const reportStyle = `
:root{color-scheme:light}
*{box-sizing:border-box}
body{margin:0 auto;padding:24px 32px 64px;max-width:1080px;background:${colour.paper};color:${colour.text};font:15px/1.6 "Noto Sans JP","Hiragino Sans","Yu Gothic","Meiryo","Segoe UI",system-ui,sans-serif}
h1{margin:0 0 4px;font-size:26px;color:${colour.ink}}
h2{margin:40px 0 12px;padding-bottom:4px;border-bottom:2px solid ${colour.blue};font-size:21px;color:${colour.ink}}
h3{margin:28px 0 8px;font-size:17px;color:${colour.ink}}
h1,h2,h3,p,li{overflow-wrap:anywhere}
td,th{overflow-wrap:break-word}
tbody td:first-child{max-width:22em}
.lead{margin:0;color:#5d6d7e;font-size:13px}
nav{margin:20px 0;padding:12px 20px;background:#f8f9fa;border:1px solid ${colour.grid};border-radius:6px}
nav ol{margin:4px 0;padding-left:22px}
nav ol ol{columns:2;font-size:13px}
a{color:#2471a3;text-decoration:none}
a:hover{text-decoration:underline}
.scroll{overflow-x:auto;margin:12px 0}
table{border-collapse:collapse;font-size:13px;font-variant-numeric:tabular-nums}
caption{padding-bottom:4px;text-align:left;font-weight:600;color:${colour.ink}}
th,td{padding:4px 10px;border-bottom:1px solid ${colour.grid};text-align:left;vertical-align:top}
thead th{border-bottom:2px solid ${colour.frame};background:#f4f6f7;color:${colour.ink};font-weight:600}
td.n,th.n{text-align:right}
td.n{white-space:nowrap}
tbody tr:hover{background:#f8fbfd}
.facts th{background:none;color:#5d6d7e;font-weight:400;white-space:nowrap}
.facts td,.facts td.n{max-width:none;text-align:left;overflow-wrap:anywhere;white-space:normal}
.note{margin:2px 0 12px;color:#5d6d7e;font-size:12px}
.notices{margin:12px 0;padding:0;list-style:none}
.notices li{margin:4px 0;padding:6px 12px;border-left:4px solid ${colour.blue};background:#f4f9fd}
.notices .warning{border-color:${colour.orange};background:#fef9ef}
.notices .error{border-color:${colour.red};background:#fdf1ef}
figure{margin:16px 0}
figure svg{max-width:100%;height:auto}
@media print{body{max-width:none;padding:0;font-size:10pt}table{font-size:7.5pt}th,td{padding:2px 5px}nav,.scroll{overflow:visible}figure,tr,.notices li{break-inside:avoid}h2,h3,caption{break-after:avoid}thead{display:table-header-group}a{color:inherit}}
@page{size:A4;margin:16mm}
`;
