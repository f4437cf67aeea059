//! Everything sent with an observation beside its bodies, as the panel shows it.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::db::AnyConnection;
use crate::foundation::address::part;
use crate::foundation::{ProjectKey, Result};
use crate::traces::reads;
use crate::web::format::{self, shown};
use trace_model::{BodyForm, JsonMap};
use wire::sent::{Event, Link, Sent};

use super::json::{Folded, folded};
use super::pairs::{Pair, Pairs, Room, beginning};
use super::query::{TraceQuery, View};

/// Events shown of one observation, and links.
const MOST_EVENTS: usize = 60;
const MOST_LINKS: usize = 60;
/// Characters of the record in the JSON and raw views.
const MOST_OF_RECORD: usize = 200_000;
/// Where a stack trace stands.
const STACK: &str = "exception.stacktrace";

/// Everything sent, in the view asked for.
pub(super) struct Everything {
    pub(super) attributes: Pairs,
    pub(super) events: Vec<EventView>,
    pub(super) events_total: usize,
    pub(super) links: Vec<LinkView>,
    pub(super) links_total: usize,
    pub(super) resource: Pairs,
    pub(super) scope: Pairs,
    pub(super) span: Pairs,
    /// The whole as JSON, where that view was asked for.
    pub(super) json: Option<Folded>,
    /// The whole as text, where that view was asked for.
    pub(super) raw: Option<String>,
    /// The page with all of it; empty where all of it is shown.
    pub(super) whole_href: String,
}

/// Something that happened.
pub(super) struct EventView {
    /// From the start of the span: `+ 5.0 s`.
    pub(super) after: String,
    pub(super) name: String,
    pub(super) is_exception: bool,
    /// Of an exception its type and message.
    pub(super) line: String,
    pub(super) stack: Option<Pair>,
    pub(super) attributes: Pairs,
}

/// Another span, and why it was named.
pub(super) struct LinkView {
    pub(super) trace_id: String,
    pub(super) span_id: String,
    /// The page of the span; empty where its trace is not here.
    pub(super) href: String,
    pub(super) attributes: Pairs,
}

/// The traces among those of some links that are here.
pub(super) fn linked_here(
    conn: &mut AnyConnection,
    project: ProjectKey,
    sent: &Sent,
) -> Result<BTreeSet<String>> {
    let ids: BTreeSet<&str> = sent.links.iter().take(MOST_LINKS).map(|link| link.trace_id.as_str()).collect();
    let ids: Vec<&str> = ids.into_iter().collect();
    Ok(reads::traces_by_id(conn, project, &ids)?.into_iter().map(|full| full.row.trace_id).collect())
}

impl Everything {
    /// The view of what was sent; `start_ns` is when the observation began.
    pub(super) fn of(
        sent: &Sent,
        here: &BTreeSet<String>,
        start_ns: Option<i64>,
        query: &TraceQuery,
        whole_href: impl FnOnce() -> String,
    ) -> Self {
        let mut room = if query.whole { Room::whole() } else { Room::usual() };
        let in_list = query.view == View::Messages;
        let mut all = Self {
            attributes: attributes(sent, &mut room),
            events: Vec::new(),
            events_total: sent.events.len(),
            links: Vec::new(),
            links_total: sent.links.len(),
            resource: Pairs::of(&sent.resource, &mut room).map(Pair::leading_to_traces),
            scope: Pairs::of(&scope(sent), &mut room),
            span: Pairs::of(&sent.facts, &mut room),
            json: None,
            raw: None,
            whole_href: String::new(),
        };
        let most = if query.whole { super::chosen::MOST_WHOLE } else { MOST_OF_RECORD };
        let events = sent.events.iter().take(if query.whole { 5_000 } else { MOST_EVENTS });
        all.events = events.map(|one| event(one, start_ns, &mut room)).collect();
        let links = sent.links.iter().take(MOST_LINKS);
        all.links = links.map(|one| link(one, here, &mut room)).collect();
        if !in_list && !sent.is_empty() {
            let text = serde_json::to_string_pretty(&sent.whole()).unwrap_or_default();
            match query.view {
                View::Json => all.json = Some(folded(text.as_bytes(), BodyForm::Json, most)),
                _ => all.raw = Some(cut(&text, most)),
            }
        }
        if !query.whole && all.is_cut() {
            all.whole_href = whole_href();
        }
        all
    }

    pub(super) fn is_empty(&self) -> bool {
        self.counts().iter().all(|(.., count)| *count == 0)
    }

    fn is_cut(&self) -> bool {
        let lists = [&self.attributes, &self.resource, &self.scope, &self.span];
        let of_events = self.events.iter().map(|event| &event.attributes);
        let mut lists =
            lists.into_iter().chain(of_events).chain(self.links.iter().map(|link| &link.attributes));
        self.events.len() < self.events_total
            || self.links.len() < self.links_total
            || self.json.as_ref().is_some_and(|json| json.is_cut)
            || self.events.iter().any(|event| event.stack.as_ref().is_some_and(|stack| stack.is_cut))
            || lists.any(|pairs| pairs.left_out() > 0 || pairs.list.iter().any(|pair| pair.is_cut))
    }

    /// The sections with their anchors and how much each has.
    pub(super) fn counts(&self) -> [(&'static str, &'static str, usize); 6] {
        [
            ("Attributes", "attributes", self.attributes.total),
            ("Events", "events", self.events_total),
            ("Links", "links", self.links_total),
            ("Resource", "resource", self.resource.total),
            ("Scope", "scope", self.scope.total),
            ("Span", "span", self.span.total),
        ]
    }
}

fn cut(text: &str, most: usize) -> String {
    let (head, is_cut) = beginning(text, most);
    shown(head) + if is_cut { " …" } else { "" }
}

fn attributes(sent: &Sent, room: &mut Room) -> Pairs {
    let pairs = Pairs::of(&sent.attributes, room);
    pairs.map(|pair| {
        if sent.in_bodies.contains(&pair.name) {
            return Pair { value: String::new(), is_body: true, ..pair };
        }
        pair.leading_to_traces()
    })
}

fn scope(sent: &Sent) -> JsonMap {
    let mut map = JsonMap::new();
    for (name, value) in [("name", &sent.scope.name), ("version", &sent.scope.version)] {
        if !value.is_empty() {
            map.insert(name.to_owned(), Value::String(value.clone()));
        }
    }
    map.extend(sent.scope.attributes.clone());
    map
}

fn event(event: &Event, start_ns: Option<i64>, room: &mut Room) -> EventView {
    let text = |name: &str| event.attributes.get(name).and_then(Value::as_str).unwrap_or_default();
    let is_exception = event.name == "exception";
    let words = [text("exception.type"), text("exception.message")].map(|words| room.cut(words).0);
    let words: Vec<String> = words.into_iter().filter(|words| is_exception && !words.is_empty()).collect();
    let mut attributes = event.attributes.clone();
    let stack = attributes.shift_remove(STACK);
    let stack = stack.map(|stack| Pairs::of(&[(STACK.to_owned(), stack)].into_iter().collect(), room));
    EventView {
        after: start_ns.map(|start| after(event.time_ns, start)).unwrap_or_default(),
        name: room.cut(&event.name).0,
        is_exception,
        line: words.join(": "),
        stack: stack.and_then(|pairs| pairs.list.into_iter().next()),
        attributes: Pairs::of(&attributes, room).map(Pair::leading_to_traces),
    }
}

fn after(at_ns: i64, start_ns: i64) -> String {
    let micros = at_ns.saturating_sub(start_ns) / 1_000;
    let sign = if micros < 0 { "−" } else { "+" };
    format!("{sign} {}", format::duration(micros.saturating_abs()))
}

fn link(link: &Link, here: &BTreeSet<String>, room: &mut Room) -> LinkView {
    let mut attributes = link.attributes.clone();
    if !link.trace_state.is_empty() {
        attributes.insert("trace state".to_owned(), Value::String(link.trace_state.clone()));
    }
    if link.flags > 0 {
        attributes.insert("flags".to_owned(), link.flags.into());
    }
    let query = serde_urlencoded::to_string([("observation", &link.span_id)]).unwrap_or_default();
    let is_here = here.contains(&link.trace_id);
    LinkView {
        href: if is_here { format!("/traces/{}?{query}", part(&link.trace_id)) } else { String::new() },
        trace_id: shown(&link.trace_id),
        span_id: shown(&link.span_id),
        attributes: Pairs::of(&attributes, room),
    }
}
