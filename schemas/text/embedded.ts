import type { Catalogue } from './types.ts';

/** What the substitutes on one machine have to say to the user. */
export const embeddedText: Catalogue = {
  ja: {
    data_directory_in_use: 'データフォルダー「{directory}」は別のプロセス（{pid}）が使用中です。そちらを終了するか、別のフォルダーを指定してください。',
    database_start_failed: '内蔵データベースを起動できませんでした：{reason}',
    database_binaries_missing: 'この環境（{platform}）用の内蔵データベースがありません。オプションの依存パッケージをインストールするか、RDS_HOST で PostgreSQL サーバーを指定してください。',
  },
  en: {
    data_directory_in_use: 'The data folder "{directory}" is in use by another process ({pid}). Close that one or choose another folder.',
    database_start_failed: 'The built-in database did not start: {reason}',
    database_binaries_missing: 'There is no built-in database for this machine ({platform}). Install the optional dependencies, or name a PostgreSQL server in RDS_HOST.',
  },
  es: {
    data_directory_in_use: 'Otro proceso ({pid}) está usando la carpeta de datos «{directory}». Ciérrelo o elija otra carpeta.',
    database_start_failed: 'La base de datos integrada no se ha iniciado: {reason}',
    database_binaries_missing: 'No hay base de datos integrada para este equipo ({platform}). Instale las dependencias opcionales o indique un servidor PostgreSQL en RDS_HOST.',
  },
};
