-- What comes after an answer opens an exception of its own, and two steps done too fast are two: the rows were one for each trace
-- and kind, and those without a trace one for each order, so that the second was in the ledger and on no page.
DROP INDEX exceptions_once;
CREATE INDEX exceptions_by_trace ON exceptions (project, order_id, trace_id, kind);
