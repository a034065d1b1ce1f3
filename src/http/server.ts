/** The HTTP server: what every request passes, the routes, start and stop. */

import fastifyStatic from '@fastify/static';
import fastifyWebsocket from '@fastify/websocket';
import fastify, { type FastifyInstance, type FastifyReply } from 'fastify';
import type { AddressInfo, Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { Logger } from '../observability/logger.ts';
import { decideRefusal } from './guard.ts';
import { isLoopbackHost, parseListenAddress } from './listen-address.ts';
import { createLiveFeed } from './live-feed.ts';
import type { Outbox, OutboxLimits } from './outbox.ts';
import type { HttpPorts } from './ports.ts';
import { problemOf, problemType, toProblem, type Problem } from './problem.ts';
import { addEventRoutes, eventsPath } from './routes/event-routes.ts';
import { addOperationRoutes } from './routes/operation-routes.ts';
import { addRecordingRoutes } from './routes/recording-routes.ts';
import { addStateRoutes } from './routes/state-routes.ts';
import { securityHeaders } from './security-headers.ts';

export interface HttpOptions {
  /** `127.0.0.1:8080`; any other than a loopback address is refused at start. Port 0 takes a free one. */
  readonly listen: string;
  /** Without it whoever may ask at all may read the metrics. */
  readonly metricsToken?: string;
  readonly outbox?: Partial<OutboxLimits>;
}

export interface HttpServer {
  /** Where it is to be found, once it has started. */
  readonly url: string;
  /** `GET /api/v1/calls` and so on. */
  readonly routes: readonly string[];
  start(): Promise<void>;
  /** Ends all connections; those to browsers with a word of goodbye. */
  stop(): Promise<void>;
}

const outboxLimits: OutboxLimits = { waitingBytes: 1024 * 1024, pingMs: 15_000 };
const goodbyeMs = 1000;
const longestFrameBytes = 1024;
const pageDirectory = fileURLToPath(new URL('../web/live/', import.meta.url));

export function createHttpServer(ports: HttpPorts, options: HttpOptions, logger: Logger): HttpServer {
  const feed = createLiveFeed(ports, Date.now());
  const outboxes = new Set<Outbox>();
  const routes: string[] = [];
  const app = createApp(logger);
  app.addHook('onRoute', ({ method, url }) => {
    for (const name of [method].flat()) if (name !== 'HEAD') routes.push(`${name} ${url}`);
  });
  void app.register(fastifyWebsocket, { options: { maxPayload: longestFrameBytes } });
  void app.register((scope, _options, done) => {
    addOperationRoutes(scope, ports, options.metricsToken);
    addStateRoutes(scope, ports);
    addRecordingRoutes(scope, ports);
    addEventRoutes(scope, { feed, outboxes, limits: { ...outboxLimits, ...options.outbox } });
    done();
  });
  void app.register(fastifyStatic, { root: pageDirectory, wildcard: false, cacheControl: false });

  let started: Promise<void> | undefined;
  let stopped: Promise<void> | undefined;
  return {
    get url() {
      return urlOf(app);
    },
    routes,
    start: () => (started ??= listen(app, options.listen)),
    stop: () => {
      for (const outbox of outboxes) outbox.end(goodbyeMs);
      feed.stop();
      return (stopped ??= app.close());
    },
  };
}

/** Everything that holds for every request. */
function createApp(logger: Logger): FastifyInstance {
  const app = fastify({
    logger: false,
    forceCloseConnections: true,
    bodyLimit: 1024,
    ajv: { customOptions: { removeAdditional: false } },
    frameworkErrors: (error, _request, reply) => sendProblem(reply, problemOf(error)),
    clientErrorHandler: (_error, socket) => refuseRaw(socket),
  });
  app.addHook('onRequest', (request, reply, done) => {
    void reply.headers(securityHeaders);
    const refusal = decideRefusal(request);
    if (refusal) sendProblem(reply, refusal);
    else done();
  });
  app.addHook('preValidation', (request, reply, done) => {
    if (request.ws && request.routeOptions.url !== eventsPath)
      sendProblem(reply, toProblem(404, 'There is no such stream.'));
    else done();
  });
  app.addHook('onResponse', (request, reply, done) => {
    const { method, routeOptions } = request;
    logger.debug(
      { method, route: routeOptions.url, status: reply.statusCode, ms: reply.elapsedTime },
      'request answered',
    );
    done();
  });
  app.setNotFoundHandler((_request, reply) => sendProblem(reply, toProblem(404, 'There is nothing here.')));
  app.setErrorHandler((error, request, reply) => {
    const problem = problemOf(error);
    if (problem.status === 500) logger.error({ error, route: request.routeOptions.url }, 'request failed');
    sendProblem(reply, problem);
  });
  return app;
}

function sendProblem(reply: FastifyReply, problem: Problem): void {
  if (problem.status === 405) void reply.header('allow', 'GET, HEAD');
  void reply.headers(securityHeaders).code(problem.status).type(problemType).send(JSON.stringify(problem));
}

/** What is not even HTTP gets an answer without a route. */
function refuseRaw(socket: Socket): void {
  if (!socket.writable) return void socket.destroy();
  const body = JSON.stringify(toProblem(400, 'The request could not be read.'));
  const head = `HTTP/1.1 400 Bad Request\r\nContent-Type: ${problemType}\r\nContent-Length: ${body.length}\r\nConnection: close`;
  socket.end(`${head}\r\n\r\n${body}`);
}

async function listen(app: FastifyInstance, text: string): Promise<void> {
  const address = parseListenAddress(text);
  if (!address) throw new Error(`web.listen: "${text}" is no address with a port`);
  if (!isLoopbackHost(address.host)) {
    throw new Error(
      `web.listen: "${text}" is reachable from other machines; until there are logins only loopback is allowed`,
    );
  }
  await app.listen(address);
}

function urlOf(app: FastifyInstance): string {
  const address = app.server.address() as AddressInfo | null;
  if (!address) throw new Error('the HTTP server has not started');
  const host = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return `http://${host}:${address.port}`;
}
