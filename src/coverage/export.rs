//! Exports of usage as providers write them, as CSV or JSON. Pure.
//!
//! One list of names for both providers and both forms. A column that nobody knows is told, never passed over in silence.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::foundation::money::decimal;
use crate::foundation::{Error, Result, Timestamp};
use crate::gateway::model::Provider;

use super::model::Usage;

/// Days and models of one file, at most.
const MOST: usize = 5_000;
/// A day, in microseconds.
const DAY: i64 = 86_400_000_000;
/// Lines that are told one by one.
const TOLD: usize = 5;
/// Days of 2010 to 2099: a moment in thousandths of a second, or a date without its lines, is none of them.
const DAYS: std::ops::Range<i64> = 14_610..47_482;
/// More than this is no count, and sums of it would run over.
const LARGEST: i64 = 1_000_000_000_000_000;

/// What a column is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Column {
    Day,
    Model,
    Calls,
    Input,
    Output,
    Cost,
    /// It says what is not needed here: whose key it was, or a part of what another column has whole.
    Known,
}

/// The columns by name: OpenAI's usage export and usage and costs API, Anthropic's usage and cost exports and reports.
const COLUMNS: [(&str, Column); 73] = [
    ("start_time_iso", Column::Day),
    ("start_time", Column::Day),
    ("starting_at", Column::Day),
    ("usage_date_utc", Column::Day),
    ("date", Column::Day),
    ("day", Column::Day),
    ("model", Column::Model),
    ("model_version", Column::Model),
    ("num_model_requests", Column::Calls),
    ("num_requests", Column::Calls),
    ("n_requests", Column::Calls),
    ("requests", Column::Calls),
    ("calls", Column::Calls),
    ("input_tokens", Column::Input),
    ("uncached_input_tokens", Column::Input),
    ("cache_read_input_tokens", Column::Input),
    ("ephemeral_5m_input_tokens", Column::Input),
    ("ephemeral_1h_input_tokens", Column::Input),
    ("usage_input_tokens_no_cache", Column::Input),
    ("usage_input_tokens_cache_write_5m", Column::Input),
    ("usage_input_tokens_cache_write_1h", Column::Input),
    ("usage_input_tokens_cache_read", Column::Input),
    ("n_context_tokens_total", Column::Input),
    ("output_tokens", Column::Output),
    ("usage_output_tokens", Column::Output),
    ("n_generated_tokens_total", Column::Output),
    ("cost_usd", Column::Cost),
    ("cost", Column::Cost),
    ("end_time", Column::Known),
    ("end_time_iso", Column::Known),
    ("ending_at", Column::Known),
    ("object", Column::Known),
    ("project_id", Column::Known),
    ("project_name", Column::Known),
    ("user_id", Column::Known),
    ("user_email", Column::Known),
    ("api_key_id", Column::Known),
    ("api_key", Column::Known),
    ("api_key_name", Column::Known),
    ("api_key_redacted", Column::Known),
    ("organization_id", Column::Known),
    ("organization_name", Column::Known),
    ("workspace", Column::Known),
    ("workspace_id", Column::Known),
    ("batch", Column::Known),
    ("service_tier", Column::Known),
    ("usage_type", Column::Known),
    ("context_window", Column::Known),
    ("inference_geo", Column::Known),
    ("speed", Column::Known),
    ("token_type", Column::Known),
    ("cost_type", Column::Known),
    ("description", Column::Known),
    ("line_item", Column::Known),
    ("currency", Column::Known),
    ("account_id", Column::Known),
    ("service_account_id", Column::Known),
    ("input_cached_tokens", Column::Known),
    ("input_uncached_tokens", Column::Known),
    ("input_text_tokens", Column::Known),
    ("input_image_tokens", Column::Known),
    ("input_audio_tokens", Column::Known),
    ("output_text_tokens", Column::Known),
    ("output_image_tokens", Column::Known),
    ("output_audio_tokens", Column::Known),
    ("input_cached_text_tokens", Column::Known),
    ("input_cached_image_tokens", Column::Known),
    ("input_cached_audio_tokens", Column::Known),
    ("input_cache_write_tokens", Column::Known),
    ("quantity", Column::Known),
    ("amount_currency", Column::Known),
    ("web_search_count", Column::Known),
    ("web_search_requests", Column::Known),
];

/// Columns by which a provider's own files are known.
const MARKS: [(&str, Provider); 14] = [
    ("num_model_requests", Provider::OpenAi),
    ("input_cached_tokens", Provider::OpenAi),
    ("input_uncached_tokens", Provider::OpenAi),
    ("n_context_tokens_total", Provider::OpenAi),
    ("n_generated_tokens_total", Provider::OpenAi),
    ("service_account_id", Provider::OpenAi),
    ("usage_date_utc", Provider::Anthropic),
    ("model_version", Provider::Anthropic),
    ("uncached_input_tokens", Provider::Anthropic),
    ("cache_read_input_tokens", Provider::Anthropic),
    ("ephemeral_5m_input_tokens", Provider::Anthropic),
    ("usage_input_tokens_no_cache", Provider::Anthropic),
    ("usage_output_tokens", Provider::Anthropic),
    ("inference_geo", Provider::Anthropic),
];

/// What a file says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Export {
    /// By day and model, added up over keys and projects.
    pub usage: Vec<Usage>,
    /// Columns that nobody knows, sorted.
    pub unknown: Vec<String>,
    /// Lines that name no model, or count nothing.
    pub left_out: usize,
}

/// Reads a file of one provider.
pub fn read(provider: Provider, text: &str) -> Result<Export> {
    let text = text.trim_start_matches('\u{feff}').trim();
    let rows = if text.starts_with(['{', '[']) { json_rows(text)? } else { csv_rows(text)? };
    own(provider, &rows)?;
    let mut export = Export::default();
    let mut unknown = BTreeSet::new();
    let mut found: BTreeMap<(i64, String), Usage> = BTreeMap::new();
    let mut faults: Vec<String> = Vec::new();
    for (line, row) in rows {
        match one(provider, row, &mut unknown) {
            Ok(Some(usage)) => add(&mut found, usage),
            Ok(None) => export.left_out += 1,
            Err(why) => faults.push(format!("line {line}: {why}")),
        }
    }
    if !faults.is_empty() {
        let more = faults.len().saturating_sub(TOLD);
        faults.truncate(TOLD);
        let more = if more > 0 { format!("; and {more} more lines") } else { String::new() };
        return Err(Error::invalid("file", format!("{}{more}", faults.join("; "))));
    }
    if found.is_empty() {
        let wanted = "this file counts nothing by day and model: it needs a day (start_time, starting_at or usage_date_utc), a \
                      model, and requests or tokens";
        return Err(Error::invalid("file", wanted));
    }
    if found.len() > MOST {
        return Err(Error::invalid("file", format!("more than {MOST} days and models; bring it in parts")));
    }
    export.usage = found.into_values().collect();
    export.unknown = unknown.into_iter().collect();
    Ok(export)
}

type Row = Vec<(String, String)>;

/// Refuses the file of another provider: it would stand beside the right one for ever, and its calls count twice.
fn own(provider: Provider, rows: &[(usize, Row)]) -> Result<()> {
    let names: BTreeSet<String> =
        rows.iter().flat_map(|(_, row)| row.iter().map(|(name, _)| key(name))).collect();
    let marked = |of: Provider| MARKS.iter().any(|(name, whose)| *whose == of && names.contains(*name));
    let other = Provider::ALL.into_iter().find(|other| *other != provider && marked(*other));
    let Some(other) = other.filter(|_| !marked(provider)) else { return Ok(()) };
    let (is, said) = (other.title(), provider.title());
    let why = format!("this is an export of {is}, and {said} was chosen; choose {is} and bring it again");
    Err(Error::invalid("provider", why))
}

/// A column's name as the lists above have it.
fn key(name: &str) -> String {
    name.trim().to_lowercase().replace([' ', '-'], "_")
}

fn csv_rows(text: &str) -> Result<Vec<(usize, Row)>> {
    let broken = |cause: csv::Error| Error::invalid("file", format!("this is no table as CSV: {cause}"));
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
    let head: Vec<String> = reader.headers().map_err(broken)?.iter().map(str::to_owned).collect();
    let mut rows = Vec::new();
    for (line, record) in (2..).zip(reader.records()) {
        let record = record.map_err(broken)?;
        // A comma in a number moves all that stands behind it.
        if record.iter().skip(head.len()).any(|cell| !cell.trim().is_empty()) {
            let why = format!("line {line}: it has more cells than there are columns");
            return Err(Error::invalid("file", why));
        }
        let cells = record.iter().map(str::to_owned);
        rows.push((line, head.iter().cloned().zip(cells).collect()));
    }
    Ok(rows)
}

/// Buckets of time with results in each, as both providers' APIs answer; also several answers in a list.
fn json_rows(text: &str) -> Result<Vec<(usize, Row)>> {
    let whole: Value = serde_json::from_str(text)
        .map_err(|cause| Error::invalid("file", format!("this is no JSON: {cause}")))?;
    let mut buckets = Vec::new();
    gather(&whole, &mut buckets);
    let mut rows = Vec::new();
    for bucket in buckets {
        let day = ["start_time", "starting_at"].into_iter().find_map(|name| bucket.get(name));
        let day = day.map(plain).unwrap_or_default();
        for result in bucket.get("results").and_then(Value::as_array).into_iter().flatten() {
            let mut row = vec![("start_time".to_owned(), day.clone())];
            flatten(result, "", &mut row);
            rows.push((rows.len() + 1, row));
        }
    }
    Ok(rows)
}

fn gather<'v>(value: &'v Value, buckets: &mut Vec<&'v Value>) {
    match value {
        Value::Array(list) => list.iter().for_each(|one| gather(one, buckets)),
        Value::Object(members) if members.contains_key("results") => buckets.push(value),
        Value::Object(members) => {
            if let Some(data) = members.get("data") {
                gather(data, buckets);
            }
        }
        _ => {}
    }
}

/// Members of members under their own names: `cache_creation.ephemeral_5m_input_tokens`, `amount.value`.
fn flatten(value: &Value, name: &str, row: &mut Row) {
    match value {
        Value::Object(members) => {
            for (inner, value) in members {
                let is_amount = name == "amount" && inner == "value";
                flatten(value, if is_amount { "cost" } else { inner.as_str() }, row);
            }
        }
        Value::Null => {}
        other => row.push((name.to_owned(), plain(other))),
    }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// A line; none when it says nothing of a model.
fn one(provider: Provider, row: Row, unknown: &mut BTreeSet<String>) -> Result<Option<Usage>, String> {
    let (mut day, mut model) = (None, String::new());
    let (mut calls, mut input, mut output, mut cost) = (None, None, None, None);
    for (name, value) in row {
        let key = key(&name);
        if key.is_empty() && value.trim().is_empty() {
            continue;
        }
        let Some((_, column)) = COLUMNS.iter().find(|(known, _)| *known == key) else {
            unknown.insert(name.trim().chars().take(80).collect());
            continue;
        };
        let value = value.trim();
        if value.is_empty() {
            continue;
        }
        match column {
            Column::Day => day = Some(day_of(value).ok_or_else(|| format!("{value:?} in {name} is no day"))?),
            Column::Model => value.clone_into(&mut model),
            Column::Calls => more(&mut calls, count(&name, value)?),
            Column::Input => more(&mut input, count(&name, value)?),
            Column::Output => more(&mut output, count(&name, value)?),
            Column::Cost => {
                let nano = amount(value).ok_or_else(|| format!("{value:?} in {name} is no amount"))?;
                more(&mut cost, nano);
            }
            Column::Known => {}
        }
    }
    if model.is_empty() || (calls.is_none() && input.is_none() && output.is_none() && cost.is_none()) {
        return Ok(None);
    }
    let day = day.ok_or_else(|| "it names no day".to_owned())?;
    Ok(Some(Usage { provider, day, model, calls, input, output, cost }))
}

/// A moment or a day as text, or seconds since 1970.
fn day_of(value: &str) -> Option<i64> {
    let seconds = value.parse::<i64>().ok().map(|seconds| Timestamp(seconds.saturating_mul(1_000_000)));
    let at = seconds.or_else(|| Timestamp::parse_leniently(value))?;
    Some(at.0.div_euclid(DAY)).filter(|day| DAYS.contains(day))
}

/// A whole number, which tables write as `12.0` too.
fn count(name: &str, value: &str) -> Result<i64, String> {
    let whole = value.strip_suffix(".0").unwrap_or(value);
    let number = whole.parse::<i64>().ok().filter(|number| (0..=LARGEST).contains(number));
    number.ok_or_else(|| format!("{value:?} in {name} is no count"))
}

/// Dollars as billionths; what is written with more digits, or with an exponent, is rounded.
fn amount(value: &str) -> Option<i64> {
    let rounded = || {
        let number = value.parse::<f64>().ok().filter(|number| number.is_finite())?;
        decimal(&format!("{number:.9}"), 9)
    };
    decimal(value, 9).or_else(rounded)
}

fn more(sum: &mut Option<i64>, count: i64) {
    *sum = Some(sum.unwrap_or_default().saturating_add(count));
}

fn add(found: &mut BTreeMap<(i64, String), Usage>, usage: Usage) {
    let Some(kept) = found.get_mut(&(usage.day, usage.model.clone())) else {
        found.insert((usage.day, usage.model.clone()), usage);
        return;
    };
    for (sum, count) in [
        (&mut kept.calls, usage.calls),
        (&mut kept.input, usage.input),
        (&mut kept.output, usage.output),
        (&mut kept.cost, usage.cost),
    ] {
        if let Some(count) = count {
            more(sum, count);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-11-21, in days.
    const DAY_ONE: i64 = 20_778;

    fn of_day_one(provider: Provider, model: &str, counts: [Option<i64>; 4]) -> Vec<Usage> {
        let [calls, input, output, cost] = counts;
        vec![Usage { provider, day: DAY_ONE, model: model.to_owned(), calls, input, output, cost }]
    }

    #[test]
    fn the_forms_of_both_providers_are_read() {
        let dashboard = "start_time,end_time,start_time_iso,project_id,num_model_requests,model,batch,input_tokens,output_tokens,\
                         input_cached_tokens\n\
                         1795219200,1795305600,2026-11-21T00:00:00+00:00,p1,3,gpt-4o,false,100,10,40\n\
                         1795219200,1795305600,2026-11-21T00:00:00+00:00,p2,2,gpt-4o,false,50,5,0\n";
        let found = read(Provider::OpenAi, dashboard).unwrap();
        let counts = [Some(5), Some(150), Some(15), None];
        assert_eq!(found.usage, of_day_one(Provider::OpenAi, "gpt-4o", counts));
        assert!(found.unknown.is_empty() && found.left_out == 0, "{found:?}");

        let api = r#"{"object": "page", "data": [{"object": "bucket", "start_time": 1795219200, "end_time": 1795305600,
            "results": [{"object": "organization.usage.completions.result", "input_tokens": 7, "output_tokens": 2,
            "input_cached_tokens": 1, "num_model_requests": 1, "project_id": null, "model": "gpt-4o"}]}], "has_more": false}"#;
        let found = read(Provider::OpenAi, api).unwrap();
        assert_eq!(found.usage, of_day_one(Provider::OpenAi, "gpt-4o", [Some(1), Some(7), Some(2), None]));

        let report = r#"{"data": [{"starting_at": "2026-11-21T00:00:00Z", "ending_at": "2026-11-22T00:00:00Z", "results":
            [{"uncached_input_tokens": 10, "cache_creation": {"ephemeral_1h_input_tokens": 1, "ephemeral_5m_input_tokens": 2},
            "cache_read_input_tokens": 4, "output_tokens": 5, "server_tool_use": {"web_search_requests": 0},
            "model": "claude-sonnet-4-5", "workspace_id": null}]}], "has_more": false, "next_page": null}"#;
        let found = read(Provider::Anthropic, report).unwrap();
        let counts = [None, Some(17), Some(5), None];
        assert_eq!(found.usage, of_day_one(Provider::Anthropic, "claude-sonnet-4-5", counts));
        assert!(found.unknown.is_empty(), "{found:?}");

        let console = "usage_date_utc,model_version,api_key,workspace,usage_type,context_window,usage_input_tokens_no_cache,\
                       usage_input_tokens_cache_write_5m,usage_input_tokens_cache_read,usage_output_tokens,web_search_count\n\
                       2026-11-21,claude-sonnet-4-5,k,w,standard,0-200k,10,2,4,5,0\n";
        let found = read(Provider::Anthropic, console).unwrap();
        let counts = [None, Some(16), Some(5), None];
        assert_eq!(found.usage, of_day_one(Provider::Anthropic, "claude-sonnet-4-5", counts));

        let cost = "usage_date_utc,model,workspace,token_type,cost_usd\n2026-11-21,claude-sonnet-4-5,w,output,0.25\n";
        let found = read(Provider::Anthropic, cost).unwrap();
        let counts = [None, None, None, Some(250_000_000)];
        assert_eq!(found.usage, of_day_one(Provider::Anthropic, "claude-sonnet-4-5", counts));
    }

    #[test]
    fn a_file_of_nobody_in_particular_is_read_as_whoever_was_chosen() {
        for provider in Provider::ALL {
            let found = read(provider, "day,model,calls,\n2026-11-21,m,1,\n").unwrap();
            assert_eq!(found.usage, of_day_one(provider, "m", [Some(1), None, None, None]));
            assert!(found.unknown.is_empty(), "a comma at the end is no column: {found:?}");
        }
        let openai = read(Provider::Anthropic, "day,model,num_model_requests\n2026-11-21,m,1\n");
        assert!(openai.unwrap_err().to_string().contains("an export of OpenAI"));
    }

    #[test]
    fn columns_that_nobody_knows_are_told() {
        let found =
            read(Provider::OpenAi, "day,model,calls,moon phase\n2026-11-21,m,1,full\n2026-11-21,,1,new\n")
                .unwrap();
        assert_eq!((found.unknown, found.left_out), (vec!["moon phase".to_owned()], 1));
    }

    #[test]
    fn what_cannot_be_read_is_refused_with_its_line() {
        for (text, words) in [
            ("day,model,calls\nsoon,m,1\n", "line 2: \"soon\" in day is no day"),
            ("day,model,calls\n2026-11-21,m,many\n", "line 2: \"many\" in calls is no count"),
            ("day,model,calls\n2026-11-21,m,-1\n", "is no count"),
            ("day,model,calls\n2026-11-21,m,9223372036854775807\n", "is no count"),
            ("day,model,calls\n20261121,m,1\n", "\"20261121\" in day is no day"),
            ("start_time,model,calls\n1795219200000,m,1\n", "in start_time is no day"),
            ("day,model,calls,cost\n2026-11-21,m,1,000,0.5\n", "line 2: it has more cells"),
            (
                "usage_date_utc,model,usage_output_tokens\n2026-11-21,m,1\n",
                "an export of Anthropic, and OpenAI was chosen",
            ),
            ("model,calls\nm,1\n", "it names no day"),
            ("name,age\nx,1\n", "counts nothing"),
            ("{", "no JSON"),
            ("", "counts nothing"),
        ] {
            let refused = read(Provider::OpenAi, text).unwrap_err().to_string();
            assert!(refused.contains(words), "{text:?}: {refused}");
        }
    }
}
