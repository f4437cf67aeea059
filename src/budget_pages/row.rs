//! One budget in the list: what is used as a bar, what is left, and until when it lasts.

use crate::budgets::model::{About, AtEnd, Standing, State};
use crate::budgets::words;
use crate::fleet_pages::BUDGETS;
use crate::foundation::Timestamp;
use crate::web::format::{Time, number};

use super::text::{band, left, percent, place, traces};

/// A row of the list.
pub(super) struct Row {
    /// With this budget chosen.
    pub(super) href: String,
    /// The same with its form open.
    pub(super) change: String,
    pub(super) whose: String,
    pub(super) kind: String,
    /// How its bar is coloured: `over`, `warned`, or nothing.
    pub(super) tone: &'static str,
    /// How wide the used part is, and where an even pace would stand, in per cent.
    pub(super) part: String,
    pub(super) needle: Option<String>,
    pub(super) share: String,
    /// The traces of the running period.
    pub(super) traces: String,
    pub(super) left: String,
    pub(super) lasts: Lasts,
    /// The tone and the words of what happens at the end.
    pub(super) at_end: (&'static str, &'static str),
    /// Calls without a price, of a budget in money.
    pub(super) unpriced: Option<String>,
    pub(super) is_chosen: bool,
}

/// Until when a budget lasts.
pub(super) struct Lasts {
    /// Before the moment, or all there is to say.
    pub(super) words: &'static str,
    pub(super) at: Option<Time>,
    /// How far it may be off.
    pub(super) band: Option<String>,
}

impl Row {
    /// Of a budget as it stands; `chosen` is the one that is shown below.
    pub(super) fn of(standing: &Standing, chosen: &str, now: Timestamp) -> Self {
        let budget = &standing.budget;
        let About { unit, .. } = budget.about;
        let used = standing.per_mille();
        Self {
            href: format!("{BUDGETS}?budget={}", budget.id),
            change: format!("{BUDGETS}?budget={}&change=1#change", budget.id),
            whose: words::whose(&budget.about).to_owned(),
            kind: words::kind(budget),
            tone: tone(standing),
            part: place(used),
            needle: standing.even_pace(now).map(place),
            share: percent(used),
            traces: traces(&budget.about, standing.from, standing.to),
            left: left(unit, standing.remaining),
            lasts: Lasts::of(standing, now),
            at_end: match budget.terms.at_end {
                AtEnd::Tells => ("", words::at_end(AtEnd::Tells)),
                AtEnd::Refuses => ("waiting", words::at_end(AtEnd::Refuses)),
            },
            unpriced: unpriced(standing),
            is_chosen: budget.id == chosen,
        }
    }
}

/// How a bar is coloured.
pub(super) fn tone(standing: &Standing) -> &'static str {
    match standing.state() {
        State::Exhausted => "over",
        State::Warned(_) => "warned",
        State::Fine if standing.exhausted_at.is_some() => "warned",
        State::Fine => "",
    }
}

/// What a budget in money does not know.
pub(super) fn unpriced(standing: &Standing) -> Option<String> {
    let is_money = standing.budget.about.unit == crate::budgets::Unit::Money;
    (is_money && standing.unpriced > 0).then(|| match standing.unpriced {
        1 => "1 call without a price is not in it".to_owned(),
        calls => format!("{} calls without a price are not in it", number(calls)),
    })
}

impl Lasts {
    /// In words.
    pub(super) fn of(standing: &Standing, now: Timestamp) -> Self {
        let bare = |words| Self { words, at: None, band: None };
        let until = |words, at| Self { words, at: Some(Time::new(at, now)), band: None };
        match (standing.state(), standing.exhausted_at, standing.to) {
            (State::Exhausted, _, Some(to)) => until("used up, anew", to),
            (State::Exhausted, _, None) => bare("used up"),
            (_, Some(at), _) => {
                Self { band: standing.usual_error.map(|error| band(at, now, error)), ..until("until", at) }
            }
            _ if standing.is_young => bare("not predicted before 3 days"),
            (_, None, Some(to)) => until("past", to),
            (_, None, None) => bare("no end in sight"),
        }
    }
}
