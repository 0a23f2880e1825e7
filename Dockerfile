# The program with its shell doors; the database is another container (compose.yaml), or the embedded one in /data.
FROM node:22-bookworm-slim

# What is written: what it builds and compiles in /app, recordings (and an embedded database) in /data.
RUN mkdir /app /data /backups && chown node:node /app /data /backups
USER node
WORKDIR /app

# Packages first: they change seldom. Those for building stay, the shell doors need some of them.
COPY --chown=node:node package.json package-lock.json ./
RUN npm ci && npm cache clean --force
COPY --chown=node:node . .
RUN npm run build

ENV NODE_ENV=production \
    HOST=0.0.0.0 \
    PORT=3000 \
    DEMO=no \
    DATA_DIR=/data \
    RECORDINGS_DIR=/data/recordings
VOLUME ["/data", "/backups"]
EXPOSE 3000
HEALTHCHECK --interval=15s --timeout=5s --start-period=120s --retries=4 \
    CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/health`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
# Node itself, so that SIGTERM reaches it: it finishes running requests, then ends.
CMD ["node", "src/cli/start.js"]
