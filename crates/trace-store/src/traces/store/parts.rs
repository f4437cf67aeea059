//! A request cut into parts, each of which is one commit, so that nobody waits behind a large request for longer than
//! one part takes.
//!
//! Most requests are one part. Of a larger one everything is sorted first, so that an update finds its observation wherever
//! that stands; then whole traces are laid into parts, and a trace that is larger than a part is continued in the next.
//! The arrivals of one observation stay together, since they are folded together.

use std::collections::{BTreeMap, HashMap};
use std::mem::{replace, take};

use masking::Finding;
use trace_model::{Arrival, Received};

use super::group::{Group, Sorted, sort};

/// Rows of one part.
const MOST_ROWS: usize = 1_024;
/// Bytes of one part; a single arrival may be longer.
const MOST_BYTES: usize = 4 << 20;

/// What one commit takes of a request.
#[derive(Clone, Debug, Default)]
pub struct Part {
    pub(super) sorted: Sorted,
    pub(super) findings: Vec<Finding>,
    rows: usize,
    bytes: usize,
}

/// Sorts a request, with what was masked in it, and cuts it.
pub fn cut(received: Vec<Received>, findings: Vec<Finding>) -> Vec<Part> {
    let sorted = sort(received);
    let mut cutter = Cutter::default();
    for group in sorted.groups {
        cutter.lay_group(group);
    }
    for (arrival, score) in sorted.scores {
        cutter.room(1, size(&arrival)).sorted.scores.push((arrival, score));
    }
    // What names no trace looks for it among what is stored, so it comes after everything that may hold it.
    for (arrival, update) in sorted.homeless {
        cutter.room(1, size(&arrival)).sorted.homeless.push((arrival, update));
    }
    let mut parts = cutter.parts();
    give_findings(&mut parts, findings);
    parts
}

/// Lays things into parts, in their order.
#[derive(Default)]
struct Cutter {
    full: Vec<Part>,
    open: Part,
}

impl Cutter {
    /// The part that has room for so much more; a new one takes anything.
    fn room(&mut self, rows: usize, bytes: usize) -> &mut Part {
        let open = &self.open;
        if open.rows > 0 && (open.rows + rows > MOST_ROWS || open.bytes + bytes > MOST_BYTES) {
            self.full.push(take(&mut self.open));
        }
        self.open.rows += rows;
        self.open.bytes += bytes;
        &mut self.open
    }

    fn lay_group(&mut self, group: Group) {
        let (rows, bytes) = (group.len() + 1, group.arrivals().map(size).sum());
        if rows <= MOST_ROWS && bytes <= MOST_BYTES {
            self.room(rows, bytes).sorted.groups.push(group);
            return;
        }
        let Group { trace_id, declared, observations } = group;
        let mut piece = Piece::of(&trace_id);
        for (arrival, facts) in declared {
            piece.make_room(self, 1, size(&arrival));
            piece.group.declared.push((arrival, facts));
        }
        for (id, arrivals) in observations {
            piece.make_room(self, arrivals.len(), arrivals.iter().map(|(arrival, ..)| size(arrival)).sum());
            piece.group.observations.insert(id, arrivals);
        }
        piece.lay(self);
    }

    fn parts(mut self) -> Vec<Part> {
        self.full.push(self.open);
        self.full
    }
}

/// What the next part takes of a large trace.
struct Piece {
    group: Group,
    rows: usize,
    bytes: usize,
}

impl Piece {
    fn of(trace_id: &str) -> Self {
        Self { group: Group { trace_id: trace_id.to_owned(), ..Group::default() }, rows: 1, bytes: 0 }
    }

    fn make_room(&mut self, cutter: &mut Cutter, rows: usize, bytes: usize) {
        if self.rows > 1 && (self.rows + rows > MOST_ROWS || self.bytes + bytes > MOST_BYTES) {
            self.lay(cutter);
        }
        self.rows += rows;
        self.bytes += bytes;
    }

    fn lay(&mut self, cutter: &mut Cutter) {
        let next = Self::of(&self.group.trace_id);
        let Self { group, rows, bytes } = replace(self, next);
        if group.len() > 0 {
            cutter.room(rows, bytes).sorted.groups.push(group);
        }
    }
}

fn size(arrival: &Arrival) -> usize {
    arrival.record.len() + arrival.bodies.iter().map(|body| body.bytes.len()).sum::<usize>()
}

/// What was masked is noted with the trace it was masked in.
fn give_findings(parts: &mut [Part], findings: Vec<Finding>) {
    if let [part] = parts {
        part.findings = findings;
        return;
    }
    let places = Places::of(parts, findings.iter().any(|finding| finding.trace_id.is_empty()));
    let last = parts.len().saturating_sub(1);
    let mut given: BTreeMap<usize, Vec<Finding>> = BTreeMap::new();
    for finding in findings {
        given.entry(places.find(&finding).unwrap_or(last)).or_default().push(finding);
    }
    for (at, part) in parts.iter_mut().enumerate() {
        part.findings = given.get_mut(&at).map(take).unwrap_or_default();
    }
}

/// In which part what stands.
#[derive(Default)]
struct Places {
    traces: HashMap<String, usize>,
    observations: HashMap<String, usize>,
}

impl Places {
    fn of(parts: &[Part], with_observations: bool) -> Self {
        let mut places = Self::default();
        for (at, part) in parts.iter().enumerate() {
            let scored = part.sorted.scores.iter().filter_map(|(_, score)| score.trace_id.clone());
            places.traces.extend(scored.map(|id| (id, at)));
        }
        for (at, part) in parts.iter().enumerate() {
            for group in &part.sorted.groups {
                places.traces.insert(group.trace_id.clone(), at);
                if with_observations {
                    places.observations.extend(group.observations.keys().map(|id| (id.clone(), at)));
                }
            }
        }
        places
    }

    fn find(&self, finding: &Finding) -> Option<usize> {
        let of_trace = self.traces.get(&finding.trace_id);
        let named = if finding.trace_id.is_empty() {
            self.observations.get(&finding.observation_id)
        } else {
            of_trace
        };
        named.copied()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;
    use trace_model::{ArrivalKind, Facts, Observation, RecordForm};

    use super::*;
    use crate::foundation::Digest;

    /// An arrival about an observation of a trace, or of one it does not name.
    fn received(trace: Option<u16>, observation: u16, number: usize, len: usize) -> Received {
        let record = number.to_be_bytes().to_vec();
        let mut arrival = Arrival {
            kind: ArrivalKind::Create,
            trace_id: trace.map(|trace| trace.to_string()),
            entity_id: observation.to_string(),
            event_id: Some(number.to_string()),
            event_ns: 1,
            form: RecordForm::Json,
            digest: Digest::of(&record),
            record,
            bodies: Vec::new(),
            mapping: 1,
        };
        arrival.record.resize(len.max(8), 0);
        let facts = Observation {
            id: observation.to_string(),
            trace_id: arrival.trace_id.clone(),
            ..Observation::default()
        };
        Received { arrival, facts: Facts::Observation(Box::new(facts), None) }
    }

    fn finding(trace: Option<u16>, observation: u16) -> Finding {
        Finding {
            trace_id: trace.map(|trace| trace.to_string()).unwrap_or_default(),
            observation_id: observation.to_string(),
            field: "input".to_owned(),
            detector: "openai-key".to_owned(),
            count: 1,
        }
    }

    fn arrivals(part: &Part) -> Vec<Digest> {
        let homeless = part.sorted.homeless.iter().map(|(arrival, _)| arrival.digest);
        part.sorted
            .groups
            .iter()
            .flat_map(Group::arrivals)
            .map(|arrival| arrival.digest)
            .chain(homeless)
            .collect()
    }

    proptest! {
        // Each case hashes tens of megabytes.
        #![proptest_config(ProptestConfig::with_cases(48))]

        #[test]
        fn everything_is_in_one_part_and_no_part_is_too_large(
            what in prop::collection::vec((prop::option::weighted(0.9, 0..3_u16), 0..900_u16, 0..40_000_usize), 0..3_000),
        ) {
            let all = what.iter().enumerate().map(|(n, (trace, id, len))| received(*trace, *id, n, *len));
            let findings: Vec<Finding> = what.iter().step_by(50).map(|(trace, id, _)| finding(*trace, *id)).collect();
            let parts = cut(all.collect(), findings.clone());
            let mut laid: Vec<Digest> = parts.iter().flat_map(arrivals).collect();
            laid.sort_unstable();
            let known: BTreeSet<Digest> = laid.iter().copied().collect();
            prop_assert_eq!((laid.len(), known.len()), (what.len(), what.len()));
            for part in &parts {
                prop_assert!(part.rows <= MOST_ROWS && part.bytes <= MOST_BYTES, "{} rows, {} bytes", part.rows, part.bytes);
            }
            // The arrivals of one observation are folded together, so they are in one part.
            let mut seen: BTreeSet<(&str, &str)> = BTreeSet::new();
            for group in parts.iter().flat_map(|part| &part.sorted.groups) {
                for id in group.observations.keys() {
                    prop_assert!(seen.insert((&group.trace_id, id)), "{} is in two parts", id);
                }
            }
            prop_assert_eq!(parts.iter().map(|part| part.findings.len()).sum::<usize>(), findings.len());
            for (part, finding) in parts.iter().flat_map(|part| part.findings.iter().map(move |found| (part, found))) {
                let holds = |group: &&Group| group.trace_id == finding.trace_id;
                let is_named = !finding.trace_id.is_empty();
                prop_assert!(!is_named || part.sorted.groups.iter().any(|group| holds(&group)), "{finding:?}");
            }
        }
    }
}
