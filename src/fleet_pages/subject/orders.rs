//! The orders that link one of its traces, with how far they are to be believed, and what waits for an answer in them.
//!
//! Looked for among the links that were made last: there are few of them beside the calls, and each is one look.

use std::collections::BTreeSet;

use crate::audit::exceptions::reads::{ExceptionRow, Filter, list};
use crate::audit::newest_links::newest;
use crate::audit::reads::seen_by;
use crate::db::AnyConnection;
use crate::fleet::model::Question;
use crate::fleet::reads::traces_among;
use crate::foundation::address::part;
use crate::foundation::{Asker, Result};
use crate::trust::reads::report_of;
use crate::web::format::number;
use crate::web::words;
use crate::work_orders::reads::by_id;

/// Links that are looked at.
const MOST_LINKS: i64 = 400;
/// Orders shown with their trust, which is worked out for each.
const MOST_ORDERS: usize = 5;
/// Exceptions shown.
const MOST_EXCEPTIONS: usize = 5;

/// What it worked on.
#[derive(Default)]
pub(in crate::fleet_pages) struct Orders {
    pub(super) rows: Vec<OrderLine>,
    /// Orders that are not shown, in words; empty where all are.
    pub(super) more: String,
    /// Every open one; the page shows the first.
    pub(super) exceptions: Vec<ExceptionLine>,
    /// Whether there are more links than were looked at, in words; empty where all were.
    pub(super) bound: String,
}

/// One order.
pub(in crate::fleet_pages) struct OrderLine {
    pub(super) number: String,
    pub(super) title: String,
    pub(super) status: &'static str,
    /// Whether anybody has judged a claim; else there is no score.
    pub(super) is_judged: bool,
    /// Basis points: at least, likely.
    pub(super) assured: u32,
    pub(super) expected: u32,
    /// What was judged of it.
    pub(super) judged: String,
}

/// One exception without an answer.
pub(in crate::fleet_pages) struct ExceptionLine {
    pub(super) kind: String,
    pub(super) words: String,
    pub(super) number: String,
    pub(super) href: String,
}

impl Orders {
    /// Those exceptions that are shown.
    pub(in crate::fleet_pages) fn first_exceptions(&self) -> impl Iterator<Item = &ExceptionLine> {
        self.exceptions.iter().take(MOST_EXCEPTIONS)
    }

    /// How many exceptions are not shown, in words; empty where all are.
    pub(in crate::fleet_pages) fn more_exceptions(&self) -> String {
        more(self.exceptions.len(), MOST_EXCEPTIONS)
    }
}

impl OrderLine {
    /// Where its score is explained.
    pub(in crate::fleet_pages) fn computed(&self) -> String {
        format!("/trust/work-orders/{}", part(&self.number))
    }

    pub(in crate::fleet_pages) fn href(&self) -> String {
        format!("/work-orders/{}", part(&self.number))
    }
}

/// Reads those that the reader may see.
pub(super) fn read(conn: &mut AnyConnection, question: &Question, who: &Asker) -> Result<Orders> {
    let links = newest(conn, question.project, MOST_LINKS)?;
    let is_cut = i64::try_from(links.len()).is_ok_and(|count| count >= MOST_LINKS);
    let traces: BTreeSet<String> = links.iter().map(|(trace, _)| trace.clone()).collect();
    let its = traces_among(conn, question, &traces.into_iter().collect::<Vec<_>>())?;
    let seen: Option<BTreeSet<String>> = seen_by(conn, who)?.ids.map(|ids| ids.into_iter().collect());
    let mut orders: Vec<String> = Vec::new();
    for (_, order) in links.into_iter().filter(|(trace, _)| its.contains(trace)) {
        if !orders.contains(&order) && seen.as_ref().is_none_or(|seen| seen.contains(&order)) {
            orders.push(order);
        }
    }
    let mut all = Orders { more: more(orders.len(), MOST_ORDERS), ..Orders::default() };
    if is_cut {
        all.bound = format!("Among the {} links that were made last.", number(MOST_LINKS));
    }
    if orders.is_empty() {
        return Ok(all);
    }
    for order in orders.iter().take(MOST_ORDERS) {
        all.rows.extend(line(conn, question, order)?);
    }
    let open = Filter { open: Some(true), seen: Some(orders), ..Filter::default() };
    for row in list(conn, question.project, &open)? {
        all.exceptions.extend(exception(conn, &row)?);
    }
    Ok(all)
}

fn line(conn: &mut AnyConnection, question: &Question, order: &str) -> Result<Option<OrderLine>> {
    let Some(row) = by_id(conn, question.project, order)? else { return Ok(None) };
    let report = report_of(conn, question.project, &row.number, None)?;
    let score = &report.explanation.score;
    let judged: BTreeSet<&str> = report.explanation.rows.iter().map(|row| row.claim.as_str()).collect();
    let claimed = report.masses.len().saturating_sub(report.unclaimed.len());
    Ok(Some(OrderLine {
        status: row.status().label(),
        is_judged: !judged.is_empty(),
        assured: score.assured.min(10_000),
        expected: score.expected.min(10_000),
        judged: match claimed {
            0 => "nothing is claimed yet".to_owned(),
            claimed => format!("{} of {} judged", judged.len(), claimed.max(judged.len())),
        },
        number: row.number,
        title: row.title,
    }))
}

fn exception(conn: &mut AnyConnection, row: &ExceptionRow) -> Result<Option<ExceptionLine>> {
    let Some(order) = by_id(conn, row.project, &row.order_id)? else { return Ok(None) };
    Ok(Some(ExceptionLine {
        kind: words::exception(&row.kind),
        words: words::found(&row.detail),
        href: format!("/exceptions?order={}", part(&order.number)),
        number: order.number,
    }))
}

/// `and 3 more`.
fn more(count: usize, shown: usize) -> String {
    match count.saturating_sub(shown) {
        0 => String::new(),
        more => format!("and {more} more"),
    }
}
