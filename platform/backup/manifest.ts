import { z } from 'zod';

export const manifestName = 'manifest.json';

/** Says what a backup holds; written last, so that a folder without it is no backup. */
export const backupManifestSchema = z.object({
  schema: z.literal('zerosec.backup/1'),
  at: z.iso.datetime(),
  /** schema of the database at that moment: a backup goes back into the same */
  migrations: z.array(z.string()),
  /** in an order in which no row refers to a later table; `sha256` of the rows as lines of JSON */
  tables: z.array(z.object({ name: z.string().regex(/^[a-z_]+$/), rows: z.int().min(0), sha256: z.string().regex(/^[0-9a-f]{64}$/) })),
});
export type BackupManifest = z.infer<typeof backupManifestSchema>;
