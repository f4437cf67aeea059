DROP TABLE late_traces;
DROP TABLE body_uses;
DROP TABLE findings;
DROP TABLE exceptions;
DROP TABLE privacy_policies;
DROP TABLE erased_traces;
DROP TABLE erasures;
