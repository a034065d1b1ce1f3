/** What must be recorded, what was, and why: the ledger, the trace of one call, and what is wrong. */

import type { FastifyInstance } from 'fastify';
import { ledgerQuerySchema, reconciliationQuerySchema } from '../ledger-query-schema.ts';
import type { HttpPorts, LedgerQuery } from '../ports.ts';
import { ProblemError } from '../problem.ts';

interface Range {
  readonly from?: string;
  readonly to?: string;
}
type QueryStrings = Omit<LedgerQuery, 'from' | 'to'> & Range;

export function addLedgerRoutes(app: FastifyInstance, { ledger }: Pick<HttpPorts, 'ledger'>): void {
  app.get<{ Querystring: QueryStrings }>(
    '/api/v1/ledger',
    { schema: { querystring: ledgerQuerySchema } },
    ({ query: { from, to, ...rest } }) => {
      const page = ledger.list({ ...rest, ...toTimes({ from, to }) });
      if (!page) throw new ProblemError(400, 'The cursor is none that this server gave.');
      return page;
    },
  );

  app.get<{ Params: { readonly callid: string } }>('/api/v1/ledger/:callid', ({ params }) => {
    const trace = ledger.trace(params.callid);
    if (!trace) throw new ProblemError(404, 'The call is not in the ledger.');
    return trace;
  });

  app.get<{ Params: { readonly id: string } }>('/api/v1/recordings/:id/trace', ({ params }) => {
    const trace = ledger.traceOfRecording(params.id);
    if (!trace) throw new ProblemError(404, 'There is no such recording, or its call is not in the ledger.');
    return trace;
  });

  app.get<{ Querystring: Range }>(
    '/api/v1/reconciliation',
    { schema: { querystring: reconciliationQuerySchema } },
    ({ query }) => ledger.reconciliation(toTimes(query)),
  );
}

function toTimes({
  from,
  to,
}: { readonly [Key in keyof Range]: Range[Key] | undefined }): Pick<LedgerQuery, 'from' | 'to'> {
  return {
    ...(from === undefined ? {} : { from: Date.parse(from) }),
    ...(to === undefined ? {} : { to: Date.parse(to) }),
  };
}
