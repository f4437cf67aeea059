//! Updates that name no trace: they belong to the trace that holds their observation.

use std::collections::{BTreeSet, HashMap};

use crate::db::AnyConnection;
use crate::foundation::{ProjectKey, Result};
use masking::Finding;
use trace_model::{Arrival, Observation};

use super::build::Built;
use super::group::Group;
use super::rows;

/// Gives each update to the trace that holds its observation; of several the first by id. Gives the event ids of those
/// whose observation nobody knows.
pub(super) fn find(
    conn: &mut AnyConnection,
    project: ProjectKey,
    groups: &mut Vec<(Group, Option<Built>)>,
    homeless: Vec<(Arrival, Observation)>,
) -> Result<Vec<String>> {
    let ids: BTreeSet<&str> = homeless.iter().map(|(_, update)| update.id.as_str()).collect();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut homes: HashMap<String, String> = HashMap::new();
    for (id, trace_id) in rows::load_homes(conn, project, &ids.into_iter().collect::<Vec<_>>())? {
        homes.entry(id).or_insert(trace_id);
    }
    let known = groups.iter().enumerate();
    let mut places: HashMap<String, usize> = known.map(|(at, (g, _))| (g.trace_id.clone(), at)).collect();
    let mut refused = Vec::new();
    for (arrival, update) in homeless {
        let Some(trace_id) = homes.get(&update.id) else {
            refused.extend(arrival.event_id);
            continue;
        };
        let place = *places.entry(trace_id.clone()).or_insert_with(|| {
            groups.push((Group { trace_id: trace_id.clone(), ..Group::default() }, None));
            groups.len() - 1
        });
        if let Some((group, built)) = groups.get_mut(place) {
            group.add(arrival, update, None);
            *built = None;
        }
    }
    groups.sort_by(|(a, _), (b, _)| a.trace_id.cmp(&b.trace_id));
    Ok(refused)
}

/// What was masked in such updates is found in the trace that they were given to.
pub(super) fn name_findings(findings: &mut Vec<Finding>, groups: &[(Group, Option<Built>)]) {
    if findings.iter().all(|finding| !finding.trace_id.is_empty()) {
        return;
    }
    let held =
        groups.iter().rev().flat_map(|(group, _)| group.observations.keys().map(move |id| (id, group)));
    let homes: HashMap<&String, &Group> = held.collect();
    for finding in findings.iter_mut().filter(|finding| finding.trace_id.is_empty()) {
        let home = homes.get(&finding.observation_id);
        finding.trace_id = home.map(|group| group.trace_id.clone()).unwrap_or_default();
    }
    findings.retain(|finding| !finding.trace_id.is_empty());
}
