# syntax=docker/dockerfile:1
# The gateway, for production: non-root, works on a read-only root file system. The data folder and the configuration
# are mounted: docker run --read-only --tmpfs /tmp -v …:/var/lib/moica-gateway -v …:/etc/moica-gateway:ro …
# Pin the base image by digest in your own registry (`docker buildx imagetools inspect node:24-trixie-slim`).

FROM node:24-trixie-slim AS build
RUN apt-get update && apt-get install -y --no-install-recommends g++ make python3 && rm -rf /var/lib/apt/lists/*
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
# headers come with the image: native packages never download them
RUN npm ci --nodedir=/usr/local
COPY tsconfig.json tsconfig.build.json ./
COPY scripts/build scripts/build
COPY src src
RUN npm run build && npm prune --omit=dev

FROM node:24-trixie-slim
RUN groupadd --system --gid 10001 gateway \
  && useradd --system --uid 10001 --gid gateway --home-dir /var/lib/moica-gateway --shell /usr/sbin/nologin gateway \
  && install -d -o gateway -g gateway -m 0700 /var/lib/moica-gateway
WORKDIR /opt/moica-gateway
COPY --from=build /build/node_modules node_modules
COPY --from=build /build/dist dist
COPY package.json ./
COPY certs certs
COPY config config
USER gateway
ENV NODE_ENV=production
VOLUME /var/lib/moica-gateway
EXPOSE 443 80
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
  CMD ["node", "dist/cli.js", "probe"]
ENTRYPOINT ["node", "dist/cli.js"]
CMD ["serve"]
