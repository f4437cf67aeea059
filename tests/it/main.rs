//! Integration tests, in one binary: every feature against both databases.

mod harness;
mod people;
mod work_orders;
