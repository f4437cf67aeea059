//! The rows of each figure, as one statement: `row_id` (an order, or a claim), `at` (the moment that puts it into a week), `hit` (1 above
//! the line, 0 below it alone) and `took` (microseconds, of figures of times).
//!
//! One text serves both databases. `order_milestones` is `m`, `claims` is `c`; a condition names the columns of an index of migration
//! 0054, so that a period is counted from the index. What only a file says of an order counts once somebody here has approved it.

use crate::db::sql::Sql;
use crate::figures::model::{DAY, Figure, GRACE, SETTLED};

use super::Question;

/// The number of a moment's week, which begins on Monday: 1 January 1970 was a Thursday.
fn week(moment: &str) -> String {
    format!("({moment} + {}) / {}", 3 * DAY, 7 * DAY)
}

/// The rows of a figure.
pub fn rows(figure: Figure, q: &Question) -> Sql {
    match figure {
        Figure::Late => late(q),
        Figure::PlannedWeek => planned(q),
        Figure::Preventive => preventive(q),
        Figure::ReportToClosed => times("m.closed_at", "m.closed_at - m.made_at", q),
        Figure::RepairTime => {
            let repairs = times("m.completed_at", "m.labour_seconds * 1000000", q);
            repairs.sql(" AND m.type_class = 'corrective' AND m.labour_seconds > 0")
        }
        Figure::FirstTime => first_time(q),
        Figure::ClaimsTrue => claims_true(q),
        Figure::TicksWithEvidence => ticks(q),
        Figure::DoneToVerified => times("m.verified_at", "m.verified_at - m.completed_at", q),
    }
}

/// Orders of the project that the question is about.
pub(super) fn orders(q: &Question) -> Sql {
    let narrowed = &q.narrowed;
    let mut of_project = Sql::new("m.project = ").whole(q.project.0);
    if let Some(order_type) = &narrowed.order_type {
        of_project = of_project.sql(" AND m.order_type = ").text(order_type);
    }
    if let Some(keys) = &narrowed.assets {
        of_project = of_project.sql(" AND ").then(Sql::one_of("m.asset_key", keys));
    }
    if let Some(accounts) = &narrowed.assignees {
        of_project = of_project.sql(" AND ").then(Sql::one_of("m.assignee", accounts));
    }
    of_project
}

/// A moment as a condition names it. A plus tells SQLite not to go through the period where some orders alone are asked about: whether
/// each is one of them stands in no index of moments, so it would look up every row one by one.
pub(super) fn moment(column: &str, q: &Question) -> String {
    if q.narrowed.is_all() { column.to_owned() } else { format!("+{column}") }
}

/// Within the period, by a moment.
pub(super) fn within(column: &str, q: &Question) -> Sql {
    // Verdicts are few, and always found by their moment.
    let moment = if column.starts_with("v.") { column.to_owned() } else { moment(column, q) };
    let from = Sql::new(format!(" AND {moment} >= ")).whole(q.start.0);
    from.sql(format!(" AND {moment} <= ")).whole(q.as_of.0)
}

/// Due within the period: a day counts until it ends, so what ends with the first moment of the period was due before it.
pub(super) fn due_within(q: &Question) -> Sql {
    let due = moment("m.due_at", q);
    let from = Sql::new(format!(" AND {due} > ")).whole(q.start.0);
    from.sql(format!(" AND {due} <= ")).whole(q.as_of.0.saturating_add(1))
}

/// Open at the end of the period.
pub(super) fn open(q: &Question) -> Sql {
    let made = Sql::new(format!(" AND {} <= ", moment("m.made_at", q))).whole(q.as_of.0);
    let not_done = made.sql(" AND (m.completed_at IS NULL OR m.completed_at > ").whole(q.as_of.0);
    not_done.sql(") AND (m.cancelled_at IS NULL OR m.cancelled_at > ").whole(q.as_of.0).sql(")")
}

/// Not an order of which only a file tells.
pub(super) const TAKEN_UP: &str = " AND NOT (m.is_imported AND m.approved_at IS NULL)";
/// An order of which only a file tells.
pub(super) const OF_A_FILE: &str = " AND m.is_imported AND m.approved_at IS NULL";
/// What keeps from failing, and what looks whether something does.
pub(super) const PREVENTIVE: &str = " AND m.type_class IN ('preventive', 'inspection')";

fn from_orders(at: &str, hit: Sql, took: &str, q: &Question) -> Sql {
    let select = Sql::new(format!("SELECT m.order_id AS row_id, {at} AS at, CAST(CASE WHEN ")).then(hit);
    let select = select.sql(format!(" THEN 1 ELSE 0 END AS BIGINT) AS hit, CAST({took} AS BIGINT) AS took"));
    select.sql(" FROM order_milestones m WHERE ").then(orders(q))
}

fn late(q: &Question) -> Sql {
    let is_late = Sql::new("m.due_at < ").whole(q.as_of.0);
    from_orders("m.due_at - 1", is_late, "0", q).sql(" AND m.due_at IS NOT NULL").then(open(q)).sql(TAKEN_UP)
}

/// Orders whose due day has come, so that nobody is charged with a week that still runs.
fn planned(q: &Question) -> Sql {
    let (done, due) = (week("m.completed_at"), week("(m.due_at - 1)"));
    let in_week = Sql::new(format!("m.completed_at IS NOT NULL AND {done} = {due}"));
    from_orders("m.due_at - 1", in_week, "0", q)
        .then(due_within(q))
        .sql(" AND m.approved_at IS NOT NULL AND m.cancelled_at IS NULL")
}

fn preventive(q: &Question) -> Sql {
    let on_time = Sql::new(format!("m.completed_at IS NOT NULL AND m.completed_at < m.due_at + {GRACE}"));
    from_orders("m.due_at - 1", on_time, "0", q)
        .then(due_within(q))
        .sql(format!(" AND {} <= ", moment("m.due_at", q)))
        .whole(q.now.0.saturating_add(1).saturating_sub(GRACE))
        .sql(" AND m.cancelled_at IS NULL")
        .sql(PREVENTIVE)
        .sql(TAKEN_UP)
}

fn times(at: &str, took: &str, q: &Question) -> Sql {
    from_orders(at, Sql::always(true), took, q).then(within(at, q))
}

fn first_time(q: &Question) -> Sql {
    let (settled, closed) = (format!("m.closed_at + {SETTLED}"), moment("m.closed_at", q));
    let is_right = format!("m.taken_up = 0 AND (m.followed_up_at IS NULL OR m.followed_up_at >= {settled})");
    from_orders(&settled, Sql::new(is_right), "0", q)
        .sql(format!(" AND {closed} >= "))
        .whole(q.start.0.saturating_sub(SETTLED))
        .sql(format!(" AND {closed} <= "))
        .whole(q.as_of.0.saturating_sub(SETTLED))
}

/// The newest standing verdict of each claim that counts.
fn claims_true(q: &Question) -> Sql {
    let select = "SELECT c.claim_id AS row_id, v.at AS at, CAST(CASE WHEN v.outcome = 'supported' THEN 1 ELSE 0 END AS BIGINT) AS hit, \
        CAST(0 AS BIGINT) AS took";
    judged(select, q).sql(
        " AND v.superseded_by IS NULL AND c.withdrawn_at IS NULL AND c.materiality > 0 \
         AND NOT EXISTS (SELECT 1 FROM verdicts n WHERE n.project = v.project AND n.claim_id = v.claim_id \
         AND n.at >= v.at AND (n.at > v.at OR n.verdict_id > v.verdict_id) AND n.superseded_by IS NULL)",
    )
}

/// Ticks that stand and that somebody here answers for.
fn ticks(q: &Question) -> Sql {
    let select = Sql::new(
        "SELECT c.claim_id AS row_id, c.made_at AS at, CAST(CASE WHEN c.has_file OR c.has_link THEN 1 ELSE 0 END AS BIGINT) AS hit, \
         CAST(0 AS BIGINT) AS took",
    );
    select.then(claims(q)).then(within("c.made_at", q)).sql(TICKS).sql(" AND NOT c.unattested")
}

/// Claims that are ticks of items, and of steps without items; what people stated stands behind them, from a million on
/// (`audit::store::STATED`).
pub(super) const TICKS: &str =
    " AND c.withdrawn_at IS NULL AND c.target_kind IN ('item', 'step') AND c.position < 1000000";

/// From claims, and from their orders only where these are asked about. SQLite begins with the orders then: that is what it takes a
/// cross join for.
pub(super) fn claims(q: &Question) -> Sql {
    if q.narrowed.is_all() {
        return Sql::new(" FROM claims c WHERE c.project = ").whole(q.project.0);
    }
    let both = " FROM order_milestones m CROSS JOIN claims c WHERE c.project = m.project AND c.order_id = m.order_id AND ";
    Sql::new(both).then(orders(q))
}

/// A verdict's claim, and the order of that only where orders are asked about.
pub(super) fn judged(select: &'static str, q: &Question) -> Sql {
    let claim = " FROM verdicts v JOIN claims c ON c.project = v.project AND c.claim_id = v.claim_id";
    let select = Sql::new(select).sql(claim);
    if q.narrowed.is_all() {
        return select.sql(" WHERE v.project = ").whole(q.project.0).then(within("v.at", q));
    }
    let select = select.sql(" JOIN order_milestones m ON m.project = c.project AND m.order_id = c.order_id");
    let select = select.sql(" WHERE v.project = ").whole(q.project.0).then(within("v.at", q));
    select.sql(" AND ").then(orders(q))
}
