//! What people do with the rules of a project: add one, take one back.

mod change_rules;

pub use change_rules::{RuleChange, change_rules};
