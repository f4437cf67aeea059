//! The table of rules and the dry run as the page shows them.

use crate::foundation::Timestamp;
use crate::foundation::address::part;
use crate::recognition::dry_run::{DryRun, Example, MOST_TRACES, OF_CALLS, Tried};
use crate::recognition::reads::Change;
use crate::web::format::{Time, number};
use trace_model::rules::{self, Place, Rule, Slot};
use wire::mapping::own_rules::{Names, OwnRule, Source};

/// What one name is read from.
pub(super) struct SlotView {
    pub(super) words: &'static str,
    /// What is found there.
    pub(super) example: &'static str,
    pub(super) groups: Vec<GroupView>,
}

/// Words that stand in the same place.
pub(super) struct GroupView {
    /// Where they stand.
    pub(super) place: String,
    /// `since version 2`; nothing of those that were always read.
    pub(super) since: String,
    pub(super) words: Vec<String>,
}

impl SlotView {
    /// The whole table.
    pub(super) fn all() -> Vec<Self> {
        Slot::ALL.into_iter().map(Self::of).collect()
    }

    fn of(slot: Slot) -> Self {
        let rules = rules::of(slot);
        let mut groups: Vec<GroupView> = Vec::new();
        for rule in rules {
            let (place, since) = (place(rule), since(rule));
            match groups.last_mut().filter(|group| group.place == place && group.since == since) {
                Some(group) => group.words.push(word(rule)),
                None => groups.push(GroupView { place, since, words: vec![word(rule)] }),
            }
        }
        let example = if slot == Slot::Kind { "" } else { rules.first().map_or("", |rule| rule.example) };
        Self { words: slot.words(), example, groups }
    }
}

fn place(rule: &Rule) -> String {
    match rule.place {
        Place::Value(rules::FRAMEWORK) => "value of span.type, mlflow.spanType and their like".to_owned(),
        Place::Value(attribute) => format!("value of {attribute}"),
        other => other.words().to_owned(),
    }
}

fn since(rule: &Rule) -> String {
    if rule.since > 1 { format!("since version {}", rule.since) } else { String::new() }
}

/// A value of a kind says which kind it is.
fn word(rule: &Rule) -> String {
    match (rule.slot, rule.place) {
        (Slot::Kind, _) => format!("{} → {}", rule.word, rule.example.to_ascii_lowercase()),
        (_, Place::Before) => format!("{}…", rule.word),
        _ => rule.word.to_owned(),
    }
}

/// A rule of the project.
pub(super) struct OwnView {
    pub(super) names: &'static str,
    pub(super) source: &'static str,
    pub(super) word: String,
    /// As the form that takes it back sends it.
    pub(super) names_word: &'static str,
    pub(super) source_word: &'static str,
    /// The name of the button that takes it back.
    pub(super) about: String,
}

impl OwnView {
    pub(super) fn of(rule: &OwnRule) -> Self {
        let names = rule.names.slot();
        Self {
            names: names.words(),
            source: rule.source.words(),
            word: rule.word.clone(),
            names_word: names.as_str(),
            source_word: rule.source.as_str(),
            about: format!("Take back: {} from {} {}", names.words(), rule.source.words(), rule.word),
        }
    }
}

/// The last change of the project's rules.
pub(super) struct LastView {
    pub(super) at: Time,
    pub(super) by: String,
    pub(super) reason: String,
}

impl LastView {
    pub(super) fn of(last: Change, now: Timestamp) -> Self {
        Self { at: Time::new(last.at, now), by: last.by_name, reason: last.reason }
    }
}

/// What somebody typed of a rule.
#[derive(Default)]
pub(super) struct Typed {
    pub(super) names: String,
    pub(super) source: String,
    pub(super) word: String,
    pub(super) reason: String,
}

impl Typed {
    /// The fields of an address or of a form.
    pub(super) fn of<'f>(field: impl Fn(&str) -> &'f str) -> Self {
        let text = |name: &str| field(name).trim().to_owned();
        Self { names: text("names"), source: text("source"), word: text("word"), reason: text("reason") }
    }

    /// Whether a rule was typed at all.
    pub(super) fn is_nothing(&self) -> bool {
        self.word.is_empty() && self.names.is_empty() && self.source.is_empty()
    }

    /// What may be named: value, words, whether it is chosen.
    pub(super) fn all_names(&self) -> Vec<(&'static str, &'static str, bool)> {
        let all = Names::ALL.into_iter().map(Names::slot);
        all.map(|slot| (slot.as_str(), slot.words(), slot.as_str() == self.names)).collect()
    }

    /// The places: value, words, whether it is chosen.
    pub(super) fn sources(&self) -> Vec<(&'static str, &'static str, bool)> {
        let all = Source::ALL.into_iter();
        all.map(|source| (source.as_str(), source.words(), source.as_str() == self.source)).collect()
    }
}

/// What the newest traces say.
pub(super) struct RunView {
    pub(super) is_empty: bool,
    /// `the newest 200 traces with 1 045 calls`.
    pub(super) over: String,
    /// Label, value, note and address of each figure.
    pub(super) figures: Vec<(&'static str, String, String, String)>,
    pub(super) tried: Option<TriedView>,
}

/// What one more rule would do.
pub(super) struct TriedView {
    pub(super) sentence: String,
    pub(super) examples: Vec<ExampleView>,
}

/// A call that it would name.
pub(super) struct ExampleView {
    pub(super) href: String,
    pub(super) trace: String,
    pub(super) call: String,
    pub(super) found: String,
    pub(super) at: Time,
}

impl RunView {
    pub(super) fn of(run: DryRun, tried: Option<&OwnRule>, now: Timestamp) -> Self {
        let DryRun { traces, calls, named, gates, tried: found } = run;
        let figures = OF_CALLS.into_iter().zip(named).map(|(slot, count)| {
            let note = format!("{} of {} calls", count_of(count), count_of(calls));
            // What the list of traces can ask for.
            let href = match slot {
                Slot::Workflow | Slot::Stage => "/traces?range=30d".to_owned(),
                other => format!("/traces?lacks={}&range=30d", other.as_str()),
            };
            (slot.words(), share(count, calls), note, href)
        });
        Self {
            is_empty: traces == 0,
            over: format!("the newest {}, with {}", several(traces, "trace"), several(calls, "call")),
            figures: figures
                .chain([(
                    Slot::Gate.words(),
                    count_of(gates),
                    "steps say how it ended".to_owned(),
                    "/traces?range=30d".to_owned(),
                )])
                .collect(),
            tried: tried.zip(found).map(|(rule, found)| TriedView::of(rule, found, now)),
        }
    }

    /// How many are looked at.
    pub(super) fn most(&self) -> i64 {
        MOST_TRACES
    }
}

impl TriedView {
    fn of(rule: &OwnRule, tried: Tried, now: Timestamp) -> Self {
        let what = if rule.names == Names::Gate { "step" } else { "call" };
        let name = rule.names.slot().words().to_lowercase();
        let more = several(tried.more, what);
        let sentence = match tried.more {
            0 => format!("This rule would name the {name} of no {what} that nothing names already."),
            _ => format!("This rule would name the {name} of {more} that nothing names now."),
        };
        let example = |example: Example| {
            let Example { trace, observation_id, name, found } = example;
            let pairs = [("observation", observation_id.as_str())];
            let query = serde_urlencoded::to_string(pairs).unwrap_or_default();
            ExampleView {
                href: format!("/traces/{}?{query}", part(&trace.trace_id)),
                call: name.unwrap_or_else(|| observation_id.clone()),
                trace: trace.name.unwrap_or(trace.trace_id),
                found,
                at: Time::new(trace.start_at, now),
            }
        };
        Self { sentence, examples: tried.examples.into_iter().map(example).collect() }
    }
}

fn count_of(count: usize) -> String {
    number(i64::try_from(count).unwrap_or(i64::MAX))
}

fn several(count: usize, what: &str) -> String {
    format!("{} {what}{}", count_of(count), if count == 1 { "" } else { "s" })
}

/// A share in whole per cent; a dash of nothing.
fn share(part: usize, whole: usize) -> String {
    match (part * 100).checked_div(whole) {
        Some(percent) => format!("{percent}\u{a0}%"),
        None => "–".to_owned(),
    }
}
