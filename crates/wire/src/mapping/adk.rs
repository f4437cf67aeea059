//! Counters that Google ADK writes only into the model's answer, `gcp.vertex.agent.llm_response`.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::attributes::Attributes;
use super::keys::Key;

#[derive(Deserialize)]
struct Response<'a> {
    #[serde(borrow)]
    usage_metadata: Option<&'a RawValue>,
}

/// The object in which the answer counts, as sent. The answer of a tool counts nothing.
pub fn object<'a>(attributes: &Attributes<'a>) -> Option<&'a str> {
    let text = attributes.str(Key::AdkResponse).filter(|text| text.contains("usage_metadata"))?;
    let read: Response<'a> = serde_json::from_str(text).ok()?;
    read.usage_metadata.map(RawValue::get)
}
