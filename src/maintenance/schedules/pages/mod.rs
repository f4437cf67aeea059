//! Pages of schedules. GET reads, POST acts and answers 303; every page works without scripts.

pub(super) mod acts;
mod form;
pub(super) mod list;
pub(super) mod schedule;
pub(in crate::maintenance) mod views;
pub(super) mod write;

use chrono::{Datelike as _, NaiveDate};

use crate::db::AnyConnection;
use crate::foundation::{Error, ProjectKey, Result};
use crate::maintenance::schedules::reads::{self, ScheduleRow};

/// The row of the schedule of an address; one of another project is not found.
fn find(conn: &mut AnyConnection, project: ProjectKey, code: &str) -> Result<ScheduleRow> {
    reads::find(conn, project, code)?.ok_or_else(|| Error::not_found("this schedule"))
}

/// A day such as `2026-12-01`; none where the text is no such day.
fn day_of(text: &str) -> Option<NaiveDate> {
    let day = NaiveDate::parse_from_str(text.trim(), "%Y-%m-%d").ok();
    day.filter(|day| (1_970..=2_199).contains(&day.year()))
}
