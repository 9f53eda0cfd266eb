import { z } from 'zod';
import { designListQuerySchema, designListSchema, designResultsQuerySchema, designResultsSchema, designRowsQuerySchema, designRowsSchema, Fault, storedDesignViewSchema } from '../../schemas/index.ts';
import type { DesignRecord } from '../../platform/index.ts';
import { route, type Call } from '../http/call.ts';
import { showDesign } from '../presentation.ts';

const designParams = z.object({ design_id: z.uuid().toLowerCase().meta({ description: 'Id of the design, 計画ID of its list of runs' }) });

export const listDesigns = route({
  method: 'get', path: '/designs', operationId: 'listDesigns', tag: 'results',
  summary: 'List your stored designs of experiments, newest first',
  description: 'One entry per design of a job that made or judged designs; a cancelled search leaves the best it had met as `partial`. Hand `next_cursor` in as `cursor` until it is null.',
  query: designListQuerySchema,
  answers: { 200: { description: 'One page', schema: designListSchema } },
  problems: [],
  async handle(call) {
    const { limit, cursor, job_id: jobId, dataset_sha256: datasetSha256 } = call.query;
    const designs = await call.services.platform.designs.list({
      owner: call.identity.owner, limit: limit + 1,
      ...(jobId === undefined ? {} : { jobId }), ...(datasetSha256 === undefined ? {} : { datasetSha256 }), ...(cursor === undefined ? {} : { before: Number(cursor) }),
    });
    return { body: { designs: designs.slice(0, limit).map(showDesign), next_cursor: nextOf(designs, limit) } };
  },
});

export const getDesign = route({
  method: 'get', path: '/designs/{design_id}', operationId: 'getDesign', tag: 'results',
  summary: 'One stored design',
  description: 'The id is of the content: of several jobs that made the same design the newest is shown, a whole design before a partial one. Its lists of runs (CSV, workbook) are in `files`, for `/presign/download` with `job_id`.',
  params: designParams,
  answers: { 200: { description: 'The design', schema: storedDesignViewSchema } },
  problems: ['design_not_found'],
  async handle(call) {
    return { body: showDesign(await findDesign(call, call.params.design_id)) };
  },
});

export const designRows = route({
  method: 'get', path: '/designs/{design_id}/rows', operationId: 'listDesignRows', tag: 'results',
  summary: 'Runs of a stored design',
  params: designParams,
  query: designRowsQuerySchema,
  answers: { 200: { description: 'One page', schema: designRowsSchema } },
  problems: ['design_not_found'],
  async handle(call) {
    const { limit, order, cursor } = call.query;
    const { design_id, content: { rows = [], run_order: places = [] } } = await findDesign(call, call.params.design_id);
    const all = rows.map((settings, i) => ({ run: places[i] ?? i + 1, standard: i + 1, settings }));
    if (order === 'run') all.sort((a, b) => a.run - b.run);
    const from = Number(cursor ?? 0);
    return { body: { design_id, rows: all.slice(from, from + limit), next_cursor: from + limit < all.length ? String(from + limit) : null } };
  },
});

export const designResults = route({
  method: 'get', path: '/designs/{design_id}/results', operationId: 'listDesignResults', tag: 'results',
  summary: 'Analysed tables that hold results of a design',
  description: 'A table belongs to a design by its column 計画ID, which the list of runs carries; the column 標準順 says which run a row is. A run counts as measured where a target of the job has a value.',
  params: designParams,
  query: designResultsQuerySchema,
  answers: { 200: { description: 'One page, newest first', schema: designResultsSchema } },
  problems: ['design_not_found'],
  async handle(call) {
    const { limit, cursor } = call.query;
    const { platform: { designs } } = call.services;
    const { design_id, runs } = await findDesign(call, call.params.design_id);
    const { owner } = call.identity;
    const results = await designs.results(design_id, owner, limit + 1, cursor === undefined ? undefined : Number(cursor));
    return {
      body: {
        design_id, runs, runs_measured: await designs.runsMeasured(design_id, owner, runs),
        results: results.slice(0, limit).map(({ stored_id: _, runs: places, created_at, ...result }) => ({
          ...result, runs_measured: places === null ? null : places.filter((place) => place <= runs).length, created_at: created_at.toISOString(),
        })),
        next_cursor: nextOf(results, limit),
      },
    };
  },
});

/** @throws Fault `design_not_found`: there is none, or it is not the caller's */
async function findDesign(call: Call, designId: string): Promise<DesignRecord> {
  const design = await call.services.platform.designs.find(designId, call.identity.owner);
  if (design === undefined) throw new Fault('design_not_found', `design ${designId} is not stored`, { values: { design_id: designId } });
  return design;
}

function nextOf(found: readonly { stored_id: number }[], limit: number): string | null {
  return found.length > limit ? String(found[limit - 1]?.stored_id) : null;
}
