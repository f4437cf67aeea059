//! An observation as the second observations API shows it: the core, and the groups of fields asked for.

use serde::ser::{Serialize, SerializeMap as _, Serializer};
use serde_json::{Map, Value, json};

use crate::foundation::{Result, Timestamp};
use crate::traces::reads::{Pieces, TraceFull};

use super::charged::Charged;
use super::load::{Body, Item};
use super::observation_view::{cost_details, first_token, latency, usage_details};
use super::params::Params;
use super::values::{Metadata, Millis, dollars, form_of, parameters, text_of};
use trace_model::exact;

/// The longest metadata value that is not asked for by name, in characters.
const SHORT: usize = 200;

const GROUPS: [&str; 10] =
    ["core", "basic", "time", "io", "metadata", "model", "usage", "prompt", "metrics", "trace_context"];

/// Which fields to show.
#[derive(Clone, Debug)]
pub struct Fields {
    groups: Vec<String>,
    expanded: Vec<String>,
}

impl Fields {
    /// Reads `fields` and `expandMetadata`.
    pub fn read(params: &mut Params) -> Self {
        let mut groups = params.comma_list("fields");
        if let Some(other) = groups.iter().find(|name| !GROUPS.contains(&name.as_str())) {
            params.faults.add("fields", format!("{other:?} is not known; known are {}", GROUPS.join(", ")));
        }
        if groups.is_empty() {
            groups = vec!["core".to_owned(), "basic".to_owned()];
        }
        Self { groups, expanded: params.comma_list("expandMetadata") }
    }

    fn has(&self, name: &str) -> bool {
        self.groups.iter().any(|group| group == name)
    }

    /// Whether input and output are shown.
    pub fn io(&self) -> bool {
        self.has("io")
    }

    /// Which pieces must be read.
    pub fn wanted(&self) -> Pieces {
        let image = ["metadata", "model", "usage", "prompt"].iter().any(|name| self.has(name));
        Pieces { image, bodies: self.io(), sent: self.has("metadata") }
    }
}

/// The view of an observation; its trace lends it what it does not say itself.
pub fn view(project_id: &str, item: Item, trace: Option<&TraceFull>, fields: &Fields) -> Result<View> {
    let mut out = core(project_id, &item);
    if fields.has("basic") {
        basic(&mut out, &item, trace)?;
    }
    if fields.has("time") {
        let at = |pick: fn(&TraceFull) -> Timestamp| trace.map(|full| Millis(pick(full)));
        out.insert("completionStartTime".to_owned(), json!(item.full.row.first_token_at.map(Millis)));
        out.insert("createdAt".to_owned(), json!(at(|full| full.row.first_arrival_at)));
        out.insert("updatedAt".to_owned(), json!(at(|full| full.row.last_arrival_at)));
    }
    let metadata = fields.has("metadata").then(|| metadata(&item, &fields.expanded));
    if fields.has("model") {
        model(&mut out, &item);
    }
    if fields.has("usage") {
        out.insert("usageDetails".to_owned(), json!(usage_details(&item)));
        out.insert("costDetails".to_owned(), json!(cost_details(&item)));
        out.insert("totalCost".to_owned(), json!(item.full.row.cost_nanos.map(dollars)));
        let tier = item.charged.as_ref().and_then(|charged| charged.tier.as_ref());
        out.insert("usagePricingTierName".to_owned(), json!(tier));
    }
    if fields.has("prompt") {
        out.insert("promptId".to_owned(), Value::Null);
        out.insert("promptName".to_owned(), json!(item.shown.prompt_name));
        out.insert("promptVersion".to_owned(), json!(item.shown.prompt_version));
    }
    if fields.has("metrics") {
        out.insert("latency".to_owned(), json!(latency(&item.full.row)));
        out.insert("timeToFirstToken".to_owned(), json!(first_token(&item.full.row)));
    }
    if fields.has("trace_context") {
        out.insert("traceName".to_owned(), json!(trace.and_then(|full| full.row.name.as_ref())));
        out.insert("tags".to_owned(), json!(trace.map(|full| full.row.tag_list()).unwrap_or_default()));
        out.insert("release".to_owned(), json!(trace.and_then(|full| full.row.release.as_ref())));
    }
    if fields.io() {
        for (name, body) in [("input", item.input), ("output", item.output)] {
            io(&mut out, name, body.as_ref());
        }
        if !item.missing.is_empty() {
            out.insert("missing".to_owned(), json!(item.missing));
        }
    }
    Ok(View { fields: out, metadata })
}

/// The fields that were asked for.
#[derive(Debug)]
pub struct View {
    fields: Map<String, Value>,
    metadata: Option<Metadata>,
}

impl Serialize for View {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        let mut all = serializer.serialize_map(None)?;
        self.fields.iter().try_for_each(|(name, value)| all.serialize_entry(name, value))?;
        if let Some(metadata) = &self.metadata {
            all.serialize_entry("metadata", metadata)?;
        }
        all.end()
    }
}

/// A body as text. Beside it stands `inputForm` or `outputForm` where the text does not tell what it was.
fn io(out: &mut Map<String, Value>, name: &str, body: Option<&Body>) {
    let text = body.map(|body| text_of(&body.bytes, body.form));
    if let Some(form) = body.zip(text.as_deref()).and_then(|(body, text)| form_of(body, text)) {
        out.insert(format!("{name}Form"), json!(form));
    }
    out.insert(name.to_owned(), json!(text));
}

fn core(project_id: &str, item: &Item) -> Map<String, Value> {
    let row = &item.full.row;
    let mut out = Map::new();
    for (name, value) in [
        ("id", json!(row.observation_id)),
        ("traceId", json!(row.trace_id)),
        ("startTime", json!(Millis(row.start_at.or(row.end_at).unwrap_or_default()))),
        ("endTime", json!(row.end_at.map(Millis))),
        ("projectId", json!(project_id)),
        ("parentObservationId", json!(row.parent_id)),
        ("type", json!(row.kind)),
    ] {
        out.insert(name.to_owned(), value);
    }
    out
}

fn basic(out: &mut Map<String, Value>, item: &Item, trace: Option<&TraceFull>) -> Result<()> {
    let row = &item.full.row;
    let of_trace = |pick: fn(&TraceFull) -> Option<&String>| trace.and_then(pick);
    let top = of_trace(|full| full.row.root_observation_id.as_ref()) == Some(&row.observation_id);
    let public = trace.map(TraceFull::said).transpose()?.is_some_and(|said| said.public);
    for (name, value) in [
        ("name", json!(row.name)),
        ("level", json!(row.level)),
        ("statusMessage", json!(row.status_message)),
        ("version", json!(row.version)),
        ("environment", json!(row.environment.as_deref().unwrap_or("default"))),
        ("bookmarked", json!(false)),
        ("public", json!(public)),
        ("userId", json!(row.user_id.as_ref().or(of_trace(|full| full.row.user_id.as_ref())))),
        ("sessionId", json!(row.session_id.as_ref().or(of_trace(|full| full.row.session_id.as_ref())))),
        ("isRootObservation", json!(top || row.parent_id.is_none())),
    ] {
        out.insert(name.to_owned(), value);
    }
    Ok(())
}

/// Prices are decimal text here.
fn model(out: &mut Map<String, Value>, item: &Item) {
    let charged = item.charged.as_ref();
    let price =
        |pick: fn(&Charged) -> Option<f64>| json!(charged.and_then(pick).map(|price| price.to_string()));
    let id = json!(charged.map(|charged| &charged.id));
    for (name, value) in [
        ("providedModelName", json!(item.full.row.model)),
        ("internalModelId", id.clone()),
        ("modelParameters", json!(parameters(item.shown.parameters.as_deref()))),
        ("modelId", id),
        ("inputPrice", price(|charged| charged.input_price)),
        ("outputPrice", price(|charged| charged.output_price)),
        ("totalPrice", Value::Null),
    ] {
        out.insert(name.to_owned(), value);
    }
}

/// Long values are cut, unless their key was asked for. Of what was sent beside the client's own metadata each value is cut
/// by itself, so that the short ones of many can be read.
fn metadata(item: &Item, expanded: &[String]) -> Metadata {
    let own = item.metadata();
    let cut = |(key, value): (String, Value)| {
        let value = match value {
            value if expanded.contains(&key) => value,
            value if own.contains_key(&key) => short(value),
            value => short_leaves(value),
        };
        (key, value)
    };
    Metadata(item.all_metadata().into_iter().map(cut).collect())
}

fn short_leaves(value: Value) -> Value {
    match value {
        Value::Object(map) => map.into_iter().map(|(name, value)| (name, short_leaves(value))).collect(),
        Value::Array(list) => list.into_iter().map(short_leaves).collect(),
        leaf => short(leaf),
    }
}

fn short(value: Value) -> Value {
    let text = exact::text(&value);
    match text.char_indices().nth(SHORT) {
        Some((end, _)) => Value::String(text.get(..end).unwrap_or_default().to_owned()),
        None => value,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_metadata_is_cut_by_characters_and_short_values_keep_their_type() {
        assert_eq!(short(json!("ü".repeat(201))), json!("ü".repeat(200)));
        assert_eq!(short(json!("x".repeat(200))), json!("x".repeat(200)));
        assert_eq!(short(json!({"a": [1, 2]})), json!({"a": [1, 2]}));
        assert!(short(json!({"a": "x".repeat(300)})).as_str().unwrap().starts_with("{\"a\":\"x"));
    }
}
