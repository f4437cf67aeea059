//! The bodies of `span-`, `generation-`, `event-` and all other observation events.

use super::event::{Header, Read};
use crate::mapping::identity::Identity;
use crate::mapping::work_refs::Finder;
use crate::mapping::{cost, environment, kind, usage};
use foundation::FieldErrors;
use trace_model::fields::{Fields, Reader};
use trace_model::{
    ArrivalKind, BodyRole, Facts, Level, Observation, ObservationKind, PromptRef, RootHint, TraceFacts,
};

/// Reads the body of a create or update event; `kind` is absent when the body itself names the type.
pub fn read(
    body: &Fields<'_>,
    header: &Header,
    kind: Option<ObservationKind>,
    create: bool,
) -> Result<Read, FieldErrors> {
    let mut reader = Reader::new(body, "body.");
    let id = reader.own_id("id");
    if id.is_none() && !create && reader.faults.0.is_empty() {
        reader.fault("id", "is required for an update");
    }
    let id = id.unwrap_or_else(|| header.id.clone());
    let kind = kind.or_else(|| named_kind(&mut reader));
    let mut observation = Observation { id: id.clone(), kind, ..Observation::default() };
    place(&mut reader, &mut observation, header, create);
    describe(&mut reader, &mut observation);
    call(&mut reader, &mut observation);
    if !reader.faults.0.is_empty() {
        return Err(reader.faults);
    }
    complete(&mut observation);
    let trace_id = observation.trace_id.clone();
    let trace = trace_id.as_ref().map(|trace_id| Box::new(trace_facts(trace_id, &observation, create)));
    Ok(Read {
        kind: if create { ArrivalKind::Create } else { ArrivalKind::Update },
        trace_id,
        entity_id: id,
        facts: Facts::Observation(Box::new(observation), trace),
        bodies: vec![(BodyRole::Input, "input"), (BodyRole::Output, "output")],
        notes: reader.notes,
    })
}

fn named_kind(reader: &mut Reader<'_, '_>) -> Option<ObservationKind> {
    let text = reader.said_word("type")?;
    let kind = ObservationKind::parse(text.trim());
    if kind.is_none() {
        reader.note("type", format!("{text:?} is no known observation type: it was left out"));
    }
    kind
}

/// Where and when it happened.
fn place(reader: &mut Reader<'_, '_>, observation: &mut Observation, header: &Header, create: bool) {
    observation.trace_id = reader.own_id("traceId");
    if observation.trace_id.is_none() && create {
        // Without a trace of its own an observation is its own trace.
        observation.trace_id = Some(observation.id.clone());
    }
    observation.parent_id = reader.said_id("parentObservationId");
    observation.start_ns = reader.said_time("startTime").or(create.then_some(header.time_ns));
    observation.end_ns = reader.said_time("endTime");
    observation.completion_start_ns = reader.said_time("completionStartTime");
    if observation.kind == Some(ObservationKind::Event) && observation.end_ns.is_none() {
        observation.end_ns = observation.start_ns;
    }
}

/// What it is called and how it went.
fn describe(reader: &mut Reader<'_, '_>, observation: &mut Observation) {
    observation.name = reader.said_text("name");
    observation.level = reader.said_word("level").and_then(|text| {
        let level = Level::parse(&text).or_else(|| Level::parse_alias(&text));
        if level.is_none() {
            reader.note(
                "level",
                format!("{text:?} is none of DEBUG, DEFAULT, WARNING, ERROR: it was left out"),
            );
        }
        level
    });
    observation.status_message = reader.said_text("statusMessage");
    observation.version = reader.said_word("version");
    observation.environment = reader.said_word("environment").map(|text| environment::normalise(&text));
    observation.metadata = reader.metadata("metadata");
    // The SDKs of this wire have spans only; Mastra says in metadata what each of them is.
    if observation.kind == Some(ObservationKind::Span)
        && let Some(word) = observation.metadata.get("spanType").and_then(|word| word.as_str())
    {
        observation.kind = kind::by_word(word).or(observation.kind);
    }
}

/// What only calls of a model have.
fn call(reader: &mut Reader<'_, '_>, observation: &mut Observation) {
    observation.model = reader.said_word("model");
    observation.parameters = reader.json("modelParameters").filter(|raw| raw.starts_with('{'));
    for name in ["usage", "usageDetails", "costDetails", "modelParameters"] {
        if reader.raw(name).is_some_and(|raw| !raw.starts_with('{')) {
            reader.note(name, "is no object: it was left out");
        }
    }
    let legacy = reader.raw("usage");
    observation.usage = usage::from_langfuse(reader.raw("usageDetails"), legacy).map(Box::new);
    let details = reader.raw("costDetails");
    let given = details.map(cost::from_details).filter(|cost| !cost.entries.is_empty());
    let in_usage = [legacy, reader.raw("usageDetails")].into_iter().flatten();
    let mut in_usage = in_usage.map(cost::from_usage).filter(|cost| !cost.entries.is_empty());
    let given = given.or_else(|| in_usage.next()).unwrap_or_default();
    observation.provided_cost = given.provided();
    observation.cost = given.entries;
    observation.cost_sent = details.filter(|_| observation.provided_cost.is_some()).map(Into::into);
    let (name, version) = (reader.said_word("promptName"), reader.said_integer("promptVersion"));
    observation.prompt = PromptRef { name, version };
}

fn complete(observation: &mut Observation) {
    let mut identity = Identity::default();
    identity.offer_metadata(&observation.metadata);
    identity.offer_name(observation.name.as_deref().unwrap_or_default());
    identity.fill(observation);
    let mut finder = Finder::default();
    finder.see_metadata(&observation.metadata);
    observation.work_refs = finder.finish();
}

fn trace_facts(trace_id: &str, observation: &Observation, create: bool) -> TraceFacts {
    TraceFacts {
        trace_id: trace_id.to_owned(),
        environment: observation.environment.clone(),
        // An update leaves its parent out, so only a create knows whether it stands at the top.
        root: observation.start_ns.filter(|_| create).map(|start_ns| RootHint {
            rank: u8::from(observation.parent_id.is_some()),
            start_ns,
            id: observation.id.clone(),
            name: observation.name.clone(),
        }),
        ..TraceFacts::default()
    }
}
