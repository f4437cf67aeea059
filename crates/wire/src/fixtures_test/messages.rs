//! How many bodies of captured model calls are read as conversations, by program.

use serde_json::Value;

use super::store::View;
use super::{captures, folders, replay, requests};
use crate::messages;
use trace_model::ObservationKind;

#[derive(Default)]
struct Count {
    recognised: usize,
    plain: Vec<Value>,
    odd: Vec<Value>,
}

#[test]
fn bodies_of_captured_model_calls_are_read_as_conversations() {
    let Some(captures) = captures() else {
        println!("skipped: no captures on this machine");
        return;
    };
    println!("{:<44} {:>10} {:>6} {:>6}", "folder", "recognised", "plain", "other");
    let mut odd = Vec::new();
    for folder in folders(&captures) {
        let requests = requests(&folder);
        let count = count(&replay(&requests.iter().collect::<Vec<_>>()).view());
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        println!("{name:<44} {:>10} {:>6} {:>6}", count.recognised, count.plain.len(), count.odd.len());
        odd.extend(count.odd.into_iter().map(|value| format!("{name}: {value}")));
    }
    odd.iter().for_each(|line| println!("    {line}"));
    let spoken = |line: &&String| line.contains(r#""role""#);
    assert_eq!(odd.iter().filter(spoken).collect::<Vec<_>>(), Vec::<&String>::new());
}

fn count(view: &View) -> Count {
    let mut count = Count::default();
    for observation in view.traces.iter().flat_map(|trace| &trace.observations) {
        if observation.kind != Some(ObservationKind::Generation) {
            continue;
        }
        for reference in [observation.input, observation.output].into_iter().flatten() {
            let value = view.body(Some(reference));
            match messages::read(value.to_string().as_bytes()) {
                Some(_) => count.recognised += 1,
                None if value.is_string() => count.plain.push(value),
                None => count.odd.push(value),
            }
        }
    }
    count
}
