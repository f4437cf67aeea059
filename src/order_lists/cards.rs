//! What a board and a calendar show of one order: few words, and what it is stuck on first.

use std::collections::BTreeMap;

use crate::foundation::{Error, Result, Timestamp};
use crate::order_pages::text;
use crate::web::charts::Svg;
use crate::web::format::Due;
use crate::web::zone::Reading;
use crate::work_orders::model::{Priority, Status};
use crate::work_orders::reads::{OrderRow, Progress};

/// One card.
pub(super) struct Card {
    pub(super) row: OrderRow,
    pub(super) short: String,
    pub(super) due: Option<Due>,
    /// How late it is; none where it is not.
    pub(super) late: Option<String>,
    /// What it is stuck on.
    pub(super) stuck: Vec<Stuck>,
    pub(super) progress: Progress,
    pub(super) bar: Svg,
    /// Its menu of moves, which leads back.
    pub(super) moves: String,
}

/// Something an order is stuck on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Stuck {
    /// `bad` or `waiting`.
    pub(super) tone: &'static str,
    pub(super) words: String,
}

impl Card {
    pub(super) fn of(row: OrderRow, back: &str, now: Timestamp) -> Result<Self> {
        let back = serde_urlencoded::to_string([("back", back)]).map_err(Error::internal)?;
        Ok(Self {
            short: short_number(&row.number, now),
            due: row.due_at.map(|until| Due::new(until, now)),
            late: row.due_at.filter(|_| row.is_overdue(now)).map(|until| Due::new(until, now).late()),
            stuck: stuck(&row),
            progress: row.progress(),
            bar: text::bar(row.progress()),
            moves: format!("/work-orders/{}/moves?{back}", row.number),
            row,
        })
    }

    /// Whether nobody has it.
    pub(super) fn is_nobodys(&self) -> bool {
        is_nobodys(&self.row)
    }
}

/// Whether it was given to nobody.
pub(super) fn is_nobodys(row: &OrderRow) -> bool {
    row.assignee_account.is_none() && row.assignee_name.is_empty()
}

fn stuck(row: &OrderRow) -> Vec<Stuck> {
    let mut stuck = Vec::new();
    let mut add = |tone, words| stuck.push(Stuck { tone, words });
    if row.priority() == Priority::Emergency && !row.status().is_done() {
        add("bad", "Emergency".to_owned());
    }
    if row.steps_failed > 0 {
        let plural = if row.steps_failed == 1 { "" } else { "s" };
        add("bad", format!("{} step{plural} failed", row.steps_failed));
    }
    if let Some(code) = row.hold() {
        add("waiting", format!("Waits for {}: {}", code.label().to_lowercase(), row.hold_reason));
    }
    if row.plan_changes > 0 {
        add("waiting", "The changed plan is to be looked at".to_owned());
    }
    if is_nobodys(row) && !row.status().is_done() && row.status() != Status::Cancelled {
        add("waiting", "Nobody has it".to_owned());
    }
    stuck
}

/// `031` for an order of this year, else the whole number.
pub(super) fn short_number(number: &str, now: Timestamp) -> String {
    let year = Reading::current().write(now, "%Y");
    let short =
        number.strip_prefix("WO-").and_then(|rest| rest.strip_prefix(year.as_str())?.strip_prefix('-'));
    short.unwrap_or(number).to_owned()
}

/// An address with a query and some fields set.
pub(super) fn address(path: &str, query: &BTreeMap<String, String>, set: &[(&str, &str)]) -> Result<String> {
    let mut query = query.clone();
    query.extend(set.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    let text = serde_urlencoded::to_string(&query).map_err(Error::internal)?;
    Ok(if text.is_empty() { path.to_owned() } else { format!("{path}?{text}") })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_short_in_its_own_year() {
        let now = Timestamp::parse_rfc3339("2026-11-26T09:00:00Z").unwrap();
        for (number, short) in [
            ("WO-2026-031", "031"),
            ("WO-2025-031", "WO-2025-031"),
            ("WO-20261-031", "WO-20261-031"),
            ("X-7", "X-7"),
        ] {
            assert_eq!(short_number(number, now), short);
        }
    }

    #[test]
    fn an_address_keeps_what_narrows_it() {
        let query = BTreeMap::from([("q".to_owned(), "pump & seal".to_owned())]);
        let set = address("/work-orders", &query, &[("status", "on_hold")]).unwrap();
        assert_eq!(set, "/work-orders?q=pump+%26+seal&status=on_hold");
        assert_eq!(address("/work-orders", &BTreeMap::new(), &[]).unwrap(), "/work-orders");
    }
}
