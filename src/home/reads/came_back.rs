//! Why an order came back to whoever works on it, for one line of the first page.

use crate::foundation::Timestamp;
use crate::work_orders::lifecycle::{sent_back, sent_back_words};
use crate::work_orders::model::Order;

/// Characters of the reason; all of it stands on the order's page.
const LONGEST: usize = 160;

/// Who sent it back, when and why.
pub struct CameBack {
    /// `Returned by`.
    pub words: &'static str,
    pub by: String,
    /// Their account.
    pub by_id: String,
    pub at: Timestamp,
    pub reason: String,
}

/// What is to be said of an order; none where it was not sent back or has gone on since.
pub(super) fn of(order: &Order) -> Option<CameBack> {
    let record = sent_back(order)?;
    let words = sent_back_words(record.id)?;
    let (by, by_id) = (record.by.name.clone(), record.by.id.clone());
    Some(CameBack { words, by, by_id, at: record.at, reason: one_line(&record.reason) })
}

fn one_line(reason: &str) -> String {
    let line = reason.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= LONGEST {
        return line;
    }
    let start: String = line.chars().take(LONGEST).collect();
    format!("{}…", start.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_one_line_and_not_a_long_one() {
        assert_eq!(one_line("the valve\n leaks"), "the valve leaks");
        let long = one_line(&"long ".repeat(60));
        assert!(long.ends_with("long…") && long.chars().count() <= LONGEST + 1, "{long}");
    }
}
