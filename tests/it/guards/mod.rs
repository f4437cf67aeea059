//! Every guard of the life cycle, refusing through the ordinary actions: what it asks for was made true by real use.

mod closing;
mod ending;
mod planning;
mod policy;
pub mod stage;
mod units;
mod verifying;
mod writers;

pub use stage::send;
use stage::*;
