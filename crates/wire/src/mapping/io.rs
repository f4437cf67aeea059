//! Which attributes are a span's input and output.
//!
//! Message lists come before raw request and response texts: they are what people read and quote.
//! What is not chosen stays an attribute, so nothing is lost. What the model was told beforehand and the
//! tools it was offered join the input ([`super::compose`]).

use opentelemetry_proto::tonic::common::v1::any_value::Value as Any;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue};
use opentelemetry_proto::tonic::trace::v1::span::Event;

use super::attributes::{Attributes, to_json};
use super::keys::{Key, Prefix};
use super::messages::Side;
use super::{answer, compose, flatten, json, logged, messages, offered, tokens};
use trace_model::{Body, BodyForm, BodyRole};

/// Where a body comes from.
pub enum Source {
    /// The value of one attribute, at this place.
    Attribute(usize, BodyForm),
    /// Made of several things.
    Built(Built),
}

/// A body that is made here.
#[derive(Default)]
pub struct Built {
    pub bytes: Vec<u8>,
    pub form: BodyForm,
    /// The places of attributes that are in it and go.
    pub gone: Vec<usize>,
    /// The places of attributes that are in it and leave their names behind.
    pub emptied: Vec<usize>,
}

impl Built {
    /// A body of JSON out of nothing that goes.
    pub fn json(bytes: Vec<u8>) -> Self {
        Self { bytes, form: BodyForm::Json, ..Self::default() }
    }
}

/// A way to find a body.
#[derive(Clone, Copy)]
enum Way {
    One(Key, BodyForm),
    /// One attribute that stays as well where counters are read from it.
    Copied(Key),
    Mime(Key, Key),
    /// One attribute whose name says too little, where another stands beside it.
    Beside(Key, Key),
    /// The same, where the other says so.
    Where(Key, Key, &'static str),
    List(Prefix),
    /// Of a list only what ends so.
    Part(Prefix, &'static str),
    /// The one attribute with this prefix whose name ends so.
    Ending(Prefix, &'static str),
    Events,
    /// The answer of the Vercel AI SDK, in several attributes.
    Answer,
    /// Messages and choices in one list of events.
    Logged,
    /// What a reranker was asked, and of which documents.
    Reranking,
}

use Way::{Answer, Beside, Copied, Ending, Events, List, Logged, Mime, Part, Reranking, Where};

/// An attribute that holds JSON or text.
const fn any(key: Key) -> Way {
    Way::One(key, BodyForm::JsonOrText)
}

const INPUT: [Way; 59] = [
    any(Key::LfInput),
    List(Prefix::OiInput),
    any(Key::InputMessages),
    any(Key::AllMessages),
    any(Key::AllMessagesEvents),
    List(Prefix::GenAiPrompt),
    any(Key::PlainPrompt),
    any(Key::PromptJson),
    any(Key::OpenlitPrompt),
    any(Key::SentryMessages),
    any(Key::InvocationInput),
    Events,
    any(Key::ToolArguments),
    any(Key::ToolArgumentsPlain),
    any(Key::SentryToolInput),
    Way::One(Key::RetrievalQuery, BodyForm::Text),
    Way::One(Key::MemoryQuery, BodyForm::Text),
    Mime(Key::OiInput, Key::OiInputMime),
    Reranking,
    Part(Prefix::OiEmbeddings, ".text"),
    any(Key::TlInput),
    any(Key::AiPromptMessages),
    any(Key::AiPrompt),
    any(Key::AiToolArgs),
    any(Key::AiValues),
    any(Key::AiValue),
    any(Key::AiDocuments),
    any(Key::AdkRequest),
    any(Key::AdkToolArgs),
    any(Key::AdkData),
    any(Key::MlflowInputs),
    any(Key::GenkitInput),
    any(Key::HaystackInput),
    any(Key::HaystackPipelineInput),
    Ending(Prefix::Mastra, ".input"),
    List(Prefix::OiPrompts),
    any(Key::OiPromptList),
    any(Key::ToolArgumentsShort),
    Logged,
    any(Key::LogfireRequest),
    any(Key::SpringArguments),
    Way::One(Key::SpringUser, BodyForm::Text),
    Way::One(Key::VectorQuery, BodyForm::Text),
    any(Key::ExecutorInput),
    any(Key::BraintrustInput),
    any(Key::BraintrustInputPlain),
    any(Key::LaminarInput),
    any(Key::AgentopsInput),
    any(Key::LivekitText),
    any(Key::LivekitTranscript),
    any(Key::LivekitUser),
    any(Key::LivekitContext),
    any(Key::LivekitArguments),
    any(Key::LogfirePrompt),
    Way::One(Key::FunctionKwargs, BodyForm::Text),
    Way::One(Key::FunctionArgs, BodyForm::Text),
    Beside(Key::AutogenMessage, Key::AutogenRecipient),
    Where(Key::PipecatText, Key::Operation, "tts"),
    any(Key::InputShort),
];

const OUTPUT: [Way; 48] = [
    any(Key::LfOutput),
    List(Prefix::OiOutput),
    any(Key::OutputMessages),
    any(Key::FinalResult),
    List(Prefix::GenAiCompletion),
    any(Key::PlainCompletion),
    any(Key::CompletionJson),
    any(Key::OpenlitCompletion),
    any(Key::InvocationOutput),
    Events,
    any(Key::ToolResult),
    any(Key::ToolResultPlain),
    any(Key::SentryToolOutput),
    List(Prefix::Documents),
    any(Key::RetrievalDocuments),
    Beside(Key::MemoryRecords, Key::MemoryQuery),
    Mime(Key::OiOutput, Key::OiOutputMime),
    List(Prefix::Reranked),
    Part(Prefix::OiEmbeddings, ".vector"),
    any(Key::TlOutput),
    Answer,
    any(Key::AiToolResult),
    any(Key::AiEmbeddings),
    any(Key::AiEmbedding),
    any(Key::AiRanking),
    Copied(Key::AdkResponse),
    any(Key::AdkToolResponse),
    any(Key::MlflowOutputs),
    Copied(Key::GenkitOutput),
    any(Key::HaystackOutput),
    any(Key::HaystackPipelineOutput),
    Ending(Prefix::Mastra, ".output"),
    List(Prefix::OiChoices),
    any(Key::ToolResponseShort),
    Logged,
    Copied(Key::LogfireResponse),
    any(Key::LangtraceResponses),
    any(Key::SpringResult),
    any(Key::VectorDocuments),
    any(Key::ExecutorOutput),
    any(Key::BraintrustOutput),
    any(Key::BraintrustOutputPlain),
    any(Key::LaminarOutput),
    any(Key::AgentopsOutput),
    any(Key::LivekitToolOutput),
    any(Key::LivekitResponse),
    Where(Key::PipecatTranscript, Key::Operation, "stt"),
    any(Key::OutputShort),
];

/// What is looked for.
struct Search<'s, 'a> {
    attributes: &'s Attributes<'a>,
    events: &'s [Event],
    side: Side,
}

/// Finds the bodies of a span and of its trace.
pub fn find(attributes: &Attributes<'_>, events: &[Event]) -> Vec<(BodyRole, Source)> {
    let one = |key| attributes.has(key).then(|| attributes.place(key)).flatten();
    let trace = |key| one(key).map(|place| Source::Attribute(place, BodyForm::JsonOrText));
    let input = Search { attributes, events, side: Side::Input }.first(&INPUT);
    let found = [
        (BodyRole::Input, compose::input(input, attributes, events)),
        (BodyRole::Output, Search { attributes, events, side: Side::Output }.first(&OUTPUT)),
        (BodyRole::TraceInput, trace(Key::LfTraceInput)),
        (BodyRole::TraceOutput, trace(Key::LfTraceOutput)),
    ];
    found.into_iter().filter_map(|(role, source)| Some((role, source?))).collect()
}

impl Search<'_, '_> {
    /// The first way that says something; else the first that is there at all. Frameworks write an empty text, list or
    /// object where another attribute holds what was said.
    fn first(&self, ways: &[Way]) -> Option<Source> {
        let mut empty = None;
        for way in ways {
            match self.source(*way) {
                Some((source, true)) => return Some(source),
                Some((source, false)) => empty = empty.or(Some(source)),
                None => {}
            }
        }
        empty
    }

    /// What is found this way, and whether it says something.
    fn source(&self, way: Way) -> Option<(Source, bool)> {
        let built = |built| (Source::Built(built), true);
        match way {
            Way::One(key, form) => self.one(key, form),
            Copied(key) => self.copied(key),
            Beside(key, other) => {
                self.attributes.has(other).then(|| self.one(key, BodyForm::JsonOrText)).flatten()
            }
            Where(key, other, word) => {
                let is_so = self.attributes.str(other) == Some(word);
                is_so.then(|| self.one(key, BodyForm::JsonOrText)).flatten()
            }
            Mime(key, mime) => self.one(key, self.form(mime)),
            List(prefix) => self.list(prefix, ""),
            Part(prefix, end) => self.list(prefix, end),
            Ending(prefix, end) => self.ending(prefix, end),
            Events if self.events.is_empty() => None,
            Events => messages::list(self.side, self.events).map(built),
            Answer => answer::of(self.attributes),
            Logged => logged::list(self.attributes, self.side).map(Built::json).map(built),
            Reranking => self.reranking().map(built),
        }
    }

    fn one(&self, key: Key, form: BodyForm) -> Option<(Source, bool)> {
        let value = self.attributes.value(key)?;
        Some((Source::Attribute(self.attributes.place(key)?, form), says_something(value)))
    }

    fn copied(&self, key: Key) -> Option<(Source, bool)> {
        let value = self.attributes.value(key)?;
        let Any::StringValue(text) = value else { return self.one(key, BodyForm::JsonOrText) };
        if tokens::inside(self.attributes, key).is_none() {
            return self.one(key, BodyForm::JsonOrText);
        }
        let (bytes, form) = (text.as_bytes().to_vec(), BodyForm::JsonOrText);
        let built = Built { bytes, form, ..Built::default() };
        says_something(value).then_some((Source::Built(built), true))
    }

    fn form(&self, mime: Key) -> BodyForm {
        match self.attributes.str(mime) {
            Some(mime) if mime.contains("json") => BodyForm::Json,
            Some(mime) if mime.starts_with("text/") => BodyForm::Text,
            _ => BodyForm::JsonOrText,
        }
    }

    fn list(&self, prefix: Prefix, end: &str) -> Option<(Source, bool)> {
        let parts = || self.attributes.below(prefix).filter(|(rest, ..)| rest.ends_with(end));
        let (bytes, places) = flatten::rebuild(parts())?;
        let mut places = places.into_iter();
        let emptied = places.next().into_iter().collect();
        let built = Built { gone: places.collect(), emptied, ..Built::json(bytes) };
        Some((Source::Built(built), parts().any(has_words)))
    }

    fn reranking(&self) -> Option<Built> {
        let place = self.attributes.place(Key::OiRerankerQuery)?;
        let query = match self.attributes.value(Key::OiRerankerQuery)? {
            Any::StringValue(words) => json::string(words).into(),
            other => json::value(other),
        };
        let query = json::Object::default().field("query", &query);
        let documents = flatten::rebuild(self.attributes.below(Prefix::RerankedFrom));
        let (bytes, gone) = documents.unwrap_or_else(|| (b"[]".to_vec(), Vec::new()));
        let whole = query.field("documents", &String::from_utf8_lossy(&bytes)).finish_with("");
        Some(Built { gone, emptied: vec![place], ..Built::json(whole.into_bytes()) })
    }

    fn ending(&self, prefix: Prefix, end: &str) -> Option<(Source, bool)> {
        let (_, place, value) = self.attributes.below(prefix).find(|(rest, ..)| rest.ends_with(end))?;
        let value = value.value.as_ref()?;
        Some((Source::Attribute(place, BodyForm::JsonOrText), says_something(value)))
    }
}

/// Whether an attribute of this name may become a body, alone or with others.
pub fn is_source(name: &str) -> bool {
    let (key, prefix) = (Key::of(name), Prefix::of(name).map(|(prefix, _)| prefix));
    let way = |way: &Way| match way {
        Way::One(wanted, _) | Copied(wanted) | Mime(wanted, _) | Beside(wanted, _) | Where(wanted, ..) => {
            key == Some(*wanted)
        }
        List(wanted) => prefix == Some(*wanted),
        Ending(wanted, end) | Part(wanted, end) => prefix == Some(*wanted) && name.ends_with(end),
        Reranking => key == Some(Key::OiRerankerQuery),
        Events | Answer | Logged => false,
    };
    let others = [Key::LfTraceInput, Key::LfTraceOutput, Key::LogfireEvents];
    let key = key.is_some_and(|key| others.contains(&key) || answer::is_part(key) || offered::is_source(key));
    key || [Prefix::OiTools, Prefix::Functions].map(Some).contains(&prefix)
        || INPUT.iter().chain(&OUTPUT).any(way)
}

/// Whether a part of a flattened list is more than who spoke: messages in a form that their instrumentation does not know
/// come as roles alone, beside the whole in another attribute.
fn has_words((rest, _, value): (&str, usize, &AnyValue)) -> bool {
    let is_role = rest.rsplit('.').next() == Some("role");
    !is_role && value.value.as_ref().is_some_and(says_something)
}

/// Whether a value is more than an empty text, list or object, or the text of one.
pub fn says_something(value: &Any) -> bool {
    match value {
        Any::StringValue(text) => !matches!(text.trim(), "" | "{}" | "[]" | "null" | "\"\""),
        Any::ArrayValue(list) => !list.values.is_empty(),
        Any::KvlistValue(list) => !list.values.is_empty(),
        Any::BytesValue(bytes) => !bytes.is_empty(),
        _ => true,
    }
}

/// Takes the bodies out of the attributes: a single value leaves its name behind, without a value; so does the first of
/// those that were built into a list, the others go.
pub fn take(sources: Vec<(BodyRole, Source)>, attributes: &mut Vec<KeyValue>) -> Vec<Body> {
    let mut gone = Vec::new();
    let mut bodies = Vec::with_capacity(sources.len());
    for (role, source) in sources {
        match source {
            Source::Built(built) => {
                bodies.push(Body::new(role, built.form, built.bytes));
                gone.extend(built.gone);
                for place in built.emptied {
                    let value = attributes.get_mut(place).and_then(|kv| kv.value.as_mut());
                    value.and_then(|value| value.value.take());
                }
            }
            Source::Attribute(place, form) => {
                let value = attributes.get_mut(place).and_then(|kv| kv.value.as_mut());
                match value.and_then(|value| value.value.take()) {
                    Some(Any::StringValue(text)) => bodies.push(Body::new(role, form, text.into_bytes())),
                    Some(other) => bodies.push(json_body(role, other)),
                    None => {}
                }
            }
        }
    }
    remove(attributes, gone);
    bodies
}

fn json_body(role: BodyRole, value: Any) -> Body {
    let value = to_json(&AnyValue { value: Some(value) });
    Body::new(role, BodyForm::Json, serde_json::to_vec(&value).unwrap_or_default())
}

fn remove(attributes: &mut Vec<KeyValue>, mut gone: Vec<usize>) {
    if gone.is_empty() {
        return;
    }
    gone.sort_unstable();
    let mut place = 0;
    attributes.retain(|_| {
        place += 1;
        gone.binary_search(&(place - 1)).is_err()
    });
}
