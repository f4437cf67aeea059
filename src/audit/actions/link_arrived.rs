//! Links by rule: a trace that names an order is linked to it as it arrives, in the ingest transaction.
//!
//! One event per order and commit lists all its traces. A name that fits no order, or a final one, links
//! nothing and is noted (`unknown_places`); so is what an agent sends in the name of an order that is none of its own. A link that
//! somebody took away is not made again by the next part of its trace.

use std::collections::{BTreeMap, BTreeSet};

use crate::audit::events::{AuditEvent, Link, LinkHow};
use crate::audit::link_refs::{parse, resolve};
use crate::audit::projection::target_columns;
use crate::audit::store::{self, LinkRow};
use crate::audit::unknown_places;
use crate::db::{AnyConnection, Tx};
use crate::foundation::ids::new_id;
use crate::foundation::{ProjectKey, Result};
use crate::ledger::Ledger;
use crate::traces::Arrived;
use crate::work_orders;

use super::append;
use super::link::takes_evidence;
use super::open_exceptions::open_for_links;

/// What a trace names: the words, and the observation that alone named them; none when the trace as a whole did.
type Named<'a> = (&'a Arrived, &'a str, Option<&'a str>);

/// Links the traces of one commit to the orders they name.
pub fn link_arrived(ledger: &Ledger, tx: &mut Tx<'_>, arrived: &[Arrived]) -> Result<()> {
    let mut by_order: BTreeMap<(ProjectKey, String), Vec<Named<'_>>> = BTreeMap::new();
    for named in arrived.iter().flat_map(names) {
        if let Some(reference) = parse(named.1) {
            by_order.entry((named.0.project, reference.number.to_string())).or_default().push(named);
        }
    }
    by_order
        .into_iter()
        .try_for_each(|((project, number), named)| link_order(ledger, tx, project, &number, &named))?;
    unknown_places::note(tx, arrived)
}

/// Clients repeat a tag of the trace on each of its spans: one name on a trace means the trace. Only where the spans of
/// one trace name different places does each speak for itself.
fn names(trace: &Arrived) -> Vec<Named<'_>> {
    let texts: BTreeSet<&str> = trace.work_refs.iter().map(|work_ref| work_ref.text.as_str()).collect();
    let of_trace = |text: &str| trace.work_refs.iter().any(|r| r.text == text && r.observation_id.is_none());
    let mut named = Vec::new();
    for text in &texts {
        if texts.len() == 1 || of_trace(text) {
            named.push((trace, *text, None));
        } else {
            let own = trace.work_refs.iter().filter(|work_ref| work_ref.text == *text);
            named.extend(own.map(|work_ref| (trace, *text, work_ref.observation_id.as_deref())));
        }
    }
    named
}

fn link_order(
    ledger: &Ledger,
    tx: &mut Tx<'_>,
    project: ProjectKey,
    number: &str,
    named: &[Named<'_>],
) -> Result<()> {
    let Some(order_id) = work_orders::reads::find_id(tx.conn, project, number)? else {
        return Ok(());
    };
    let order = work_orders::reads::load(tx.conn, project, &order_id, None)?;
    let sender = tx.actor();
    let is_theirs = work_orders::reads::takes_from(tx.conn, project, sender, &order)?;
    if !is_theirs || takes_evidence(&order).is_err() {
        return Ok(());
    }
    let traces: BTreeSet<&str> = named.iter().map(|(trace, ..)| trace.trace_id.as_str()).collect();
    let mut known = known_links(tx.conn, project, &order_id, &traces)?;
    let mut links = Vec::new();
    for (trace, text, observation) in named {
        let target = parse(text).and_then(|reference| resolve(&order, reference.place));
        if known.take(target_columns(target.as_ref()), &trace.trace_id, *observation) {
            links.push(Link {
                id: new_id(tx.now()),
                target,
                trace: trace.trace_id.clone(),
                observation: observation.map(str::to_owned),
                how: LinkHow::Rule { matched: (*text).to_owned() },
            });
        }
    }
    if !links.is_empty() {
        append(ledger, tx, project, &order_id, &[AuditEvent::EvidenceLinked { links }])?;
        let traces: Vec<&str> = traces.into_iter().collect();
        open_for_links(ledger, tx, project, &order_id, &traces)?;
    }
    Ok(())
}

/// The links that stand, and those by rule that were taken away: (target kind, target id, trace) with the observations linked; empty
/// for the whole trace.
struct Known(BTreeMap<(String, String, String), BTreeSet<String>>);

impl Known {
    /// Notes a link; false when it says nothing new. A linked trace needs no link to one of its observations.
    fn take(&mut self, (kind, id): (&str, &str), trace: &str, observation: Option<&str>) -> bool {
        let of_trace = self.0.entry((kind.to_owned(), id.to_owned(), trace.to_owned())).or_default();
        !of_trace.contains("") && of_trace.insert(observation.unwrap_or_default().to_owned())
    }
}

/// Only those of the traces that came: an order may have tens of thousands of others.
fn known_links(
    conn: &mut AnyConnection,
    project: ProjectKey,
    order_id: &str,
    traces: &BTreeSet<&str>,
) -> Result<Known> {
    let mut known: BTreeMap<_, BTreeSet<String>> = BTreeMap::new();
    let traces: Vec<&str> = traces.iter().copied().collect();
    for chunk in traces.chunks(128) {
        let links = store::links_ever_to_any(conn, project, chunk)?;
        let counts =
            |link: &LinkRow| link.order_id == order_id && (link.removed_at.is_none() || link.how == "rule");
        for link in links.into_iter().filter(counts) {
            let place = (link.target_kind, link.target_id, link.trace_id);
            known.entry(place).or_default().insert(link.observation_id);
        }
    }
    Ok(Known(known))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::traces::WorkRef;

    fn arrived(refs: &[(&str, Option<&str>)]) -> Arrived {
        let work_refs = refs.iter().map(|(text, observation)| WorkRef {
            text: (*text).to_owned(),
            observation_id: observation.map(str::to_owned),
        });
        Arrived {
            project: ProjectKey(1),
            trace_id: "t".to_owned(),
            observation_ids: Vec::new(),
            work_refs: work_refs.collect(),
        }
    }

    #[test]
    fn one_name_on_every_span_means_the_trace_and_different_names_mean_the_spans() {
        let named = |refs: &[(&str, Option<&str>)]| -> Vec<(String, Option<String>)> {
            let trace = arrived(refs);
            names(&trace).into_iter().map(|(_, text, o)| (text.to_owned(), o.map(str::to_owned))).collect()
        };
        let whole = |text: &str| (text.to_owned(), None);
        assert_eq!(named(&[("A/1", Some("x")), ("A/1", Some("y"))]), [whole("A/1")]);
        assert_eq!(
            named(&[("A/1", None), ("A/2", Some("y"))]),
            [whole("A/1"), ("A/2".to_owned(), Some("y".to_owned()))]
        );
        assert_eq!(named(&[("A/1", None), ("A/1", Some("y"))]), [whole("A/1")]);
        assert_eq!(named(&[]), []);
    }

    #[test]
    fn a_linked_trace_needs_no_second_link() {
        let mut known = Known(BTreeMap::new());
        assert!(known.take(("item", "i"), "t", Some("x")));
        assert!(!known.take(("item", "i"), "t", Some("x")));
        assert!(known.take(("item", "i"), "t", None));
        assert!(!known.take(("item", "i"), "t", Some("z")));
        assert!(known.take(("item", "j"), "t", None));
    }
}
