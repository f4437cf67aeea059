//! What people do with coverage: bring in what a provider says it billed.

mod bring;

pub use bring::{Brought, bring};
