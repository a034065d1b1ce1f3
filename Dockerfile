ARG NODE_IMAGE=node:20-bookworm-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /build
# A compiler for the embedded database, where no ready-made build can be had. Debian keeps no old versions to pin.
# hadolint ignore=DL3008
RUN apt-get update \
  && apt-get install --yes --no-install-recommends g++ make python3 \
  && rm -rf /var/lib/apt/lists/*
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY tsconfig.json tsconfig.build.json ./
COPY bin ./bin
COPY src ./src
RUN npm run build && npm prune --omit=dev --no-audit --no-fund

FROM ${NODE_IMAGE}
ENV NODE_ENV=production
# ffmpeg converts announcements and recordings. Debian keeps no old versions to pin.
# hadolint ignore=DL3008
RUN apt-get update \
  && apt-get install --yes --no-install-recommends ffmpeg \
  && rm -rf /var/lib/apt/lists/*
WORKDIR /opt/fernamt
COPY --from=build /build/node_modules ./node_modules
COPY --from=build /build/dist ./dist
COPY package.json LICENSE ./
COPY sounds ./sounds
# Everything above belongs to root; the server writes only to its volumes, made here so that they belong to it.
RUN for directory in fernamt fernamt-routes fernamt-sounds fernamt-sounds/fernamt; do install -d -o node -g node "/var/lib/$directory"; done \
  && install -d -o node -g node /var/spool/asterisk/recording
USER node
VOLUME ["/var/lib/fernamt"]
# Inside the container alone: until there are logins the server listens on loopback only.
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:8080/healthz').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["node", "dist/main.js"]
CMD ["--config", "/etc/fernamt/fernamt.yaml"]
