//! Metrics: counts, sums, percentiles of traces, observations and scores, by dimension and time.
//!
//! What can be grouped by, filtered by and measured stands in the dictionary, `fields`.
//!
//! The numbers are always those of the rows over a bounded time range. Sums, means and counts by the usual dimensions are
//! read from sums by hour where those are right (`hours`), everything else from the rows, by their indexes. Percentiles
//! and histograms are worked out here, over at most [`reads::MOST_ROWS`] rows: a query over more is refused with a word on
//! what to do.

pub mod query;
pub mod reads;
pub mod shape;
pub mod sql;
pub mod view;
