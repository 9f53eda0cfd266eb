import type { Artifact, Job } from '../../../client/index.ts';
import { useApp } from '../app-context.ts';
import { bytes } from '../model/format.ts';
import { hashOf } from '../model/route.ts';
import { saveArtifact } from '../parts/save.ts';

/** Every published file, in the folders of the original. */
export function FilesPage({ job, artifacts }: { job: Job; artifacts: readonly Artifact[] }) {
  const { store, say } = useApp();
  const sorted = [...artifacts].sort((a, b) => a.path.localeCompare(b.path, 'ja'));
  const remove = async (): Promise<void> => {
    if (!(await store.ask(say('ui_confirm_delete', { name: job.filename })))) return;
    try {
      await store.client.delete(job.job_id);
      store.go({ name: 'history' });
    } catch (error) {
      store.fail(error);
    }
  };
  return (
    <>
      <h1>{say('ui_files')}</h1>
      <div class="scroll tall" tabIndex={0} role="region" aria-label={say('ui_files')}><table class="list">
        <thead><tr><th scope="col">{say('ui_file_name')}</th><th scope="col">{say('ui_size')}</th><th scope="col"><span class="hidden">{say('ui_download')}</span></th></tr></thead>
        <tbody>{sorted.map((artifact) => <tr key={artifact.artifact_id}><td>{artifact.path}</td><td class="number">{bytes(artifact.size_bytes)}</td><td><button class="button small blue" aria-label={say('ui_download_of', { name: artifact.path })} onClick={() => void saveArtifact(store, job.job_id, artifact)}>{say('ui_download')}</button></td></tr>)}</tbody>
      </table></div>
      <div class="steps"><a class="button blue" href={hashOf({ name: 'job', jobId: job.job_id, page: 'summary' })}>{say('ui_summary')}</a><button class="button red" onClick={() => void remove()}>{say('ui_delete')}</button></div>
    </>
  );
}
