//! Whose tokens and cost count: those of the deepest observations that have them.
//!
//! An agent, a chain or a workflow that repeats the sum of the calls below it is in no sum, and neither is a call that another
//! instrumentation saw again below. Where nothing below has any, its own count. A call in another call by the same
//! instrumentation is a second call, unless the outer one says just what the inner ones come to. What follows from the whole tree is
//! worked out anew from the whole tree, so it never depends on what came first.

use std::collections::{BTreeMap, HashMap, HashSet};

use diesel::prelude::*;

use crate::db::schema::observations;
use crate::db::{AnyConnection, each};
use crate::foundation::{ProjectKey, Result, Timestamp};
use crate::series::contribute::Row;

use super::rows::{CHUNK, StoredObservation, is_call};
use super::summary::Sums;

/// The tree of a larger trace is not looked at again: what came before keeps its part in the sums, and what comes counts.
pub(super) const MOST: i64 = 20_000;

/// What of a stored observation decides whether it counts, whose it is, and what it comes to in the series.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = observations)]
#[diesel(check_for_backend(diesel::sqlite::Sqlite, diesel::pg::Pg))]
pub(super) struct TreeRow {
    pub(super) observation_id: String,
    pub(super) parent_id: Option<String>,
    kind: String,
    name: Option<String>,
    usage_convention: Option<String>,
    scope: Option<String>,
    pub(super) start_at: Option<Timestamp>,
    uncached_input: i64,
    cached_read: i64,
    cache_write: i64,
    output_tokens: i64,
    reasoning: i64,
    cost_nanos: Option<i64>,
    counted: bool,
    level: String,
    end_at: Option<Timestamp>,
    model: Option<String>,
    gate: Option<String>,
    fact: Option<String>,
    pub(super) tenant: Option<String>,
    pub(super) agent: Option<String>,
    pub(super) persona: Option<String>,
    pub(super) workflow: Option<String>,
    pub(super) stage: Option<String>,
    pub(super) inherited: i16,
}

/// The tree of a trace.
pub(super) fn load(
    conn: &mut AnyConnection,
    project: ProjectKey,
    trace_id: &str,
) -> Result<BTreeMap<String, TreeRow>> {
    let rows: Vec<TreeRow> = observations::table
        .filter(observations::project.eq(project))
        .filter(observations::trace_id.eq(trace_id))
        .select(TreeRow::as_select())
        .load(conn)?;
    Ok(rows.into_iter().map(|row| (row.observation_id.clone(), row)).collect())
}

/// One row of it.
pub(super) fn load_one(
    conn: &mut AnyConnection,
    project: ProjectKey,
    (trace_id, observation_id): (&str, &str),
) -> Result<Option<TreeRow>> {
    let row = observations::table.find((project, trace_id, observation_id));
    Ok(row.select(TreeRow::as_select()).first(conn).optional()?)
}

/// A stored observation that nothing came for, and that counts now or no longer does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Flip {
    pub(super) observation_id: String,
    pub(super) counted: bool,
    pub(super) start_at: Option<Timestamp>,
    /// What it has.
    pub(super) sums: Sums,
}

impl TreeRow {
    /// What of a row the tree would hold.
    #[cfg(test)]
    pub(super) fn for_tests(stored: &StoredObservation) -> Self {
        let row = stored.shown.clone();
        Self {
            observation_id: row.observation_id,
            parent_id: row.parent_id,
            kind: row.kind,
            name: row.name,
            usage_convention: row.usage_convention,
            scope: stored.scope.clone(),
            start_at: row.start_at,
            uncached_input: row.uncached_input,
            cached_read: row.cached_read,
            cache_write: row.cache_write,
            output_tokens: row.output_tokens,
            reasoning: row.reasoning,
            cost_nanos: row.cost_nanos,
            counted: row.counted,
            level: row.level,
            end_at: row.end_at,
            model: row.model,
            gate: stored.gate.clone(),
            fact: stored.fact.clone(),
            tenant: row.tenant,
            agent: row.agent,
            persona: row.persona,
            workflow: row.workflow,
            stage: row.stage,
            inherited: stored.inherited,
        }
    }

    /// What the series count of it, in a trace that belongs to a session or to none.
    pub(super) fn measured(&self, in_session: bool) -> Row<'_> {
        let weight = self.weight();
        Row {
            id: &self.observation_id,
            parent: self.parent_id.as_deref(),
            kind: &self.kind,
            level: &self.level,
            start: self.start_at.map(|at| at.0),
            end: self.end_at.map(|at| at.0),
            model: self.model.as_deref(),
            name: self.name.as_deref(),
            input: weight.input,
            output: weight.output,
            is_tokened: self.usage_convention.is_some(),
            cost: self.cost_nanos,
            counted: self.counted,
            tenant: self.tenant.as_deref(),
            agent: self.agent.as_deref(),
            persona: self.persona.as_deref(),
            workflow: self.workflow.as_deref(),
            stage: self.stage.as_deref(),
            inherited: self.inherited,
            gate: self.gate.as_deref(),
            in_session,
            fact: self.fact.as_deref(),
        }
    }

    fn weight(&self) -> Weight<'_> {
        let input = self.uncached_input.saturating_add(self.cached_read).saturating_add(self.cache_write);
        Weight {
            parent: self.parent_id.as_deref(),
            kind: &self.kind,
            scope: self.scope.as_deref(),
            input,
            output: self.output_tokens.saturating_add(self.reasoning),
            cost: self.cost_nanos.unwrap_or_default(),
        }
    }

    fn flip(&self) -> Flip {
        let weight = self.weight();
        let (input, output, cost) = (weight.input, weight.output, weight.cost);
        Flip {
            observation_id: self.observation_id.clone(),
            counted: !self.counted,
            start_at: self.start_at,
            sums: Sums { input, output, cost, ..Sums::default() },
        }
    }
}

/// An observation in the tree.
struct Weight<'a> {
    parent: Option<&'a str>,
    kind: &'a str,
    scope: Option<&'a str>,
    input: i64,
    output: i64,
    cost: i64,
}

impl<'a> Weight<'a> {
    fn of(stored: &'a StoredObservation) -> Self {
        let row = &stored.shown;
        Self {
            parent: row.parent_id.as_deref(),
            kind: &row.kind,
            scope: stored.scope.as_deref(),
            input: row.input_tokens(),
            output: row.all_output_tokens(),
            cost: row.cost_nanos.unwrap_or_default(),
        }
    }

    fn tokens(&self) -> i64 {
        self.input.saturating_add(self.output)
    }

    fn has_any(&self) -> bool {
        self.tokens() > 0 || self.cost > 0
    }
}

/// What the nearest observations with tokens or cost below one come to.
#[derive(Default)]
struct Below {
    tokens: i64,
    cost: i64,
    /// Whether another instrumentation saw the same kind of call, or a sum of calls.
    is_foreign: bool,
}

impl Below {
    fn add(&mut self, outer: &Weight<'_>, inner: &Weight<'_>) {
        self.tokens = self.tokens.saturating_add(inner.tokens());
        self.cost = self.cost.saturating_add(inner.cost);
        let is_other = inner.scope.is_some() && inner.scope != outer.scope;
        self.is_foreign |= is_other && (inner.kind == outer.kind || !is_call(inner.kind));
    }

    fn is_all_of(&self, outer: &Weight<'_>) -> bool {
        let is_same =
            if outer.tokens() > 0 { self.tokens == outer.tokens() } else { self.cost == outer.cost };
        !is_call(outer.kind) || self.is_foreign || is_same
    }
}

/// What counts of a trace: sets it in the rows that are written, and gives the stored ones that change.
pub(super) fn settle(
    rows: &mut BTreeMap<String, StoredObservation>,
    tree: &BTreeMap<String, TreeRow>,
) -> Vec<Flip> {
    let mut all: HashMap<&str, Weight<'_>> = HashMap::with_capacity(rows.len().max(tree.len()));
    all.extend(tree.iter().map(|(id, row)| (id.as_str(), row.weight())));
    all.extend(rows.iter().map(|(id, row)| (id.as_str(), Weight::of(row))));
    let repeating = repeating(&all);
    let flips = tree.values().filter(|row| {
        let id = row.observation_id.as_str();
        !rows.contains_key(id) && row.counted == repeating.contains(id)
    });
    let flips = flips.map(TreeRow::flip).collect();
    let out: Vec<String> =
        repeating.into_iter().filter(|id| rows.contains_key(*id)).map(str::to_owned).collect();
    rows.values_mut().for_each(|row| row.shown.counted = true);
    for id in out {
        rows.get_mut(&id).into_iter().for_each(|row| row.shown.counted = false);
    }
    flips
}

/// Those that repeat what is below them.
fn repeating<'a>(all: &HashMap<&'a str, Weight<'a>>) -> HashSet<&'a str> {
    if all.values().filter(|it| it.has_any()).take(2).count() < 2 {
        return HashSet::new();
    }
    let mut nearest: HashMap<&str, Option<&'a str>> = HashMap::new();
    let mut below: HashMap<&'a str, Below> = HashMap::new();
    for (id, inner) in all.iter().filter(|(_, it)| it.has_any()) {
        let Some(outer_id) = inner.parent.and_then(|parent| holder(all, &mut nearest, id, parent)) else {
            continue;
        };
        let Some(outer) = all.get(outer_id) else { continue };
        below.entry(outer_id).or_default().add(outer, inner);
    }
    let repeats = |id: &&str, below: &Below| all.get(*id).is_some_and(|outer| below.is_all_of(outer));
    below.into_iter().filter(|(id, below)| repeats(id, below)).map(|(id, _)| id).collect()
}

/// From `at` upwards, the first with tokens or cost; none in a circle.
fn holder<'a>(
    all: &HashMap<&'a str, Weight<'a>>,
    nearest: &mut HashMap<&'a str, Option<&'a str>>,
    from: &str,
    at: &str,
) -> Option<&'a str> {
    let (mut way, mut here, mut found) = (Vec::new(), at, None);
    while let Some((id, weight)) = all.get_key_value(here) {
        if *id == from {
            break;
        }
        if weight.has_any() {
            found = Some(*id);
            break;
        }
        if let Some(known) = nearest.get(id) {
            found = *known;
            break;
        }
        // Marked at once, so that a circle ends.
        nearest.insert(id, None);
        way.push(*id);
        match weight.parent {
            Some(parent) => here = parent,
            None => break,
        }
    }
    nearest.extend(way.into_iter().map(|id| (id, found)));
    found
}

/// Writes what changed.
pub(super) fn write(
    conn: &mut AnyConnection,
    project: ProjectKey,
    trace_id: &str,
    flips: &[Flip],
) -> Result<()> {
    for counted in [true, false] {
        let ids: Vec<&str> = flips
            .iter()
            .filter(|flip| flip.counted == counted)
            .map(|flip| flip.observation_id.as_str())
            .collect();
        for chunk in ids.chunks(CHUNK) {
            each!(conn, |c| diesel::update(observations::table)
                .filter(observations::project.eq(project))
                .filter(observations::trace_id.eq(trace_id))
                .filter(observations::observation_id.eq_any(chunk.iter().copied()))
                .set(observations::counted.eq(counted))
                .execute(c))?;
        }
    }
    Ok(())
}

#[cfg(test)]
#[path = "nesting_tests.rs"]
mod tests;
