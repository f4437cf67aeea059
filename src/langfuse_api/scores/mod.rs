//! Scores: `POST /api/public/scores`, reading them in three versions of the API, taking one away.

mod create;
mod delete;
mod list;
pub mod query;
pub mod sieve;
mod v3;
pub mod view;

pub use create::create;
pub use delete::delete;
pub use list::{list, show};
pub use v3::list as list_v3;
