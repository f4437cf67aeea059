//! Metrics: counts, sums, percentiles of traces, observations and scores, by dimension and time.
//!
//! Everything is computed from the rows over a bounded time range, by their indexes; nothing is kept beside them, so
//! the numbers are always those of the rows. Sums and counts are grouped by the database. Percentiles and histograms
//! are worked out here, over at most [`reads::MOST_ROWS`] rows: a query over more is refused with a word on what to do.

pub mod api;
pub mod fields;
pub mod query;
pub mod reads;
pub mod shape;
pub mod sql;
