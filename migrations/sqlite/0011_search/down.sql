DROP INDEX IF EXISTS scores_of_session;
DROP INDEX traces_failed;
DROP INDEX events_receipts;
DROP TABLE search_erased;
DROP TABLE saved_filters;
