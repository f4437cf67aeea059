//! Comments that carry what the visible text cannot say, and the rule that the visible text wins.
//!
//! For each element, `norm(x)` is what a reader gets from the visible form of `x` alone. Written are the
//! fields in which `x` differs from `norm(x)`. When reading, such a field holds only if the visible text
//! still equals `norm` of the whole; otherwise somebody edited it, and the visible value stands.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::outline::fault;
use foundation::Result;

/// Named fields of an element.
pub(super) type Fields = Map<String, Value>;

const OPENING: &str = "<!-- tw ";
const CLOSING: &str = "-->";

/// The comment to put behind the visible text of `exact`; empty when nothing is missing there.
pub(super) fn comment<T: Serialize>(exact: &T, norm: &T, skip: &[&str]) -> Result<String> {
    let (exact, norm) = (fields_of(exact)?, fields_of(norm)?);
    let differs =
        |(key, value): &(String, Value)| norm.get(key) != Some(value) && !skip.contains(&key.as_str());
    let surplus: Fields = exact.into_iter().filter(differs).collect();
    if surplus.is_empty() {
        return Ok(String::new());
    }
    // Escaped so that nothing in a text can close the comment.
    let json = Value::Object(surplus).to_string();
    let json = json.replace('<', "\\u003c").replace('>', "\\u003e").replace("--", "-\\u002d");
    Ok(format!(" {OPENING}{json} {CLOSING}"))
}

/// Cuts our comment off the end of a line.
pub(super) fn cut(line: &str, number: usize) -> Result<(&str, Fields)> {
    let inside = line.trim_end().strip_suffix(CLOSING);
    let Some((visible, json)) = inside.and_then(|text| text.rsplit_once(OPENING)) else {
        return Ok((line, Fields::new()));
    };
    match serde_json::from_str(json) {
        Ok(Value::Object(fields)) => Ok((visible.trim_end(), fields)),
        _ => Err(fault(number, "this tw comment is not a JSON object; remove the comment or restore it")),
    }
}

/// The element a line means: its visible value, with the fields of the comment where they still hold.
pub(super) fn settle<T: Serialize + DeserializeOwned>(
    visible: T,
    comment: Fields,
    norm: impl Fn(&T) -> Result<T>,
    number: usize,
) -> Result<T> {
    if comment.is_empty() {
        return Ok(visible);
    }
    let mut settled = fields_of(&visible)?;
    let seen = settled.clone();
    let told: Fields = comment.into_iter().filter(|(key, _)| seen.contains_key(key)).collect();
    let exact = seen.clone().into_iter().chain(told.clone()).collect();
    let shown = fields_of(&norm(&typed(exact, number)?)?)?;
    for (key, value) in told {
        if shown.get(&key) == seen.get(&key) {
            settled.insert(key, value);
        }
    }
    typed(settled, number)
}

fn fields_of<T: Serialize>(element: &T) -> Result<Fields> {
    match serde_json::to_value(element)? {
        Value::Object(fields) => Ok(fields),
        _ => Ok(Fields::new()),
    }
}

fn typed<T: DeserializeOwned>(fields: Fields, number: usize) -> Result<T> {
    serde_json::from_value(Value::Object(fields))
        .map_err(|why| fault(number, format!("this tw comment does not fit ({why}); remove or restore it")))
}
