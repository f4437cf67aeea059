//! What a span is, from whichever dialect says so; the first that knows wins.

use super::attributes::Attributes;
use super::keys::Key;
use trace_model::fields::Fields;
use trace_model::rules::{self, FRAMEWORK, OPENINFERENCE, OPERATION, REQUEST, TRACELOOP};
use trace_model::{ObservationKind as Kind, ScopeRef};

/// Model attributes: a span with one of them calls a model, if nothing else is known.
const MODELS: [Key; 10] = [
    Key::LfModel,
    Key::ResponseModel,
    Key::RequestModel,
    Key::OiModel,
    Key::OiResponseModel,
    Key::OiRequestModel,
    Key::LlmResponseModel,
    Key::AiModel,
    Key::LlmModel,
    Key::ArmsModel,
];

/// The kind of a span.
pub fn derive(attributes: &Attributes<'_>, scope: &ScopeRef) -> Kind {
    langfuse(attributes, scope)
        .or_else(|| attributes.str(Key::OiKind).and_then(openinference))
        .or_else(|| attributes.str(Key::Operation).and_then(|word| rules::kind(OPERATION, word)))
        .or_else(|| framework(attributes))
        .or_else(|| attributes.str(Key::AiOperation).and_then(|text| ai_sdk(text, attributes)))
        .or_else(|| tool(attributes))
        .or_else(|| attributes.str(Key::TlKind).and_then(|word| rules::kind(TRACELOOP, word)))
        .or_else(|| attributes.str(Key::TlRequestType).and_then(|word| rules::kind(REQUEST, word)))
        .or_else(|| attributes.has(Key::OiEmbeddingModel).then_some(Kind::Embedding))
        .or_else(|| MODELS.iter().any(|key| attributes.has(*key)).then_some(Kind::Generation))
        .unwrap_or_default()
}

fn langfuse(attributes: &Attributes<'_>, scope: &ScopeRef) -> Option<Kind> {
    let kind = Kind::parse(attributes.str(Key::LfType)?)?;
    // The Python SDK up to 3.3 wrote "span" on generations that were updated late.
    let generation = || {
        [Key::LfModel, Key::LfUsage, Key::LfCost, Key::LfParameters, Key::LfPromptName]
            .iter()
            .any(|k| attributes.has(*k))
    };
    if kind == Kind::Span && is_early_python(scope) && generation() {
        return Some(Kind::Generation);
    }
    Some(kind)
}

fn is_early_python(scope: &ScopeRef) -> bool {
    let mut parts = scope.version.split('.').map(|part| part.parse::<u32>().ok());
    let (major, minor) = (parts.next().flatten(), parts.next().flatten());
    scope.name == "langfuse-sdk" && major == Some(3) && minor.is_some_and(|minor| minor <= 3)
}

/// Besides the kinds of the table those that Langfuse has, by their own names. No Langfuse type stands for some.
fn openinference(text: &str) -> Option<Kind> {
    rules::kind(OPENINFERENCE, text).or_else(|| Kind::parse(text))
}

/// Attributes in which frameworks have a word of their own for what a span is.
const WORDS: [Key; 11] = [
    Key::MlflowType,
    Key::LangsmithKind,
    Key::GenkitSubtype,
    Key::MastraType,
    Key::SpringKind,
    Key::LaminarType,
    Key::AgentopsKind,
    Key::LangtraceType,
    Key::ArmsKind,
    Key::SpanType,
    Key::SpanTypeShort,
];

/// Words for kinds that frameworks have in attributes of their own.
fn framework(attributes: &Attributes<'_>) -> Option<Kind> {
    let lower = |text: &str| text.trim_matches('"').to_ascii_lowercase();
    let mut words = WORDS.iter().filter_map(|key| by_word(&lower(attributes.str(*key)?)));
    words
        .next()
        .or_else(|| by_word(&lower(&braintrust(attributes)?)))
        .or_else(|| vector_store(attributes))
        .or_else(|| haystack(attributes.str(Key::HaystackType)?))
        // Whether it still has a value or became a body.
        .or_else(|| {
            let runs_an_agent = [Key::AllMessages, Key::AllMessagesEvents];
            let agent = runs_an_agent.iter().any(|key| attributes.place(*key).is_some());
            agent.then_some(Kind::Agent)
        })
}

/// The type that Braintrust has among the attributes of a span.
fn braintrust(attributes: &Attributes<'_>) -> Option<String> {
    let object = attributes.json_object(Key::BraintrustSpan)?;
    Fields::read(&object)?.get("type")
}

/// Spring AI says of a vector store what is done there: to ask it is to retrieve.
fn vector_store(attributes: &Attributes<'_>) -> Option<Kind> {
    let is_store = attributes.str(Key::SpringKind) == Some("vector_store");
    (is_store && attributes.str(Key::VectorOperation) == Some("query")).then_some(Kind::Retriever)
}

/// The kind that a framework's own word stands for.
pub fn by_word(word: &str) -> Option<Kind> {
    rules::kind(FRAMEWORK, word)
}

/// A component of Haystack by the name of its class.
fn haystack(class: &str) -> Option<Kind> {
    match class {
        "Agent" => Some(Kind::Agent),
        "ToolInvoker" => Some(Kind::Tool),
        _ if class.ends_with("Generator") => Some(Kind::Generation),
        _ if class.contains("Embedder") => Some(Kind::Embedding),
        _ if class.contains("Retriever") => Some(Kind::Retriever),
        _ => None,
    }
}

fn ai_sdk(text: &str, attributes: &Attributes<'_>) -> Option<Kind> {
    let has_model = || MODELS.iter().any(|key| attributes.has(*key));
    match text {
        "ai.toolCall" => Some(Kind::Tool),
        "ai.embed.doEmbed" | "ai.embedMany.doEmbed" | "ai.embed" | "ai.embedMany" => Some(Kind::Embedding),
        _ if text.contains(".do") && has_model() => Some(Kind::Generation),
        _ if text.starts_with("ai.") => Some(Kind::Span),
        _ => None,
    }
}

fn tool(attributes: &Attributes<'_>) -> Option<Kind> {
    let keys = [Key::ToolName, Key::ToolCallId, Key::AiToolName];
    keys.iter().any(|key| attributes.has(*key)).then_some(Kind::Tool)
}

#[cfg(test)]
mod tests {
    use super::super::span::tests::text_attributes;
    use super::*;

    #[test]
    fn the_first_dialect_that_knows_wins() {
        for (pairs, expected) in [
            (
                &[("langfuse.observation.type", "retriever"), ("openinference.span.kind", "LLM")][..],
                Kind::Retriever,
            ),
            (&[("langfuse.observation.type", "nap"), ("openinference.span.kind", "LLM")], Kind::Generation),
            (&[("openinference.span.kind", "PROMPT"), ("gen_ai.request.model", "m")], Kind::Span),
            (&[("gen_ai.operation.name", "invoke_agent"), ("gen_ai.request.model", "m")], Kind::Agent),
            (&[("gen_ai.operation.name", "retrieval")], Kind::Retriever),
            (&[("gen_ai.operation.name", "plan"), ("gen_ai.request.model", "m")], Kind::Chain),
            (&[("gen_ai.operation.name", "upsert_memory"), ("gen_ai.request.model", "m")], Kind::Span),
            (&[("gen_ai.operation.name", "search_memory")], Kind::Retriever),
            (&[("gen_ai.operation.name", "invoke_workflow")], Kind::Chain),
            (&[("traceloop.span.kind", "task")], Kind::Chain),
            (&[("traceloop.span.kind", "agent")], Kind::Agent),
            (&[("llm.request.type", "embedding"), ("gen_ai.request.model", "m")], Kind::Embedding),
            (&[("gen_ai.tool.name", "t")], Kind::Tool),
            (&[("ai.operationId", "ai.generateText.doGenerate"), ("ai.model.id", "m")], Kind::Generation),
            (&[("gen_ai.response.model", "m")], Kind::Generation),
            (&[("http.method", "GET")], Kind::Span),
            (&[("mlflow.spanType", "\"CHAT_MODEL\"")], Kind::Generation),
            (&[("mlflow.spanType", "UNKNOWN")], Kind::Span),
            (&[("langsmith.span.kind", "retriever")], Kind::Retriever),
            (&[("genkit:metadata:subtype", "tool")], Kind::Tool),
            (&[("mastra.span.type", "agent_run")], Kind::Agent),
            (&[("mlflow.spanType", "UNKNOWN"), ("span.type", "tool")], Kind::Tool),
            (&[("gen_ai.operation.name", "ExecuteTool")], Kind::Tool),
            (&[("braintrust.span_attributes", r#"{"type":"llm"}"#)], Kind::Generation),
            (&[("spring.ai.kind", "vector_store"), ("db.operation.name", "query")], Kind::Retriever),
            (&[("spring.ai.kind", "vector_store"), ("db.operation.name", "add")], Kind::Span),
            (&[("span.type", "web")], Kind::Span),
            (&[("haystack.component.type", "OpenAIChatGenerator")], Kind::Generation),
            (&[("pydantic_ai.all_messages", "[]"), ("gen_ai.request.model", "m")], Kind::Agent),
        ] {
            let attributes = text_attributes(pairs);
            assert_eq!(derive(&Attributes::new(&attributes), &ScopeRef::default()), expected, "{pairs:?}");
        }
    }

    #[test]
    fn early_python_spans_with_a_model_are_generations() {
        let attributes = text_attributes(&[
            ("langfuse.observation.type", "span"),
            ("langfuse.observation.model.name", "m"),
        ]);
        let scope = |version: &str| ScopeRef { name: "langfuse-sdk".into(), version: version.into() };
        let kind = |version| derive(&Attributes::new(&attributes), &scope(version));
        assert_eq!(
            (kind("3.3.4"), kind("3.15.0"), kind("5.0.4")),
            (Kind::Generation, Kind::Span, Kind::Span)
        );
    }
}
