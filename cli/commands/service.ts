import { readConfig } from '../../platform/index.ts';

const entries = {
  api: () => import('../../api/main.ts'),
  worker: () => import('../../cluster/main.ts'),
};

/**
 * `zerosec api`, `zerosec worker`: the process of a service, configured by the environment alone. It ends the process itself,
 * on SIGTERM in good order. @throws Fault `invalid_configuration`, before anything is started
 */
export async function service(name: keyof typeof entries): Promise<never> {
  readConfig(process.env);
  await entries[name]();
  return new Promise<never>(() => undefined);
}
