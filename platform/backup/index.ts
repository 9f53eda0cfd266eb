export { backup, checkBackup, restore } from './backup.ts';
export type { BackupManifest } from './manifest.ts';
