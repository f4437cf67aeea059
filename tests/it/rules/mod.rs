//! The rules that a regulated auditor tests, one test each, named after the rule.

mod policies;
mod signatures;
