//! One OTLP span as an observation, and what it says of its trace.

use opentelemetry_proto::tonic::trace::v1::Span;

use super::attributes::Attributes;
use super::identity::Identity;
use super::keys::{Key, Prefix};
use super::metadata::Scalars;
use super::{cost, environment, kind, metadata, name, parameters, status, tokens};
use trace_model::fields::Fields;
use trace_model::rules::{self, Place, Slot};
use trace_model::{
    JsonMap, Observation, ObservationKind, PromptRef, RootHint, ScopeRef, SpanLink, TraceFacts, WorkRef,
};

const MODEL: [Key; 14] = [
    Key::LfModel,
    Key::ResponseModel,
    Key::OiResponseModel,
    Key::OiModel,
    Key::LlmResponseModel,
    Key::RequestModel,
    Key::OiRequestModel,
    Key::OiEmbeddingModel,
    Key::OiRerankerModel,
    Key::AiResponseModel,
    Key::AiModel,
    Key::MlflowModel,
    Key::LlmModel,
    Key::ArmsModel,
];
const PROVIDER: [Key; 7] = [
    Key::ProviderName,
    Key::OiProvider,
    Key::OiSystem,
    Key::System,
    Key::AiProvider,
    Key::MlflowProvider,
    Key::ModelProvider,
];
const ENVIRONMENT: [Key; 3] = [Key::LfEnvironment, Key::DeployEnvName, Key::DeployEnv];
const TAGS: [Key; 5] = [Key::LfTraceTags, Key::OiTags, Key::AiTags, Key::LfMetaTags, Key::LangsmithTags];

/// What the resource says for all its spans.
#[derive(Clone, Debug, Default)]
pub struct ResourceFacts {
    environment: Option<String>,
    release: Option<String>,
    version: Option<String>,
    language: Option<String>,
    identity: Identity,
    work_refs: Vec<WorkRef>,
}

impl ResourceFacts {
    /// Reads a resource's attributes, once for all its spans.
    pub fn read(mut attributes: Attributes<'_>) -> Self {
        let namespace = attributes.text(&[Key::ServiceNamespace]);
        let mut identity = std::mem::take(&mut attributes.identity);
        identity.offer("tenant", namespace.as_deref().unwrap_or_default());
        Self {
            environment: attributes.text(&ENVIRONMENT).map(|text| environment::normalise(&text)),
            release: attributes.text(&[Key::LfRelease]),
            version: attributes.text(&[Key::LfVersion, Key::ServiceVersion]),
            language: attributes.text(&[Key::SdkLanguage]),
            identity,
            work_refs: attributes.orders.finish(),
        }
    }
}

/// The ids of a span as text.
pub struct SpanIds {
    /// Lower-case hex.
    pub trace_id: String,
    /// Lower-case hex.
    pub span_id: String,
    /// Lower-case hex; absent on a root.
    pub parent_id: Option<String>,
}

/// Start and end of a span, UTC nanoseconds.
#[derive(Clone, Copy)]
pub struct SpanTimes {
    pub start_ns: i64,
    pub end_ns: i64,
}

/// Maps one span. Body references are filled in by the caller, who takes the bodies out.
pub fn map(
    span: &Span,
    attributes: &mut Attributes<'_>,
    ids: SpanIds,
    times: SpanTimes,
    resource: &ResourceFacts,
    scope: &ScopeRef,
) -> (Observation, TraceFacts) {
    let kind = kind::derive(attributes, scope);
    let mut observation = Observation {
        trace_id: Some(ids.trace_id),
        id: ids.span_id,
        parent_id: ids.parent_id,
        kind: Some(kind),
        name: name::of(&span.name, attributes, kind),
        start_ns: Some(times.start_ns),
        end_ns: Some(times.end_ns),
        completion_start_ns: status::completion_start(attributes, times.start_ns, &span.events),
        ..Observation::default()
    };
    describe(&mut observation, span, attributes, scope);
    let scalars = Scalars::of(scope, resource.language.as_deref());
    observation.metadata = metadata::of_observation(attributes, scalars);
    observation.told = told(attributes);
    call(&mut observation, attributes, kind);
    let is_top = observation.parent_id.is_none() || observation.root_hint;
    let of_top = Some(&observation.metadata).filter(|_| is_top);
    let trace_metadata = metadata::of_trace(attributes, scalars, of_top);
    identify(&mut observation, attributes, resource);
    point_out(&mut observation, &trace_metadata, attributes, resource);
    let Observation { level, status_message, exception, .. } = &observation;
    let untold =
        status::untold_type(level.unwrap_or_default(), status_message.as_deref(), exception.as_ref());
    observation.metadata.extend(untold.map(|kind| ("exceptionType".to_owned(), kind.into())));
    let mut trace = trace_facts(&observation, attributes, resource, is_top);
    trace.metadata = trace_metadata;
    (observation, trace)
}

fn describe(observation: &mut Observation, span: &Span, attributes: &Attributes<'_>, scope: &ScopeRef) {
    observation.exception = status::exception(attributes, &span.events);
    observation.level = Some(status::level(attributes, span));
    observation.status_message = status::message(attributes, span, observation.exception.as_ref());
    observation.scope = Some(scope.clone()).filter(|scope| !scope.name.is_empty());
    observation.event_count = span.events.len();
    observation.links = span.links.iter().map(link).collect();
    observation.root_hint = [Key::LfAsRoot, Key::LfAppRoot].iter().any(|k| attributes.flag(*k) == Some(true));
}

/// What attributes say of a handoff and its like, with the operation or the kind that makes it one.
fn told(attributes: &mut Attributes<'_>) -> JsonMap {
    let mut told = std::mem::take(&mut attributes.told);
    for (key, name) in [(Key::Operation, rules::OPERATION), (Key::TlKind, rules::TRACELOOP)] {
        let Some(value) = attributes.str(key) else { continue };
        let slots = [Slot::Handoff, Slot::Plan, Slot::Memory];
        if !told.is_empty() || slots.into_iter().any(|slot| rules::is_value(slot, name, value)) {
            told.insert(name.to_owned(), value.into());
        }
    }
    told
}

fn link(link: &opentelemetry_proto::tonic::trace::v1::span::Link) -> SpanLink {
    SpanLink { trace_id: hex::encode(&link.trace_id), span_id: hex::encode(&link.span_id) }
}

/// Model, parameters, tokens and cost of a call.
fn call(observation: &mut Observation, attributes: &Attributes<'_>, kind: ObservationKind) {
    observation.parameters = parameters::of(attributes);
    let is_call = matches!(kind, ObservationKind::Generation | ObservationKind::Embedding);
    // A bare word, and what a framework calls any of its steps, are models where the step is a call of one.
    let of_call = || is_call.then(|| plain(attributes, &[Key::ModelShort, Key::GenkitName])).flatten();
    observation.model = plain(attributes, &MODEL).or_else(|| parameters::model(attributes)).or_else(of_call);
    observation.provider = plain(attributes, &PROVIDER);
    observation.usage = tokens::of(attributes, kind).map(Box::new);
    let given = given_cost(attributes);
    observation.provided_cost = given.provided();
    observation.cost = given.entries;
    observation.cost_sent =
        attributes.json_object_or(Key::LfCost, Prefix::LfCost).map(|text| text.as_ref().into());
    if kind == ObservationKind::Generation {
        observation.prompt = prompt(attributes);
    }
}

/// A text; `MLflow` writes every one as JSON.
fn plain(attributes: &Attributes<'_>, keys: &[Key]) -> Option<String> {
    let text = attributes.text(keys)?;
    Some(if text.starts_with('"') { serde_json::from_str(&text).unwrap_or(text) } else { text })
}

/// The managed prompt, by attributes or by the link that a program gives the Vercel AI SDK.
fn prompt(attributes: &Attributes<'_>) -> PromptRef {
    let link = attributes.str(Key::AiPromptLink).and_then(Fields::read);
    let of_link = |name: &str| link.as_ref()?.get::<serde_json::Value>(name);
    let name = attributes.text(&[Key::LfPromptName, Key::PromptName, Key::TlPromptKey, Key::OiPromptId]);
    let version = attributes.integer(&[Key::LfPromptVersion, Key::TlPromptVersion]);
    PromptRef {
        name: name.or_else(|| Some(of_link("name")?.as_str()?.to_owned())),
        version: version.or_else(|| of_link("version")?.as_i64()),
    }
}

fn given_cost(attributes: &Attributes<'_>) -> cost::Cost {
    if let Some(text) = attributes.json_object_or(Key::LfCost, Prefix::LfCost) {
        return cost::from_details(&text);
    }
    let names = [
        ("input", &[Key::OiCostPrompt, Key::GenAiCostOfInput, Key::LiteCostInput][..]),
        ("output", &[Key::OiCostCompletion, Key::GenAiCostOfOutput, Key::LiteCostOutput]),
        (
            "total",
            &[
                Key::OiCostTotal,
                Key::GenAiCost,
                Key::GenAiCostOfTotal,
                Key::LiteCostTotal,
                Key::OperationCost,
            ],
        ),
    ];
    let entry = |name: &str, keys: &[Key]| Some((name.to_owned(), cost::amount(&attributes.text(keys)?)?));
    let entries: Vec<_> = names.iter().filter_map(|(name, keys)| entry(name, keys)).collect();
    // Where a library does not know a price it writes nothing but zeros.
    if entries.iter().any(|(_, part)| part.0 != 0) {
        return cost::Cost { entries };
    }
    let objects = [Key::MlflowCost, Key::LfUsage, Key::GenAiUsage, Key::LlmUsage];
    let mut objects = objects.iter().filter_map(|key| attributes.json_object(*key));
    objects
        .find_map(|text| Some(cost::from_usage(&text)).filter(|cost| !cost.entries.is_empty()))
        .unwrap_or_default()
}

/// Who acted for whom, in which environment.
fn identify(observation: &mut Observation, attributes: &mut Attributes<'_>, resource: &ResourceFacts) {
    let property = |name: &str| observation.metadata.get(name).and_then(|v| v.as_str()).map(str::to_owned);
    let said = |slot| {
        let mut in_metadata = rules::words(slot, Place::Word).filter_map(&property);
        plain(attributes, Key::of_slot(slot)).or_else(|| in_metadata.next())
    };
    observation.user_id = said(Slot::User);
    observation.session_id = said(Slot::Session);
    let named = |keys: &[Key], resource: &Option<String>| attributes.text(keys).or_else(|| resource.clone());
    observation.environment = attributes
        .text(&ENVIRONMENT)
        .map(|text| environment::normalise(&text))
        .or_else(|| resource.environment.clone());
    observation.release = named(&[Key::LfRelease], &resource.release);
    observation.version = named(&[Key::LfVersion], &resource.version);
    observation.workflow = attributes.text(Key::of_slot(Slot::Workflow));
    observation.agent = attributes.text(Key::of_slot(Slot::Agent)).or_else(|| {
        let is_agent = attributes.str(Key::TlKind) == Some("agent");
        is_agent.then(|| attributes.text(&[Key::TlEntity])).flatten()
    });
    observation.tags = TAGS.iter().flat_map(|key| attributes.texts(*key)).collect();
    observation.tags.sort();
    observation.tags.dedup();
}

/// The actors and work orders named in attributes, metadata and tags, in that order.
fn point_out(
    observation: &mut Observation,
    trace_metadata: &JsonMap,
    attributes: &mut Attributes<'_>,
    resource: &ResourceFacts,
) {
    let mut identity = std::mem::take(&mut attributes.identity);
    let mut orders = std::mem::take(&mut attributes.orders);
    for metadata in [&observation.metadata, trace_metadata] {
        identity.offer_metadata(metadata);
        orders.see_metadata(metadata);
    }
    identity.offer_tags(&observation.tags);
    identity.offer_name(observation.name.as_deref().unwrap_or_default());
    orders.see_tags(&observation.tags);
    let identity = identity.or(resource.identity.clone());
    identity.clone().fill(observation);
    attributes.identity = identity;
    observation.work_refs = orders.finish();
    observation.work_refs.extend_from_slice(&resource.work_refs);
    observation.work_refs.sort();
    observation.work_refs.dedup();
}

fn trace_facts(
    observation: &Observation,
    attributes: &Attributes<'_>,
    resource: &ResourceFacts,
    is_top: bool,
) -> TraceFacts {
    let mut facts = TraceFacts {
        trace_id: observation.trace_id.clone().unwrap_or_default(),
        name: attributes.text(&[Key::LfTraceName, Key::LangsmithTrace]),
        user_id: observation.user_id.clone(),
        session_id: observation.session_id.clone(),
        release: observation.release.clone(),
        version: attributes.text(&[Key::LfVersion]).or_else(|| resource.version.clone().filter(|_| is_top)),
        environment: observation.environment.clone(),
        public: attributes.flag(Key::LfTracePublic),
        tags: observation.tags.clone(),
        root: Some(RootHint {
            rank: u8::from(!is_top),
            start_ns: observation.start_ns.unwrap_or_default(),
            id: observation.id.clone(),
            name: name::of_trace(attributes).or_else(|| observation.name.clone()),
        }),
        ..TraceFacts::default()
    };
    attributes.identity.clone().fill_trace(&mut facts);
    facts
}

#[cfg(test)]
pub(crate) mod tests;
