//! Whose calls are, over random trees that come in any order.

use foundation::{Digest, ProjectKey};
use proptest::prelude::*;
use trace_model::Observation;

use super::*;

/// Id, parent, and what it says: tenant, agent, persona; empty for nothing. The persona stands for the stage too.
type Line<'a> = (&'a str, &'a str, [&'a str; 3]);

fn said(word: &str) -> Option<String> {
    (!word.is_empty()).then(|| word.to_owned())
}

fn stored((id, parent, [tenant, agent, persona]): &Line<'_>) -> StoredObservation {
    let o = Observation {
        id: (*id).to_owned(),
        parent_id: said(parent),
        tenant: said(tenant),
        agent: said(agent),
        persona: said(persona),
        stage: said(persona),
        ..Observation::default()
    };
    columns::row(ProjectKey(1), "t", &o, 1, Digest([0; 32]), Vec::new())
}

/// What is stored after these groups came one after the other.
fn after(groups: &[Vec<Line<'_>>], of_trace: [&str; 3]) -> BTreeMap<String, StoredObservation> {
    let [tenant, agent, persona] = of_trace.map(said);
    let of_trace = [tenant, agent, persona.clone(), None, persona];
    let mut kept: BTreeMap<String, StoredObservation> = BTreeMap::new();
    for group in groups {
        let mut rows: BTreeMap<_, _> = group.iter().map(|line| (line.0.to_owned(), stored(line))).collect();
        let tree = kept.iter().map(|(id, row)| (id.clone(), TreeRow::for_tests(row))).collect();
        for heir in settle(&mut rows, &tree, &of_trace) {
            let row = kept.get_mut(&heir.observation_id).unwrap();
            take(row, heir.who, heir.inherited);
        }
        kept.extend(rows);
    }
    kept
}

fn shown(kept: &BTreeMap<String, StoredObservation>) -> String {
    let word = |name: &Option<String>| name.clone().unwrap_or_else(|| "-".to_owned());
    let line = |row: &StoredObservation| {
        let (o, bits) = (&row.shown, row.inherited & 7);
        assert_eq!((&o.stage, row.inherited & 16), (&o.persona, (row.inherited & 4) << 2));
        format!("{}={},{},{}:{bits}", o.observation_id, word(&o.tenant), word(&o.agent), word(&o.persona))
    };
    kept.values().map(line).collect::<Vec<_>>().join(" ")
}

const IDS: [&str; 8] = ["a", "b", "c", "d", "e", "f", "g", "h"];

proptest! {
    /// Any tree, circles among them, in any order and any batches, sent again and again, ends the same.
    #[test]
    fn nothing_depends_on_what_came_first(
        lines in proptest::collection::vec((0_usize..8, 0_usize..9, [0_usize..3, 0_usize..3, 0_usize..3]), 1..8),
        order in proptest::collection::vec((0_usize..8, any::<bool>()), 0..20),
        of_trace in [0_usize..3, 0_usize..3, 0_usize..3],
    ) {
        let word = |roll: usize, name: &'static str| if roll == 0 { name } else { "" };
        let mut whole: BTreeMap<&str, Line<'_>> = BTreeMap::new();
        for (id, parent, [tenant, agent, persona]) in &lines {
            let (id, parent) = (IDS[*id], IDS.get(*parent).copied().unwrap_or_default());
            whole.insert(id, (id, parent, [word(*tenant, "acme"), word(*agent, id), word(*persona, "qa")]));
        }
        let [tenant, agent, persona] = of_trace;
        let of_trace = [word(tenant, "umbrella"), word(agent, "router"), word(persona, "dev")];
        let all: Vec<Line<'_>> = whole.values().copied().collect();
        let mut groups: Vec<Vec<Line<'_>>> = vec![Vec::new()];
        for (place, begins) in order {
            if begins {
                groups.push(Vec::new());
            }
            if let (Some(line), Some(group)) = (all.get(place % all.len()), groups.last_mut()) {
                group.push(*line);
            }
        }
        groups.push(all.iter().rev().copied().collect());
        prop_assert_eq!(shown(&after(&groups, of_trace)), shown(&after(&[all], of_trace)));
    }
}
