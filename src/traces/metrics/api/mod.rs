//! `GET /api/public/metrics`, `/v2/metrics` and `/metrics/daily`.

mod daily;
mod query;

pub use daily::daily;
pub use query::{v1, v2};
