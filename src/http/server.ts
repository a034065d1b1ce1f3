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
import { createPathMethods, type PathMethods } from './path-methods.ts';
import type { HttpPorts } from './ports.ts';
import { problemOf, problemType, toProblem, type Problem } from './problem.ts';
import { addAnnouncementRoutes } from './routes/announcement-routes.ts';
import { addControlRoutes } from './routes/control-routes.ts';
import { addDirectoryRoutes } from './routes/directory-routes.ts';
import { addEventRoutes, eventsPath } from './routes/event-routes.ts';
import { addLedgerRoutes } from './routes/ledger-routes.ts';
import { addOperationRoutes } from './routes/operation-routes.ts';
import { addRecordingRoutes } from './routes/recording-routes.ts';
import { addSimulateRoutes } from './routes/simulate-routes.ts';
import { addStateRoutes } from './routes/state-routes.ts';
import { securityHeaders } from './security-headers.ts';

export interface HttpOptions {
  /** `127.0.0.1:8080`; any other than a loopback address is refused at start. Port 0 takes a free one. */
  readonly listen: string;
  /** Without it whoever may ask at all may read the metrics. */
  readonly metricsToken?: string;
  /** What whoever changes something must show. Without it nothing can be changed. */
  readonly controlToken?: string;
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
/** A name of a hundred letters as it stands in an address. */
const longestParameter = 1200;
const pageDirectory = fileURLToPath(new URL('../web/live/', import.meta.url));

export function createHttpServer(ports: HttpPorts, options: HttpOptions, logger: Logger): HttpServer {
  const feed = createLiveFeed(ports, Date.now());
  const outboxes = new Set<Outbox>();
  const routes: string[] = [];
  const paths = createPathMethods();
  const app = createApp(logger, paths, options.controlToken);
  app.addHook('onRoute', ({ method, url }) => {
    for (const name of [method].flat()) {
      paths.add(name, url);
      if (name !== 'HEAD') routes.push(`${name} ${url}`);
    }
  });
  void app.register(fastifyWebsocket, { options: { maxPayload: longestFrameBytes } });
  void app.register((scope, _options, done) => {
    addOperationRoutes(scope, ports, options.metricsToken);
    addStateRoutes(scope, ports);
    addRecordingRoutes(scope, ports);
    addLedgerRoutes(scope, ports);
    addDirectoryRoutes(scope, ports);
    addControlRoutes(scope, ports);
    addSimulateRoutes(scope, ports);
    addAnnouncementRoutes(scope, ports);
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
function createApp(logger: Logger, paths: PathMethods, controlToken: string | undefined): FastifyInstance {
  const app = fastify({
    logger: false,
    forceCloseConnections: true,
    bodyLimit: 1024,
    routerOptions: { maxParamLength: longestParameter },
    ajv: { customOptions: { removeAdditional: false } },
    frameworkErrors: (error, _request, reply) => sendProblem(reply, problemOf(error)),
    clientErrorHandler: (_error, socket) => refuseRaw(socket),
  });
  // Bodies are JSON; a form of another site cannot send that without asking first.
  app.removeContentTypeParser('text/plain');
  app.addHook('onRequest', (request, reply, done) => {
    void reply.headers(securityHeaders);
    const { method, headers, is404, url } = request;
    const otherMethods = is404 ? paths.of(url.replace(/\?.*$/, '')).filter((name) => name !== method) : [];
    const refusal = decideRefusal({ method, headers, otherMethods }, controlToken);
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
  if (typeof problem['allow'] === 'string') void reply.header('allow', problem['allow']);
  if (problem.status === 401) void reply.header('www-authenticate', 'Bearer');
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
