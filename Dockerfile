# syntax=docker/dockerfile:1

# One image a service, all from the same build:
#   docker build --target gateway -t countersign/gateway:0.1.0 .
# Targets: gateway, each service of libs/contracts/src/services.ts, and jobs (what is run once, and the command line).
ARG NODE_IMAGE=node:24-bookworm-slim

# What there is to install, without the sources: a change of a source installs nothing anew.
FROM --platform=$BUILDPLATFORM ${NODE_IMAGE} AS manifests
WORKDIR /sources
COPY . .
RUN mkdir /manifests \
  && find apps libs -mindepth 2 -maxdepth 2 -name package.json \
  | tar --create --file=- package.json package-lock.json --files-from=- \
  | tar --extract --file=- --directory=/manifests

# The bundles are plain JavaScript, the same for every platform.
FROM --platform=$BUILDPLATFORM ${NODE_IMAGE} AS build
WORKDIR /app
COPY --from=manifests /manifests ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY . .
RUN npm run build
# with the flags of the runtime
RUN NODE_OPTIONS=--max-semi-space-size=16 node scripts/compile-ahead.mjs

# What the bundles leave outside: native code and threads, all of it for hashing.
FROM ${NODE_IMAGE} AS dependencies
WORKDIR /app
COPY --from=manifests /manifests ./
RUN npm ci --omit=dev --workspace=@countersign/hashing --ignore-scripts --no-audit --no-fund

# The nursery of the heap is as large as on Node 20. Node 24 lets it grow to four times that, 20 MiB more for a gateway under load.
FROM ${NODE_IMAGE} AS runtime
ENV NODE_ENV=production \
    NODE_OPTIONS=--max-semi-space-size=16 \
    COUNTERSIGN_HOST=:: \
    COUNTERSIGN_PORT=8080
WORKDIR /app
COPY scripts/check-health.mjs ./
COPY --from=manifests /manifests/package.json ./
# A number, so that a cluster can see that it is not root. Nothing below /app is writable for it, and nothing needs to be.
USER 10001:10001
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 CMD ["node", "check-health.mjs", "/healthz"]

FROM runtime AS gateway
COPY --from=build /app/apps/gateway/bundle ./apps/gateway/bundle
ENTRYPOINT ["node", "apps/gateway/bundle/main.js"]

FROM runtime AS hashing
COPY --from=dependencies /app/node_modules ./node_modules
COPY --from=build /app/libs/hashing/package.json ./libs/hashing/package.json
COPY --from=build /app/libs/hashing/worker ./libs/hashing/worker

# each service, like authentication: npm run docs writes the others
FROM hashing AS authentication
COPY --from=build /app/apps/authentication/bundle ./apps/authentication/bundle
ENTRYPOINT ["node", "apps/authentication/bundle/main.js"]

FROM hashing AS directory
COPY --from=build /app/apps/directory/bundle ./apps/directory/bundle
ENTRYPOINT ["node", "apps/directory/bundle/main.js"]

# end of each service

# What is run once (secrets, bus-configuration, database, streams), and the command line for an operator.
FROM runtime AS jobs
COPY --from=build /app/apps/provisioner/bundle ./apps/provisioner/bundle
COPY --from=build /app/apps/cli/package.json ./apps/cli/package.json
COPY --from=build /app/apps/cli/bundle ./apps/cli/bundle
# A volume takes its owner from the folder where it is first mounted.
USER 0:0
RUN for folder in \
      /secrets/gateway \
      # each service, like authentication: npm run docs writes the others
      /secrets/authentication /secrets/authentication-owner \
      /secrets/directory /secrets/directory-owner \
      # end of each service
      /secrets/operator /secrets/listener /secrets/provisioner /secrets/superuser /bus /data; \
    do install --directory --owner=10001 --group=10001 --mode=0700 "$folder"; done
USER 10001:10001
HEALTHCHECK NONE
ENTRYPOINT ["node", "apps/provisioner/bundle/main.js"]
