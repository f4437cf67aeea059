//! One line of the history: an event in words, with who, when and where.

use std::collections::{BTreeMap, BTreeSet};

use super::text::{self, Html};
use super::told::{Around, told};
use super::words::{Told, meaning};
use super::{audit, kinds};
use crate::audit::events::AuditEvent;
use crate::foundation::Timestamp;
use crate::ledger::Event;
use crate::web::words;
use crate::work_orders::events::OrderEvent;
use crate::work_orders::fold::apply;
use crate::work_orders::model::{Order, Target};
use crate::work_orders::reads::stamp_of;

/// Members of an event's data that name the part it is about, with the kind of part where the name says it; the others hold it as a target,
/// or as the place of a file, which is written alike.
const PARTS: [(&str, Option<&str>); 6] = [
    ("item", Some("item")),
    ("step", Some("step")),
    ("criterion", Some("criterion")),
    ("target", None),
    ("about", None),
    ("place", None),
];

/// An order with what happened to it, oldest first.
#[derive(Clone, Copy)]
pub struct Past<'a> {
    /// The order that all events make.
    pub order: &'a Order,
    pub events: &'a [Event],
    pub(super) claims: &'a Claims,
    pub now: Timestamp,
}

/// Claims by their ids: the place, and what is claimed.
pub(super) type Claims = BTreeMap<String, (Target, String)>;

/// Where only the order's own events are told.
static NO_CLAIMS: Claims = BTreeMap::new();

impl<'a> Past<'a> {
    /// An order with its own events.
    pub fn of(order: &'a Order, events: &'a [Event], now: Timestamp) -> Self {
        Self { order, events, claims: &NO_CLAIMS, now }
    }
}

/// One event.
#[derive(Clone, Debug)]
pub struct Happening {
    /// The place in the log.
    pub seq: i64,
    /// The sentence with its reason.
    pub words: String,
    pub told: Told,
    /// Who and when.
    pub meta: Html,
    pub who: String,
    pub time: Html,
    /// The moment, for the look back.
    pub at: String,
    /// The kind in words, and as stored.
    pub kind: String,
    pub stored: String,
    /// How people name the part it is about, `3.2`; empty where it is about none.
    pub place: String,
    /// Whether the order looked otherwise after it, so that a look back shows something.
    pub is_of_order: bool,
}

/// What was stored, understood as far as this version can.
enum Happened {
    Erased,
    Order(OrderEvent),
    Audit(AuditEvent),
    Unknown,
}

/// The newest events, the newest first.
pub fn newest(past: Past<'_>, count: usize) -> Vec<Happening> {
    let wanted = past.events.iter().rev().take(count).map(|event| event.seq).collect();
    let mut lines = told_of(past, &wanted);
    lines.reverse();
    lines
}

/// The events at these places of the log, oldest first. All of the order up to the last of them is folded: each is told from the order as it
/// stood just before.
pub(super) fn told_of(past: Past<'_>, wanted: &BTreeSet<i64>) -> Vec<Happening> {
    let last = wanted.last().copied().unwrap_or(i64::MIN);
    let mut before = Order::default();
    let mut lines = Vec::with_capacity(wanted.len());
    for event in past.events.iter().take_while(|event| event.seq <= last) {
        let happened = Happened::read(event);
        if wanted.contains(&event.seq) {
            lines.push(Happening::of(past, &before, event, &happened));
        }
        if let Happened::Order(happened) = happened {
            apply(&mut before, &happened, &stamp_of(event));
        }
    }
    lines
}

impl Happened {
    fn read(event: &Event) -> Self {
        let Some(body) = &event.body else { return Self::Erased };
        if kinds::is_audit(&event.kind) {
            let read = AuditEvent::from_json(&event.kind, &body.data);
            return read.map_or(Self::Unknown, Self::Audit);
        }
        OrderEvent::from_json(&event.kind, &body.data).map_or(Self::Unknown, Self::Order)
    }
}

impl Happening {
    fn of(past: Past<'_>, before: &Order, event: &Event, happened: &Happened) -> Self {
        let around = Around { before, last: past.order };
        let told = match happened {
            Happened::Erased => Told::new("something that has been erased"),
            Happened::Unknown => Told::new(event.kind.clone()),
            Happened::Order(happened) => told(around, happened),
            Happened::Audit(happened) => audit::told(around, past.claims, happened),
        };
        let who = event.marked_name();
        let time = text::moment(event.at, past.now);
        let parts = [Some(Html::text(&who)), Some(time.clone()), text::claimed(event, past.now)];
        Self {
            seq: event.seq,
            words: told.words() + &superseded_by(past.order, &event.id),
            told,
            meta: Html::joined(parts.into_iter().flatten(), ", "),
            who,
            time,
            at: event.at.to_rfc3339(),
            kind: words::event(&event.kind),
            stored: event.kind.clone(),
            place: place(past, before, event),
            is_of_order: !kinds::is_audit(&event.kind),
        }
    }
}

/// The signatures that an event superseded.
fn superseded_by(order: &Order, event: &str) -> String {
    let by_it =
        order.signatures.iter().filter(|it| it.superseded.as_ref().is_some_and(|by| by.event == event));
    let names: Vec<String> =
        by_it.map(|it| format!("{} by {}", meaning(it.meaning).to_lowercase(), it.by.name)).collect();
    if names.is_empty() {
        String::new()
    } else {
        format!("; this superseded the signature {}", names.join(", "))
    }
}

/// How people named the part at that time; of several the first.
fn place(past: Past<'_>, before: &Order, event: &Event) -> String {
    let targets = targets_of(past, event);
    let reference = |target: &Target| before.reference(target).or_else(|| past.order.reference(target));
    let found = targets.iter().find_map(reference).unwrap_or_default();
    found.split_once('/').map(|(_, place)| place.to_owned()).unwrap_or_default()
}

/// The parts that an event is about.
pub(super) fn targets_of(past: Past<'_>, event: &Event) -> Vec<Target> {
    let Some(body) = &event.body else { return Vec::new() };
    if kinds::is_audit(&event.kind) {
        let read = AuditEvent::from_json(&event.kind, &body.data);
        return read.map(|happened| audit::targets(past.claims, &happened)).unwrap_or_default();
    }
    let named = |(name, kind): &(&str, Option<&str>)| -> Option<Target> {
        let said = body.data.get(*name)?;
        match kind {
            Some(kind) => format!("{kind}:{}", said.as_str()?).parse().ok(),
            None => serde_json::from_value(said.clone()).ok(),
        }
    };
    PARTS.iter().filter_map(named).collect()
}
