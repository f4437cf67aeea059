//! What was read with the first mapping stays what it was, whatever comes later.

use opentelemetry_proto::tonic::common::v1::AnyValue;
use opentelemetry_proto::tonic::common::v1::any_value::Value as Any;
use opentelemetry_proto::tonic::trace::v1::ResourceSpans;
use prost::Message as _;
use serde_json::{Value, json};
use std::sync::Arc;
use trace_model::merge::{Part, fold_observation};
use trace_model::{Arrival, Body, BodyForm, BodyRole, Facts, Received, image};
use tracewright::bodies::current_body;
use tracewright::db::Lane;
use tracewright::foundation::{Actor, Digest};
use tracewright::traces::recognise::OwnRules;
use tracewright::traces::{Hooks, Scope, cut, prepare, reads, write};
use wire::otlp::{Encoding, read_export};

use super::{PROJECT, batch, digest_of, event, otlp_json, seen};
use crate::harness::{TestApp, on_both};

const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
const SPAN: &str = "b7ad6b7169203331";
const TOLD: &str = "[{\"type\":\"text\",\"content\":\"Answer in Frisian.\"}]";
const ASKED: &str =
    "[{\"role\":\"user\",\"parts\":[{\"type\":\"text\",\"content\":\"Is the valve open?\"}]}]";

/// A call of a model that the second mapping reads otherwise in level, metadata and input.
fn request(span: &str, end: u64) -> Value {
    let text = |key: &str, value: &str| json!({"key": key, "value": {"stringValue": value}});
    json!({"resourceSpans": [{"scopeSpans": [{"scope": {"name": "ai"}, "spans": [{
        "traceId": TRACE, "spanId": span, "name": "chat", "startTimeUnixNano": "1764000000000000000",
        "endTimeUnixNano": (1_764_000_000_000_000_000 + end).to_string(),
        "attributes": [text("gen_ai.operation.name", "chat"), text("ai.telemetry.metadata.plant", "north"),
            text("gen_ai.system_instructions", TOLD), text("gen_ai.input.messages", ASKED)],
        "events": [{"name": "exception", "attributes": [text("exception.type", "Timeout")]}],
    }]}]}]})
}

fn taken(request: &Value) -> Received {
    read_export(request.to_string().as_bytes(), Encoding::Json, 0).unwrap().received.pop().unwrap()
}

/// The same as the first mapping took it: the messages alone were the input.
fn first(request: &Value) -> Received {
    let mut arrival = taken(request).arrival;
    let mut record = ResourceSpans::decode(arrival.record.as_slice()).unwrap();
    let attributes = &mut record.scope_spans[0].spans[0].attributes;
    let told = attributes.iter_mut().find(|attribute| attribute.key == "gen_ai.system_instructions").unwrap();
    told.value = Some(AnyValue { value: Some(Any::StringValue(TOLD.to_owned())) });
    arrival.record = record.encode_to_vec();
    arrival.bodies = vec![Body::new(BodyRole::Input, BodyForm::JsonOrText, ASKED.as_bytes().to_vec())];
    arrival.digest = Arrival::digest_of(arrival.kind, &arrival.record, &arrival.bodies);
    arrival.mapping = 1;
    let facts = wire::reread(&arrival).unwrap();
    Received { arrival, facts }
}

async fn store(t: &TestApp, received: Received) {
    let scope = Scope {
        project: PROJECT,
        now: t.app.now(),
        blob_threshold: 1 << 18,
        book: Arc::default(),
        rules: OwnRules::default(),
    };
    let (db, part) = (t.app.db.clone(), cut(vec![received], Vec::new()).into_iter().next().unwrap());
    let prepared = tokio::task::spawn_blocking(move || prepare(&db, scope, part).unwrap()).await.unwrap();
    let app = t.app.clone();
    let work = move |tx: &mut tracewright::db::Tx<'_>| write(&app, &Hooks::none(), tx, prepared);
    t.app.db.write_batch(Lane::Ingest, 8, &Actor::system(), work).await.unwrap();
}

async fn revision(t: &TestApp) -> Digest {
    let seen = seen(t, PROJECT).await;
    digest_of(seen.observations.iter().find(|row| row.observation_id == SPAN).unwrap())
}

fn part(received: Received) -> Part {
    let Facts::Observation(observation, _) = received.facts else { panic!("a span is an observation") };
    Part::new(&received.arrival, *observation)
}

on_both! {
    async fn a_repeat_through_a_better_mapping_changes_nothing(t: TestApp) {
        let request = request(SPAN, 1_000_000_000);
        assert_ne!(first(&request).arrival.digest, taken(&request).arrival.digest);
        store(&t, first(&request)).await;
        let before = seen(&t, PROJECT).await;
        assert_eq!(before.observations[0].level, "ERROR");
        otlp_json(&t, PROJECT, &request).await;
        assert_eq!(seen(&t, PROJECT).await, before);
    }

    async fn what_comes_later_is_folded_with_what_the_first_mapping_said(t: TestApp) {
        let (one, two) = (request(SPAN, 1_000_000_000), request(SPAN, 2_000_000_000));
        store(&t, first(&one)).await;
        let pinned = revision(&t).await;
        otlp_json(&t, PROJECT, &request("c7ad6b7169203331", 1_000_000_000)).await;
        assert_eq!(revision(&t).await, pinned, "another span of the trace moves nothing");
        otlp_json(&t, PROJECT, &two).await;
        let kept = t.app.db.read(move |conn| reads::refs_of_revision(conn, PROJECT, TRACE, SPAN, pinned)).await.unwrap();
        assert!(kept.is_some(), "what was pinned can still be read");
        let order = [first(&one).arrival.digest, taken(&two).arrival.digest];
        let folded = fold_observation(vec![part(first(&one)), part(taken(&two))]).unwrap().observation;
        let wanted = Digest::of(&image::image(TRACE, &folded, &order).unwrap());
        assert_eq!(revision(&t).await, wanted);
    }

    async fn each_arrival_is_read_by_its_own_mapping(t: TestApp) {
        let request = request(SPAN, 1_000_000_000);
        store(&t, first(&request)).await;
        let end = json!({"id": SPAN, "traceId": TRACE, "endTime": "2026-11-21T10:00:00.000Z"});
        batch(&t, PROJECT, &[event("e", "span-update", 1, end)]).await;
        let row = seen(&t, PROJECT).await.observations.remove(0);
        assert_eq!(row.level, "ERROR", "as the first mapping said");
        let metadata = current_body(&t.app, PROJECT, TRACE, SPAN, "metadata").await.unwrap();
        let metadata = metadata.map(|body| String::from_utf8(body.bytes).unwrap()).unwrap_or_default();
        assert!(!metadata.contains("north"), "{metadata}");
    }
}
