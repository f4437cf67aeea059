//! Rows of `order_milestones`.

use diesel::prelude::*;

use crate::db::schema::order_milestones;
use crate::db::{AnyConnection, each};
use crate::foundation::{ProjectKey, Result, Timestamp};

/// When what happened to one order, and what else figures count of it.
#[derive(Clone, Debug, PartialEq, Eq, Insertable, AsChangeset)]
#[diesel(table_name = order_milestones, treat_none_as_null = true)]
pub struct MilestoneRow {
    pub project: ProjectKey,
    pub order_id: String,
    /// The type as written.
    pub order_type: String,
    /// The class that its words fall into, as stored.
    pub type_class: String,
    /// The tag of its asset in small letters; empty for none.
    pub asset_key: String,
    /// The account that has it; empty for none.
    pub assignee: String,
    pub is_imported: bool,
    /// When it came to be here.
    pub made_at: Timestamp,
    /// The first moment that is too late.
    pub due_at: Option<Timestamp>,
    /// When its plan was first approved.
    pub approved_at: Option<Timestamp>,
    /// The completion that stands.
    pub completed_at: Option<Timestamp>,
    pub verified_at: Option<Timestamp>,
    pub closed_at: Option<Timestamp>,
    pub cancelled_at: Option<Timestamp>,
    /// How often it was taken up again after it had been completed.
    pub taken_up: i64,
    /// When the first order was opened for what this one left.
    pub followed_up_at: Option<Timestamp>,
    /// What was worked on it; an hour of one person that two entries name counts once.
    pub labour_seconds: i64,
    /// Entries of time that others replaced.
    pub time_corrected: i64,
    /// What its plan says that it takes.
    pub estimate_minutes: Option<i64>,
}

/// Puts the row in place of the one with its id.
pub(in crate::work_orders) fn put(conn: &mut AnyConnection, row: &MilestoneRow) -> Result<()> {
    each!(conn, |c| diesel::insert_into(order_milestones::table)
        .values(row)
        .on_conflict((order_milestones::project, order_milestones::order_id))
        .do_update()
        .set(row)
        .execute(c))?;
    Ok(())
}
