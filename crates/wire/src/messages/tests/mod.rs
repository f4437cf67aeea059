//! Every dialect in its own words, and the promise that no word is lost.

mod dialects;
mod frameworks;
mod media;
mod nothing_lost;

use serde_json::Value;

use super::{Message, Part, read};

fn of(value: &Value) -> Vec<Message> {
    read(value.to_string().as_bytes()).unwrap_or_else(|| panic!("not recognised: {value}"))
}

fn said(role: &str, text: &str) -> Message {
    Message::of(role, Part::Text(text.to_owned()))
}

fn call(id: &str, name: &str, arguments: &str) -> Part {
    Part::ToolCall { id: id.to_owned(), name: name.to_owned(), arguments: arguments.to_owned() }
}

fn result(id: &str, name: &str, text: &str) -> Part {
    let content = vec![Part::Text(text.to_owned())];
    Part::ToolResult { id: id.to_owned(), name: name.to_owned(), content, is_error: false }
}
