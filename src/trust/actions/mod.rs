//! What is written for the score: its policy.

mod ensure_policy;

pub use ensure_policy::ensure_policy;
