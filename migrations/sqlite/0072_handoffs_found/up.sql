-- Derived: what spans tell beside their names (handoffs and the like) is found without going through all of them.
CREATE INDEX observations_facts ON observations (project, start_at) WHERE fact IS NOT NULL;
