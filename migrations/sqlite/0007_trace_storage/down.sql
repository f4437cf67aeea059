DROP TABLE sessions;
DROP INDEX traces_of_user;
DROP INDEX observations_by_start;
DROP INDEX observations_by_id;
ALTER TABLE packs DROP COLUMN directory;
ALTER TABLE packs DROP COLUMN scope;
ALTER TABLE traces DROP COLUMN llm_count;
ALTER TABLE observations DROP COLUMN price;
