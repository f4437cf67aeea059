//! Who acted for whom, where a call does not say it itself: as the nearest span above it says, else as the trace as a whole.
//!
//! A program names its agent, role and tenant once, on the span of the run or of a stage, and the calls below are its own, and
//! part of that run and stage ([`trace_model::lineage`]). What a row took over is noted beside it, so that it is worked out
//! anew from what each span said: as with tokens ([`super::nesting`]) nothing depends on the order of arrival.

use std::collections::{BTreeMap, HashMap};

use diesel::prelude::*;

use crate::db::schema::observations;
use crate::db::{AnyConnection, each};
use crate::foundation::{ProjectKey, Result, Timestamp};
use crate::series::contribute::Row;
use crate::traces::reads::ObservationRow;
pub(super) use trace_model::lineage::Who;
use trace_model::lineage::{Lineage, Names, Node, bit, owned};
use trace_model::merge::Trace;
use trace_model::{JsonMap, TraceFacts};
use wire::mapping::identity::Identity;
use wire::mapping::own_rules::ProjectRules;

use super::columns;
use super::nesting::TreeRow;
use super::rows::{CHUNK, StoredObservation};

/// What a trace says as a whole: in its tags and metadata, and whom its spans were made for.
pub(super) fn of_trace(view: &Trace, rules: &ProjectRules) -> Who {
    let said = said(&view.metadata, &view.tags, rules);
    let tenant = view.tenant.clone().or(said.tenant);
    [tenant, said.agent, said.persona, said.workflow, said.stage].map(|name| columns::optional(name.as_ref()))
}

/// Whether tags or metadata name somebody, so that what is stored of the trace may change hands.
pub(super) fn names_somebody(facts: &TraceFacts, rules: &ProjectRules) -> bool {
    let Identity { tenant, agent, persona, workflow, stage, .. } = said(&facts.metadata, &facts.tags, rules);
    [facts.tenant.clone(), tenant, agent, persona, workflow, stage].iter().any(Option::is_some)
}

fn said(metadata: &JsonMap, tags: &[String], rules: &ProjectRules) -> Identity {
    let mut said = Identity::default();
    said.offer_metadata(metadata);
    said.offer_tags(tags);
    said.settled().or(rules.apply("", metadata, tags))
}

/// A stored observation that nothing came for, and that belongs to somebody else now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Heir {
    pub(super) observation_id: String,
    pub(super) start_at: Option<Timestamp>,
    who: Who,
    inherited: i16,
}

impl Heir {
    /// What the series count of it now.
    pub(super) fn laid_over<'a>(&'a self, row: &Row<'a>) -> Row<'a> {
        let [tenant, agent, persona, workflow, stage] = self.who.each_ref().map(|name| name.as_deref());
        Row { tenant, agent, persona, workflow, stage, inherited: self.inherited, ..*row }
    }
}

impl TreeRow {
    fn names(&self) -> Names<'_> {
        let names = [&self.tenant, &self.agent, &self.persona, &self.workflow, &self.stage];
        names.map(|name| name.as_deref())
    }

    /// What it says itself.
    fn node(&self) -> Node<'_> {
        let mut own = self.names();
        for (place, name) in own.iter_mut().enumerate() {
            if self.inherited & bit(place) != 0 {
                *name = None;
            }
        }
        Node { parent: self.parent_id.as_deref(), own }
    }
}

fn node(row: &ObservationRow) -> Node<'_> {
    let own = [&row.tenant, &row.agent, &row.persona, &row.workflow, &row.stage];
    Node { parent: row.parent_id.as_deref(), own: own.map(|name| name.as_deref()) }
}

/// Whose each observation of a trace is: sets it in the rows that are written, which hold what they say themselves, and gives the
/// stored ones that change. `of_trace` is what the trace says as a whole.
pub(super) fn settle(
    rows: &mut BTreeMap<String, StoredObservation>,
    tree: &BTreeMap<String, TreeRow>,
    of_trace: &Who,
) -> Vec<Heir> {
    let mut all: HashMap<&str, Node<'_>> = HashMap::with_capacity(rows.len().max(tree.len()));
    all.extend(tree.iter().map(|(id, row)| (id.as_str(), row.node())));
    all.extend(rows.iter().map(|(id, row)| (id.as_str(), node(&row.shown))));
    let of_trace = of_trace.each_ref().map(|name| name.as_deref());
    if is_settled(&all, tree, of_trace) {
        return Vec::new();
    }
    let lineage = Lineage::over(&all, of_trace);
    let heirs = tree.values().filter(|row| !rows.contains_key(&row.observation_id));
    let heirs: Vec<Heir> = heirs.filter_map(|row| heir(&lineage, row)).collect();
    let names = rows.keys().map(|id| lineage.names(id).unwrap_or_default());
    let new: Vec<(Who, i16)> = names.map(|(names, inherited)| (owned(names), inherited)).collect();
    for ((who, inherited), row) in new.into_iter().zip(rows.values_mut()) {
        take(row, who, inherited);
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
    of_trace.iter().all(Option::is_none)
        && all.values().all(Node::is_silent)
        && tree.values().all(|row| row.inherited == 0)
}

fn heir(lineage: &Lineage<'_>, row: &TreeRow) -> Option<Heir> {
    let (names, inherited) = lineage.names(&row.observation_id)?;
    let (observation_id, start_at) = (row.observation_id.clone(), row.start_at);
    let is_same = names == row.names() && inherited == row.inherited;
    (!is_same).then(|| Heir { observation_id, start_at, who: owned(names), inherited })
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
