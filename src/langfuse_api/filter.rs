//! The JSON filter of lists: `[{type, column, operator, value, key?}]`, checked and read into conditions.

use serde::Deserialize;
use serde_json::Value;

use crate::foundation::{Error, FieldErrors, ProjectKey, Result};
use crate::traces::reads::{Clause, Column, Condition, Filtered, Sought, Test, TextTest};

use super::params::moment;

/// The longest filter, in bytes.
const LONGEST: usize = 20_000;

/// Conditions in one filter.
const MOST: usize = 50;

/// Values in one condition.
const MOST_VALUES: usize = 500;

#[derive(Deserialize)]
struct Sent {
    #[serde(rename = "type", default)]
    kind: String,
    #[serde(default)]
    column: String,
    #[serde(default)]
    operator: String,
    #[serde(default)]
    value: Value,
    #[serde(default)]
    key: Option<String>,
}

/// Reads a filter; every fault names its place.
pub fn read(text: &str, of: Filtered) -> Result<Vec<Condition>> {
    if text.len() > LONGEST {
        return Err(Error::invalid("filter", format!("is longer than {LONGEST} bytes")));
    }
    let sent: Vec<Sent> = serde_json::from_str(text)
        .map_err(|cause| Error::invalid("filter", format!("must be a JSON list of conditions: {cause}")))?;
    if sent.len() > MOST {
        return Err(Error::invalid("filter", format!("takes {MOST} conditions at most")));
    }
    let mut faults = FieldErrors::default();
    let mut conditions = Vec::new();
    for (place, sent) in sent.iter().enumerate() {
        match condition(sent, of) {
            Ok(condition) => conditions.push(condition),
            Err((field, message)) => faults.add(format!("filter.{place}.{field}"), message),
        }
    }
    faults.into_result()?;
    Ok(conditions)
}

type Fault = (&'static str, String);

fn condition(sent: &Sent, of: Filtered) -> Result<Condition, Fault> {
    let Some((name, column)) = of.column(&sent.column) else {
        return Err(("column", format!("{:?} is not known; known are {}", sent.column, of.names())));
    };
    let test = test(sent)?;
    let key = sent.key.clone().unwrap_or_default();
    if column.has_keys() && key.is_empty() {
        return Err(("key", format!("is required for {name}: the name of what to look at")));
    }
    let takes = types_of(*column.inner());
    if !takes.contains(&sent.kind.as_str()) {
        return Err(("type", format!("{name} takes {}", takes.join(", "))));
    }
    Ok(Condition { name, column, key, test })
}

fn types_of(column: Column) -> &'static [&'static str] {
    match column {
        Column::Text(_) | Column::PromptName => &["string", "stringOptions", "null"],
        Column::Time(_) => &["datetime", "null"],
        Column::Number(..) | Column::PromptVersion => &["number", "null"],
        Column::List(_) => &["arrayOptions", "null"],
        Column::Flag(_) => &["boolean"],
        Column::Metadata => &["stringObject", "numberObject", "booleanObject", "categoryOptions", "null"],
        Column::Body(_) => &["string", "null"],
        Column::ScoreAverage => &["numberObject", "number"],
        Column::ScoreWord => &["categoryOptions"],
        Column::ScoreFlag => &["booleanObject", "boolean"],
        Column::OfTrace(_) => &[],
    }
}

const TYPES: &str = "string, stringOptions, arrayOptions, categoryOptions, stringObject, number, numberObject, \
     datetime, boolean, booleanObject, null";

fn test(sent: &Sent) -> Result<Test, Fault> {
    match sent.kind.as_str() {
        "string" | "stringObject" => text_test(sent),
        "stringOptions" | "arrayOptions" | "categoryOptions" => options_test(sent),
        "number" | "numberObject" => {
            let value = sent.value.as_f64().ok_or_else(|| ("value", "must be a number".to_owned()))?;
            Ok(Test::Number(comparison(sent, true)?, value))
        }
        "datetime" => {
            let at = sent.value.as_str().and_then(moment);
            let at = at.ok_or_else(|| ("value", "must be a moment as ISO 8601".to_owned()))?;
            Ok(Test::Time(comparison(sent, false)?, at))
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

fn operators(sent: &Sent, known: &str) -> Fault {
    ("operator", format!("{:?} is not known for {}; known are {known}", sent.operator, sent.kind))
}

fn comparison(sent: &Sent, equals: bool) -> Result<&'static str, Fault> {
    match sent.operator.as_str() {
        ">" => Ok(">"),
        "<" => Ok("<"),
        ">=" => Ok(">="),
        "<=" => Ok("<="),
        "=" if equals => Ok("="),
        _ => Err(operators(sent, if equals { "=, >, <, >=, <=" } else { ">, <, >=, <=" })),
    }
}

fn text_test(sent: &Sent) -> Result<Test, Fault> {
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

fn options_test(sent: &Sent) -> Result<Test, Fault> {
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

/// A condition from a parameter of its own.
pub fn of_parameter(of: Filtered, name: &str, test: Test) -> Option<Condition> {
    let (name, column) = of.column(name)?;
    Some(Condition { name, column, key: String::new(), test })
}

/// What the database tests, and what is left to test on what is read.
#[derive(Debug)]
pub struct Selection {
    /// For the database.
    pub sought: Sought,
    /// For us.
    pub rest: Vec<Condition>,
    /// It names what an index leads to: a trace, a user, a session; or something about traces, which are fewer.
    pub is_narrow: bool,
}

/// All conditions together; those of the filter replace parameters about the same column.
pub fn select(
    project: ProjectKey,
    of: Filtered,
    parameters: Vec<Condition>,
    filter: Vec<Condition>,
) -> Selection {
    let table = match of {
        Filtered::Traces => "traces.project = ",
        Filtered::Observations => "observations.project = ",
    };
    let sought = Sought::new(of, project, Clause::new(table).whole(project.0));
    let kept = parameters.into_iter().filter(|known| filter.iter().all(|sent| sent.name != known.name));
    let conditions: Vec<Condition> = kept.collect::<Vec<_>>().into_iter().chain(filter).collect();
    let is_narrow = conditions.iter().any(is_narrow);
    let (sought, rest) = sought.narrow(conditions);
    Selection { sought, rest, is_narrow }
}

fn is_narrow(condition: &Condition) -> bool {
    let is_indexed = ["id", "traceId", "userId", "sessionId"].contains(&condition.name);
    match condition.test {
        Test::Text(TextTest::Equals, _) | Test::AnyOf(_) | Test::AllOf(_) => {
            is_indexed || matches!(condition.column, Column::OfTrace(_))
        }
        _ => false,
    }
}
