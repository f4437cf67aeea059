//! Arrivals sorted by trace and observation, each once.

use std::collections::{BTreeMap, HashMap, HashSet};

use trace_model::{Arrival, Facts, Observation, Received, Score, TraceFacts};

/// The arrivals of one trace in one request.
#[derive(Clone, Debug, Default)]
pub struct Group {
    pub trace_id: String,
    /// Arrivals about the trace itself.
    pub declared: Vec<(Arrival, TraceFacts)>,
    /// Arrivals by observation, each digest once, with what they say of the trace.
    pub observations: BTreeMap<String, Vec<(Arrival, Observation, Option<TraceFacts>)>>,
}

/// A request sorted out.
#[derive(Clone, Debug, Default)]
pub struct Sorted {
    /// By trace, in the order of their ids.
    pub groups: Vec<Group>,
    pub scores: Vec<(Arrival, Score)>,
    /// Updates that name no trace and whose observation is not in the request.
    pub homeless: Vec<(Arrival, Observation)>,
}

/// Sorts a request.
pub fn sort(received: Vec<Received>) -> Sorted {
    let mut sorted = Sorted::default();
    let mut groups: BTreeMap<String, Group> = BTreeMap::new();
    let (mut without_trace, mut seen) = (Vec::new(), HashSet::with_capacity(received.len()));
    for Received { arrival, facts } in received {
        // Two scores of the same bytes may have two ids, made here; all else is named by its bytes.
        let is_repeat = !seen.insert(arrival.digest) && !matches!(facts, Facts::Score(_));
        match facts {
            _ if is_repeat => {}
            Facts::Trace(facts) => {
                groups.entry(facts.trace_id.clone()).or_default().declared.push((arrival, *facts));
            }
            Facts::Score(score) => sorted.scores.push((arrival, *score)),
            Facts::Observation(observation, trace) => match observation.trace_id.clone() {
                Some(id) => groups.entry(id).or_default().add(arrival, *observation, trace.map(|t| *t)),
                None => without_trace.push((arrival, *observation)),
            },
        }
    }
    sorted.homeless = settle(&mut groups, without_trace);
    sorted.groups = groups.into_iter().map(|(trace_id, group)| Group { trace_id, ..group }).collect();
    sorted
}

/// Gives updates that name no trace to the group of their observation; of several the first by trace. Gives back the
/// others.
fn settle(
    groups: &mut BTreeMap<String, Group>,
    without_trace: Vec<(Arrival, Observation)>,
) -> Vec<(Arrival, Observation)> {
    if without_trace.is_empty() {
        return without_trace;
    }
    let mut homes: HashMap<String, String> = HashMap::new();
    for (trace_id, group) in groups.iter() {
        for id in group.observations.keys() {
            homes.entry(id.clone()).or_insert_with(|| trace_id.clone());
        }
    }
    let mut homeless = Vec::new();
    for (arrival, observation) in without_trace {
        match homes.get(&observation.id).and_then(|trace_id| groups.get_mut(trace_id)) {
            Some(group) => group.add(arrival, observation, None),
            None => homeless.push((arrival, observation)),
        }
    }
    homeless
}

impl Group {
    /// Adds an arrival about an observation.
    pub fn add(&mut self, arrival: Arrival, observation: Observation, trace: Option<TraceFacts>) {
        self.observations.entry(observation.id.clone()).or_default().push((arrival, observation, trace));
    }

    /// The session that the group itself puts its trace into.
    pub fn session(&self) -> Option<&str> {
        let of_observations = self.observations.values().flatten();
        let of_observations =
            of_observations.filter_map(|(arrival, _, facts)| Some((arrival.stamp(), facts.as_ref()?)));
        let declared = self.declared.iter().map(|(arrival, facts)| (arrival.stamp(), facts));
        let named = declared
            .chain(of_observations)
            .filter_map(|(stamp, facts)| Some((stamp, facts.session_id.as_deref()?)));
        named.max().map(|(_, id)| id)
    }

    /// All arrivals.
    pub fn arrivals(&self) -> impl Iterator<Item = &Arrival> {
        let of_observations = self.observations.values().flatten().map(|(arrival, ..)| arrival);
        self.declared.iter().map(|(arrival, _)| arrival).chain(of_observations)
    }

    /// The number of arrivals.
    pub fn len(&self) -> usize {
        self.declared.len() + self.observations.values().map(Vec::len).sum::<usize>()
    }
}
