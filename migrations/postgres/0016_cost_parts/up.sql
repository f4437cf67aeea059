-- Costs stored before their parts were kept: a job of each project fills the parts in (`traces::prices`).
INSERT INTO jobs (id, project, kind, tier, payload, dedup_key, state, run_at, attempts, max_attempts, epoch, again, created_at)
SELECT 'cost-parts-' || project, project, 'prices.fill_parts', 3, 'null', 'once', 'waiting', 0, 0, 20, 0, 0,
    CAST(extract(epoch FROM now()) * 1000000 AS BIGINT)
FROM (SELECT DISTINCT project FROM observations WHERE cost_nanos IS NOT NULL AND input_nanos IS NULL) AS old;
