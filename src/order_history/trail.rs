//! The history narrowed to a person, a part, a kind and a span of time, as the address says; on its page, on the order's and on paper alike.

use std::collections::{BTreeMap, BTreeSet};

use super::happening::{Happening, Past, targets_of, told_of};
use super::kinds;
use crate::foundation::{Error, Result, Timestamp};
use crate::ledger::Event;
use crate::web::{read_moment, words};
use crate::work_orders::model::{Order, Target};

/// What an address asks for.
pub type Query = BTreeMap<String, String>;

/// The fields of an address that narrow the history.
const FIELDS: [&str; 5] = ["who", "part", "kind", "since", "until"];
/// What stands before each in its chip.
const LABELS: [&str; 5] = ["Who", "Part", "What", "From", "To"];

/// The history as it is shown, with what it can be narrowed by.
#[derive(Debug)]
pub struct Trail {
    pub lines: Vec<Happening>,
    /// Events of the order, and those of them that were asked for.
    pub all: usize,
    pub found: usize,
    pub who: Vec<Choice>,
    pub parts: Vec<Choice>,
    pub groups: Vec<Choice>,
    pub kinds: Vec<Choice>,
    pub since: String,
    pub until: String,
    /// The same question for another address, `who=…` and the like, with the look back.
    pub query: String,
    pub as_of: String,
    pub is_narrowed: bool,
    /// Whether all of it was asked for on the order's page.
    pub is_whole: bool,
    pub chips: Vec<Chip>,
    pub is_oldest_first: bool,
    /// The page behind this one, as a place for the address; none where this is the last.
    pub next: Option<i64>,
}

/// One thing to choose from.
#[derive(Debug)]
pub struct Choice {
    pub value: String,
    pub words: String,
    pub is_chosen: bool,
    /// How many events it would leave, with the other filters as they are.
    pub count: usize,
}

impl Choice {
    /// Its words with how many events it would leave.
    pub fn counted(&self) -> String {
        format!("{} ({})", self.words, self.count)
    }
}

/// A filter that can be taken away.
#[derive(Debug, PartialEq, Eq)]
pub struct Chip {
    pub label: &'static str,
    pub words: String,
    /// What stands behind `?` without it; may be empty.
    pub rest: String,
}

/// Reads up to `limit` events that the address asks for, the newest first unless it says `order=oldest`, from behind its place `after`.
/// Refuses a part that the order has not, and what is no moment.
pub fn of(past: Past<'_>, query: &Query, limit: usize) -> Result<Trail> {
    let asked = Asked::read(past.order, query)?;
    let is_oldest_first = given(query, "order") == Some("oldest");
    let candidates = asked.candidates(past);
    let found: Vec<&Event> =
        candidates.iter().filter(|it| it.is_by && it.is_kind).map(|it| it.event).collect();
    let after = given(query, "after").and_then(|place| place.parse::<i64>().ok());
    let is_behind = |event: &&&Event| {
        after.is_none_or(|after| if is_oldest_first { event.seq > after } else { event.seq < after })
    };
    let mut behind: Vec<i64> = found.iter().filter(is_behind).map(|event| event.seq).collect();
    if !is_oldest_first {
        behind.reverse();
    }
    let next = (behind.len() > limit).then(|| behind.get(limit.saturating_sub(1)).copied()).flatten();
    behind.truncate(limit);
    let mut lines = told_of(past, &behind.into_iter().collect());
    if !is_oldest_first {
        lines.reverse();
    }
    let (who, parts, groups, kinds) = choices(past, &candidates, query);
    let text = |name: &str| given(query, name).unwrap_or_default().to_owned();
    Ok(Trail {
        all: past.events.len(),
        found: found.len(),
        lines,
        chips: chips(query, [&who, &parts, &groups, &kinds])?,
        who,
        parts,
        groups,
        kinds,
        since: text("since"),
        until: text("until"),
        query: kept(query, "")?,
        as_of: text("as_of"),
        is_narrowed: FIELDS.iter().any(|name| given(query, name).is_some()),
        is_whole: query.contains_key("history"),
        is_oldest_first,
        next,
    })
}

impl Trail {
    /// Events that were asked for and are not among the lines.
    pub fn earlier(&self) -> usize {
        self.found.saturating_sub(self.lines.len())
    }

    /// The same question from another place, or in the other order: what stands behind `?`.
    pub fn with(&self, name: &str, value: &str) -> String {
        let order = if self.is_oldest_first && name != "order" { "order=oldest" } else { "" };
        let own = if value.is_empty() { String::new() } else { format!("{name}={value}") };
        let parts = [self.query.as_str(), order, own.as_str()];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("&")
    }
}

/// What the address asks for, understood.
struct Asked {
    who: Option<String>,
    /// The part and what belongs to it.
    parts: Option<BTreeSet<String>>,
    kind: Option<String>,
    since: Timestamp,
    until: Timestamp,
}

impl Asked {
    fn read(order: &Order, query: &Query) -> Result<Self> {
        let part = given(query, "part").map(|text| ids_of(order, text)).transpose()?;
        let until = given(query, "until").map(|text| read_moment("until", text)).transpose()?;
        Ok(Self {
            who: given(query, "who").map(str::to_owned),
            parts: part,
            kind: given(query, "kind").map(str::to_owned),
            since: given(query, "since").map(since).transpose()?.unwrap_or(Timestamp(i64::MIN)),
            until: until.unwrap_or(Timestamp(i64::MAX)),
        })
    }

    /// The events about the part in the span of time, and whether each is by the person and of the kind: read once, however much is counted.
    fn candidates<'e>(&self, past: Past<'e>) -> Vec<Candidate<'e>> {
        let events = past.events.iter().filter(|event| (self.since..=self.until).contains(&event.at));
        let about =
            events.filter(|event| self.parts.as_ref().is_none_or(|parts| concerns(past, event, parts)));
        about
            .map(|event| Candidate {
                is_by: self.who.as_ref().is_none_or(|who| event.actor == *who),
                is_kind: self.kind.as_ref().is_none_or(|kind| is_kind(&event.kind, kind)),
                event,
            })
            .collect()
    }
}

/// An event that the part and the span of time leave.
struct Candidate<'e> {
    event: &'e Event,
    is_by: bool,
    is_kind: bool,
}

/// Whether a stored kind is the one asked for, or of the group.
fn is_kind(stored: &str, asked: &str) -> bool {
    stored == asked || kinds::group_of(stored) == Some(asked)
}

/// Whether an event is about one of these parts: it names one, or it changed one of them in the plan.
fn concerns(past: Past<'_>, event: &Event, parts: &BTreeSet<String>) -> bool {
    if targets_of(past, event).iter().any(|target| parts.contains(target.id())) {
        return true;
    }
    let changes = event.body.as_ref().and_then(|body| body.data.get("changes")?.as_array());
    let paths = changes.into_iter().flatten().filter_map(|change| change.get("path")?.as_array());
    paths.flatten().filter_map(|id| id.as_str()).any(|id| parts.contains(id))
}

/// The ids of a part by the place that people write, such as `2`, `2.1` or `C1`; those of a step's items belong to the step.
fn ids_of(order: &Order, place: &str) -> Result<BTreeSet<String>> {
    let part = order.resolve_part(place);
    let part = part.ok_or_else(|| {
        Error::invalid("part", format!("this order has no part {place}; choose one of the list"))
    })?;
    let mut ids = BTreeSet::from([part.id().to_owned()]);
    if let Target::Step(id) = &part {
        ids.extend(order.step(id).iter().flat_map(|step| &step.items).map(|item| item.id.clone()));
    }
    Ok(ids)
}

/// A day alone means its beginning here, and its end as the end of a span.
fn since(text: &str) -> Result<Timestamp> {
    read_moment("since", &format!("{}T00:00", text.trim())).or_else(|_| read_moment("since", text))
}

/// People, parts, groups of kinds and kinds to choose from; those of events with how many each would leave.
fn choices(
    past: Past<'_>,
    candidates: &[Candidate<'_>],
    query: &Query,
) -> (Vec<Choice>, Vec<Choice>, Vec<Choice>, Vec<Choice>) {
    let chosen = |name: &str| given(query, name).unwrap_or_default();
    let (mut by, mut of): (BTreeMap<&str, usize>, BTreeMap<&str, usize>) = (BTreeMap::new(), BTreeMap::new());
    for it in candidates {
        *by.entry(it.event.actor.as_str()).or_default() += usize::from(it.is_kind);
        *of.entry(it.event.kind.as_str()).or_default() += usize::from(it.is_by);
    }
    let who = past.events.iter().map(|event| (event.actor.clone(), event.marked_name()));
    let mut who = each_once(who, chosen("who"));
    for choice in &mut who {
        choice.count = by.get(choice.value.as_str()).copied().unwrap_or_default();
    }
    let kinds = past.events.iter().map(|event| (event.kind.clone(), words::event(&event.kind)));
    let mut kinds = each_once(kinds, chosen("kind"));
    let mut groups =
        each_once(kinds::groups().map(|(word, label)| (word.to_owned(), label.to_owned())), chosen("kind"));
    for choice in kinds.iter_mut().chain(&mut groups) {
        choice.count =
            of.iter().filter(|(kind, _)| is_kind(kind, &choice.value)).map(|(_, count)| count).sum();
    }
    groups.retain(|choice| choice.count > 0 || choice.is_chosen);
    (who, places(past.order, chosen("part")), groups, kinds)
}

/// The parts of the order; one that the address names by another place, such as an item, stands among them.
fn places(order: &Order, chosen: &str) -> Vec<Choice> {
    let mut places = each_once(parts(order), chosen);
    if !chosen.is_empty() && !places.iter().any(|it| it.is_chosen) {
        let (value, words) = (chosen.to_owned(), chosen.to_owned());
        places.push(Choice { value, words, is_chosen: true, count: 0 });
    }
    places
}

/// Each once, in the order in which they first come.
fn each_once(all: impl Iterator<Item = (String, String)>, chosen: &str) -> Vec<Choice> {
    let mut seen = BTreeSet::new();
    let once = all.filter(|(value, _)| seen.insert(value.clone()));
    once.map(|(value, words)| Choice { is_chosen: value == chosen, value, words, count: 0 }).collect()
}

fn parts(order: &Order) -> impl Iterator<Item = (String, String)> {
    let steps =
        (1..).zip(&order.steps).map(|(place, step)| (place.to_string(), format!("{place} {}", step.title)));
    let criteria =
        (1..).zip(&order.criteria).map(|(place, it)| (format!("C{place}"), format!("C{place} {}", it.text)));
    steps.chain(criteria)
}

fn chips(query: &Query, choices: [&Vec<Choice>; 4]) -> Result<Vec<Chip>> {
    let words_of = |value: &str| {
        let mut all = choices.into_iter().flatten();
        all.find(|choice| choice.is_chosen && choice.value == value).map(|choice| choice.words.clone())
    };
    let mut chips = Vec::new();
    for (name, label) in FIELDS.into_iter().zip(LABELS) {
        if let Some(value) = given(query, name) {
            let words = words_of(value).unwrap_or_else(|| value.to_owned());
            chips.push(Chip { label, words, rest: kept(query, name)? });
        }
    }
    Ok(chips)
}

/// What narrows the history, but for one field, as it stands behind `?`.
fn kept(query: &Query, but: &str) -> Result<String> {
    let is_kept = |name: &str| (FIELDS.contains(&name) || name == "as_of") && name != but;
    let kept: Query =
        query.iter().filter(|(name, _)| is_kept(name)).map(|(k, v)| (k.clone(), v.clone())).collect();
    serde_urlencoded::to_string(&kept).map_err(Error::internal)
}

fn given<'q>(query: &'q Query, name: &str) -> Option<&'q str> {
    query.get(name).map(|value| value.trim()).filter(|value| !value.is_empty())
}
