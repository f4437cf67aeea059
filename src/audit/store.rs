//! Rows of audit.

use std::collections::HashMap;

use diesel::prelude::*;

use crate::db::schema::{claims, links, pins, traces, verdicts};
use crate::db::{AnyConnection, each};
use crate::foundation::{ActorKind, Error, ProjectKey, Result, Timestamp};

/// A row of `links`.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = links, treat_none_as_default_value = false)]
#[diesel(check_for_backend(diesel::sqlite::Sqlite, diesel::pg::Pg))]
#[expect(missing_docs, reason = "columns are described by the migration")]
pub struct LinkRow {
    pub project: ProjectKey,
    pub link_id: String,
    pub order_id: String,
    pub target_kind: String,
    pub target_id: String,
    pub trace_id: String,
    pub observation_id: String,
    pub how: String,
    pub matched: String,
    pub by_id: String,
    pub by_kind: String,
    pub by_name: String,
    pub at: Timestamp,
    pub event_id: String,
    pub removed_at: Option<Timestamp>,
}

/// A row of `pins`.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = pins, treat_none_as_default_value = false)]
#[diesel(check_for_backend(diesel::sqlite::Sqlite, diesel::pg::Pg))]
#[expect(missing_docs, reason = "columns are described by the migration")]
pub struct PinRow {
    pub project: ProjectKey,
    pub order_id: String,
    pub trace_id: String,
    pub observation_id: String,
    pub revision: Vec<u8>,
    pub pinned_at: Timestamp,
    pub event_id: String,
}

/// A row of `claims`.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = claims, treat_none_as_default_value = false)]
#[diesel(check_for_backend(diesel::sqlite::Sqlite, diesel::pg::Pg))]
#[expect(missing_docs, reason = "columns are described by the migration")]
pub struct ClaimRow {
    pub project: ProjectKey,
    pub claim_id: String,
    pub order_id: String,
    pub target_kind: String,
    pub target_id: String,
    pub position: i32,
    pub place: String,
    pub statement: String,
    pub context: String,
    pub materiality: i32,
    pub author_id: String,
    pub author_kind: String,
    pub author_name: String,
    pub made_at: Option<Timestamp>,
    pub unattested: bool,
    pub withdrawn_at: Option<Timestamp>,
    pub standing: String,
    pub unclaimed: bool,
    pub step_id: String,
    pub has_file: bool,
    pub has_link: bool,
}

/// A row of `verdicts`.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = verdicts, treat_none_as_default_value = false)]
#[diesel(check_for_backend(diesel::sqlite::Sqlite, diesel::pg::Pg))]
#[expect(missing_docs, reason = "columns are described by the migration")]
pub struct VerdictRow {
    pub project: ProjectKey,
    pub verdict_id: String,
    pub claim_id: String,
    pub order_id: String,
    pub outcome: String,
    pub relation: String,
    pub judge_id: String,
    pub judge_name: String,
    pub at: Timestamp,
    pub event_id: String,
    pub superseded_by: Option<String>,
    pub record: String,
}

impl LinkRow {
    /// Whether somebody made it, and not a rule as the trace came in.
    pub fn is_by_hand(&self) -> bool {
        self.how == "hand"
    }

    /// Whether it joined by itself: what it is about was recorded by a call under the trace.
    pub fn is_under_trace(&self) -> bool {
        self.how == "traceparent"
    }
}

pub(super) fn insert_links(conn: &mut AnyConnection, rows: &[LinkRow]) -> Result<()> {
    each!(conn, |c| diesel::insert_into(links::table).values(rows).execute(c))?;
    Ok(())
}

pub(super) fn remove_link(
    conn: &mut AnyConnection,
    project: ProjectKey,
    link: &str,
    at: Timestamp,
) -> Result<()> {
    let row = links::table.filter(links::project.eq(project)).filter(links::link_id.eq(link));
    diesel::update(row).set(links::removed_at.eq(Some(at))).execute(conn)?;
    Ok(())
}

/// Links of an order that still stand, oldest first.
pub(super) fn links_of(
    conn: &mut AnyConnection,
    project: ProjectKey,
    order_id: &str,
) -> Result<Vec<LinkRow>> {
    Ok(links::table
        .filter(links::project.eq(project))
        .filter(links::order_id.eq(order_id))
        .filter(links::removed_at.is_null())
        .order((links::at.asc(), links::link_id.asc()))
        .select(LinkRow::as_select())
        .load(conn)?)
}

/// Every link an order ever had, oldest first.
pub(super) fn all_links_of(
    conn: &mut AnyConnection,
    project: ProjectKey,
    order_id: &str,
) -> Result<Vec<LinkRow>> {
    Ok(links::table
        .filter(links::project.eq(project))
        .filter(links::order_id.eq(order_id))
        .order((links::at.asc(), links::link_id.asc()))
        .select(LinkRow::as_select())
        .load(conn)?)
}

type Backend = <AnyConnection as Connection>::Backend;

/// Links that name a trace, whatever the order.
pub(super) fn links_to(
    conn: &mut AnyConnection,
    project: ProjectKey,
    trace_id: &str,
) -> Result<Vec<LinkRow>> {
    Ok(links::table
        .filter(links::project.eq(project))
        .filter(links::trace_id.eq(trace_id))
        .filter(links::removed_at.is_null())
        .order((links::at.asc(), links::link_id.asc()))
        .select(LinkRow::as_select())
        .load(conn)?)
}

/// Those of these traces that a standing link names.
pub(super) fn linked_among(
    conn: &mut AnyConnection,
    project: ProjectKey,
    traces: &[String],
) -> Result<Vec<String>> {
    let mut linked = Vec::new();
    for chunk in traces.chunks(128) {
        let found: Vec<String> = each!(conn, |c| links::table
            .filter(links::project.eq(project))
            .filter(links::trace_id.eq_any(chunk))
            .filter(links::removed_at.is_null())
            .select(links::trace_id)
            .distinct()
            .load(c))?;
        linked.extend(found);
    }
    Ok(linked)
}

/// Links that name one of some traces, whatever the order; those that were taken away too.
pub(super) fn links_ever_to_any(
    conn: &mut AnyConnection,
    project: ProjectKey,
    trace_ids: &[&str],
) -> Result<Vec<LinkRow>> {
    Ok(crate::db::each!(conn, |c| links::table
        .filter(links::project.eq(project))
        .filter(links::trace_id.eq_any(trace_ids.iter().copied()))
        .order((links::at.asc(), links::link_id.asc()))
        .select(LinkRow::as_select())
        .load(c))?)
}

pub(super) fn link(conn: &mut AnyConnection, project: ProjectKey, link: &str) -> Result<Option<LinkRow>> {
    Ok(links::table
        .filter(links::project.eq(project))
        .filter(links::link_id.eq(link))
        .select(LinkRow::as_select())
        .first(conn)
        .optional()?)
}

/// A repeated pin of the same revision is the same pin.
pub(super) fn insert_pins(conn: &mut AnyConnection, rows: &[PinRow]) -> Result<()> {
    each!(conn, |c| { diesel::insert_into(pins::table).values(rows).on_conflict_do_nothing().execute(c) })?;
    Ok(())
}

pub(super) fn pins_of(conn: &mut AnyConnection, project: ProjectKey, order_id: &str) -> Result<Vec<PinRow>> {
    Ok(pins::table
        .filter(pins::project.eq(project))
        .filter(pins::order_id.eq(order_id))
        .order((pins::trace_id.asc(), pins::observation_id.asc(), pins::pinned_at.asc()))
        .select(PinRow::as_select())
        .load(conn)?)
}

/// Stated claims stand after those of the order; from this position on.
pub(super) const STATED: i32 = 1_000_000;

/// Rows in one statement; both databases take the bound values of so many.
const AT_ONCE: usize = 128;

impl ClaimRow {
    /// Whether somebody stated it, instead of ticking something of the order.
    pub fn is_stated(&self) -> bool {
        self.position >= STATED
    }

    /// Its author's name as it is printed: an agent says that it is one.
    pub fn author(&self) -> String {
        ActorKind::from_stored(&self.author_kind).marked(&self.author_name)
    }
}

/// The stated claims of an order, oldest first.
pub(super) fn stated_of(
    conn: &mut AnyConnection,
    project: ProjectKey,
    order_id: &str,
) -> Result<Vec<ClaimRow>> {
    Ok(claims::table
        .filter(claims::project.eq(project))
        .filter(claims::order_id.eq(order_id))
        .filter(claims::position.ge(STATED))
        .order(claims::position.asc())
        .select(ClaimRow::as_select())
        .load(conn)?)
}

pub(super) fn insert_claim(conn: &mut AnyConnection, row: &ClaimRow) -> Result<()> {
    diesel::insert_into(claims::table).values(row).execute(conn)?;
    Ok(())
}

/// A stated claim by its id.
pub(super) fn stated(conn: &mut AnyConnection, project: ProjectKey, claim_id: &str) -> Result<ClaimRow> {
    let row = claim(conn, project, claim_id)?.filter(ClaimRow::is_stated);
    row.ok_or_else(|| Error::not_found("a stated claim with this id"))
}

pub(super) fn set_materiality(
    conn: &mut AnyConnection,
    project: ProjectKey,
    claim_id: &str,
    k: u32,
) -> Result<()> {
    let row = claims::table.filter(claims::project.eq(project)).filter(claims::claim_id.eq(claim_id));
    let k = i32::try_from(k).map_err(Error::internal)?;
    diesel::update(row).set(claims::materiality.eq(k)).execute(conn)?;
    Ok(())
}

pub(super) fn withdraw_claim(
    conn: &mut AnyConnection,
    project: ProjectKey,
    claim_id: &str,
    at: Timestamp,
) -> Result<()> {
    let row = claims::table.filter(claims::project.eq(project)).filter(claims::claim_id.eq(claim_id));
    diesel::update(row).set(claims::withdrawn_at.eq(Some(at))).execute(conn)?;
    Ok(())
}

/// Pins of some observations of a trace, whatever the order.
pub(super) fn pins_on(
    conn: &mut AnyConnection,
    project: ProjectKey,
    trace_id: &str,
    observations: &[&str],
) -> Result<Vec<PinRow>> {
    Ok(each!(conn, |c| pins::table
        .filter(pins::project.eq(project))
        .filter(pins::trace_id.eq(trace_id))
        .filter(pins::observation_id.eq_any(observations.iter().copied()))
        .order((pins::pinned_at.asc(), pins::order_id.asc()))
        .select(PinRow::as_select())
        .load(c))?)
}

/// Makes the claims of an order these, and leaves those alone that are so already: a tick changes one of them. What was
/// stated beside the order stays.
pub(super) fn replace_claims(
    conn: &mut AnyConnection,
    project: ProjectKey,
    order_id: &str,
    rows: &[ClaimRow],
) -> Result<()> {
    let mut old = claims_of(conn, project, order_id)?;
    old.retain(|row| row.position < STATED);
    let (before, after) = (by_id(&old), by_id(rows));
    let is_same = |row: &&ClaimRow| before.get(row.claim_id.as_str()) == after.get(row.claim_id.as_str());
    let gone: Vec<&str> = old.iter().filter(|row| !is_same(row)).map(|row| row.claim_id.as_str()).collect();
    for some in gone.chunks(AT_ONCE) {
        let named = claims::table.filter(claims::project.eq(project)).filter(claims::claim_id.eq_any(some));
        diesel::delete(named.filter(claims::order_id.eq(order_id))).execute(conn)?;
    }
    let new: Vec<&ClaimRow> = rows.iter().filter(|row| !is_same(row)).collect();
    for some in new.chunks(AT_ONCE) {
        each!(conn, |c| diesel::insert_into(claims::table).values(some.to_vec()).execute(c))?;
    }
    Ok(())
}

fn by_id(rows: &[ClaimRow]) -> HashMap<&str, &ClaimRow> {
    rows.iter().map(|row| (row.claim_id.as_str(), row)).collect()
}

pub(super) fn claims_of(
    conn: &mut AnyConnection,
    project: ProjectKey,
    order_id: &str,
) -> Result<Vec<ClaimRow>> {
    Ok(claims::table
        .filter(claims::project.eq(project))
        .filter(claims::order_id.eq(order_id))
        .order(claims::position.asc())
        .select(ClaimRow::as_select())
        .load(conn)?)
}

pub(super) fn claim(
    conn: &mut AnyConnection,
    project: ProjectKey,
    claim_id: &str,
) -> Result<Option<ClaimRow>> {
    Ok(claims::table
        .filter(claims::project.eq(project))
        .filter(claims::claim_id.eq(claim_id))
        .select(ClaimRow::as_select())
        .first(conn)
        .optional()?)
}

/// The newest claims of a project, or of these orders of it, that nobody took back, with when they were made.
pub(super) fn newest_claims(
    conn: &mut AnyConnection,
    project: ProjectKey,
    orders: Option<Vec<String>>,
    limit: i64,
) -> Result<Vec<ClaimRow>> {
    let standing = claims::table.filter(claims::project.eq(project)).filter(claims::withdrawn_at.is_null());
    let mut query = standing.filter(claims::made_at.is_not_null()).into_boxed::<Backend>();
    if let Some(orders) = orders {
        query = query.filter(claims::order_id.eq_any(orders));
    }
    let newest = (claims::made_at.desc(), claims::claim_id.desc());
    Ok(query.order(newest).limit(limit).select(ClaimRow::as_select()).load(conn)?)
}

pub(super) fn set_standing(
    conn: &mut AnyConnection,
    project: ProjectKey,
    claim_id: &str,
    word: &str,
) -> Result<()> {
    let row = claims::table.filter(claims::project.eq(project)).filter(claims::claim_id.eq(claim_id));
    diesel::update(row).set(claims::standing.eq(word)).execute(conn)?;
    Ok(())
}

pub(super) fn insert_verdict(conn: &mut AnyConnection, row: &VerdictRow) -> Result<()> {
    diesel::insert_into(verdicts::table).values(row).execute(conn)?;
    Ok(())
}

pub(super) fn supersede(conn: &mut AnyConnection, project: ProjectKey, old: &str, new: &str) -> Result<()> {
    let row = verdicts::table.filter(verdicts::project.eq(project)).filter(verdicts::verdict_id.eq(old));
    diesel::update(row).set(verdicts::superseded_by.eq(Some(new))).execute(conn)?;
    Ok(())
}

/// Supported verdicts that stand, newest first; on one claim if one is named, and of these orders alone if any are.
pub(super) fn newest_supported(
    conn: &mut AnyConnection,
    project: ProjectKey,
    (claim_id, orders): (Option<&str>, Option<Vec<String>>),
    limit: i64,
) -> Result<Vec<VerdictRow>> {
    let mut query = verdicts::table
        .filter(verdicts::project.eq(project))
        .filter(verdicts::outcome.eq("supported"))
        .filter(verdicts::superseded_by.is_null())
        .into_boxed::<Backend>();
    if let Some(claim_id) = claim_id {
        query = query.filter(verdicts::claim_id.eq(claim_id.to_owned()));
    }
    if let Some(orders) = orders {
        query = query.filter(verdicts::order_id.eq_any(orders));
    }
    let newest = (verdicts::at.desc(), verdicts::verdict_id.desc());
    Ok(query.order(newest).limit(limit).select(VerdictRow::as_select()).load(conn)?)
}

/// All verdicts on one claim, oldest first.
pub(super) fn verdicts_on(
    conn: &mut AnyConnection,
    project: ProjectKey,
    claim_id: &str,
) -> Result<Vec<VerdictRow>> {
    Ok(verdicts::table
        .filter(verdicts::project.eq(project))
        .filter(verdicts::claim_id.eq(claim_id))
        .order((verdicts::at.asc(), verdicts::verdict_id.asc()))
        .select(VerdictRow::as_select())
        .load(conn)?)
}

/// All verdicts on the claims of an order, oldest first.
pub(super) fn verdicts_of(
    conn: &mut AnyConnection,
    project: ProjectKey,
    order_id: &str,
) -> Result<Vec<VerdictRow>> {
    Ok(verdicts::table
        .filter(verdicts::project.eq(project))
        .filter(verdicts::order_id.eq(order_id))
        .order((verdicts::at.asc(), verdicts::verdict_id.asc()))
        .select(VerdictRow::as_select())
        .load(conn)?)
}

pub(super) fn verdict(
    conn: &mut AnyConnection,
    project: ProjectKey,
    verdict_id: &str,
) -> Result<Option<VerdictRow>> {
    Ok(verdicts::table
        .filter(verdicts::project.eq(project))
        .filter(verdicts::verdict_id.eq(verdict_id))
        .select(VerdictRow::as_select())
        .first(conn)
        .optional()?)
}

/// (project, order, trace) of standing links older than `before` whose trace has no pin on that order, though it is there
/// and has been quiet since; what can never be pinned must not keep the others from their turn.
pub(super) fn unpinned_traces(
    conn: &mut AnyConnection,
    before: Timestamp,
    limit: i64,
) -> Result<Vec<(ProjectKey, String, String)>> {
    let pinned = diesel::dsl::exists(
        pins::table
            .filter(pins::project.eq(links::project))
            .filter(pins::order_id.eq(links::order_id))
            .filter(pins::trace_id.eq(links::trace_id)),
    );
    let is_settled = diesel::dsl::exists(
        traces::table
            .filter(traces::project.eq(links::project))
            .filter(traces::trace_id.eq(links::trace_id))
            .filter(traces::last_arrival_at.lt(before))
            .filter(traces::observation_count.gt(0)),
    );
    Ok(links::table
        .filter(links::removed_at.is_null())
        .filter(links::at.lt(before))
        .filter(diesel::dsl::not(pinned))
        .filter(is_settled)
        .select((links::project, links::order_id, links::trace_id))
        .distinct()
        .limit(limit)
        .load(conn)?)
}
