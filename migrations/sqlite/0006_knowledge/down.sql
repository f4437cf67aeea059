DROP TABLE atom_status;
DROP TABLE atom_sources;
DROP TABLE atoms;
