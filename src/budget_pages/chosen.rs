//! The budget that is looked at: its days, what is expected, and what happened to it.

use crate::budgets::events::BudgetEvent;
use crate::budgets::model::{AtEnd, Standing, State};
use crate::budgets::reads::Day;
use crate::budgets::words;
use crate::db::AnyConnection;
use crate::foundation::{FieldErrors, ProjectKey, Result, Timestamp};
use crate::ledger::Event;
use crate::ledger::reads::leaf_index;
use crate::web::format::{Time, sentence};

use super::chart::Chart;
use super::refused::Refused;
use super::row::{Row, unpriced};
use super::text::{pace, share};

/// Events that are shown, the newest first.
const SHOWN: usize = 50;

/// What the page shows of it.
pub(super) struct Chosen {
    pub(super) id: String,
    pub(super) row: Row,
    pub(super) zone: String,
    pub(super) chart: Chart,
    /// Sentences about its end.
    pub(super) says: Vec<String>,
    pub(super) history: Vec<Happened>,
    pub(super) earlier: usize,
    pub(super) is_ended: bool,
    /// What the form of a change begins with.
    pub(super) amount: String,
    pub(super) amount_label: &'static str,
    pub(super) warn_at: String,
    pub(super) ends: Vec<(&'static str, &'static str, bool)>,
    pub(super) version: i64,
    /// Whether that form is open.
    pub(super) is_changing: bool,
    /// Why, as it was typed before it was refused, and what is wrong with that form.
    pub(super) reason: String,
    pub(super) errors: FieldErrors,
    /// The same of the form that ends it.
    pub(super) end_reason: String,
    pub(super) end_errors: FieldErrors,
}

/// One thing that happened to it.
pub(super) struct Happened {
    pub(super) at: Time,
    pub(super) by: String,
    /// From what to what.
    pub(super) words: String,
    /// Why.
    pub(super) reason: String,
    /// Where it stands in the ledger, for whoever reads that; none before it has its place.
    pub(super) entry: Option<u64>,
}

impl Chosen {
    /// Of a budget as it stands, its days and its history.
    pub(super) fn of(
        standing: &Standing,
        days: &[Day],
        history: (Vec<Happened>, usize),
        is_changing: bool,
        now: Timestamp,
    ) -> Self {
        let budget = &standing.budget;
        let (history, earlier) = history;
        let typed: Vec<String> = budget.terms.warn_at.iter().map(ToString::to_string).collect();
        Self {
            id: budget.id.clone(),
            row: Row::of(standing, &budget.id, now),
            zone: budget.about.zone.replace('_', " "),
            chart: Chart::of(standing, days),
            says: says(standing),
            history,
            earlier,
            is_ended: budget.ended_at.is_some(),
            amount: words::plain(budget.about.unit, budget.terms.amount),
            amount_label: match budget.about.unit {
                crate::budgets::Unit::Tokens => "Tokens",
                crate::budgets::Unit::Money => "Dollars",
            },
            warn_at: typed.join(", "),
            ends: ends(budget.terms.at_end),
            version: budget.version,
            is_changing,
            reason: String::new(),
            errors: FieldErrors::default(),
            end_reason: String::new(),
            end_errors: FieldErrors::default(),
        }
    }

    /// With what was typed and refused in its form.
    pub(super) fn retyped(mut self, refused: Refused) -> Self {
        match refused {
            Refused::Nothing => {}
            Refused::Change(typed) => {
                (self.amount, self.warn_at, self.reason) = (typed.amount, typed.warn_at, typed.reason);
                self.ends = typed.at_end.map_or(self.ends, ends);
                self.version = typed.seen.unwrap_or(self.version);
                (self.errors, self.is_changing) = (typed.errors, true);
            }
            Refused::End(typed) => (self.end_reason, self.end_errors) = (typed.reason, typed.errors),
        }
        self
    }
}

/// What may be chosen for the end: value, words, whether it is that.
pub(super) fn ends(chosen: AtEnd) -> Vec<(&'static str, &'static str, bool)> {
    AtEnd::ALL.iter().map(|end| (end.as_str(), words::at_end(*end), *end == chosen)).collect()
}

/// What is expected, and how far that can be relied on.
fn says(standing: &Standing) -> Vec<String> {
    let budget = &standing.budget;
    let mut says = Vec::new();
    let goes = pace(budget.about.unit, standing.burn_per_hour);
    says.push(format!("At the pace of the last 7 days {goes} go in an hour."));
    says.push(match (standing.state(), budget.terms.at_end) {
        (State::Exhausted, AtEnd::Refuses) => {
            "It is used up: the gateway refuses its calls. Those that go past the gateway go on.".to_owned()
        }
        (State::Exhausted, AtEnd::Tells) => "It is used up: calls go on.".to_owned(),
        (_, AtEnd::Refuses) => {
            "When it is used up, the gateway refuses its calls. Those that go past the gateway go on."
                .to_owned()
        }
        (_, AtEnd::Tells) => "When it is used up, calls go on.".to_owned(),
    });
    says.push(match standing.usual_error {
        _ if standing.is_young => "Not predicted before 3 days: there is too little past.".to_owned(),
        Some(error) => format!(
            "On the last 30 days the use of a day was predicted with an error of {}, at the median.",
            share(error)
        ),
        None => "How far predictions are off is not known: there are too few days to try them on.".to_owned(),
    });
    says.push(match words::thresholds(&budget.terms.warn_at) {
        nowhere if budget.terms.warn_at.is_empty() => format!("It warns {nowhere}."),
        at => format!("It warns {at}: that is shown here and to programs, and sent to nobody."),
    });
    says.push(
        "An alert tells when it is predicted to end within an hour, and another when it is overdrawn."
            .to_owned(),
    );
    says.extend(unpriced(standing).map(|words| sentence(&words)));
    says
}

/// What happened, the newest first, and how much is not shown.
pub(super) fn happened(
    conn: &mut AnyConnection,
    project: ProjectKey,
    budget: &str,
    reads_ledger: bool,
    now: Timestamp,
) -> Result<(Vec<Happened>, usize)> {
    let events = crate::budgets::reads::history(conn, project, budget)?;
    let about = crate::budgets::reads::find(conn, project, budget)?.about;
    let mut all = Vec::new();
    for event in events.iter().rev().take(SHOWN) {
        let read = event.body.as_ref().map(|body| BudgetEvent::from_json(&event.kind, &body.data));
        let (words, reason) = match &read {
            Some(Ok(read)) => (words::happened(read, &about), words::reason(read).to_owned()),
            _ => ("the words of this were erased".to_owned(), String::new()),
        };
        let entry = if reads_ledger { leaf_index(conn, &event.id)? } else { None };
        all.push(Happened {
            at: Time::new(event.at, now),
            by: Event::marked_name(event),
            words,
            reason,
            entry,
        });
    }
    Ok((all, events.len().saturating_sub(SHOWN)))
}
