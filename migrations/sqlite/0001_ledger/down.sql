DROP TABLE leases;
DROP TABLE checkpoints;
DROP TABLE tree_nodes;
DROP TABLE leaves;
DROP TABLE unsequenced;
DROP TABLE event_bodies;
DROP TABLE events;
DROP TABLE installation;
