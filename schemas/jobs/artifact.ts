import { z } from 'zod';

/** The original's types plus what it mislabelled as xlsx (its type map had "everything else → xlsx"). */
export const fileTypes = ['xlsx', 'csv', 'png', 'json', 'db', 'html', 'pdf', 'svg', 'txt', 'arrow'] as const;
export const fileTypeSchema = z.enum(fileTypes);
export type FileType = (typeof fileTypes)[number];

const contentTypes: Readonly<Record<FileType, string>> = {
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  csv: 'text/csv; charset=utf-8',
  png: 'image/png',
  json: 'application/json',
  db: 'application/vnd.sqlite3',
  html: 'text/html; charset=utf-8',
  pdf: 'application/pdf',
  svg: 'image/svg+xml',
  txt: 'text/plain; charset=utf-8',
  arrow: 'application/vnd.apache.arrow.file',
};

/** @returns the file type of an output path, or undefined when the extension is not one that a job may publish. */
export function fileTypeOf(path: string): FileType | undefined {
  const extension = path.slice(path.lastIndexOf('.') + 1).toLowerCase();
  return fileTypes.find((type) => type === extension);
}

export function contentTypeOf(type: FileType): string {
  return contentTypes[type];
}

/** One line of a manifest: `path` is relative to the attempt's prefix, `/`-separated, and keeps the tree of the result folder. */
export const manifestEntrySchema = z.object({
  path: z.string(),
  file_type: fileTypeSchema,
  content_type: z.string(),
  size_bytes: z.int(),
  sha256: z.string(),
});
export type ManifestEntry = z.infer<typeof manifestEntrySchema>;

/** `manifest.json`, written last: files that it does not name are not part of the result. */
export const manifestSchema = z.object({
  schema: z.literal('zerosec.manifest/1'),
  job_id: z.uuid(),
  attempt: z.int(),
  job_type: z.string(),
  dataset_sha256: z.string(),
  inputs: z.record(z.string(), z.object({ file_name: z.string(), sha256: z.string() })).default({}).meta({ description: 'Further input files by name' }),
  files: z.array(manifestEntrySchema),
}).meta({ id: 'Manifest' });
export type Manifest = z.infer<typeof manifestSchema>;
