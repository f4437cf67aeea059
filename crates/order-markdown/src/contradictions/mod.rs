//! Where an order's record speaks against itself, or says less than it seems to.
//!
//! Each rule has an id, a version and one plain sentence per finding. The rules look at words, states and
//! times only; they point, a person decides. Report [`RULES`] with the findings, so that a reader sees
//! which rules ran.

mod waiting;
mod words;

#[cfg(test)]
mod tests;

use super::model::{Finding, Item, Order, Status, Step, StepState, Subject, Tick, When};
use foundation::Timestamp;

/// One rule: what it is called, its version and what it looks for.
#[derive(Debug, PartialEq, Eq)]
pub struct RuleInfo {
    /// Its stable name.
    pub id: &'static str,
    /// Counts up when its meaning changes.
    pub version: u32,
    pub says: &'static str,
}

const LOG_WAITS: RuleInfo = RuleInfo {
    id: "log_waits_for_ticked",
    version: 1,
    says: "The last log entries still wait for something that is ticked as done.",
};
const UNATTESTED: RuleInfo = RuleInfo {
    id: "tick_unattested",
    version: 1,
    says: "A tick came from a file and nobody here vouches for it.",
};
const DONE_WITH_OPEN_ITEMS: RuleInfo = RuleInfo {
    id: "step_done_with_open_items",
    version: 1,
    says: "A step is marked done while required items in it are open.",
};
const OPEN_WITH_ALL_TICKED: RuleInfo = RuleInfo {
    id: "step_open_with_all_ticked",
    version: 1,
    says: "A step is marked open while every item in it is ticked.",
};
const DONE_WITHOUT_ITEMS: RuleInfo = RuleInfo {
    id: "step_done_without_items",
    version: 1,
    says: "A step is marked done and has no items that could show it.",
};
const COMPLETED_WITH_OPEN_STEPS: RuleInfo = RuleInfo {
    id: "completed_with_open_steps",
    version: 1,
    says: "The order says it is completed while required steps are open.",
};
const STATUS_UNSIGNED: RuleInfo = RuleInfo {
    id: "status_unsigned",
    version: 2,
    says: "A file says that it is submitted, approved, begun or finished, and nobody here did or signed that.",
};
const LOG_OUT_OF_ORDER: RuleInfo = RuleInfo {
    id: "log_out_of_order",
    version: 1,
    says: "A log entry is surely earlier than the one before it, or than the order itself.",
};
const TIME_IMPRECISE: RuleInfo =
    RuleInfo { id: "time_imprecise", version: 1, says: "A time is vaguer than a minute or cannot be read." };

const TIME_IN_FUTURE: RuleInfo =
    RuleInfo { id: "time_in_future", version: 1, says: "A record claims a time that has not come yet." };

/// Every rule, in the order in which they run.
pub const RULES: [RuleInfo; 10] = [
    LOG_WAITS,
    UNATTESTED,
    DONE_WITH_OPEN_ITEMS,
    OPEN_WITH_ALL_TICKED,
    DONE_WITHOUT_ITEMS,
    COMPLETED_WITH_OPEN_STEPS,
    STATUS_UNSIGNED,
    LOG_OUT_OF_ORDER,
    TIME_IMPRECISE,
    TIME_IN_FUTURE,
];

/// Everything the rules find at a moment, rule by rule.
pub fn find(order: &Order, now: Timestamp) -> Vec<Finding> {
    let mut findings = waiting::find(order);
    findings.extend(unattested(order));
    findings.extend(order.steps.iter().filter_map(done_with_open_items));
    findings.extend(order.steps.iter().filter_map(open_with_all_ticked));
    findings.extend(order.steps.iter().filter_map(done_without_items));
    findings.extend(completed_with_open_steps(order));
    findings.extend(status_unsigned(order));
    findings.extend(log_out_of_order(order));
    findings.extend(times_imprecise(order));
    findings.extend(times_in_future(order, now));
    findings
}

/// What the rules find now and, until the order first moves here, what they found in the file as it came: a state or a sign
/// that only the file claims stands nowhere else any more.
pub fn standing(order: &Order, now: Timestamp) -> Vec<Finding> {
    let mut findings = find(order, now);
    if order.transitions.is_empty() {
        let known = |it: &&Finding| {
            !findings.iter().any(|other| other.rule == it.rule && other.subject == it.subject)
        };
        let told: Vec<Finding> = order.findings.iter().filter(known).cloned().collect();
        findings.extend(told.into_iter().filter(|it| it.rule != UNATTESTED.id));
    }
    findings
}

impl RuleInfo {
    fn found(&self, subject: Subject, sentence: String) -> Finding {
        Finding { rule: self.id.to_owned(), version: self.version, subject, sentence }
    }
}

fn name(step: &Step) -> String {
    format!("Step {} \"{}\"", step.position, step.title)
}

fn unattested(order: &Order) -> Vec<Finding> {
    let steps = order.steps.iter().filter_map(|step| {
        let items = step.items.iter().map(|item| &item.ticks);
        let count = items.chain([&step.ticks]).filter(|ticks| ticks.is_unattested()).count();
        (count > 0).then(|| UNATTESTED.found(Subject::Step(step.id.clone()), vouch(&name(step), count)))
    });
    let criteria =
        order.criteria.iter().filter(|criterion| criterion.ticks.is_unattested()).map(|criterion| {
            let named = format!("Criterion \"{}\"", criterion.text);
            UNATTESTED.found(Subject::Criterion(criterion.id.clone()), vouch(&named, 1))
        });
    steps.chain(criteria).collect()
}

fn vouch(named: &str, count: usize) -> String {
    let (ticks, count_for) = if count == 1 { ("tick", "counts") } else { ("ticks", "count") };
    format!(
        "{named}: {count} imported {ticks} without a who and when that anyone here vouches for; {count_for} for nothing until attested."
    )
}

fn done_with_open_items(step: &Step) -> Option<Finding> {
    let unsaid =
        |item: &&Item| item.required && !item.not_asked && item.skipped.is_none() && !item.ticks.is_ticked();
    let open = step.items.iter().filter(unsaid).count();
    (step.state == StepState::Done && open > 0).then(|| {
        let sentence =
            format!("{} is marked done, yet {open} of {} items are open.", name(step), step.items.len());
        DONE_WITH_OPEN_ITEMS.found(Subject::Step(step.id.clone()), sentence)
    })
}

fn open_with_all_ticked(step: &Step) -> Option<Finding> {
    let ticked = !step.items.is_empty() && step.items.iter().all(|item| item.ticks.is_ticked());
    (step.state == StepState::Open && ticked).then(|| {
        let sentence = format!("{} is marked open, yet all of its items are ticked.", name(step));
        OPEN_WITH_ALL_TICKED.found(Subject::Step(step.id.clone()), sentence)
    })
}

fn done_without_items(step: &Step) -> Option<Finding> {
    let imported = step.ticks.current().is_none_or(Tick::is_unattested);
    (step.state == StepState::Done && step.items.is_empty() && imported).then(|| {
        let sentence = format!("{} is marked done, and it has no items that could show it.", name(step));
        DONE_WITHOUT_ITEMS.found(Subject::Step(step.id.clone()), sentence)
    })
}

fn completed_with_open_steps(order: &Order) -> Option<Finding> {
    let open: Vec<String> = order
        .steps
        .iter()
        .filter(|step| step.required && step.state == StepState::Open)
        .map(|step| step.position.to_string())
        .collect();
    (order.status.is_done() && !open.is_empty()).then(|| {
        let status = order.status.label().to_lowercase();
        let sentence = format!("The order says {status}, yet required steps are open: {}.", open.join(", "));
        COMPLETED_WITH_OPEN_STEPS.found(Subject::Order, sentence)
    })
}

fn status_unsigned(order: &Order) -> Option<Finding> {
    let made = order.status == Status::Draft || order.transitions.iter().any(|it| it.to == order.status);
    (!made).then(|| {
        let status = order.status.label().to_lowercase();
        let sentence =
            format!("The file says {status}; nobody here approved or signed that, so it counts for nothing.");
        STATUS_UNSIGNED.found(Subject::Order, sentence)
    })
}

fn log_out_of_order(order: &Order) -> Vec<Finding> {
    let mut latest = Some(&order.created);
    let mut findings = Vec::new();
    for entry in &order.log {
        match latest {
            Some(before) if entry.when.is_surely_before(before) => {
                let sentence = format!(
                    "Log entry \"{}\" of {} stands after one of {}.",
                    entry.title, entry.when.raw, before.raw
                );
                findings.push(LOG_OUT_OF_ORDER.found(Subject::LogEntry(entry.id.clone()), sentence));
            }
            _ if entry.when.from.is_some() => latest = Some(&entry.when),
            _ => {}
        }
    }
    findings
}

fn times_imprecise(order: &Order) -> Vec<Finding> {
    let log = order
        .log
        .iter()
        .map(|entry| (&entry.when, Subject::LogEntry(entry.id.clone()), entry.title.as_str()));
    let created = (&order.created, Subject::Order, "Created");
    let created = Some(created).filter(|(when, ..)| !when.raw.is_empty());
    let due = order.due.as_ref().map(|due| (due, Subject::Order, "Due"));
    // A due date without a clock is normal; one that cannot be read is not.
    let vague = |(when, _, what): &(&When, Subject, &str)| {
        if *what == "Due" { when.from.is_none() } else { when.is_imprecise() }
    };
    let all = created.into_iter().chain(due).chain(log).filter(vague);
    all.map(|(when, subject, what)| TIME_IMPRECISE.found(subject, vague_sentence(when, what))).collect()
}

fn vague_sentence(when: &When, what: &str) -> String {
    match (when.raw.is_empty(), when.from) {
        (true, _) => format!("\"{what}\" carries no time."),
        (false, None) => format!("The time \"{}\" of \"{what}\" cannot be read.", when.raw),
        (false, Some(_)) => {
            let known = serde_json::to_value(when.precision).unwrap_or_default();
            let known = known.as_str().unwrap_or("part").to_owned();
            format!("The time \"{}\" of \"{what}\" is known to the {known} only.", when.raw)
        }
    }
}

fn times_in_future(order: &Order, now: Timestamp) -> Vec<Finding> {
    let log = order
        .log
        .iter()
        .map(|entry| (&entry.when, Subject::LogEntry(entry.id.clone()), entry.title.as_str()));
    let all = std::iter::once((&order.created, Subject::Order, "Created")).chain(log);
    let late = all.filter(|(when, _, _)| when.from.is_some_and(|from| from > now));
    let told = late.map(|(when, subject, what)| {
        TIME_IN_FUTURE.found(subject, format!("The time \"{}\" of \"{what}\" has not come yet.", when.raw))
    });
    told.collect()
}
