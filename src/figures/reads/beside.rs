//! What a figure leaves out, counted beside it: nothing is left out in silence.

use crate::db::AnyConnection;
use crate::db::sql::{Sql, numbers};
use crate::figures::model::{Figure, SETTLED};
use crate::foundation::{Result, Timestamp};

use super::Question;
use super::rows::{OF_A_FILE, PREVENTIVE, TAKEN_UP, TICKS, claims, due_within, judged, open, orders, within};

/// Claims that are counted; nobody acts on the difference.
const MOST: i64 = 10_000;

/// Something that is not in a figure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Beside {
    pub count: i64,
    /// Whether there are more than were counted.
    pub is_more: bool,
    /// What follows the number: `without a due day left out`.
    pub words: &'static str,
}

/// What is told of a figure beside what it counts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// What is left out; only what there is.
    pub left_out: Vec<Beside>,
    /// What waits now, and since when the oldest does.
    pub waiting: Option<(i64, Timestamp)>,
    /// When the first row comes into it, where it will.
    pub next: Option<Timestamp>,
}

/// Asks what is told beside a figure.
pub fn beside(conn: &mut AnyConnection, figure: Figure, q: &Question) -> Result<Told> {
    let mut told = Told::default();
    for (words, question, most) in questions(figure, q) {
        let count = number(conn, question)?;
        if count > 0 {
            told.left_out.push(Beside { count: count.min(most), is_more: count > most, words });
        }
    }
    if figure == Figure::DoneToVerified {
        told.waiting = waiting(conn, q)?;
    }
    if figure == Figure::FirstTime {
        told.next = next(conn, q)?;
    }
    Ok(told)
}

type Asked = (&'static str, Sql, i64);

fn questions(figure: Figure, q: &Question) -> Vec<Asked> {
    let all = |words, condition: Sql| (words, milestones(q, "count(*)").then(condition), i64::MAX);
    let (of_files, cancelled) = ("only told by a file left out", "cancelled left out");
    match figure {
        Figure::Late => vec![
            all(
                "open without a due day left out",
                Sql::new(" AND m.due_at IS NULL").then(open(q)).sql(TAKEN_UP),
            ),
            all(of_files, Sql::new(" AND m.due_at IS NOT NULL").then(open(q)).sql(OF_A_FILE)),
        ],
        Figure::PlannedWeek => vec![
            all(
                cancelled,
                due_within(q).sql(" AND m.approved_at IS NOT NULL AND m.cancelled_at IS NOT NULL"),
            ),
            all(of_files, due_within(q).sql(" AND m.cancelled_at IS NULL").sql(OF_A_FILE)),
        ],
        Figure::Preventive => vec![
            all(cancelled, due_within(q).sql(" AND m.cancelled_at IS NOT NULL").sql(PREVENTIVE)),
            all(of_files, due_within(q).sql(" AND m.cancelled_at IS NULL").sql(PREVENTIVE).sql(OF_A_FILE)),
        ],
        Figure::ReportToClosed => vec![all(cancelled, within("m.cancelled_at", q))],
        Figure::RepairTime => {
            let repairs = || within("m.completed_at", q).sql(" AND m.type_class = 'corrective'");
            let corrected = milestones(q, "COALESCE(sum(m.time_corrected), 0)").then(repairs());
            vec![
                all("without any time left out", repairs().sql(" AND m.labour_seconds = 0")),
                ("corrected entries of time left out", corrected, i64::MAX),
            ]
        }
        Figure::FirstTime => vec![all("closed for less than 30 days", closed_lately(q))],
        Figure::ClaimsTrue => vec![
            ("made in this time and not judged", not_judged(q), MOST),
            ("superseded verdicts left out", superseded(q), i64::MAX),
        ],
        Figure::TicksWithEvidence => vec![("ticked by a file only left out", by_files(q), i64::MAX)],
        Figure::DoneToVerified => Vec::new(),
    }
}

fn milestones(q: &Question, what: &str) -> Sql {
    let select = Sql::new(format!("SELECT CAST({what} AS BIGINT) FROM order_milestones m WHERE "));
    select.then(orders(q))
}

fn closed_lately(q: &Question) -> Sql {
    let since = Sql::new(" AND m.closed_at > ").whole(q.as_of.0.saturating_sub(SETTLED));
    since.sql(" AND m.closed_at <= ").whole(q.as_of.0)
}

fn not_judged(q: &Question) -> Sql {
    let select = Sql::new("SELECT count(*) FROM (SELECT 1").then(claims(q)).then(within("c.made_at", q));
    // A text that is put together is looked for in no index: claims of some orders are found by these.
    let standing = if q.narrowed.is_all() { "c.standing" } else { "(c.standing || '')" };
    let open = format!(" AND c.withdrawn_at IS NULL AND {standing} = 'open' AND c.materiality > 0");
    select.sql(open).sql(" AND NOT c.unclaimed LIMIT ").whole(MOST + 1).sql(") AS counted")
}

fn superseded(q: &Question) -> Sql {
    judged("SELECT count(*)", q).sql(" AND v.superseded_by IS NOT NULL")
}

/// A file's ticks have no moment that anybody here saw, so they are those of files that came in within the period.
fn by_files(q: &Question) -> Sql {
    let select = Sql::new("SELECT count(*) FROM order_milestones m CROSS JOIN claims c WHERE ");
    let select = select.sql("c.project = m.project AND c.order_id = m.order_id AND m.is_imported AND ");
    select.then(orders(q)).then(within("m.made_at", q)).sql(TICKS).sql(" AND c.unattested")
}

/// Completed orders that wait to be verified, now.
fn waiting(conn: &mut AnyConnection, q: &Question) -> Result<Option<(i64, Timestamp)>> {
    let waits = " AND m.completed_at IS NOT NULL AND m.verified_at IS NULL AND m.closed_at IS NULL";
    let count = number(conn, milestones(q, "count(*)").sql(waits))?;
    let oldest = number(conn, milestones(q, "COALESCE(min(m.completed_at), 0)").sql(waits))?;
    Ok((count > 0).then_some((count, Timestamp(oldest))))
}

/// When the next order will have been closed for long enough.
fn next(conn: &mut AnyConnection, q: &Question) -> Result<Option<Timestamp>> {
    let first = milestones(q, "COALESCE(min(m.closed_at), 0)").then(closed_lately(q));
    let first = number(conn, first)?;
    Ok((first > 0).then_some(Timestamp(first).plus_micros(SETTLED)))
}

fn number(conn: &mut AnyConnection, question: Sql) -> Result<i64> {
    Ok(numbers(conn, question)?.first().copied().unwrap_or_default())
}
