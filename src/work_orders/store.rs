//! Rows of the tables `orders` and `order_numbers`.

use chrono::Datelike as _;
use diesel::prelude::*;

use crate::assets::model::key_of;
use crate::db::schema::{order_numbers, orders};
use crate::db::{AnyConnection, Tx, each, locks};
use crate::foundation::{ActorKind, Asker, Digest, Error, Failure, ProjectKey, Result, Tie, Timestamp};

use super::model::{HoldCode, Order, OrderNumber, Priority, Status};

/// One order as lists show it.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = orders, treat_none_as_null = true)]
#[diesel(check_for_backend(diesel::sqlite::Sqlite, diesel::pg::Pg))]
pub struct OrderRow {
    pub project: ProjectKey,
    /// Opaque id; the id of the stream.
    pub order_id: String,
    /// `WO-2026-001`, unique per project.
    pub number: String,
    pub title: String,
    /// The type as written.
    pub order_type: String,
    priority: String,
    status: String,
    pub assignee_account: Option<String>,
    /// The assignee's printed name; empty when nobody is assigned.
    pub assignee_name: String,
    /// `USR-001`, when known.
    pub assignee_code: String,
    pub asset_name: String,
    pub asset_tag: String,
    /// The account that wrote or imported it.
    pub owner: Option<String>,
    pub due_at: Option<Timestamp>,
    /// When it was created, as far as its source tells.
    pub created_at: Timestamp,
    /// When its last event happened.
    pub updated_at: Timestamp,
    /// Steps done, flagged or not applicable; never failed ones.
    pub steps_done: i64,
    pub steps: i64,
    pub items_done: i64,
    pub items: i64,
    /// What was odd at its import.
    pub findings: i64,
    /// The version of its stream.
    pub version: i64,
    source: Option<Vec<u8>>,
    search: String,
    pub steps_failed: i64,
    pub steps_flagged: i64,
    /// Items that were not ticked in steps that failed.
    pub items_failed: i64,
    /// When it is due, while it can still be late.
    open_until: Option<Timestamp>,
    /// Changes of the plan since it was approved, while its work is not done.
    pub plan_changes: i64,
    /// What it waits for, as stored; empty where it is not on hold.
    hold_code: String,
    /// What was said about that.
    pub hold_reason: String,
    /// The tag of its asset in small letters, as an asset's code is looked for.
    asset_key: String,
    /// The id of the procedure that it was made from; none where it was made from a draft of one.
    pub procedure_id: Option<String>,
    pub procedure_version: Option<i64>,
    /// The agent whose claim stands, live or stale.
    pub claimed_by: Option<String>,
    /// The end of its lease.
    pub claimed_until: Option<Timestamp>,
    /// The person who answers for the agent that works on it, or did last.
    pub accountable: Option<String>,
    /// Questions that wait for an answer.
    pub open_questions: i64,
    /// A person or an agent, as stored; empty where no account has it.
    assignee_kind: String,
}

/// How far an order is, by items; by steps where it has none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    pub done: i64,
    pub failed: i64,
    pub total: i64,
    /// `items` or `steps`.
    pub what: &'static str,
}

impl Progress {
    /// Of a folded order.
    pub fn of(order: &Order) -> Self {
        let ((items_done, items), (steps_done, steps)) = (order.item_progress(), order.step_progress());
        let of_items = (count(items_done), count(order.items_failed()), count(items));
        Self::by(of_items, (count(steps_done), count(order.step_trouble().0), count(steps)))
    }

    fn by(items: (i64, i64, i64), steps: (i64, i64, i64)) -> Self {
        let ((done, failed, total), what) = if items.2 > 0 { (items, "items") } else { (steps, "steps") };
        Self { done, failed, total, what }
    }
}

impl OrderRow {
    /// The row for a folded order, at a version and time of its stream.
    pub(super) fn of(
        project: ProjectKey,
        order: &Order,
        version: i64,
        first: Timestamp,
        last: Timestamp,
    ) -> Self {
        let assignee = order.assignee.clone().unwrap_or_default();
        let asset = order.asset.clone().unwrap_or_default();
        let (steps_done, steps) = order.step_progress();
        let (items_done, items) = order.item_progress();
        let (failed, flagged) = order.step_trouble();
        let due_at = order.due.as_ref().and_then(super::model::When::until);
        let hold = order.hold.as_ref().filter(|_| order.status == Status::OnHold);
        let made_from = order.made_from.as_ref().filter(|from| !from.of_draft);
        let claim = order.delegation.standing();
        let assignee_kind = assignee.kind.map_or("", ActorKind::as_str);
        Self {
            project,
            order_id: order.id.clone(),
            number: order.number.to_string(),
            title: order.title.clone(),
            order_type: order.order_type.clone(),
            priority: order.priority.as_str().to_owned(),
            status: order.status.as_str().to_owned(),
            search: search_text(order),
            assignee_account: assignee.account,
            assignee_name: assignee.name,
            assignee_code: assignee.code,
            asset_key: key_of(&asset.tag),
            asset_name: asset.name,
            asset_tag: asset.tag,
            owner: order.author().map(|author| author.id.clone()),
            due_at,
            created_at: order.created.from.unwrap_or(first),
            updated_at: last,
            steps_done: count(steps_done),
            steps: count(steps),
            items_done: count(items_done),
            items: count(items),
            findings: count(order.findings.len()),
            version,
            source: order.imported.as_ref().map(|imported| imported.source.0.to_vec()),
            steps_failed: count(failed),
            steps_flagged: count(flagged),
            items_failed: count(order.items_failed()),
            plan_changes: if order.status.is_approved() {
                count(order.changed_since_approval.len())
            } else {
                0
            },
            procedure_id: made_from.map(|from| from.procedure.clone()),
            procedure_version: made_from.map(|from| i64::from(from.version)),
            open_until: due_at.filter(|_| !order.status.is_done() && !order.status.is_final()),
            hold_code: hold.map(|hold| hold.code.as_str().to_owned()).unwrap_or_default(),
            hold_reason: hold.map(|hold| hold.reason.clone()).unwrap_or_default(),
            claimed_by: claim.map(|claim| claim.agent.id.clone()),
            claimed_until: claim.map(|claim| claim.until),
            accountable: order.delegation.accountable().map(|who| who.id.clone()),
            open_questions: count(order.delegation.open_questions().count()),
            assignee_kind: assignee_kind.to_owned(),
        }
    }

    /// How far it is.
    pub fn progress(&self) -> Progress {
        let items = (self.items_done, self.items_failed, self.items);
        Progress::by(items, (self.steps_done, self.steps_failed, self.steps))
    }

    /// The printed name of whoever has it; an agent says that it is one. Empty where nobody has it.
    pub fn assignee(&self) -> String {
        ActorKind::from_stored(&self.assignee_kind).marked(&self.assignee_name)
    }

    /// Where it stands.
    pub fn status(&self) -> Status {
        Status::read(&self.status).unwrap_or_default()
    }

    /// How urgent it is.
    pub fn priority(&self) -> Priority {
        Priority::read(&self.priority).unwrap_or_default()
    }

    /// What it waits for, where it is on hold.
    pub fn hold(&self) -> Option<HoldCode> {
        HoldCode::read(&self.hold_code)
    }

    /// SHA-256 of the file it came from.
    pub fn source(&self) -> Option<Digest> {
        Digest::from_slice(self.source.as_deref()?)
    }

    /// When it is due, while it can still be late.
    pub fn open_until(&self) -> Option<Timestamp> {
        self.open_until
    }

    /// Whether it is open and past its due time.
    pub fn is_overdue(&self, now: Timestamp) -> bool {
        self.open_until.is_some_and(|due| due < now)
    }

    /// Whether it is theirs to do: given to them, or claimed by the agent that asks for whoever has it.
    pub fn is_mine(&self, asker: &Asker) -> bool {
        self.tie(asker).is_assignee
    }

    /// What an account is to it: whoever wrote or imported it is its author, and an agent that has claimed it works on it for
    /// whoever has it.
    pub fn tie(&self, asker: &Asker) -> Tie {
        let is = |account: &Option<String>| account.as_deref() == Some(asker.id());
        Tie {
            is_author: is(&self.owner),
            is_assignee: is(&self.assignee_account) || is(&self.claimed_by),
            answers: is(&self.accountable),
            ..Tie::default()
        }
    }
}

fn search_text(order: &Order) -> String {
    let assignee = order.assignee.as_ref().map_or("", |it| it.name.as_str());
    let asset = order.asset.as_ref().map_or("", |it| it.name.as_str());
    let parts = [order.number.as_str(), &order.title, &order.order_type, assignee, asset];
    parts.join("\n").to_lowercase()
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// Puts the row in place of the one with its id. A number that another order holds is refused.
pub(super) fn put(conn: &mut AnyConnection, row: &OrderRow) -> Result<()> {
    let put = each!(conn, |c| diesel::insert_into(orders::table)
        .values(row)
        .on_conflict((orders::project, orders::order_id))
        .do_update()
        .set(row)
        .execute(c));
    put.map(drop).map_err(|cause| match Error::from(cause) {
        held if matches!(held.failure(), Some(Failure::Unique(_))) => {
            Error::refused(format!("{} exists already; a number is never used twice.", row.number))
        }
        other => other,
    })
}

/// Orders behind a place whose rows an older version wrote ([`super::renew`]).
pub(super) fn of_older_versions(
    conn: &mut AnyConnection,
    after: Option<(ProjectKey, String)>,
    limit: i64,
) -> Result<Vec<(ProjectKey, String)>> {
    let (project, order) = after.unwrap_or((ProjectKey(i64::MIN), String::new()));
    let behind = orders::project.gt(project).or(orders::project.eq(project).and(orders::order_id.gt(order)));
    Ok(orders::table
        .filter(orders::version.eq(0))
        .filter(behind)
        .order((orders::project.asc(), orders::order_id.asc()))
        .limit(limit)
        .select((orders::project, orders::order_id))
        .load(conn)?)
}

/// The turn of those who give out numbers.
pub(super) const NUMBERS: &str = "numbers";

/// Makes writers about the same order take turns until the transaction ends.
pub(super) fn take_turn(tx: &mut Tx<'_>, project: ProjectKey, what: &str) -> Result<()> {
    locks::take_turn(tx, locks::order_turn(project, what))
}

/// The same about several orders; whoever takes several takes them in one order.
pub(super) fn take_turns(tx: &mut Tx<'_>, project: ProjectKey, what: &[&str]) -> Result<()> {
    locks::take_turns(tx.conn, what.iter().map(|one| locks::order_turn(project, one)).collect())
}

/// The year of a moment, for numbers.
pub(super) fn year_of(at: Timestamp) -> u16 {
    u16::try_from(at.to_chrono().year()).unwrap_or_default()
}

/// The next number of a year's sequence; it is given out when the transaction is stored, and not otherwise. One that a file
/// brought along is passed over.
pub(super) fn next_number(conn: &mut AnyConnection, project: ProjectKey, year: u16) -> Result<OrderNumber> {
    loop {
        raise(conn, project, i64::from(year), None)?;
        let last: i64 = order_numbers::table
            .filter(order_numbers::project.eq(project))
            .filter(order_numbers::year.eq(i64::from(year)))
            .select(order_numbers::last)
            .first(conn)?;
        let number = OrderNumber::new(year, u32::try_from(last).map_err(Error::internal)?);
        if super::reads::find(conn, project, number.as_str())?.is_none() {
            return Ok(number);
        }
    }
}

/// Notes that a number of the sequence is in use.
pub(super) fn note_number(conn: &mut AnyConnection, project: ProjectKey, number: &OrderNumber) -> Result<()> {
    match (number.year(), number.sequence()) {
        (Some(year), Some(sequence)) => raise(conn, project, i64::from(year), Some(i64::from(sequence))),
        _ => Ok(()),
    }
}

/// Raises the year's last number to at least `to`, or by one. The row is locked until the transaction ends.
fn raise(conn: &mut AnyConnection, project: ProjectKey, year: i64, to: Option<i64>) -> Result<()> {
    let of_year =
        order_numbers::table.filter(order_numbers::project.eq(project)).filter(order_numbers::year.eq(year));
    let start =
        (order_numbers::project.eq(project), order_numbers::year.eq(year), order_numbers::last.eq(0_i64));
    each!(&mut *conn, |c| diesel::insert_into(order_numbers::table)
        .values(start)
        .on_conflict_do_nothing()
        .execute(c)?);
    match to {
        Some(to) => diesel::update(of_year.filter(order_numbers::last.lt(to)))
            .set(order_numbers::last.eq(to))
            .execute(conn)?,
        None => diesel::update(of_year).set(order_numbers::last.eq(order_numbers::last + 1)).execute(conn)?,
    };
    Ok(())
}
