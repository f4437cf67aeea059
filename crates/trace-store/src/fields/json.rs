//! The JSON form of filters, as lists and metrics of Langfuse's API take it: `[{type, column, operator, value, key?}]`.

use serde::Deserialize;
use serde_json::Value as Json;

use crate::foundation::{Error, FieldErrors, Result, Timestamp};

use super::{Condition, Entity, Field, Test, TextTest, Value};

/// Conditions in one filter.
const MOST: usize = 50;

/// Values in one condition.
const MOST_VALUES: usize = 500;

/// A condition as a client writes it.
#[derive(Debug, Deserialize)]
pub struct JsonCondition {
    #[serde(rename = "type", default)]
    kind: String,
    #[serde(default)]
    column: String,
    #[serde(default)]
    operator: String,
    #[serde(default)]
    value: Json,
    #[serde(default)]
    key: Option<String>,
}

/// Which of a condition's members is wrong, and why.
pub type Fault = (&'static str, String);

/// Reads a filter; `value_of` says what of a field is tested, or why it is not. Every fault names its place below `path`.
pub fn read_conditions(
    path: &str,
    sent: &[JsonCondition],
    of: Entity,
    value_of: impl Fn(&Field, &JsonCondition) -> Result<Value, Fault>,
) -> Result<Vec<Condition>> {
    if sent.len() > MOST {
        return Err(Error::invalid(path, format!("takes {MOST} conditions at most")));
    }
    let mut faults = FieldErrors::default();
    let mut conditions = Vec::new();
    for (place, sent) in sent.iter().enumerate() {
        match condition(sent, of, &value_of) {
            Ok(condition) => conditions.push(condition),
            Err((member, message)) => faults.add(format!("{path}.{place}.{member}"), message),
        }
    }
    faults.into_result()?;
    Ok(conditions)
}

fn condition(
    sent: &JsonCondition,
    of: Entity,
    value_of: impl Fn(&Field, &JsonCondition) -> Result<Value, Fault>,
) -> Result<Condition, Fault> {
    let known = of.field(&sent.column);
    let Some(field) = known.filter(|field| field.value != Value::Nothing || field.measure.is_some()) else {
        let known = of.names(|field| field.is_filter);
        return Err(("column", format!("{:?} is not known; known are {known}", sent.column)));
    };
    let (name, value) = (field.name, value_of(field, sent)?);
    let test = test(sent)?;
    let key = sent.key.clone().unwrap_or_default();
    if value.has_keys() && key.is_empty() {
        return Err(("key", format!("is required for {name}: the name of what to look at")));
    }
    let takes = types_of(value);
    if !takes.contains(&sent.kind.as_str()) {
        return Err(("type", format!("{name} takes {}", takes.join(", "))));
    }
    Ok(Condition { field, value, key, test })
}

impl JsonCondition {
    /// Whether it compares numbers.
    pub fn is_of_number(&self) -> bool {
        self.kind == "number"
    }
}

fn types_of(value: Value) -> &'static [&'static str] {
    match value {
        Value::Text(_)
        | Value::OfCalls(_)
        | Value::OfRows(_)
        | Value::PromptName
        | Value::Month(_)
        | Value::Day(_) => &["string", "stringOptions", "categoryOptions", "null"],
        Value::Truth(_) => &["boolean", "string", "stringOptions", "categoryOptions", "null"],
        Value::Time(_) => &["datetime", "null"],
        Value::Number(..) | Value::PromptVersion => &["number", "null"],
        Value::List(_) => &["arrayOptions", "stringOptions", "categoryOptions", "string", "null"],
        Value::Flag(_) => &["boolean"],
        Value::Metadata => &["stringObject", "numberObject", "booleanObject", "categoryOptions", "null"],
        Value::Body => &["string", "null"],
        Value::ScoreAverage => &["numberObject", "number"],
        Value::ScoreWord => &["categoryOptions"],
        Value::ScoreFlag => &["booleanObject", "boolean"],
        Value::ScoreNumber | Value::Nothing => &[],
    }
}

const TYPES: &str = "string, stringOptions, arrayOptions, categoryOptions, stringObject, number, numberObject, \
     datetime, boolean, booleanObject, null";

fn test(sent: &JsonCondition) -> Result<Test, Fault> {
    match sent.kind.as_str() {
        "string" | "stringObject" => text_test(sent),
        "stringOptions" | "arrayOptions" | "categoryOptions" => options_test(sent),
        "number" | "numberObject" => {
            let value = sent.value.as_f64().ok_or_else(|| ("value", "must be a number".to_owned()))?;
            Ok(Test::Number(comparison(sent)?, value))
        }
        "datetime" => {
            let at = sent.value.as_str().and_then(Timestamp::parse_leniently);
            let at = at.ok_or_else(|| ("value", "must be a moment as ISO 8601".to_owned()))?;
            Ok(Test::Time(comparison(sent)?, at))
        }
        "boolean" | "booleanObject" => {
            let value = sent.value.as_bool().ok_or_else(|| ("value", "must be true or false".to_owned()))?;
            match sent.operator.as_str() {
                "=" => Ok(Test::Is(value)),
                "<>" => Ok(Test::Is(!value)),
                _ => Err(operators(sent, "=, <>")),
            }
        }
        "null" => match sent.operator.as_str() {
            "is null" => Ok(Test::Null(true)),
            "is not null" => Ok(Test::Null(false)),
            _ => Err(operators(sent, "is null, is not null")),
        },
        other => Err(("type", format!("{other:?} is not known; known are {TYPES}"))),
    }
}

fn operators(sent: &JsonCondition, known: &str) -> Fault {
    ("operator", format!("{:?} is not known for {}; known are {known}", sent.operator, sent.kind))
}

const COMPARISONS: [&str; 6] = ["=", "<>", ">", "<", ">=", "<="];

fn comparison(sent: &JsonCondition) -> Result<&'static str, Fault> {
    let known = COMPARISONS.into_iter().find(|known| *known == sent.operator);
    known.ok_or_else(|| operators(sent, &COMPARISONS.join(", ")))
}

fn text_test(sent: &JsonCondition) -> Result<Test, Fault> {
    let value = sent.value.as_str().ok_or_else(|| ("value", "must be a string".to_owned()))?;
    let test = match sent.operator.as_str() {
        "=" => TextTest::Equals,
        "contains" | "matches" => TextTest::Contains,
        "does not contain" => TextTest::Lacks,
        "starts with" => TextTest::Starts,
        "ends with" => TextTest::Ends,
        _ => return Err(operators(sent, "=, contains, does not contain, starts with, ends with, matches")),
    };
    Ok(Test::Text(test, value.to_owned()))
}

fn options_test(sent: &JsonCondition) -> Result<Test, Fault> {
    let values = sent.value.as_array().filter(|values| values.len() <= MOST_VALUES);
    let values: Option<Vec<String>> =
        values.and_then(|values| values.iter().map(|v| v.as_str().map(str::to_owned)).collect());
    let values =
        values.ok_or_else(|| ("value", format!("must be a list of {MOST_VALUES} strings at most")))?;
    match sent.operator.as_str() {
        "any of" => Ok(Test::AnyOf(values)),
        "none of" => Ok(Test::NoneOf(values)),
        "all of" if sent.kind == "arrayOptions" => Ok(Test::AllOf(values)),
        _ => Err(operators(sent, "any of, none of, all of (arrayOptions only)")),
    }
}
