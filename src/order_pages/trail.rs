//! The history narrowed to a person, a part, a kind and a span of time, as the address says; on the page and on paper alike.

use std::collections::{BTreeMap, BTreeSet};

use super::history::{self, HappeningView};
use super::view::OrderView;
use crate::foundation::{Error, Result, Timestamp};
use crate::ledger::Event;
use crate::web::{read_moment, words};
use crate::work_orders::model::{Order, Target};

/// What an address asks for.
pub type Query = BTreeMap<String, String>;

/// The fields of an address that narrow the history.
const FIELDS: [&str; 5] = ["who", "part", "kind", "since", "until"];
/// Members of an event's data that name the part it is about.
const PARTS: [&str; 5] = ["item", "step", "criterion", "target", "about"];

/// The history as it is shown, with what it can be narrowed by.
#[derive(Debug)]
pub struct Trail {
    pub lines: Vec<HappeningView>,
    /// Events of the order, and those of them that were asked for.
    pub all: usize,
    pub found: usize,
    pub who: Vec<Choice>,
    pub parts: Vec<Choice>,
    pub kinds: Vec<Choice>,
    pub since: String,
    pub until: String,
    /// The same question for another address, `&who=…` and the like, with the look back.
    pub query: String,
    pub as_of: String,
    pub is_narrowed: bool,
    /// Whether all of it was asked for.
    pub is_whole: bool,
}

/// One thing to choose from.
#[derive(Debug)]
pub struct Choice {
    pub value: String,
    pub words: String,
    pub is_chosen: bool,
}

/// Reads the newest `limit` events that the address asks for. Refuses a part that the order has not, and what is no moment.
pub fn of(view: &OrderView, query: &Query, limit: usize) -> Result<Trail> {
    let asked = Asked::read(&view.order, query)?;
    let found: Vec<&Event> = view.events.iter().rev().filter(|event| asked.takes(event)).collect();
    let text = |name: &str| given(query, name).unwrap_or_default().to_owned();
    let who = view.events.iter().map(|event| (event.actor.clone(), event.actor_name().to_owned()));
    let kinds = view.events.iter().map(|event| (event.kind.clone(), words::event(&event.kind)));
    let kept: Query =
        query.iter().filter(|(name, _)| is_kept(name)).map(|(k, v)| (k.clone(), v.clone())).collect();
    Ok(Trail {
        all: view.events.len(),
        found: found.len(),
        lines: found.into_iter().take(limit).map(|event| history::happening(view, event)).collect(),
        who: choices(who, &text("who")),
        parts: choices(parts(&view.order), &text("part")),
        kinds: choices(kinds, &text("kind")),
        since: text("since"),
        until: text("until"),
        query: serde_urlencoded::to_string(&kept).map_err(Error::internal)?,
        as_of: text("as_of"),
        is_whole: query.contains_key("history"),
        is_narrowed: FIELDS.iter().any(|name| given(query, name).is_some()),
    })
}

impl Trail {
    /// Events that were asked for and are not among the lines.
    pub fn earlier(&self) -> usize {
        self.found.saturating_sub(self.lines.len())
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

    fn takes(&self, event: &Event) -> bool {
        self.who.as_ref().is_none_or(|who| event.actor == *who)
            && self.kind.as_ref().is_none_or(|kind| event.kind == *kind)
            && (self.since..=self.until).contains(&event.at)
            && self.parts.as_ref().is_none_or(|parts| concerns(event, parts))
    }
}

fn concerns(event: &Event, parts: &BTreeSet<String>) -> bool {
    let data = event.data();
    let named = PARTS.iter().filter_map(|name| data.get(name)?.as_str().map(str::to_owned));
    // A target is written with its kind before the id.
    named.into_iter().any(|name| parts.contains(name.rsplit(':').next().unwrap_or_default()))
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

fn parts(order: &Order) -> impl Iterator<Item = (String, String)> {
    let steps =
        (1..).zip(&order.steps).map(|(place, step)| (place.to_string(), format!("{place} {}", step.title)));
    let criteria =
        (1..).zip(&order.criteria).map(|(place, it)| (format!("C{place}"), format!("C{place} {}", it.text)));
    steps.chain(criteria)
}

/// A day alone means its beginning here, and its end as the end of a span.
fn since(text: &str) -> Result<Timestamp> {
    read_moment("since", &format!("{}T00:00", text.trim())).or_else(|_| read_moment("since", text))
}

/// Each once, in the order in which they first come.
fn choices(all: impl Iterator<Item = (String, String)>, chosen: &str) -> Vec<Choice> {
    let mut seen = BTreeSet::new();
    let once = all.filter(|(value, _)| seen.insert(value.clone()));
    once.map(|(value, words)| Choice { is_chosen: value == chosen, value, words }).collect()
}

fn is_kept(name: &str) -> bool {
    FIELDS.contains(&name) || name == "as_of"
}

fn given<'q>(query: &'q Query, name: &str) -> Option<&'q str> {
    query.get(name).map(|value| value.trim()).filter(|value| !value.is_empty())
}
