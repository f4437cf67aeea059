//! The smallest store there can be: everything in maps, folded on reading.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::io::Read as _;
use std::path::Path;

use serde_json::Value;

use crate::langfuse::read_batch;
use crate::langfuse::score::{ScoreRequest, read_request};
use crate::otlp::{Encoding, read_export};
use crate::reread;
use foundation::Digest;
use trace_model::merge::{Part, ScorePart, Trace, TraceFold, fold_observation, fold_score};
use trace_model::{BodyForm, BodyRef, Facts, Observation, Received, Score, read_json};

#[derive(Default)]
pub struct Store {
    parts: BTreeMap<(String, String), Vec<Part>>,
    homeless: Vec<Part>,
    traces: BTreeMap<String, TraceFold>,
    scores: BTreeMap<String, Vec<ScorePart>>,
    bodies: HashMap<Digest, (Vec<u8>, BodyForm)>,
}

#[derive(Debug, PartialEq)]
pub struct View {
    pub traces: Vec<TraceView>,
    pub scores: Vec<Score>,
    pub bodies: HashMap<Digest, Value>,
}

#[derive(Debug, PartialEq)]
pub struct TraceView {
    pub id: String,
    pub trace: Trace,
    pub observations: Vec<Observation>,
}

impl View {
    pub fn body(&self, reference: Option<BodyRef>) -> Value {
        reference.and_then(|r| self.bodies.get(&r.digest)).cloned().unwrap_or(Value::Null)
    }
}

impl Store {
    /// Takes one captured request, if it is one that sends data.
    pub fn take(&mut self, head: &Path) {
        let request: Value = serde_json::from_slice(&fs::read(head).unwrap()).unwrap();
        let path = request["path"].as_str().unwrap();
        let is_data =
            path.ends_with("/v1/traces") || ["/api/public/ingestion", "/api/public/scores"].contains(&path);
        if request["method"] != "POST" || !is_data {
            return;
        }
        let header = |name: &str| {
            let headers = request["headers"].as_array().unwrap();
            let found = headers.iter().find(|h| h[0].as_str().unwrap().eq_ignore_ascii_case(name))?;
            found[1].as_str().map(str::to_owned)
        };
        let body = fs::read(head.to_string_lossy().replace(".http.json", ".body")).unwrap();
        let body = unpacked(body, header("content-encoding").as_deref());
        for received in read(path, &header("content-type").unwrap(), &body) {
            self.keep(received);
        }
    }

    fn keep(&mut self, received: Received) {
        let Received { arrival, facts } = received;
        let stamp = arrival.stamp();
        assert_eq!(reread(&arrival).as_ref(), Some(&facts), "a stored record reads the same");
        for body in &arrival.bodies {
            self.bodies.insert(body.reference.digest, (body.bytes.clone(), body.reference.form));
        }
        match facts {
            Facts::Trace(facts) => self.traces.entry(facts.trace_id.clone()).or_default().hear(stamp, &facts),
            Facts::Score(score) => {
                self.scores.entry(score.id.clone()).or_default().push(ScorePart::new(&arrival, *score));
            }
            Facts::Observation(observation, trace) => {
                if let Some(trace) = trace {
                    self.traces.entry(trace.trace_id.clone()).or_default().hear(stamp, &trace);
                }
                let part = Part::new(&arrival, *observation);
                match &part.facts.trace_id {
                    Some(trace) => {
                        self.parts.entry((trace.clone(), part.facts.id.clone())).or_default().push(part);
                    }
                    None => self.homeless.push(part),
                }
            }
        }
    }

    /// Folds everything.
    pub fn view(mut self) -> View {
        for part in std::mem::take(&mut self.homeless) {
            if let Some((_, parts)) = self.parts.iter_mut().find(|((_, id), _)| *id == part.facts.id) {
                parts.push(part);
            }
        }
        let mut observations: BTreeMap<String, Vec<Observation>> = BTreeMap::new();
        for ((trace, _), parts) in self.parts {
            observations.entry(trace).or_default().push(fold_observation(parts).unwrap().observation);
        }
        let traces = self.traces.into_iter().map(|(id, fold)| TraceView {
            observations: observations.remove(&id).unwrap_or_default(),
            trace: fold.view(),
            id,
        });
        View {
            traces: traces.collect(),
            scores: self.scores.into_values().filter_map(fold_score).collect(),
            bodies: self.bodies.into_iter().map(|(d, (bytes, form))| (d, read_json(&bytes, form))).collect(),
        }
    }
}

fn read(path: &str, content_type: &str, body: &[u8]) -> Vec<Received> {
    if path.ends_with("/v1/traces") {
        let export = read_export(body, Encoding::of_content_type(content_type).unwrap(), 0).unwrap();
        assert_eq!(export.rejected.count, 0, "{:?}", export.rejected);
        return export.received;
    }
    if path.ends_with("/scores") {
        return match read_request(body, 0, &mut || "no-id".to_owned()).unwrap() {
            ScoreRequest::One(one) => vec![*one],
            ScoreRequest::Many { received, refused } => {
                assert!(refused.is_empty(), "{refused:?}");
                received
            }
        };
    }
    let batch = read_batch(body).unwrap();
    assert!(batch.answers.iter().all(|a| a.fault.is_none()), "{:?}", batch.answers);
    batch.received
}

/// The body of a request, unpacked if it came packed.
fn unpacked(body: Vec<u8>, encoding: Option<&str>) -> Vec<u8> {
    match encoding {
        None | Some("identity" | "") => body,
        Some("gzip") => {
            let mut plain = Vec::new();
            flate2::read::GzDecoder::new(body.as_slice()).read_to_end(&mut plain).unwrap();
            plain
        }
        Some(other) => panic!("no capture is packed as {other} yet"),
    }
}
