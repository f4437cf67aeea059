DROP TABLE trace_senders;
DROP TABLE order_policies;
DROP TABLE account_ties;
