//! What is done about requests as such, whatever they ask for.

mod forget;
mod once;

pub use forget::forget_old;
pub use once::{Kept, keep, named, release};
