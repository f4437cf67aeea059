//! An observation as the first observations API shows it, and as it stands inside a trace.

use serde::Serialize;
use serde_json::value::RawValue;

use crate::traces::reads::ObservationRow;
use trace_model::{Counter, JsonMap};

use super::load::{Body, Item};
use super::values::{Metadata, Millis, dollars, json_of, parameters, seconds};

/// One observation, whole.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ObservationView {
    id: String,
    trace_id: String,
    project_id: String,
    parent_observation_id: Option<String>,
    #[serde(rename = "type")]
    kind: String,
    name: Option<String>,
    environment: String,
    start_time: Millis,
    end_time: Option<Millis>,
    completion_start_time: Option<Millis>,
    level: String,
    status_message: Option<String>,
    version: Option<String>,
    model: Option<String>,
    model_id: Option<String>,
    model_parameters: JsonMap,
    input: Option<Box<RawValue>>,
    output: Option<Box<RawValue>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    missing: Vec<String>,
    metadata: Metadata,
    usage: UsageView,
    usage_details: Numbers<i64>,
    cost_details: Numbers<f64>,
    input_price: Option<f64>,
    output_price: Option<f64>,
    total_price: Option<f64>,
    calculated_input_cost: Option<f64>,
    calculated_output_cost: Option<f64>,
    calculated_total_cost: Option<f64>,
    prompt_id: Option<String>,
    prompt_name: Option<String>,
    prompt_version: Option<i64>,
    /// Each token once; null where nobody counted.
    prompt_tokens: Option<i64>,
    completion_tokens: Option<i64>,
    total_tokens: Option<i64>,
    unit: String,
    latency: Option<f64>,
    time_to_first_token: Option<f64>,
}

/// Tokens in the older shape, which knows no unknown; its total is the one that was sent, if there was one.
#[derive(Debug, Serialize)]
struct UsageView {
    input: i64,
    output: i64,
    total: i64,
    unit: String,
}

/// Names and numbers in the order they were sent.
#[derive(Clone, Debug)]
pub struct Numbers<T>(pub Vec<(String, T)>);

impl<T: Copy> Numbers<T> {
    /// The number of this name.
    pub fn get(&self, name: &str) -> Option<T> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, number)| *number)
    }
}

impl<T: Serialize> Serialize for Numbers<T> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, number)| (name, number)))
    }
}

impl ObservationView {
    /// The view of an observation whose image and bodies were read.
    pub fn of(project_id: &str, item: Item) -> Self {
        let (usage, costs) = (usage_details(&item), cost_details(&item));
        let counted = Counted::of(&item.full.row);
        let unit = item.shown.usage.other_unit();
        let said = |name: &str| unit.as_ref().and_then(|_| item.shown.usage.entry(name)).unwrap_or_default();
        let (input, output) = (
            counted.input.unwrap_or_else(|| said("input")),
            counted.output.unwrap_or_else(|| said("output")),
        );
        let total = item
            .shown
            .usage
            .total_sent
            .or(counted.total)
            .unwrap_or_else(|| said("total").max(input.saturating_add(output)));
        let unit = unit.unwrap_or_else(|| "TOKENS".to_owned());
        let (latency, first_token) = (latency(&item.full.row), first_token(&item.full.row));
        let json = |body: Option<Body>| body.and_then(|body| json_of(&body.bytes, body.form));
        let metadata = item.all_metadata();
        let (row, shown, charged) = (item.full.row, item.shown, item.charged);
        Self {
            start_time: Millis(row.start_at.or(row.end_at).unwrap_or_default()),
            end_time: row.end_at.map(Millis),
            completion_start_time: row.first_token_at.map(Millis),
            id: row.observation_id,
            trace_id: row.trace_id,
            project_id: project_id.to_owned(),
            parent_observation_id: row.parent_id,
            kind: row.kind,
            name: row.name,
            environment: row.environment.unwrap_or_else(|| "default".to_owned()),
            level: row.level,
            status_message: row.status_message,
            version: row.version,
            model: row.model,
            model_id: charged.as_ref().map(|charged| charged.id.clone()),
            model_parameters: parameters(shown.parameters.as_deref()),
            input: json(item.input),
            output: json(item.output),
            missing: item.missing,
            metadata: Metadata(metadata),
            usage: UsageView { input, output, total, unit: unit.clone() },
            calculated_input_cost: costs.get("input"),
            calculated_output_cost: costs.get("output"),
            calculated_total_cost: costs.get("total"),
            usage_details: usage,
            cost_details: costs,
            input_price: charged.as_ref().and_then(|charged| charged.input_price),
            output_price: charged.as_ref().and_then(|charged| charged.output_price),
            total_price: None,
            prompt_id: None,
            prompt_name: shown.prompt_name,
            prompt_version: shown.prompt_version,
            prompt_tokens: counted.input,
            completion_tokens: counted.output,
            total_tokens: counted.total,
            unit,
            latency,
            time_to_first_token: first_token,
        }
    }
}

/// Counts by name as the client gave them; the total is there when anything is.
pub fn usage_details(item: &Item) -> Numbers<i64> {
    let mut entries = item.shown.usage.entries.clone();
    if !entries.is_empty() && entries.iter().all(|(name, _)| name != "total") {
        let sum = entries.iter().fold(0_i64, |sum, (_, count)| sum.saturating_add(*count));
        entries.push(("total".to_owned(), sum));
    }
    Numbers(entries)
}

/// Costs by name as the client gave them, else the one our own price came to.
pub fn cost_details(item: &Item) -> Numbers<f64> {
    let total = item.full.row.cost_nanos;
    let mut costs: Vec<(String, f64)> = match (&item.charged, &item.full.price) {
        (Some(charged), _) => vec![
            ("input".to_owned(), dollars(charged.input_nanos)),
            ("output".to_owned(), dollars(charged.output_nanos)),
        ],
        (None, Some(_)) => Vec::new(),
        (None, None) => {
            item.shown.costs_nanos.iter().map(|(name, nanos)| (name.clone(), dollars(*nanos))).collect()
        }
    };
    if let Some(total) = total.filter(|_| costs.iter().all(|(name, _)| name != "total")) {
        costs.push(("total".to_owned(), dollars(total)));
    }
    Numbers(costs)
}

/// Input, output and both, each token once; `None` where nobody counted.
struct Counted {
    input: Option<i64>,
    output: Option<i64>,
    total: Option<i64>,
}

impl Counted {
    fn of(row: &ObservationRow) -> Self {
        let known = row.known();
        let any = |counters: &[Counter]| counters.iter().any(|counter| known.has(*counter));
        let [input, read, write, output, reasoning] = Counter::ALL;
        let (sent, back) = (any(&[input, read, write]), any(&[output, reasoning]));
        Self {
            input: sent.then(|| row.input_tokens()),
            output: back.then(|| row.all_output_tokens()),
            total: (sent || back).then(|| row.counts().total()),
        }
    }
}

/// Seconds from start to end.
pub fn latency(row: &ObservationRow) -> Option<f64> {
    row.duration().map(seconds)
}

/// Seconds from start to the first token.
pub fn first_token(row: &ObservationRow) -> Option<f64> {
    Some(seconds(row.first_token_at?.micros_since(row.start_at?).max(0)))
}
