//! What is linked around a claim: its own evidence, and what else its order links, which is no evidence of it.

use crate::audit::actions::may_unlink;
use crate::audit::claim_facts::is_evidence_of;
use crate::audit::reads::LinkRow;
use crate::db::AnyConnection;
use crate::foundation::{Asker, Result, Timestamp};
use crate::traces;
use crate::web::format;
use crate::work_orders::model::{Order, Target};

/// A trace that the order links.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkedTrace {
    pub trace: String,
    /// What the trace calls itself; empty when it does not, or is gone.
    pub name: String,
    /// Its id for reading, unlike those of the others.
    pub short: String,
    /// Whether another one has the same name.
    pub is_alike: bool,
    /// The places it is linked to, in words: `item 3.3`, `the whole order`.
    pub places: String,
    /// The linked observation; empty for the whole trace.
    pub observation: String,
    /// Whether it was linked only after the claim was made.
    pub is_late: bool,
    /// The links that the reader may take away: the id of each, and its place in words.
    pub removable: Vec<(String, String)>,
}

/// Linked traces, the claim's own apart from the others; each trace once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Linked {
    pub own: Vec<LinkedTrace>,
    pub elsewhere: Vec<LinkedTrace>,
}

impl LinkedTrace {
    /// The name, with the short id where the name alone does not tell it from the others.
    pub fn title(&self) -> String {
        match (self.name.as_str(), self.is_alike) {
            ("", _) => format!("trace {}", self.short),
            (name, true) => format!("{} {}", format::shown(name), self.short),
            (name, false) => format::shown(name),
        }
    }
}

impl Linked {
    /// Sorts the standing links of an order by whether they are evidence of a claim made at a place, for who reads them.
    pub fn read(
        conn: &mut AnyConnection,
        asker: &Asker,
        order: &Order,
        target: Option<&Target>,
        made_at: Option<Timestamp>,
        links: &[LinkRow],
    ) -> Result<Self> {
        let is_own = |link: &LinkRow| target.is_some_and(|target| is_evidence_of(order, target, link));
        let (own, others): (Vec<&LinkRow>, Vec<&LinkRow>) = links.iter().partition(|link| is_own(link));
        let own = by_trace(asker, order, &own, made_at);
        let mut elsewhere = by_trace(asker, order, &others, None);
        elsewhere.retain(|other| own.iter().all(|one| one.trace != other.trace));
        let mut linked = Self { own, elsewhere };
        for one in linked.own.iter_mut().chain(&mut linked.elsewhere) {
            let row = traces::reads::trace(conn, asker.project, &one.trace)?;
            one.name = row.and_then(|row| row.name).unwrap_or_default();
        }
        linked.tell_apart();
        Ok(linked)
    }

    fn tell_apart(&mut self) {
        let all: Vec<(String, String)> =
            self.own.iter().chain(&self.elsewhere).map(|one| (one.trace.clone(), one.name.clone())).collect();
        let ids: Vec<&str> = all.iter().map(|(trace, _)| trace.as_str()).collect();
        let shorts = format::short_ids(&ids);
        for one in self.own.iter_mut().chain(&mut self.elsewhere) {
            one.short = shorts.get(one.trace.as_str()).cloned().unwrap_or_default();
            one.is_alike = all.iter().any(|(trace, name)| *trace != one.trace && *name == one.name);
        }
    }

    /// A trace by its id, and whether it is evidence of the claim.
    pub fn find(&self, trace: &str) -> Option<(&LinkedTrace, bool)> {
        let own = self.own.iter().map(|one| (one, true));
        own.chain(self.elsewhere.iter().map(|one| (one, false))).find(|(one, _)| one.trace == trace)
    }
}

fn by_trace(
    asker: &Asker,
    order: &Order,
    links: &[&LinkRow],
    made_at: Option<Timestamp>,
) -> Vec<LinkedTrace> {
    let mut found: Vec<LinkedTrace> = Vec::new();
    for link in links {
        let place = place_of(order, link);
        let is_late = made_at.is_some_and(|made| link.at > made);
        let mine = may_unlink(asker, order, link).is_ok().then(|| (link.link_id.clone(), place.clone()));
        match found.iter_mut().find(|one| one.trace == link.trace_id) {
            Some(known) => {
                if !known.places.split(", ").any(|said| said == place) {
                    known.places = format!("{}, {place}", known.places);
                }
                known.is_late &= is_late;
                known.removable.extend(mine);
                if known.observation.is_empty() {
                    known.observation.clone_from(&link.observation_id);
                }
            }
            None => found.push(LinkedTrace {
                trace: link.trace_id.clone(),
                name: String::new(),
                short: String::new(),
                is_alike: false,
                places: place,
                observation: link.observation_id.clone(),
                is_late,
                removable: mine.into_iter().collect(),
            }),
        }
    }
    found
}

/// The place a link names, in words.
fn place_of(order: &Order, link: &LinkRow) -> String {
    if link.target_kind == "order" {
        return "the whole order".to_owned();
    }
    let target = format!("{}:{}", link.target_kind, link.target_id).parse::<Target>().ok();
    let reference = target.and_then(|target| order.reference(&target));
    let place = reference.as_deref().and_then(|whole| whole.rsplit('/').next());
    match place {
        Some(place) => format!("{} {place}", link.target_kind),
        None => format!("{} that is no longer planned", with_article(&link.target_kind)),
    }
}

fn with_article(kind: &str) -> String {
    let vowel = kind.starts_with(['a', 'e', 'i', 'o', 'u']);
    format!("{} {kind}", if vowel { "an" } else { "a" })
}
