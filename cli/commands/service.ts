import { readConfig } from '../../platform/index.ts';

const entries = {
  api: () => import('../../api/main.ts'),
  worker: () => import('../../cluster/main.ts'),
};

/**
 * `zerosec api`, `zerosec worker`: the process of a service, configured by the environment alone. It ends the process itself,
 * on SIGTERM in good order. @throws Fault `invalid_configuration`, `auth_required`, before anything is started
 */
export async function service(name: keyof typeof entries): Promise<never> {
  const config = readConfig(process.env);
  if (name === 'api') (await import('../../api/index.ts')).checkExposure(config);
  await entries[name]();
  return new Promise<never>(() => undefined);
}
