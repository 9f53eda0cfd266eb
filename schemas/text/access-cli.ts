import type { Catalogue } from './types.ts';

/** Keys and tenants on the command line. */
export const accessCliText: Catalogue = {
  ja: {
    help_keys: 'API 鍵（管理者のみ）：list 一覧、create <名前> 作成、revoke <番号> 失効',
    help_tenants: 'テナント（データベースの設定は環境変数）：list 一覧、put <テナント> 作成・変更',
    option_token: 'トークン（環境変数 ZEROSEC_TOKEN のほうが安全：引数は他の利用者に見えます）',
    option_role: '権限（viewer、analyst、operator、admin）', option_scope: '使える範囲（繰り返し可：uploads、jobs、results、operations、admin）', option_days: '有効日数（0：失効させるまで）',
    option_tenant_name: '表示名', option_tenant_jobs: '未完了ジョブの上限', option_tenant_storage: '保存容量の上限（MB）', option_tenant_weight: '混雑時の計算資源の取り分（既定 1）', option_admin_key: 'この名前で管理者の鍵を作り、一度だけ表示',
    argument_keys_action: 'list・create・revoke', argument_keys_target: '名前または番号', argument_tenants_action: 'list・put', argument_tenant: 'テナント（小文字・数字・-・_）',
    key_created: '鍵「{name}」（{role}）を作りました。トークンは二度と表示されません：', key_revoked: '鍵 {key_id} を失効させました。', no_keys: '鍵はありません。', tenant_put: 'テナント「{tenant}」を保存しました。',
    column_key: '鍵', column_name: '名前', column_role: '権限', column_prefix: '先頭', column_expires: '期限', column_used: '最終使用', column_revoked: '失効', column_tenant: 'テナント', column_jobs_limit: 'ジョブ上限', column_storage_limit: '容量上限 MB', column_weight: '取り分',
    missing_target: '「{action}」には対象が必要です。', invalid_tenant: 'テナント名「{tenant}」は使えません（小文字・数字・-・_、先頭は英数字、63 文字まで）。',
  },
  en: {
    help_keys: 'API keys (admins): list, create <name>, revoke <key>',
    help_tenants: 'tenants (database configured by the environment): list, put <tenant> makes or changes one',
    option_token: 'token (ZEROSEC_TOKEN is safer: others on this machine see arguments)',
    option_role: 'role (viewer, analyst, operator, admin)', option_scope: 'what the key is for (repeatable: uploads, jobs, results, operations, admin)', option_days: 'life in days (0: until it is revoked)',
    option_tenant_name: 'name for people', option_tenant_jobs: 'most unfinished jobs', option_tenant_storage: 'most stored MB', option_tenant_weight: 'share of the workers when tenants compete (default 1)', option_admin_key: 'also make an admin key of this name and show it once',
    argument_keys_action: 'list, create or revoke', argument_keys_target: 'name or key', argument_tenants_action: 'list or put', argument_tenant: 'tenant (lower-case letters, digits, -, _)',
    key_created: 'Made the key "{name}" ({role}). Its token is not shown again:', key_revoked: 'Revoked the key {key_id}.', no_keys: 'No keys.', tenant_put: 'Stored the tenant "{tenant}".',
    column_key: 'key', column_name: 'name', column_role: 'role', column_prefix: 'begins', column_expires: 'expires', column_used: 'last used', column_revoked: 'revoked', column_tenant: 'tenant', column_jobs_limit: 'jobs', column_storage_limit: 'MB', column_weight: 'share',
    missing_target: '"{action}" needs to be told what.', invalid_tenant: 'A tenant cannot be called "{tenant}": lower-case letters, digits, - and _, first a letter or digit, 63 at most.',
  },
  es: {
    help_keys: 'claves de la API (administradores): list, create <nombre>, revoke <clave>',
    help_tenants: 'inquilinos (base de datos configurada por el entorno): list, put <inquilino> lo crea o cambia',
    option_token: 'token (ZEROSEC_TOKEN es más seguro: otros ven los argumentos)',
    option_role: 'rol (viewer, analyst, operator, admin)', option_scope: 'para qué sirve la clave (repetible: uploads, jobs, results, operations, admin)', option_days: 'vida en días (0: hasta revocarla)',
    option_tenant_name: 'nombre para personas', option_tenant_jobs: 'máximo de trabajos sin terminar', option_tenant_storage: 'máximo de MB guardados', option_tenant_weight: 'parte de los procesos de cálculo cuando compiten (1 por omisión)', option_admin_key: 'crea además una clave de administrador con este nombre y la muestra una vez',
    argument_keys_action: 'list, create o revoke', argument_keys_target: 'nombre o clave', argument_tenants_action: 'list o put', argument_tenant: 'inquilino (minúsculas, cifras, -, _)',
    key_created: 'Creada la clave «{name}» ({role}). Su token no se vuelve a mostrar:', key_revoked: 'Revocada la clave {key_id}.', no_keys: 'No hay claves.', tenant_put: 'Guardado el inquilino «{tenant}».',
    column_key: 'clave', column_name: 'nombre', column_role: 'rol', column_prefix: 'empieza', column_expires: 'caduca', column_used: 'último uso', column_revoked: 'revocada', column_tenant: 'inquilino', column_jobs_limit: 'trabajos', column_storage_limit: 'MB', column_weight: 'parte',
    missing_target: 'A «{action}» le falta decir qué.', invalid_tenant: 'Un inquilino no puede llamarse «{tenant}»: minúsculas, cifras, - y _, primero letra o cifra, 63 como máximo.',
  },
};
