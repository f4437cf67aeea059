DROP TABLE scores;
DROP TABLE revisions;
DROP TABLE arrivals;
DROP TABLE receipts;
DROP TABLE packs;
DROP TABLE traces;
DROP TABLE observations;
