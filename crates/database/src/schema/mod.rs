//! The tables, written by hand once for both databases, one file per area.
//!
//! A test compares the column lists of both databases with these.

#![expect(
    missing_docs,
    reason = "columns are described by the migrations; the macro makes a public struct of each"
)]

mod alert_tables;
mod asset_tables;
mod audit;
mod budget_tables;
mod file_tables;
mod gateway;
mod job_tables;
mod knowledge;
mod ledger;
mod maintenance;
mod media_tables;
mod metrics;
mod notice_tables;
mod people;
mod prices;
mod privacy;
mod search;
mod trace_tables;
mod wide;
mod work_orders;

pub use alert_tables::*;
pub use asset_tables::*;
pub use audit::*;
pub use budget_tables::*;
pub use file_tables::*;
pub use gateway::*;
pub use job_tables::*;
pub use knowledge::*;
pub use ledger::*;
pub use maintenance::*;
pub use media_tables::*;
pub use metrics::*;
pub use notice_tables::*;
pub use people::*;
pub use prices::*;
pub use privacy::*;
pub use search::*;
pub use trace_tables::*;
pub use work_orders::*;
