//! What rules find in the newest traces: how many calls are named, and what one more rule would add. Nothing is stored.

use crate::db::{AnyConnection, snapshot};
use crate::foundation::{ProjectKey, Result};
use crate::traces::recognise::{self, LookedAt, NamedCall, NamedGate, Told};
use crate::traces::recount::is_going_on;
use trace_model::rules::Slot;
use wire::mapping::own_rules::{Names, OwnRule, ProjectRules};

use super::reads::kept::{Kept, kept};

/// Traces that are looked at.
pub const MOST_TRACES: i64 = 200;
/// Examples of what a rule would name.
const EXAMPLES: usize = 5;

/// The names of a call, in the order in which they are stored.
pub const OF_CALLS: [Slot; 5] = [Slot::Tenant, Slot::Agent, Slot::Persona, Slot::Workflow, Slot::Stage];

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DryRun {
    pub traces: usize,
    pub calls: usize,
    /// Calls that have this name, in the order of [`OF_CALLS`].
    pub named: [usize; 5],
    /// Steps that say how their quality gate ended.
    pub gates: usize,
    /// What the rule that is tried would add.
    pub tried: Option<Tried>,
}

/// What one more rule would add.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tried {
    /// Calls, or steps with a gate, that it names and that nothing names now.
    pub more: usize,
    pub examples: Vec<Example>,
}

/// A call that a rule would name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Example {
    pub trace: LookedAt,
    pub observation_id: String,
    /// What its span is called.
    pub name: Option<String>,
    /// What it would be named.
    pub found: String,
}

/// Looks at the newest traces with the project's rules, and with one more. Where none is tried, the rows say what the rules in force
/// find, unless older traces are still to be looked at by them.
pub fn dry_run(
    conn: &mut AnyConnection,
    project: ProjectKey,
    own: &ProjectRules,
    tried: Option<&OwnRule>,
) -> Result<DryRun> {
    snapshot(conn, |conn| {
        let newest = recognise::newest(conn, project, MOST_TRACES)?;
        if tried.is_none() && !is_going_on(conn)? {
            let kept = kept(conn, project, &newest)?;
            return Ok(DryRun::of_rows(newest.len(), &kept));
        }
        let with =
            tried.map(|rule| (rule.names, ProjectRules(own.0.iter().chain([rule]).cloned().collect())));
        let mut run = DryRun { tried: with.as_ref().map(|_| Tried::default()), ..DryRun::default() };
        for trace in newest {
            let now = recognise::told(conn, project, &trace.trace_id, own)?;
            run.add(&now);
            if let (Some((names, with)), Some(tried)) = (&with, &mut run.tried) {
                let then = recognise::told(conn, project, &trace.trace_id, with)?;
                tried.add(*names, &trace, &now, then);
            }
        }
        Ok(run)
    })
}

impl DryRun {
    fn of_rows(traces: usize, kept: &[Kept]) -> Self {
        let sum =
            |of: &dyn Fn(&Kept) -> i64| usize::try_from(kept.iter().map(of).sum::<i64>()).unwrap_or_default();
        Self {
            traces,
            calls: sum(&|one| one.calls),
            named: [0, 1, 2, 3, 4].map(|place: usize| sum(&|one| one.named()[place])),
            gates: sum(&|one| one.gates),
            tried: None,
        }
    }

    fn add(&mut self, told: &Told) {
        self.traces += 1;
        self.calls += told.calls.len();
        self.gates += told.gates.len();
        for call in &told.calls {
            for (count, name) in self.named.iter_mut().zip(&call.who) {
                *count += usize::from(name.is_some());
            }
        }
    }
}

impl Tried {
    fn add(&mut self, names: Names, trace: &LookedAt, now: &Told, then: Told) {
        let new: Vec<Example> = match OF_CALLS.iter().position(|slot| *slot == names.slot()) {
            Some(place) => new_calls(place, trace, now, then.calls),
            None => new_gates(trace, now, then.gates),
        };
        self.more += new.len();
        let room = EXAMPLES.saturating_sub(self.examples.len());
        // Of each trace one: five calls of one run tell less.
        self.examples.extend(new.into_iter().take(room.min(1)));
    }
}

fn new_calls(place: usize, trace: &LookedAt, now: &Told, then: Vec<NamedCall>) -> Vec<Example> {
    let name_of = |call: &NamedCall| call.who.get(place).cloned().flatten();
    let both = now.calls.iter().zip(then);
    let new = both.filter(|(now, _)| name_of(now).is_none()).filter_map(|(_, then)| {
        let found = name_of(&then)?;
        let NamedCall { observation_id, name, .. } = then;
        Some(Example { trace: trace.clone(), observation_id, name, found })
    });
    new.collect()
}

fn new_gates(trace: &LookedAt, now: &Told, then: Vec<NamedGate>) -> Vec<Example> {
    let is_new = |gate: &NamedGate| now.gates.iter().all(|known| known.observation_id != gate.observation_id);
    let new = then.into_iter().filter(is_new).map(|NamedGate { observation_id, name, gate }| Example {
        trace: trace.clone(),
        observation_id,
        name,
        found: gate,
    });
    new.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::foundation::Timestamp;

    fn told(agents: &[Option<&str>], gates: &[(&str, &str)]) -> Told {
        let call = |(place, agent): (usize, Option<&str>)| NamedCall {
            observation_id: place.to_string(),
            name: None,
            who: [None, agent.map(str::to_owned), None, None, None],
        };
        let gate = |(id, gate): &(&str, &str)| NamedGate {
            observation_id: (*id).to_owned(),
            name: None,
            gate: (*gate).to_owned(),
        };
        Told {
            calls: agents.iter().copied().enumerate().map(call).collect(),
            gates: gates.iter().map(gate).collect(),
        }
    }

    #[test]
    fn what_a_rule_adds_is_what_had_no_name_before() {
        let trace = LookedAt { trace_id: "t".to_owned(), name: None, start_at: Timestamp(0) };
        let now = told(&[None, Some("a"), None, None], &[("1", "passed")]);
        let then = told(&[Some("b"), Some("a"), None, Some("c")], &[("1", "passed"), ("2", "failed")]);
        let mut run = DryRun::default();
        run.add(&now);
        assert_eq!((run.traces, run.calls, run.named, run.gates), (1, 4, [0, 1, 0, 0, 0], 1));
        let added = |names| {
            let mut tried = Tried::default();
            tried.add(names, &trace, &now, then.clone());
            let found: Vec<String> = tried.examples.iter().map(|example| example.found.clone()).collect();
            (tried.more, found)
        };
        assert_eq!(added(Names::Agent), (2, vec!["b".to_owned()]));
        assert_eq!(added(Names::Gate), (1, vec!["failed".to_owned()]));
        assert_eq!(added(Names::Tenant), (0, vec![]));
    }
}
