//! Rules of a project that name its calls where the table of everybody's does not.
//!
//! What they find stands in the rows, never in the image that a revision names: it follows the rules. A name that a rule
//! finds in what a call says counts as said by the call, so the calls below take it over.

use std::collections::HashMap;
use std::sync::Arc;

use diesel::prelude::*;
use packing::{Packs, Refs, Role};
use serde::Deserialize;

use crate::db::schema::{observations, recognition_rules, traces};
use crate::db::{AnyConnection, each};
use crate::foundation::{Error, ProjectKey, Result, Timestamp};
use crate::traces::reads;
use trace_model::lineage::{Lineage, Node, Who, owned};
use trace_model::merge::Trace;
use trace_model::{JsonMap, Observation, json};
use wire::mapping::identity::Identity;
use wire::mapping::own_rules::ProjectRules;

use super::columns;
use super::nesting::MOST;
use super::rows::{StoredObservation, StoredTrace};
use super::{inherit, trace_said};

/// Observations of all traces that a look at the newest ones reads, the last trace begun whole.
const MOST_LOOKED_AT: i64 = 5_000;

/// The rules of a project, and which version of them.
#[derive(Clone, Debug, Default)]
pub struct OwnRules {
    version: i64,
    rules: Arc<ProjectRules>,
}

impl OwnRules {
    /// Those in force; none until somebody sets some.
    pub fn of(conn: &mut AnyConnection, project: ProjectKey) -> Result<Self> {
        let row = recognition_rules::table.find(project);
        let row: Option<(i64, String)> =
            row.select((recognition_rules::version, recognition_rules::rules)).first(conn).optional()?;
        let Some((version, text)) = row else { return Ok(Self::default()) };
        Ok(Self { version, rules: Arc::new(serde_json::from_str(&text)?) })
    }

    /// Whether no others were set since.
    pub(super) fn is_current(&self, conn: &mut AnyConnection, project: ProjectKey) -> Result<bool> {
        let row = recognition_rules::table.find(project).select(recognition_rules::version);
        Ok(row.first::<i64>(conn).optional()?.unwrap_or_default() == self.version)
    }

    /// The rules.
    pub fn rules(&self) -> &ProjectRules {
        &self.rules
    }

    /// Sets in a row what they find and the observation does not say.
    pub(super) fn fill(&self, row: &mut StoredObservation, facts: &Observation) {
        if self.rules.is_empty() {
            return;
        }
        let found = self.rules.apply(facts.name.as_deref().unwrap_or_default(), &facts.metadata, &facts.tags);
        let Identity { tenant, agent, persona, workflow, stage, gate_result, .. } = found;
        let shown = &mut row.shown;
        for (column, name) in [
            (&mut shown.tenant, tenant),
            (&mut shown.agent, agent),
            (&mut shown.persona, persona),
            (&mut shown.workflow, workflow),
            (&mut shown.stage, stage),
        ] {
            if column.is_none() {
                *column = columns::optional(name.as_ref());
            }
        }
        if row.gate.is_none() {
            row.gate = gate_result.as_deref().map(columns::gate);
        }
    }

    /// The same for the row of a trace, which shows its tenant.
    pub(super) fn fill_trace(&self, row: &mut StoredTrace, view: &Trace) {
        if row.shown.tenant.is_none() {
            row.shown.tenant = self.tenant(view);
        }
    }

    /// The tenant that they find in what a trace says as a whole.
    pub(super) fn tenant(&self, view: &Trace) -> Option<String> {
        columns::optional(self.rules.apply("", &view.metadata, &view.tags).tenant.as_ref())
    }
}

/// What an image says that names come from.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Image {
    name: Option<String>,
    tenant: Option<String>,
    agent: Option<String>,
    persona: Option<String>,
    workflow: Option<String>,
    stage: Option<String>,
    gate_result: Option<String>,
    metadata: JsonMap,
    tags: Vec<String>,
}

/// What an observation says itself by its image and by rules: its five names, and how its gate ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Own {
    pub(super) who: Who,
    pub(super) gate: Option<String>,
}

impl Own {
    fn read(image: &[u8], rules: &ProjectRules) -> Result<Self> {
        let text = std::str::from_utf8(image).map_err(Error::internal)?;
        let image: Image = serde_json::from_value(json::parse_exact(text)?)?;
        let found = rules.apply(image.name.as_deref().unwrap_or_default(), &image.metadata, &image.tags);
        let who = [
            image.tenant.or(found.tenant),
            image.agent.or(found.agent),
            image.persona.or(found.persona),
            image.workflow.or(found.workflow),
            image.stage.or(found.stage),
        ];
        let gate = image.gate_result.or(found.gate_result);
        Ok(Self {
            who: who.map(|name| columns::optional(name.as_ref())),
            gate: gate.as_deref().map(columns::gate),
        })
    }
}

/// What the observations of a trace say themselves, by these rules; those whose image cannot be read are left out.
pub(super) fn owns(
    conn: &mut AnyConnection,
    project: ProjectKey,
    trace_id: &str,
    rules: &ProjectRules,
) -> Result<HashMap<String, Own>> {
    let rows: Vec<(String, Vec<u8>)> = observations::table
        .filter(observations::project.eq(project))
        .filter(observations::trace_id.eq(trace_id))
        .select((observations::observation_id, observations::image))
        .load(conn)?;
    let (mut packs, mut owns) = (Packs::default(), HashMap::with_capacity(rows.len()));
    for (observation_id, refs) in rows {
        let refs = Refs::decode(&refs)?;
        let Some(piece) = refs.piece(Role::Image) else { continue };
        let mut load = |pack| reads::pack_bytes(conn, project, pack);
        let Some(image) = packs.bytes(piece, &mut load)? else { continue };
        owns.insert(observation_id, Own::read(&image, rules)?);
    }
    Ok(owns)
}

/// A call of a model as rules name it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedCall {
    pub observation_id: String,
    /// What its span is called.
    pub name: Option<String>,
    /// Tenant, agent, persona, workflow and stage.
    pub who: Who,
}

/// A step whose quality gate ended in some way by these rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedGate {
    pub observation_id: String,
    pub name: Option<String>,
    /// `passed`, `failed`, or a word of the client's own.
    pub gate: String,
}

/// What rules tell of one trace, in the order of the ids.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    pub calls: Vec<NamedCall>,
    pub gates: Vec<NamedGate>,
}

/// A trace whose calls are looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LookedAt {
    pub trace_id: String,
    pub name: Option<String>,
    pub start_at: Timestamp,
}

/// The newest traces, at most so many and not more than can be looked at in one answer.
pub fn newest(conn: &mut AnyConnection, project: ProjectKey, most: i64) -> Result<Vec<LookedAt>> {
    type Row = (String, Option<String>, Timestamp, i64);
    let rows: Vec<Row> = each!(conn, |c| traces::table
        .filter(traces::project.eq(project))
        .filter(traces::observation_count.between(1_i64, MOST))
        .order((traces::start_at.desc(), traces::trace_id.desc()))
        .limit(most)
        .select((traces::trace_id, traces::name, traces::start_at, traces::observation_count))
        .load(c))?;
    let mut before = 0;
    let few = rows.into_iter().take_while(|(.., count)| {
        let is_taken = before < MOST_LOOKED_AT;
        before += count;
        is_taken
    });
    Ok(few.map(|(trace_id, name, start_at, _)| LookedAt { trace_id, name, start_at }).collect())
}

/// The calls and gates of a trace as these rules name them. Nothing is written.
pub fn told(
    conn: &mut AnyConnection,
    project: ProjectKey,
    trace_id: &str,
    rules: &ProjectRules,
) -> Result<Told> {
    type Row = (String, Option<String>, Option<String>, String, bool);
    let rows: Vec<Row> = observations::table
        .filter(observations::project.eq(project))
        .filter(observations::trace_id.eq(trace_id))
        .order(observations::observation_id.asc())
        .select((
            observations::observation_id,
            observations::parent_id,
            observations::name,
            observations::kind,
            observations::counted,
        ))
        .load(conn)?;
    let owns = owns(conn, project, trace_id, rules)?;
    let of_trace = of_trace(conn, project, trace_id, rules)?;
    let nobody = Own::default();
    let nodes: HashMap<&str, Node<'_>> = rows
        .iter()
        .map(|(id, parent, ..)| {
            let who = &owns.get(id).unwrap_or(&nobody).who;
            let own = who.each_ref().map(|name| name.as_deref());
            (id.as_str(), Node { parent: parent.as_deref(), own })
        })
        .collect();
    let lineage = Lineage::over(&nodes, of_trace.each_ref().map(|name| name.as_deref()));
    let is_call = |row: &&Row| row.3 == "GENERATION" && row.4;
    let calls = rows.iter().filter(is_call).map(|(id, _, name, ..)| NamedCall {
        observation_id: id.clone(),
        name: name.clone(),
        who: lineage.names(id).map(|(names, _)| owned(names)).unwrap_or_default(),
    });
    let gates = rows.iter().filter_map(|(id, _, name, ..)| {
        let gate = owns.get(id)?.gate.clone()?;
        Some(NamedGate { observation_id: id.clone(), name: name.clone(), gate })
    });
    Ok(Told { calls: calls.collect(), gates: gates.collect() })
}

fn of_trace(
    conn: &mut AnyConnection,
    project: ProjectKey,
    trace_id: &str,
    rules: &ProjectRules,
) -> Result<Who> {
    let row = traces::table.filter(traces::project.eq(project)).filter(traces::trace_id.eq(trace_id));
    let state: Vec<u8> = row.select(traces::state).first(conn)?;
    Ok(inherit::of_trace(&trace_said(&state)?, rules))
}
