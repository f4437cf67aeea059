//! Who acted for whom, where a call does not say it itself: as the nearest span above it says, else as the trace as a whole.
//!
//! A program names its agent, role and tenant once, on the span of the run or of a stage, and the calls of models below are its
//! own, and part of that run and stage. What a row took over is noted beside it (`observations.inherited`), so that it is worked out anew from what each span
//! said, whatever came first: as with tokens ([`super::nesting`]) nothing depends on the order of arrival.

use std::collections::{BTreeMap, HashMap, HashSet};

use diesel::prelude::*;

use crate::db::schema::observations;
use crate::db::{AnyConnection, each};
use crate::foundation::{ProjectKey, Result, Timestamp};
use crate::traces::reads::ObservationRow;
use trace_model::merge::Trace;
use wire::mapping::identity::Identity;

use super::columns;
use super::nesting::TreeRow;
use super::rows::{CHUNK, StoredObservation};

/// Tenant, agent, persona, workflow and stage, in the order of their bits in `inherited`.
pub(super) type Who = [Option<String>; 5];
/// The same, borrowed.
type Names<'a> = [Option<&'a str>; 5];

/// What a trace says as a whole: in its tags and metadata, and whom its spans were made for.
pub(super) fn of_trace(view: &Trace) -> Who {
    let mut said = Identity::default();
    said.offer_metadata(&view.metadata);
    said.offer_tags(&view.tags);
    let tenant = view.tenant.clone().or(said.tenant);
    [tenant, said.agent, said.persona, said.workflow, said.stage].map(|name| columns::optional(name.as_ref()))
}

/// Whether tags or metadata name somebody, so that what is stored of the trace may change hands.
pub(super) fn names_somebody(facts: &trace_model::TraceFacts) -> bool {
    let mut said = Identity::default();
    said.offer_metadata(&facts.metadata);
    said.offer_tags(&facts.tags);
    facts.tenant.is_some()
        || said != Identity { gate_result: said.gate_result.clone(), ..Identity::default() }
}

/// A stored observation that nothing came for, and that belongs to somebody else now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Heir {
    pub(super) observation_id: String,
    pub(super) start_at: Option<Timestamp>,
    who: Who,
    inherited: i16,
}

/// An observation in the tree: where it hangs and what it says itself.
struct Node<'a> {
    parent: Option<&'a str>,
    own: Names<'a>,
}

impl<'a> Node<'a> {
    fn of_row(row: &'a ObservationRow) -> Self {
        let own = [&row.tenant, &row.agent, &row.persona, &row.workflow, &row.stage];
        let own = own.map(|name| name.as_deref());
        Self { parent: row.parent_id.as_deref(), own }
    }

    fn of_tree(row: &'a TreeRow) -> Self {
        let mut own = row.names();
        for (place, name) in own.iter_mut().enumerate() {
            if row.inherited & bit(place) != 0 {
                *name = None;
            }
        }
        Self { parent: row.parent_id.as_deref(), own }
    }
}

impl TreeRow {
    fn names(&self) -> Names<'_> {
        let names = [&self.tenant, &self.agent, &self.persona, &self.workflow, &self.stage];
        names.map(|name| name.as_deref())
    }
}

fn bit(place: usize) -> i16 {
    1_i16 << place
}

/// Whose each observation of a trace is: sets it in the rows that are written, which hold what they say themselves, and gives the
/// stored ones that change. `of_trace` is what the trace says as a whole.
pub(super) fn settle(
    rows: &mut BTreeMap<String, StoredObservation>,
    tree: &BTreeMap<String, TreeRow>,
    of_trace: &Who,
) -> Vec<Heir> {
    let mut all: HashMap<&str, Node<'_>> = HashMap::with_capacity(rows.len().max(tree.len()));
    all.extend(tree.iter().map(|(id, row)| (id.as_str(), Node::of_tree(row))));
    all.extend(rows.iter().map(|(id, row)| (id.as_str(), Node::of_row(&row.shown))));
    let of_trace = of_trace.each_ref().map(|name| name.as_deref());
    if is_settled(&all, tree, of_trace) {
        return Vec::new();
    }
    let found = Climb::over(&all, of_trace);
    let heirs = tree.values().filter(|row| !rows.contains_key(&row.observation_id));
    let heirs: Vec<Heir> = heirs.filter_map(|row| found.heir(row)).collect();
    let new: Vec<(String, Who, i16)> = rows
        .keys()
        .filter_map(|id| found.of(id).map(|(who, inherited)| (id.clone(), who, inherited)))
        .collect();
    for (id, who, inherited) in new {
        rows.get_mut(&id).into_iter().for_each(|row| take(row, who.clone(), inherited));
    }
    heirs
}

/// Sets them in a row.
fn take(row: &mut StoredObservation, [tenant, agent, persona, workflow, stage]: Who, inherited: i16) {
    row.inherited = inherited;
    let shown = &mut row.shown;
    (shown.tenant, shown.agent, shown.persona) = (tenant, agent, persona);
    (shown.workflow, shown.stage) = (workflow, stage);
}

/// What a stored row has, in a row that was made anew: that of a trace too large to be looked at.
pub(super) fn keep(row: &mut StoredObservation, stored: &StoredObservation) {
    let shown = stored.shown.clone();
    take(row, [shown.tenant, shown.agent, shown.persona, shown.workflow, shown.stage], stored.inherited);
}

/// Nobody is named anywhere, and nothing was taken over before.
fn is_settled(all: &HashMap<&str, Node<'_>>, tree: &BTreeMap<String, TreeRow>, of_trace: Names<'_>) -> bool {
    let is_nobody = |who: &Names<'_>| who.iter().all(Option::is_none);
    is_nobody(&of_trace)
        && all.values().all(|node| is_nobody(&node.own))
        && tree.values().all(|row| row.inherited == 0)
}

/// Everybody's names, found by climbing from each to the top once.
struct Climb<'a> {
    all: &'a HashMap<&'a str, Node<'a>>,
    of_trace: Names<'a>,
    found: HashMap<&'a str, Names<'a>>,
}

impl<'a> Climb<'a> {
    fn over(all: &'a HashMap<&'a str, Node<'a>>, of_trace: Names<'a>) -> Self {
        let mut climb = Self { all, of_trace, found: HashMap::with_capacity(all.len()) };
        all.keys().for_each(|id| climb.reach(id));
        climb
    }

    /// Upwards to the first that is known, to the top or to where the way closes in a circle; then down again.
    fn reach(&mut self, id: &'a str) {
        let (all, mut above) = (self.all, self.of_trace);
        let (mut way, mut on_way, mut here) = (Vec::new(), HashSet::new(), Some(id));
        while let Some((id, node)) = here.and_then(|id| all.get_key_value(id)) {
            if let Some(known) = self.found.get(id) {
                above = *known;
                break;
            }
            if !on_way.insert(*id) {
                self.leave_circle(&mut way, id);
                above = self.found.get(id).copied().unwrap_or(self.of_trace);
                break;
            }
            way.push(*id);
            here = node.parent;
        }
        for id in way.into_iter().rev() {
            above = self.below(id, above);
            self.found.insert(id, above);
        }
    }

    /// Those that hang from each other have nobody above them, wherever the circle was entered.
    fn leave_circle(&mut self, way: &mut Vec<&'a str>, first: &str) {
        let place = way.iter().position(|id| *id == first).unwrap_or_default();
        for id in way.split_off(place) {
            let names = self.below(id, self.of_trace);
            self.found.insert(id, names);
        }
    }

    fn below(&self, id: &str, above: Names<'a>) -> Names<'a> {
        let own = self.all.get(id).map(|node| node.own).unwrap_or_default();
        let mut names = own;
        for (name, above) in names.iter_mut().zip(above) {
            *name = name.or(above);
        }
        names
    }

    /// An observation's names, and the bits of those that it does not say itself.
    fn of(&self, id: &str) -> Option<(Who, i16)> {
        let (names, node) = (self.found.get(id)?, self.all.get(id)?);
        let mut inherited = 0;
        for (place, (name, own)) in names.iter().zip(node.own).enumerate() {
            if name.is_some() && own.is_none() {
                inherited |= bit(place);
            }
        }
        Some((names.map(|name| name.map(str::to_owned)), inherited))
    }

    fn heir(&self, row: &TreeRow) -> Option<Heir> {
        let (who, inherited) = self.of(&row.observation_id)?;
        let is_same = who.each_ref().map(|name| name.as_deref()) == row.names();
        let (observation_id, start_at) = (row.observation_id.clone(), row.start_at);
        (!is_same || inherited != row.inherited).then_some(Heir { observation_id, start_at, who, inherited })
    }
}

/// Writes what changed.
pub(super) fn write(
    conn: &mut AnyConnection,
    project: ProjectKey,
    trace_id: &str,
    heirs: &[Heir],
) -> Result<()> {
    let mut alike: BTreeMap<(&Who, i16), Vec<&str>> = BTreeMap::new();
    for heir in heirs {
        alike.entry((&heir.who, heir.inherited)).or_default().push(&heir.observation_id);
    }
    for (([tenant, agent, persona, workflow, stage], inherited), ids) in alike {
        for chunk in ids.chunks(CHUNK) {
            each!(conn, |c| diesel::update(observations::table)
                .filter(observations::project.eq(project))
                .filter(observations::trace_id.eq(trace_id))
                .filter(observations::observation_id.eq_any(chunk.iter().copied()))
                .set((
                    observations::tenant.eq(tenant.as_deref()),
                    observations::agent.eq(agent.as_deref()),
                    observations::persona.eq(persona.as_deref()),
                    observations::workflow.eq(workflow.as_deref()),
                    observations::stage.eq(stage.as_deref()),
                    observations::inherited.eq(inherited),
                ))
                .execute(c))?;
        }
    }
    Ok(())
}

#[cfg(test)]
#[path = "inherit_tests.rs"]
mod tests;
