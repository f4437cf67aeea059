//! What the fleet is measured by, as sums that follow the rows of traces in the very transaction of whatever arrives.
//!
//! What one trace comes to is a pure function of its rows ([`contribute`]). Whoever writes rows of a trace adds what it comes to
//! now less what it came to before, as rows that are only ever inserted; every ten seconds those are added up by steps of time
//! ([`refresh`]), and readers add both. So a figure depends on what is stored and on nothing else, and no writer waits for
//! another. `docs/decisions/series.md` has the definitions.

mod block;
mod buckets;
pub mod contribute;
mod figures;
mod kept;
mod model;
mod reads;
mod refresh;
mod steps;
mod store;

pub use block::{Block, Wanted};
pub use buckets::Buckets;
pub use model::{Contributions, MOST_PARTS, Metric, NOBODY, Series, Sum};
pub(crate) use model::{add_all, difference};
pub use reads::{blocks, in_time, totals};
pub use refresh::refresh;
pub use steps::Step;
pub(crate) use store::{Stored, add, anew, stored, take_away};
