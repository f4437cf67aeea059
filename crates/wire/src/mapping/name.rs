//! What a span and its trace are called.

use super::attributes::Attributes;
use super::keys::Key;
use trace_model::ObservationKind as Kind;

/// The span's own name. A call of a tool that is named after its framework (`ai.toolCall`, `running tool`) is named by
/// the tool, and a component of a pipeline by its place in it.
pub fn of(span: &str, attributes: &Attributes<'_>, kind: Kind) -> Option<String> {
    let own = Some(span.to_owned()).filter(|name| !name.is_empty());
    let tool = || attributes.text(&[Key::AiToolName, Key::ToolName, Key::OiToolName, Key::SpringToolName]);
    let better = match kind {
        Kind::Tool => tool(),
        _ => attributes.text(&[Key::HaystackName, Key::GenkitName]),
    };
    better.filter(|name| !span.contains(name.as_str())).or(own)
}

/// The name that the top span of a trace gives to the trace, where it is not the span's own: what the program calls its
/// call of the Vercel AI SDK.
pub fn of_trace(attributes: &Attributes<'_>) -> Option<String> {
    attributes.text(&[Key::AiFunctionId])
}
