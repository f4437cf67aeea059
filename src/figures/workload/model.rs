//! What is planned for whom in which week, and what hours they have; pure.

use std::collections::BTreeMap;

use chrono::{Datelike as _, Days, NaiveDate};

use crate::figures::period::midnight;
use crate::foundation::Timestamp;

/// This week and those after it.
pub const WEEKS: usize = 6;

/// An open order of these weeks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Planned {
    /// Who has it; empty for nobody with an account.
    pub account: String,
    pub due_at: Timestamp,
    /// Whether its work has begun.
    pub is_begun: bool,
    /// What its plan says that it takes, in minutes.
    pub estimate: Option<i64>,
    /// What earlier orders of its procedure took, in minutes; none where too few are known.
    pub usual: Option<i64>,
}

/// What somebody has to do in a week; minutes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Load {
    pub begun: i64,
    pub waiting: i64,
    pub orders: i64,
    /// Orders of which nothing says how long they take.
    pub unknown: i64,
    /// Orders that are counted with what earlier ones took.
    pub usual: i64,
    /// What they have; none where no hours are set, which is not zero.
    pub hours: Option<i64>,
}

impl Load {
    /// What is planned.
    pub fn planned(&self) -> i64 {
        self.begun + self.waiting
    }

    /// Whether more is planned than there are hours.
    pub fn is_over(&self) -> bool {
        self.hours.is_some_and(|hours| self.planned() > hours)
    }

    fn take(&mut self, order: &Planned) {
        self.orders += 1;
        let Some(minutes) = order.estimate.or(order.usual) else {
            self.unknown += 1;
            return;
        };
        self.usual += i64::from(order.estimate.is_none());
        *(if order.is_begun { &mut self.begun } else { &mut self.waiting }) += minutes;
    }

    /// Both together; hours are those of whom they are known of.
    #[must_use]
    pub fn with(self, other: Self) -> Self {
        Self {
            begun: self.begun + other.begun,
            waiting: self.waiting + other.waiting,
            orders: self.orders + other.orders,
            unknown: self.unknown + other.unknown,
            usual: self.usual + other.usual,
            hours: match (self.hours, other.hours) {
                (None, None) => None,
                (one, other) => Some(one.unwrap_or_default() + other.unwrap_or_default()),
            },
        }
    }
}

/// The Monday of the week in which a moment lies, in UTC.
pub fn monday(now: Timestamp) -> NaiveDate {
    let today = now.to_chrono().date_naive();
    today.checked_sub_days(Days::new(u64::from(today.weekday().num_days_from_monday()))).unwrap_or(today)
}

/// The first day of each of the weeks.
pub fn weeks(monday: NaiveDate) -> Vec<NaiveDate> {
    (0_u64..).take(WEEKS).filter_map(|week| monday.checked_add_days(Days::new(week * 7))).collect()
}

/// The first moment that is in none of the weeks.
pub fn end(monday: NaiveDate) -> Timestamp {
    let last = weeks(monday).last().and_then(|first| first.checked_add_days(Days::new(7)));
    midnight(last.unwrap_or(monday))
}

/// The first moment that is not in the first of the weeks.
pub fn first_end(monday: NaiveDate) -> Timestamp {
    midnight(monday.checked_add_days(Days::new(7)).unwrap_or(monday))
}

/// Loads by account, one a week; what is late already stands in the first week. Orders of nobody stand under the empty account.
pub fn loads(monday: NaiveDate, orders: &[Planned]) -> BTreeMap<String, Vec<Load>> {
    let starts: Vec<Timestamp> = weeks(monday).into_iter().map(midnight).collect();
    let mut loads: BTreeMap<String, Vec<Load>> = BTreeMap::new();
    for order in orders {
        // A day ends with the first moment of the next one.
        let week = starts.iter().skip(1).filter(|start| order.due_at > **start).count();
        let of = loads.entry(order.account.clone()).or_insert_with(|| vec![Load::default(); WEEKS]);
        if let Some(load) = of.get_mut(week) {
            load.take(order);
        }
    }
    loads
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn order(due: &str, is_begun: bool, estimate: Option<i64>, usual: Option<i64>) -> Planned {
        // Due on a day: late from the next midnight on.
        let due_at = midnight(day(due).succ_opt().unwrap());
        Planned { account: "dana".to_owned(), due_at, is_begun, estimate, usual }
    }

    #[test]
    fn a_week_holds_what_is_due_in_it_and_the_first_one_what_is_late() {
        let orders = [
            order("2026-10-01", true, Some(60), None),
            order("2026-11-23", false, Some(120), Some(7)),
            order("2026-11-29", false, None, Some(90)),
            order("2026-11-30", false, None, None),
            order("2026-12-31", true, Some(30), None),
        ];
        let monday = monday(Timestamp::parse_rfc3339("2026-11-26T14:06:00Z").unwrap());
        assert_eq!(monday, day("2026-11-23"));
        let loads = loads(monday, &orders);
        let dana = &loads["dana"];
        let first = Load { begun: 60, waiting: 210, orders: 3, unknown: 0, usual: 1, hours: None };
        assert_eq!(dana[0], first);
        assert_eq!(dana[1], Load { orders: 1, unknown: 1, ..Load::default() });
        assert_eq!(dana[5], Load { begun: 30, orders: 1, ..Load::default() });
        assert_eq!(end(monday).to_rfc3339(), "2027-01-04T00:00:00.000000Z");
    }

    #[test]
    fn hours_that_nobody_set_are_never_exceeded_and_never_zero() {
        let busy = Load { waiting: 600, orders: 1, ..Load::default() };
        assert!(!busy.is_over());
        assert!(Load { hours: Some(0), ..busy }.is_over(), "a holiday is no hours, which is known");
        assert_eq!(busy.with(Load { hours: Some(30), ..busy }).hours, Some(30));
        assert_eq!(busy.with(busy).hours, None);
    }
}
