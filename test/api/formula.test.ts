import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Fault} from '../../schemas/index.ts';
import { formulaFaultOf, parseFormula, problemSchema } from '../../schemas/index.ts';
import { startTestApi, upload, type TestApi } from './support.ts';

let api: TestApi;
let id: string;
before(async () => {
  api = await startTestApi();
  id = (await upload(api)).job_id;
});
after(() => api.close());

const submit = (formula: string, language = 'en'): Promise<Response> => fetch(`${api.base}/jobs`, {
  method: 'POST', headers: { 'content-type': 'application/json', 'accept-language': language }, body: JSON.stringify({ job_type: 'linear_analysis', upload_id: id, parameters: { formula } }),
});

describe('a formula is read at the door', () => {
  for (const [formula, code, position] of [
    ['y ~ a + ', 'formula_ends_early', undefined],
    ['y ~ a ? b', 'formula_unexpected_character', 7],
    ['y ~ x^2', 'formula_power_of_column', 6],
    ['y ~ sine(x)', 'formula_unknown_function', 5],
    ['y ~ a + 7', 'formula_number', 9],
    ['y ~ y + a', 'formula_target_is_term', 1],
    ['y ~ (a+b+c+d+e+f+g+h+i+j+k+l+m+n+o+p)^8', 'formula_too_many_terms', undefined],
  ] as const) {
    test(`${formula}: 400 with the reason and the character`, async () => {
      const answer = await submit(formula);
      const problem = problemSchema.parse(await answer.json());
      assert.equal(answer.status, 400);
      assert.equal(problem.code, 'invalid_formula');
      const [error] = problem.errors;
      assert.equal(error?.code, code);
      assert.equal(error?.where?.field, 'parameters.formula');
      if (position !== undefined) assert.equal(error?.values?.['position'], position);
    });
  }

  test('the reason in the language of the caller', async () => {
    const problem = problemSchema.parse(await (await submit('y ~ a ? b', 'ja')).json());
    assert.match(problem.message, /7 文字目/);
  });

  test('a formula that can be read is queued, columns unseen', async () => {
    assert.equal((await submit('y ~ a*b + I(x^2) + C(brush, sum) + offset(z) - 1 + .')).status, 202);
  });

  test('it is the parser of the job: what it refuses is refused here at the same place', () => {
    for (const text of ['y ~ a + )', 'y a', '~', 'y ~ C(a, none)', 'y ~ `a']) {
      let fault: Fault | undefined;
      try { parseFormula(text); } catch (error) { fault = error as Fault; }
      assert.deepEqual([formulaFaultOf('linear_analysis', { formula: text })?.code, formulaFaultOf('linear_analysis', { formula: text })?.values['position']], [fault?.code, fault?.values['position']]);
    }
    // a design's formula has no ~: places are those of the text as it was given
    assert.equal(formulaFaultOf('optimization', { formula: 'a ? b' })?.values['position'], 3);
  });
});
