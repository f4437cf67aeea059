//! Query parameters of score lists, version by version; what cannot be read is refused by its name.

use super::super::filter;
use crate::db::sql::Sql;
use crate::fields::{Condition, Entity};
use crate::foundation::{Error, FieldErrors, ProjectKey, Result, Timestamp};
use crate::scores::reads::{Compare, ScoreFilter};
use crate::web::Form;
use trace_model::{ScoreSource, ScoreType};

/// Values in one list of a filter.
const MAX_LIST: usize = 200;

/// Reads parameters and remembers what was wrong.
pub(crate) struct Query<'f> {
    form: &'f Form,
    /// What was wrong so far.
    pub faults: FieldErrors,
}

impl<'f> Query<'f> {
    /// Nothing read yet, nothing wrong.
    pub fn new(form: &'f Form) -> Self {
        Self { form, faults: FieldErrors::default() }
    }

    /// A parameter that may be absent.
    pub fn text(&self, name: &str) -> Option<String> {
        self.form.optional(name).map(str::to_owned)
    }

    /// A repeated or comma-separated parameter.
    pub fn list(&mut self, name: &str) -> Vec<String> {
        let values = self.form.all(name).flat_map(|value| value.split(','));
        let list: Vec<String> =
            values.map(str::trim).filter(|value| !value.is_empty()).map(str::to_owned).collect();
        if list.len() > MAX_LIST {
            self.faults.add(name, format!("has {} values; at most {MAX_LIST} are taken at once", list.len()));
        }
        list
    }

    /// A list in upper case whose values must be known.
    pub fn words(&mut self, name: &str, is_known: fn(&str) -> bool) -> Vec<String> {
        let list: Vec<String> = self.list(name).iter().map(|value| value.to_uppercase()).collect();
        if let Some(unknown) = list.iter().find(|value| !is_known(value)) {
            self.faults.add(name, format!("{unknown:?} is not known"));
        }
        list
    }

    /// A moment.
    pub fn time(&mut self, name: &str) -> Option<Timestamp> {
        // A plus that was not escaped arrives as a blank.
        let text = self.form.optional(name)?.replace(' ', "+");
        let time = Timestamp::parse_rfc3339(&text);
        if time.is_none() {
            self.faults
                .add(name, "must be a date and time of ISO 8601 with an offset, like 2026-02-01T12:16:00Z");
        }
        time
    }

    /// A number.
    pub fn number(&mut self, name: &str) -> Option<f64> {
        let text = self.form.optional(name)?;
        self.finite(name, text)
    }

    fn finite(&mut self, name: &str, text: &str) -> Option<f64> {
        let number = text.parse().ok().filter(|number: &f64| number.is_finite());
        if number.is_none() {
            self.faults.add(name, format!("{text:?} must be a number"));
        }
        number
    }

    /// A whole number within bounds, or the default.
    pub fn whole(&mut self, name: &str, default: i64, bounds: std::ops::RangeInclusive<i64>) -> i64 {
        let Some(text) = self.form.optional(name) else { return default };
        match text.parse() {
            Ok(number) if bounds.contains(&number) => number,
            _ => {
                let (least, most) = (bounds.start(), bounds.end());
                self.faults.add(name, format!("must be a whole number from {least} to {most}"));
                default
            }
        }
    }
}

/// What versions 1 and 2 ask, and what of it only reading can test.
pub fn read_v2(query: &mut Query<'_>, project: ProjectKey) -> Result<(ScoreFilter, Vec<Condition>)> {
    let mut filter = ScoreFilter {
        ids: query.list("scoreIds"),
        names: query.text("name").into_iter().collect(),
        sources: query.words("source", |word| ScoreSource::parse(word).is_some()),
        data_types: query.words("dataType", |word| ScoreType::parse(word).is_some()),
        environments: query.list("environment"),
        configs: query.text("configId").into_iter().collect(),
        queues: query.text("queueId").into_iter().collect(),
        traces: query.text("traceId").into_iter().collect(),
        observations: query.list("observationId"),
        sessions: query.text("sessionId").into_iter().collect(),
        runs: query.text("datasetRunId").into_iter().collect(),
        user: query.text("userId"),
        tags: query.list("traceTags"),
        from: query.time("fromTimestamp"),
        to: query.time("toTimestamp"),
        ..ScoreFilter::default()
    };
    filter.compare.extend(read_comparison(query));
    let sent = query.text("filter").map(|text| filter::read(&text, Entity::Scores));
    std::mem::take(&mut query.faults).into_result()?;
    let (rest, tested): (Vec<_>, Vec<_>) =
        sent.transpose()?.unwrap_or_default().into_iter().partition(|one| one.value.is_read());
    let tested: Vec<_> = tested.iter().filter_map(|one| one.sql(project, Entity::Scores)).collect();
    filter.clause = (!tested.is_empty()).then(|| Sql::all(tested));
    Ok((filter, rest))
}

fn read_comparison(query: &mut Query<'_>) -> Option<(Compare, f64)> {
    let operator = query.text("operator");
    let value = query.number("value");
    let compare = match operator.as_deref() {
        None | Some("=" | "==") => Compare::Equal,
        Some("<") => Compare::Less,
        Some("<=") => Compare::AtMost,
        Some("!=" | "<>") => Compare::Unequal,
        Some(">=") => Compare::AtLeast,
        Some(">") => Compare::Greater,
        Some(other) => {
            query.faults.add("operator", format!("{other:?} must be one of < <= = != >= >"));
            return None;
        }
    };
    if operator.is_some() && query.text("value").is_none() {
        query.faults.add("value", "is required beside operator");
    }
    Some((compare, value?))
}

/// What version 3 asks.
pub fn read_v3(query: &mut Query<'_>) -> Result<ScoreFilter> {
    let mut filter = ScoreFilter {
        ids: query.list("id"),
        names: query.list("name"),
        sources: query.words("source", |word| ScoreSource::parse(word).is_some()),
        data_types: query.words("dataType", |word| ScoreType::parse(word).is_some()),
        environments: query.list("environment"),
        configs: query.list("configId"),
        queues: query.list("queueId"),
        authors: query.list("authorUserId"),
        traces: query.list("traceId"),
        observations: query.list("observationId"),
        sessions: query.list("sessionId"),
        runs: query.list("experimentId"),
        from: query.time("fromTimestamp"),
        to: query.time("toTimestamp"),
        ..ScoreFilter::default()
    };
    check_targets(query, &filter);
    read_values(query, &mut filter);
    std::mem::take(&mut query.faults).into_result()?;
    Ok(filter)
}

fn check_targets(query: &mut Query<'_>, filter: &ScoreFilter) {
    if !filter.observations.is_empty() && filter.traces.is_empty() {
        query.faults.add("observationId", "needs traceId: observation ids belong to a trace");
    }
    let kinds = [
        ("sessionId", !filter.sessions.is_empty()),
        ("experimentId", !filter.runs.is_empty()),
        ("traceId", !filter.traces.is_empty()),
    ];
    let given: Vec<&str> = kinds.iter().filter(|(_, given)| *given).map(|(name, _)| *name).collect();
    if let [first, .., last] = given.as_slice() {
        query.faults.add(*first, format!("cannot be combined with {last}"));
    }
}

fn read_values(query: &mut Query<'_>, filter: &mut ScoreFilter) {
    let values = query.list("value");
    let bounds = [("valueMin", Compare::AtLeast), ("valueMax", Compare::AtMost)];
    for (name, compare) in bounds {
        if let Some(number) = query.number(name) {
            filter.compare.push((compare, number));
            if filter.data_types != ["NUMERIC"] {
                query.faults.add(name, "needs dataType=NUMERIC");
            }
        }
    }
    if values.is_empty() {
        return;
    }
    match filter.data_types.as_slice() {
        [one] if one == "NUMERIC" => {
            filter.numbers = values.iter().filter_map(|text| query.finite("value", text)).collect();
        }
        [one] if one == "BOOLEAN" => {
            for text in &values {
                match text.as_str() {
                    "true" => filter.numbers.push(1.0),
                    "false" => filter.numbers.push(0.0),
                    _ => query.faults.add("value", format!("{text:?} must be true or false")),
                }
            }
        }
        [one] if one == "CATEGORICAL" => filter.words = values,
        _ => query.faults.add("value", "needs one dataType: NUMERIC, BOOLEAN or CATEGORICAL"),
    }
}

/// Page and rows per page of versions 1 and 2.
pub fn read_page(query: &mut Query<'_>) -> Result<(i64, i64)> {
    let page = query.whole("page", 1, 1..=1_000_000);
    let limit = query.whole("limit", 50, 1..=100);
    match std::mem::take(&mut query.faults).into_result() {
        Ok(()) => Ok((page, limit)),
        Err(faults) => Err::<_, Error>(faults),
    }
}
