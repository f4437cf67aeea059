-- A notice can be about a schedule.
ALTER TABLE notices DROP CONSTRAINT notices_about_kind_check;
ALTER TABLE notices ADD CONSTRAINT notices_about_kind_check CHECK (about_kind IN ('work_order', 'procedure', 'asset', 'schedule'));
