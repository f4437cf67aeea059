DROP TABLE verdicts;
DROP TABLE claims;
DROP TABLE pins;
DROP TABLE links;
