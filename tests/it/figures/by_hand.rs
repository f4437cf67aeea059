//! Every figure in SQL that was written for these tests alone, and a figure held against it: how many rows, which ones, and what they
//! come to. The shop of these tests and the example's are held against the same text.

use std::collections::BTreeMap;

use diesel::QueryableByName;
use diesel::sql_types::{BigInt, Text};
use tracewright::db::sql::{Sql, load};
use tracewright::figures::model::Figure;
use tracewright::figures::reads::Narrowed;
use tracewright::foundation::ProjectKey;

use super::seen;
use crate::harness::{DAY, TestApp};

/// One row of a figure: an order or a claim, and 1 above the line or 0 below it, or how long it took.
#[derive(Debug, QueryableByName)]
struct HandRow {
    #[diesel(sql_type = Text)]
    row_id: String,
    #[diesel(sql_type = BigInt)]
    value: i64,
}

/// The first moment of the usual period, the Monday twelve weeks before this one; 1 January 1970 was a Thursday.
fn from(now: i64) -> i64 {
    ((now + 3 * DAY) / (7 * DAY) - 12) * 7 * DAY - 3 * DAY
}

/// What stands as evidence of a tick, as the tables of what happened say it: a link that stands, at its place or its step, or a file
/// that somebody brought there. Neither shop withdraws a file.
fn has_evidence() -> Sql {
    let brought = "EXISTS (SELECT 1 FROM events e JOIN event_bodies b ON b.event_id = e.id WHERE e.project = c.project \
        AND e.stream_id = c.order_id AND e.kind = 'work_order.file_added.v1' AND ";
    let names = |id: &str| {
        let sqlite = format!("instr(CAST(b.body AS TEXT), {id}) > 0");
        Sql::default().either(sqlite, format!("position({id} IN convert_from(b.body, 'UTF8')) > 0"))
    };
    let linked = "EXISTS (SELECT 1 FROM links l WHERE l.project = c.project AND l.order_id = c.order_id \
        AND l.removed_at IS NULL AND (l.target_id = c.target_id OR l.target_id <> '' AND l.target_id = c.step_id)) OR ";
    let of_step = Sql::new("c.step_id <> '' AND ").then(names("c.step_id"));
    Sql::new(linked).sql(brought).clause(names("c.target_id").sql(" OR ").then(of_step)).sql(")")
}

/// What each figure should be, as a statement of all its rows. The condition narrows the orders.
fn by_hand(figure: Figure, project: ProjectKey, only: &str, now: i64) -> Sql {
    let (p, from, week) = (project.0, from(now), 7 * DAY);
    let orders = format!("FROM order_milestones WHERE project = {p}{only}");
    let of_orders = format!("order_id IN (SELECT order_id {orders})");
    let taken_up = "(approved_at IS NOT NULL OR NOT is_imported)";
    let share = |is: &str, of: &str| {
        let value = format!("CAST(CASE WHEN {is} THEN 1 ELSE 0 END AS BIGINT) AS value");
        Sql::new(format!("SELECT order_id AS row_id, {value} {orders} AND {of}"))
    };
    let time = |took: &str, at: &str| {
        let value = format!("CAST({took} AS BIGINT) AS value");
        Sql::new(format!("SELECT order_id AS row_id, {value} {orders} AND {at} BETWEEN {from} AND {now}"))
    };
    let is_of = |words: [&str; 2]| {
        let [first, second] = words.map(|word| format!("LOWER(order_type) LIKE '%{word}%'"));
        format!("({first} OR {second}) AND LOWER(order_type) NOT LIKE '%follow%'")
    };
    match figure {
        Figure::Late => Sql::new(format!(
            "SELECT order_id AS row_id, CAST(CASE WHEN open_until < {now} THEN 1 ELSE 0 END AS BIGINT) AS value FROM orders \
             WHERE project = {p} AND order_id IN (SELECT order_id {orders} AND {taken_up}) \
             AND status IN ('draft', 'submitted', 'approved', 'in_progress', 'on_hold') AND due_at IS NOT NULL"
        )),
        // Weeks are counted from Monday 29 December 1969.
        Figure::PlannedWeek => share(
            &format!(
                "completed_at > 0 AND (completed_at + {0}) / {week} = (due_at - 1 + {0}) / {week}",
                3 * DAY
            ),
            &format!("due_at - 1 BETWEEN {from} AND {now} AND approved_at > 0 AND cancelled_at IS NULL"),
        ),
        Figure::Preventive => share(
            &format!("completed_at > 0 AND completed_at - due_at < {DAY}"),
            &format!(
                "{} AND due_at - 1 BETWEEN {from} AND {now} AND due_at + {DAY} <= {now} AND cancelled_at IS NULL AND {taken_up}",
                is_of(["prevent", "inspect"])
            ),
        ),
        Figure::ReportToClosed => time("closed_at - made_at", "closed_at"),
        Figure::RepairTime => time("labour_seconds * 1000000", "completed_at")
            .sql(format!(" AND labour_seconds <> 0 AND {}", is_of(["repair", "correct"]))),
        Figure::FirstTime => share(
            &format!(
                "taken_up < 1 AND COALESCE(followed_up_at, closed_at + 9 * {week}) - closed_at >= 30 * {DAY}"
            ),
            &format!("closed_at + 30 * {DAY} BETWEEN {from} AND {now}"),
        ),
        Figure::ClaimsTrue => Sql::new(format!(
            "SELECT c.claim_id AS row_id, CAST(CASE WHEN n.outcome = 'supported' THEN 1 ELSE 0 END AS BIGINT) AS value FROM claims c \
             JOIN (SELECT claim_id, outcome, at, ROW_NUMBER() OVER (PARTITION BY claim_id ORDER BY at DESC, verdict_id DESC) AS place \
             FROM verdicts WHERE project = {p} AND superseded_by IS NULL) n ON n.claim_id = c.claim_id \
             WHERE c.project = {p} AND n.place = 1 AND n.at BETWEEN {from} AND {now} AND c.withdrawn_at IS NULL AND c.materiality <> 0 \
             AND c.{of_orders}"
        )),
        Figure::TicksWithEvidence => Sql::new("SELECT c.claim_id AS row_id, CAST(CASE WHEN ")
            .then(has_evidence())
            .sql(format!(
                " THEN 1 ELSE 0 END AS BIGINT) AS value FROM claims c WHERE c.project = {p} AND c.{of_orders} \
                 AND c.made_at BETWEEN {from} AND {now} AND c.target_kind <> 'criterion' AND c.position < 1000000 \
                 AND c.withdrawn_at IS NULL AND NOT c.unattested"
            )),
        Figure::DoneToVerified => time("verified_at - completed_at", "verified_at"),
    }
}

/// The middle of times in order, and the one that a tenth of them is not shorter than.
fn middle_and_tenth(times: &[i64]) -> Option<(i64, i64)> {
    let count = times.len();
    let last = times.len().checked_sub(1)?;
    let middle = i64::midpoint(times[last / 2], times[count / 2]);
    Some((middle, times[(count * 9).div_ceil(10) - 1]))
}

/// Whether it is a figure of times, told by its address.
fn is_of_times(figure: Figure) -> bool {
    ["closed", "repair", "done"].iter().any(|word| figure.as_str().contains(word))
}

/// Holds every figure against its query, by its very rows; what each counts, and how many of that stand above the line.
pub(super) async fn compare(
    t: &TestApp,
    project: ProjectKey,
    only: &str,
    narrowed: &Narrowed,
) -> Vec<(Figure, i64, i64)> {
    let now = t.app.now().0;
    let mut all = Vec::new();
    for figure in Figure::ALL {
        let query = by_hand(figure, project, only, now);
        let expected: Vec<HandRow> = t.app.db.read(move |conn| load(conn, query)).await.unwrap();
        let mut values: Vec<i64> = expected.iter().map(|row| row.value).collect();
        values.sort_unstable();
        let expected: BTreeMap<String, i64> =
            expected.into_iter().map(|row| (row.row_id, row.value)).collect();
        let found = seen(t, project, figure, narrowed.clone()).await;
        let (whole, what) = (found.measured.whole, format!("{figure:?}{only}"));
        let is_time = is_of_times(figure);
        let value = |row: &tracewright::figures::reads::listed::ListedRow| {
            if is_time { row.took } else { i64::from(row.is_hit()) }
        };
        let rows: BTreeMap<String, i64> =
            found.rows.iter().map(|row| (row.row_id.clone(), value(row))).collect();
        assert_eq!(rows, expected, "{what}: it leads to its very rows");
        assert_eq!(found.rows.len(), values.len(), "{what}: to each once");
        assert_eq!(whole.counted, i64::try_from(values.len()).unwrap(), "{what}: {values:?}");
        if is_time {
            let spread = whole.spread.map(|it| (it.median, it.slowest_tenth));
            assert_eq!(spread, middle_and_tenth(&values), "{what}");
        } else {
            assert_eq!(whole.hits, values.iter().sum::<i64>(), "{what}");
        }
        if figure == Figure::Late {
            assert_eq!(found.measured.course.last().unwrap().hits, whole.hits, "{what}");
        } else {
            let course: i64 = found.measured.course.iter().map(|point| point.counted).sum();
            assert_eq!(course, whole.counted, "{what}: every row is in one week");
        }
        all.push((figure, whole.counted, whole.hits));
    }
    all
}

#[test]
fn the_usual_period_begins_on_a_monday_twelve_weeks_ago() {
    // Of 31 December 2026, a Thursday, on 5 October.
    assert_eq!(from(1_798_675_200_000_000), 1_791_158_400_000_000);
}
