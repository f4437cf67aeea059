DROP TABLE pulls;
DROP TABLE langfuse_sources;
DROP TABLE schedules;
DROP TABLE jobs;
