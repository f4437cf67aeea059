//! What pages show of versions: where they stand, who did what, what one says against another, and the history in words.

use std::collections::BTreeSet;

use crate::foundation::{ActorKind, Timestamp};
use crate::ledger::Event;
use crate::maintenance::procedures::compare::{self, Line};
use crate::maintenance::procedures::events::ProcedureEvent;
use crate::maintenance::procedures::model::{DAY, Procedure, Standing, Told, Version};
use crate::order_pages::text::{self, Html};
use crate::web::format::Due;
use crate::work_orders::model::Who;

/// One version in a list.
pub(super) struct VersionView {
    pub(super) number: u32,
    pub(super) href: String,
    pub(super) label: &'static str,
    pub(super) tone: &'static str,
    /// A program drafted it.
    pub(super) by_agent: bool,
    /// Whoever wrote its text last, and when.
    pub(super) meta: Html,
    /// Who approved, returned or withdrew it.
    pub(super) settled: Option<Html>,
    /// Orders made from it.
    pub(super) orders: i64,
}

/// What a version says against another one.
pub(super) struct Difference {
    pub(super) new: u32,
    pub(super) old: u32,
    pub(super) removed: usize,
    pub(super) added: usize,
    pub(super) lines: Vec<Line>,
    /// Lines of the comparison that the page does not show: those behind.
    pub(super) rest: usize,
    /// What parts ask for differently, in words.
    pub(super) demands: Vec<String>,
    /// How many more parts do: those behind.
    pub(super) more_demands: usize,
}

/// One thing that happened.
pub(super) struct Happened {
    pub(super) words: String,
    /// Who and when.
    pub(super) meta: Html,
}

impl VersionView {
    pub(super) fn of(procedure: &Procedure, version: &Version, orders: i64, now: Timestamp) -> Self {
        let standing = procedure.standing(version, now);
        Self {
            number: version.number,
            href: format!("/procedures/{}/versions/{}", procedure.code, version.number),
            label: standing.label(),
            tone: standing.tone(),
            by_agent: version.author.kind == ActorKind::Agent,
            meta: text::by_at(Some(&version.changed_by), Some(version.changed_at), now),
            settled: settled(version, standing, now),
            orders,
        }
    }
}

/// Who put it where it stands.
pub(super) fn settled(version: &Version, standing: Standing, now: Timestamp) -> Option<Html> {
    let told = |verb: &str, told: &Told| {
        let why = Some(format!(": {}", told.reason)).filter(|_| !told.reason.is_empty());
        let by = [Html::text(verb), text::by_at(Some(&told.by), Some(told.at), now)];
        Html::joined([Some(Html::joined(by, " ")), why.as_deref().map(Html::text)].into_iter().flatten(), "")
    };
    match standing {
        Standing::Draft => None,
        Standing::Submitted => version.submitted.as_ref().map(|it| told("submitted by", it)),
        Standing::Returned => version.returned.as_ref().map(|it| told("returned by", it)),
        Standing::Withdrawn => version.withdrawn.as_ref().map(|it| told("withdrawn by", it)),
        Standing::Coming | Standing::InUse | Standing::Replaced => {
            let approved = version.approved.as_ref().map(|it| told("approved by", it));
            let from = version
                .effective_from
                .map(|from| Html::joined([Html::text("in use from"), day(from, now)], " "));
            Some(Html::joined([approved, from].into_iter().flatten(), ", "))
        }
    }
}

/// A UTC day by its beginning.
pub(super) fn day(from: Timestamp, now: Timestamp) -> Html {
    Html::time(&Due::new(from.plus_micros(DAY), now))
}

impl Difference {
    /// What `new` says against `old`; none where both say the same.
    pub(super) fn of(old: &Version, new: &Version) -> Option<Self> {
        Self::between((old.number, &old.text), (new.number, &new.text))
    }

    fn between((old, old_text): (u32, &str), (new, new_text): (u32, &str)) -> Option<Self> {
        let lines = compare::compare(old_text, new_text);
        let (removed, added) = compare::counts(&lines);
        let (demands, more_demands) = compare::beginning(order_markdown::asked::changes(old_text, new_text));
        let (lines, rest) = compare::beginning(lines);
        (!lines.is_empty()).then_some(Self { new, old, removed, added, lines, rest, demands, more_demands })
    }
}

/// What happened to a procedure, the newest first; the numbers of hidden orders are not said.
pub(super) fn history(events: &[Event], hidden: &BTreeSet<String>, now: Timestamp) -> Vec<Happened> {
    let happened = |event: &Event| {
        let read = event.body.as_ref().map(|body| ProcedureEvent::from_json(&event.kind, &body.data));
        let words = match read {
            Some(Ok(read)) => words(&read, hidden),
            _ => "the words of this were erased".to_owned(),
        };
        let name = event.actor_name().to_owned();
        let by = Who { id: event.actor.clone(), kind: event.actor_kind, name };
        Happened { words, meta: text::by_at(Some(&by), Some(event.at), now) }
    };
    events.iter().rev().map(happened).collect()
}

fn words(event: &ProcedureEvent, hidden: &BTreeSet<String>) -> String {
    match event {
        ProcedureEvent::Created { code, title, .. } => format!("wrote {code} down: “{title}”"),
        ProcedureEvent::Drafted { version, copied_from: Some(from), .. }
            if !hidden.contains(&from.number) =>
        {
            format!("drafted version {version} from the plan of {}", from.number)
        }
        ProcedureEvent::Drafted { version, .. } => format!("drafted version {version}"),
        ProcedureEvent::Changed { version, copied_from: Some(from), .. }
            if !hidden.contains(&from.number) =>
        {
            format!("changed version {version} to the plan of {}", from.number)
        }
        ProcedureEvent::Changed { version, .. } => format!("changed version {version}"),
        ProcedureEvent::Submitted { version, .. } => format!("submitted version {version} for review"),
        ProcedureEvent::Returned { version, reason } => format!("returned version {version}: {reason}"),
        ProcedureEvent::Approved { version, digest, effective_from } => {
            let day = effective_from.to_chrono().format("%Y-%m-%d");
            format!("approved version {version} (SHA-256 {}), in use from {day} UTC", digest.short())
        }
        ProcedureEvent::Withdrawn { version, reason } => format!("withdrew version {version}: {reason}"),
        ProcedureEvent::Renamed { from, to } => format!("renamed it from “{from}” to “{to}”"),
        ProcedureEvent::Retired { reason } => format!("retired it: {reason}"),
        ProcedureEvent::TakenUp { reason } => format!("took it up again: {reason}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_many_parts_ask_for_differently_is_shown_up_to_a_bound_and_the_rest_is_counted() {
        let text = |seconds: u32| {
            let part = |at: u32| format!("\"{at}\": {{\"least_seconds\":{seconds}}}");
            let parts: Vec<String> = (1..=2_050).map(part).collect();
            let head = "# Round\n\n<!-- What the parts of this work order ask for";
            format!("{head}\n{{\n{}\n}}\n-->\n", parts.join(",\n"))
        };
        let found = Difference::between((1, &text(5)), (2, &text(9))).unwrap();
        assert_eq!((found.demands.len(), found.more_demands), (2_000, 50));
    }
}
