//! What models cost today and in the last seven days.

use crate::db::AnyConnection;
use crate::fleet::costs::{day_of, nine_digits, period};
use crate::fleet::model::{Question, Sums};
use crate::fleet::reads::spent;
use crate::foundation::{Asker, Result, Timestamp};

/// A day, in microseconds.
const DAY: i64 = 86_400_000_000;

/// Costs in words, short and exactly; a dash where nothing has a price.
pub(in crate::home) struct Spend {
    pub(in crate::home) today: (String, String),
    /// The traces of that day.
    pub(in crate::home) traces: String,
    pub(in crate::home) week: (String, String),
}

/// Reads them; nothing where no call of a model came in that week.
pub(super) fn read(conn: &mut AnyConnection, who: &Asker, now: Timestamp) -> Result<Option<Spend>> {
    let (from, to) = period(7, now);
    let week = spent(conn, &Question::of(who.project, from, to))?;
    if week.is_nothing() {
        return Ok(None);
    }
    let day = now.0.div_euclid(DAY);
    let today = spent(conn, &Question::of(who.project, Timestamp(day * DAY), to))?;
    let date = day_of(day);
    let traces = format!("/traces?from={date}&sort=cost&to={date}");
    Ok(Some(Spend { today: words(&today), traces, week: words(&week) }))
}

/// On a day without a call nothing was spent.
fn words(sums: &Sums) -> (String, String) {
    if sums.is_nothing() {
        return ("$0.00".to_owned(), String::new());
    }
    let told = sums.cost().map(|cost| (cost.short(), format!("${}", nine_digits(cost.0))));
    told.unwrap_or_else(|| ("–".to_owned(), String::new()))
}
