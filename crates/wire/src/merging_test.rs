//! Any order, any repetition, any cutting into batches: the same fold.

use proptest::prelude::*;
use serde_json::{Value, json};

use crate::langfuse::read_batch;
use trace_model::merge::*;
use trace_model::{Facts, Level, Received};

/// Events of one trace `t` and one observation `o`, as a client might send them.
fn event(seed: u64) -> Value {
    let pick = |n: u64, of: u64| (seed / n) % of;
    let second = pick(1, 12);
    let (id, time) = (format!("e{}", pick(1, 40)), format!("2026-01-01T00:00:{second:02}Z"));
    let value = |n: u64| json!(format!("v{}", pick(n, 3)));
    let mut body = json!({"metadata": {"a": {"b": pick(3, 4)}, "c": [pick(5, 2)]}});
    for (bit, name) in ["name", "version", "input", "output"].iter().enumerate() {
        if (seed >> bit) & 1 == 1 {
            body[*name] = if pick(7, 5) == 0 { Value::Null } else { value(11 + bit as u64) };
        }
    }
    if pick(13, 3) == 0 {
        body["metadata"] = json!({"a": pick(17, 3), "d": {}});
    }
    let kind = match pick(19, 4) {
        0 => {
            body["id"] = json!("t");
            body["tags"] = json!([format!("tag{}", pick(23, 4))]);
            body["userId"] = value(29);
            "trace-create"
        }
        1 => "generation-create",
        2 => "generation-update",
        _ => "span-update",
    };
    if kind != "trace-create" {
        body["id"] = json!("o");
        body["traceId"] = json!("t");
        body["usageDetails"] = json!({"input": pick(31, 3)});
        body["level"] = json!(["DEBUG", "WARNING", "ERROR"][usize::try_from(pick(37, 3)).unwrap()]);
    }
    json!({"id": id, "timestamp": time, "type": kind, "body": body})
}

/// An arrival of the score `s`.
fn score_part(seed: u64) -> ScorePart {
    let pick = |n: u64, of: u64| (seed / n) % of;
    let mut body = json!({"id": "s", "name": format!("n{}", pick(1, 2)), "value": pick(2, 9), "traceId": format!("t{}", pick(3, 2))});
    if pick(5, 2) == 0 {
        body["comment"] = json!(format!("c{}", pick(7, 3)));
        body["timestamp"] = json!(format!("2026-01-01T00:01:{:02}Z", pick(11, 60)));
        body["environment"] = json!(format!("e{}", pick(13, 2)));
    }
    let event = json!({"id": format!("e{}", pick(17, 20)), "type": "score-create", "body": body,
        "timestamp": format!("2026-01-01T00:00:{:02}Z", pick(19, 4))});
    let Received { arrival, facts: Facts::Score(score) } = received(&[event]).remove(0) else { panic!() };
    ScorePart::new(&arrival, *score)
}

fn received(events: &[Value]) -> Vec<Received> {
    let batch = read_batch(&serde_json::to_vec(&json!({ "batch": events })).unwrap()).unwrap();
    assert!(batch.answers.iter().all(|a| a.fault.is_none()), "{:?}", batch.answers);
    batch.received
}

type Folded = (Option<FoldedObservation>, TraceFold);

/// Folds batches one after the other, each folded by itself first.
fn fold(batches: &[Vec<Value>]) -> Folded {
    let mut parts = Vec::new();
    let mut trace = TraceFold::default();
    for batch in batches {
        let mut of_batch = TraceFold::default();
        for Received { arrival, facts } in received(batch) {
            match facts {
                Facts::Trace(facts) => of_batch.hear(arrival.stamp(), &facts),
                Facts::Observation(observation, facts) => {
                    of_batch.hear(arrival.stamp(), &facts.unwrap());
                    parts.push(Part::new(&arrival, *observation));
                }
                Facts::Score(_) => {}
            }
        }
        trace.join(&of_batch);
    }
    (fold_observation(parts), trace)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn order_repeats_and_batches_do_not_matter(
        seeds in prop::collection::vec(any::<u64>(), 1..10),
        shuffled in any::<prop::sample::Index>(),
        repeat in any::<prop::sample::Index>(),
        cut in any::<prop::sample::Index>(),
    ) {
        let events: Vec<Value> = seeds.iter().map(|seed| event(*seed)).collect();
        let expected = fold(std::slice::from_ref(&events));
        let mut other = events.clone();
        other.rotate_left(shuffled.index(events.len()));
        other.reverse();
        other.push(events[repeat.index(events.len())].clone());
        let (head, tail) = other.split_at(cut.index(other.len()));
        prop_assert_eq!(&fold(&[head.to_vec(), tail.to_vec()]), &expected);
        prop_assert_eq!(&fold(&[other.clone(), events]), &expected);
        let stored: TraceFold = serde_json::from_value(serde_json::to_value(&expected.1).unwrap()).unwrap();
        prop_assert_eq!(stored, expected.1);
    }

    #[test]
    fn scores_do_not_depend_on_order_and_repeats(
        seeds in prop::collection::vec(any::<u64>(), 1..8).prop_flat_map(|seeds| (Just(seeds.clone()), Just(seeds).prop_shuffle())),
        repeat in any::<prop::sample::Index>(),
    ) {
        let (said, mut other) = seeds;
        other.push(said[repeat.index(said.len())]);
        let fold = |seeds: Vec<u64>| fold_score(seeds.into_iter().map(score_part).collect());
        prop_assert_eq!(fold(said), fold(other));
    }

    #[test]
    fn the_trace_state_agrees_with_merging_by_time(seeds in prop::collection::vec(any::<u64>(), 1..8)) {
        // Distinct times, so that merging one after the other is well defined.
        let mut events: Vec<Value> = seeds.iter().map(|seed| event(seed - seed % 304 + 19 * 4)).collect();
        for (i, event) in events.iter_mut().enumerate() {
            event["id"] = json!(format!("e{i}"));
            event["timestamp"] = json!(format!("2026-01-01T00:00:{i:02}Z"));
            event["type"] = json!("trace-create");
            event["body"]["id"] = json!("t");
            for name in ["level", "usageDetails", "traceId"] {
                event["body"].as_object_mut().unwrap().remove(name);
            }
        }
        let mut metadata = serde_json::Map::new();
        let mut name = None;
        for event in &events {
            merge_into(&mut metadata, event["body"]["metadata"].as_object().unwrap().clone());
            name = event["body"]["name"].as_str().map(str::to_owned).or(name);
        }
        events.reverse();
        let (_, trace) = fold(&[events]);
        let view = trace.view();
        prop_assert_eq!(view.name, name);
        prop_assert_eq!(Value::Object(view.metadata), Value::Object(metadata));
    }
}

fn at(second: u64, id: &str, kind: &str, body: Value) -> Value {
    let mut event = json!({"id": id, "timestamp": format!("2026-01-01T00:00:{second:02}Z"), "type": kind});
    event["body"] = body;
    event
}

#[test]
fn an_update_may_come_before_its_create_and_clears_nothing() {
    let events = [
        at(
            5,
            "b",
            "generation-update",
            json!({"id": "o", "traceId": "t", "output": "done", "metadata": {}, "name": null}),
        ),
        at(
            1,
            "a",
            "generation-create",
            json!({"id": "o", "traceId": "t", "name": "n", "input": "in", "metadata": {"k": 1}}),
        ),
    ];
    let (folded, trace) = fold(&[events.to_vec()]);
    let observation = folded.unwrap().observation;
    assert_eq!((observation.name.as_deref(), observation.metadata.len()), (Some("n"), 1));
    assert!(observation.input.is_some() && observation.output.is_some());
    // The trace itself never came: its top observation names it.
    assert_eq!((trace.view().declared, trace.view().name.as_deref()), (false, Some("n")));
}

#[test]
fn what_was_said_first_stays_for_trace_start_and_environment() {
    let body = |trace: &str, start: u64, environment: &str| json!({"id": "o", "traceId": trace, "startTime": format!("2026-01-01T00:00:{start:02}Z"), "environment": environment});
    let late = at(9, "b", "span-create", body("t2", 8, "late"));
    let early = at(1, "a", "span-create", body("t1", 2, "early"));
    let observation = fold(&[vec![late], vec![early]]).0.unwrap().observation;
    assert_eq!(observation.trace_id.as_deref(), Some("t1"));
    assert_eq!(observation.start().unwrap().to_rfc3339(), "2026-01-01T00:00:02.000000Z");
    assert_eq!(observation.environment.as_deref(), Some("early"));
}

#[test]
fn a_trace_sent_many_times_keeps_what_later_ones_leave_out() {
    let (_, trace) = fold(&[vec![
        at(
            1,
            "a",
            "trace-create",
            json!({"id": "t", "name": "agent", "tags": ["b"], "input": "in", "public": true}),
        ),
        at(
            2,
            "b",
            "trace-create",
            json!({"id": "t", "metadata": {"channel": "sms"}, "tags": ["a"], "output": ""}),
        ),
        at(3, "c", "trace-create", json!({"id": "t", "name": null, "tags": [], "input": null})),
    ]]);
    let view = trace.view();
    assert_eq!((view.name.as_deref(), view.tags.join(" "), view.public), (Some("agent"), "a b".into(), true));
    assert!(view.input.is_some_and(|body| body.truthy));
    assert_eq!(view.metadata["channel"], "sms");
}

#[test]
fn of_one_event_sent_twice_with_different_bodies_the_later_counts() {
    let body = |name: &str| json!({"id": "o", "traceId": "t", "name": name, "level": "ERROR"});
    let events = [at(1, "e", "span-create", body("first")), at(2, "e", "span-create", body("second"))];
    let folded = fold(&[events.to_vec()]).0.unwrap();
    assert_eq!(folded.observation.name.as_deref(), Some("second"));
    assert_eq!(folded, fold(&[vec![events[1].clone()]]).0.unwrap());
    assert_eq!(folded.observation.level, Some(Level::Error));
}

#[test]
fn a_single_arrival_is_its_own_revision() {
    let events = vec![at(1, "a", "span-create", json!({"id": "o", "traceId": "t"}))];
    let digest = received(&events)[0].arrival.digest;
    assert_eq!(fold(&[events.clone(), events]).0.unwrap().revision, digest);
}

#[test]
fn a_score_sent_again_is_replaced_but_keeps_its_trace_and_time() {
    let score = |second, id: &str, trace: &str, value: f64| {
        at(second, id, "score-create", json!({"id": "s", "name": "n", "traceId": trace, "value": value}))
    };
    let parts: Vec<ScorePart> = received(&[score(2, "b", "t2", 0.9), score(1, "a", "t1", 0.1)])
        .into_iter()
        .filter_map(|r| match r.facts {
            Facts::Score(score) => Some(ScorePart::new(&r.arrival, *score)),
            _ => None,
        })
        .collect();
    let folded = fold_score(parts).unwrap();
    assert_eq!((&*folded.value, folded.trace_id.as_deref()), ("0.9", Some("t1")));
    assert_eq!(folded.timestamp_ns % 60_000_000_000, 1_000_000_000);
}
