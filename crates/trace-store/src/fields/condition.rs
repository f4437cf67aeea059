//! A test of a field, as SQL or on what was read.
//!
//! Metadata, bodies and prompts lie in packed pieces: their tests are run on what is read, see [`Condition::holds_text`].

use crate::db::sql::Sql;
use crate::foundation::failure::Failure;
use crate::foundation::{Error, ProjectKey, Timestamp};

use super::{Entity, Field, Value};

/// How text is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextTest {
    Equals,
    Contains,
    /// Has it somewhere, in capitals or not.
    Mentions,
    /// Has it nowhere; so does what is not there.
    Lacks,
    Starts,
    Ends,
}

/// A test of one field; case counts where nothing else is said.
#[derive(Clone, Debug, PartialEq)]
pub enum Test {
    Text(TextTest, String),
    /// One of these; of a list: it has one of these.
    AnyOf(Vec<String>),
    NoneOf(Vec<String>),
    /// Of a list: it has all of these.
    AllOf(Vec<String>),
    /// Of a number in the unit of the API; the word is SQL.
    Number(&'static str, f64),
    /// Of a number in the unit of its column, exactly; the word is SQL.
    Whole(&'static str, i64),
    /// Of a number: at least and at most.
    Range(f64, f64),
    /// Of a moment; the word is SQL.
    Time(&'static str, Timestamp),
    /// Of yes or no.
    Is(bool),
    /// Is not there, or is.
    Null(bool),
}

/// One condition of a filter.
#[derive(Clone, Debug)]
pub struct Condition {
    pub field: &'static Field,
    /// What is tested: the field's value, or its measure.
    pub value: Value,
    /// Which metadata or which score; empty for other fields.
    pub key: String,
    pub test: Test,
}

impl PartialEq for Condition {
    fn eq(&self, other: &Self) -> bool {
        let of = |it: &Self| (it.field.of, it.field.name, it.value);
        of(self) == of(other) && self.key == other.key && self.test == other.test
    }
}

impl Condition {
    /// A test of a field's value.
    pub fn new(field: &'static Field, test: Test) -> Self {
        Self { field, value: field.value, key: String::new(), test }
    }

    /// A test of a field by name; none when there is no such field.
    pub fn named(of: Entity, name: &str, test: Test) -> Option<Self> {
        of.field(name).map(|field| Self::new(field, test))
    }

    /// As SQL for rows of an entity; none when it can only be tested on what is read.
    pub fn sql(&self, project: ProjectKey, rows: Entity) -> Option<Sql> {
        let own = match self.value {
            Value::Text(sql) => text(&Sql::new(sql), &self.test),
            Value::Month(time) => text(&month(time), &self.test),
            Value::Day(time) => text(&day(time), &self.test),
            Value::Truth(sql) => truth(sql, &self.test),
            Value::Time(sql) => time(sql, &self.test),
            Value::Number(sql, units) => number(sql, units, &self.test),
            Value::List(sql) => list(sql, &self.test),
            Value::Flag(sql) => flag(sql, &self.test),
            Value::OfCalls(column) => of_calls(column, &self.test),
            Value::OfRows(column) => of_rows("", column, &self.test),
            Value::ScoreAverage => score_average(&self.key, &self.test),
            Value::ScoreNumber => score_number(&self.key, &self.test),
            Value::ScoreWord => score_word(&self.key, &self.test),
            Value::ScoreFlag => score_flag(&self.key, &self.test),
            _ => return None,
        };
        Some(match (rows, self.field.of) {
            (rows, of) if rows == of => own,
            (Entity::Observations, _) => of_trace("observations.trace_id", project, own),
            (_, Entity::Traces) => self.or_alone(of_score_trace, own),
            _ => self.or_alone(of_score_observation, own),
        })
    }

    /// A score that judges nothing that is stored passes when what is not there passes.
    fn or_alone(&self, judged: fn(Sql) -> Sql, own: Sql) -> Sql {
        if !self.holds_text(None) {
            return judged(own);
        }
        Sql::any(vec![Sql::new("NOT ").then(judged(Sql::always(true))), judged(own)])
    }

    /// Whether sums by hour of these rows tell which hours have some that pass.
    pub fn is_summed(&self, rows: Entity) -> bool {
        self.field.of == rows && self.field.hour.is_some() && self.value == self.field.value
    }

    /// Whether one of several texts under a name passes; where a thing must not be, none of them may be it.
    pub fn holds_one_of(&self, texts: &[String]) -> bool {
        if texts.is_empty() {
            return self.holds_text(None);
        }
        let mut passing = texts.iter().map(|text| self.holds_text(Some(text)));
        if self.holds_text(None) { passing.all(|passes| passes) } else { passing.any(|passes| passes) }
    }

    /// Whether text, if there is any, passes.
    pub fn holds_text(&self, text: Option<&str>) -> bool {
        let number = || text.and_then(|text| text.parse::<f64>().ok());
        match &self.test {
            Test::Text(TextTest::Lacks, value) => text.is_none_or(|text| !text.contains(value.as_str())),
            Test::Text(test, value) => text.is_some_and(|text| holds(*test, text, value)),
            Test::AnyOf(values) => text.is_some_and(|text| values.iter().any(|value| value == text)),
            Test::NoneOf(values) => text.is_none_or(|text| values.iter().all(|value| value != text)),
            Test::AllOf(values) => text.is_some_and(|text| values.iter().all(|value| value == text)),
            Test::Number(op, value) => number().is_some_and(|n| compares(n, op, *value)),
            Test::Range(least, most) => number().is_some_and(|n| (*least..=*most).contains(&n)),
            Test::Is(yes) => text == Some(if *yes { "true" } else { "false" }),
            Test::Null(null) => text.is_none() == *null,
            Test::Whole(..) | Test::Time(..) => false,
        }
    }
}

fn holds(test: TextTest, text: &str, value: &str) -> bool {
    match test {
        TextTest::Equals => text == value,
        TextTest::Contains => text.contains(value),
        TextTest::Mentions => text.to_lowercase().contains(&value.to_lowercase()),
        TextTest::Lacks => !text.contains(value),
        TextTest::Starts => text.starts_with(value),
        TextTest::Ends => text.ends_with(value),
    }
}

#[expect(clippy::float_cmp, reason = "equality is what was asked for")]
fn compares(number: f64, op: &str, value: f64) -> bool {
    match op {
        "=" => number == value,
        "<>" => number != value,
        ">" => number > value,
        "<" => number < value,
        ">=" => number >= value,
        _ => number <= value,
    }
}

fn null(sql: &Sql, null: bool) -> Sql {
    sql.clone().sql(if null { " IS NULL" } else { " IS NOT NULL" })
}

/// The month of a moment, `YYYY-MM`.
pub fn month(time: &str) -> Sql {
    moment(time, "%Y-%m", "YYYY-MM")
}

/// The day of a moment, `YYYY-MM-DD`.
pub fn day(time: &str) -> Sql {
    moment(time, "%Y-%m-%d", "YYYY-MM-DD")
}

fn moment(time: &str, sqlite: &str, postgres: &str) -> Sql {
    Sql::default().either(
        format!("strftime('{sqlite}', {time} / 1000000, 'unixepoch')"),
        format!("to_char(to_timestamp({time} / 1000000) AT TIME ZONE 'UTC', '{postgres}')"),
    )
}

/// `replace` compares with case in both databases; LIKE does in one only.
fn text(sql: &Sql, test: &Test) -> Sql {
    let sql = || sql.clone();
    let without = |value: &str| Sql::new("replace(").then(sql()).sql(", ").text(value).sql(", '')");
    match test {
        // Said once more where the index of such levels wants to hear it: values that are bound come too late for it.
        Test::Text(TextTest::Equals, value)
            if sql() == Sql::new("observations.level") && value != "DEFAULT" =>
        {
            Sql::new("observations.level <> 'DEFAULT' AND observations.level = ").text(value)
        }
        Test::Text(TextTest::Equals, value) => sql().sql(" = ").text(value),
        // Nothing lacks what is empty, but for what is not there.
        Test::Text(TextTest::Lacks, value) if value.is_empty() => null(&sql(), true),
        Test::Text(_, value) if value.is_empty() => null(&sql(), false),
        Test::Text(TextTest::Contains, value) => without(value).sql(" <> ").then(sql()),
        Test::Text(TextTest::Mentions, value) => {
            Sql::new("lower(").then(sql()).sql(") LIKE lower(").text(anywhere(value)).sql(") ESCAPE '\\'")
        }
        Test::Text(TextTest::Lacks, value) => {
            Sql::any(vec![null(&sql(), true), without(value).sql(" = ").then(sql())])
        }
        Test::Text(TextTest::Starts, value) => {
            let head = Sql::new("substr(").then(sql()).sql(", 1, CAST(").whole(characters(value));
            head.sql(" AS INTEGER)) = ").text(value)
        }
        Test::Text(TextTest::Ends, value) => {
            let tail = Sql::new("length(").then(sql()).sql(") >= ").whole(characters(value));
            let tail = tail.sql(" AND substr(").then(sql()).sql(", length(").then(sql()).sql(") + 1 - CAST(");
            tail.whole(characters(value)).sql(" AS INTEGER)) = ").text(value)
        }
        Test::AnyOf(values) => one_of(&sql(), values),
        Test::NoneOf(values) => {
            Sql::any(vec![null(&sql(), true), Sql::new("NOT ").clause(one_of(&sql(), values))])
        }
        Test::Null(yes) => null(&sql(), *yes),
        _ => Sql::always(false),
    }
}

fn one_of(sql: &Sql, values: &[String]) -> Sql {
    if values.is_empty() {
        return Sql::always(false);
    }
    let list = Sql::joined(", ", values.iter().map(|value| Sql::default().text(value)));
    sql.clone().sql(" IN ").clause(list)
}

/// A LIKE pattern for text anywhere, in which `%` and `_` mean themselves.
fn anywhere(text: &str) -> String {
    let escaped = text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    format!("%{escaped}%")
}

/// In characters, as both databases count; PostgreSQL's `substr` takes no `bigint`.
fn characters(value: &str) -> i64 {
    i64::try_from(value.chars().count()).unwrap_or(i64::MAX)
}

fn truth(sql: &'static str, test: &Test) -> Sql {
    let word = |yes| if yes { "True" } else { "False" };
    match test {
        Test::Is(yes) => Sql::new(sql).sql(" = ").text(word(*yes)),
        test => text(&Sql::new(sql), test),
    }
}

fn time(sql: &'static str, test: &Test) -> Sql {
    match test {
        Test::Time(op, at) => Sql::new(sql).sql(format!(" {op} ")).whole(at.0),
        Test::Null(yes) => null(&Sql::new(sql), *yes),
        _ => Sql::always(false),
    }
}

fn number(sql: &'static str, units: u32, test: &Test) -> Sql {
    match test {
        Test::Number(op, value) => {
            Sql::default().clause(Sql::new(sql)).sql(format!(" {op} ")).real(in_units(*value, units))
        }
        Test::Whole(op, value) => Sql::default().clause(Sql::new(sql)).sql(format!(" {op} ")).whole(*value),
        Test::Null(yes) => null(&Sql::new(sql), *yes),
        _ => Sql::always(false),
    }
}

/// A number in units of the column, which are whole: 1.001 s are 1,001,000 µs and not a little less.
fn in_units(value: f64, units: u32) -> f64 {
    let scaled = value * f64::from(units);
    if units > 1 && (scaled - scaled.round()).abs() < 1e-3 { scaled.round() } else { scaled }
}

/// A tag stands in the list as a JSON string, quotes and all, between commas where the brackets are commas too: alone,
/// the tag `,` would be found between any two others.
fn list(sql: &'static str, test: &Test) -> Sql {
    let within = || Sql::new(format!("(',' || substr({sql}, 2, length({sql}) - 2) || ',')"));
    let has = |value: &String| {
        let quoted = format!(",{},", serde_json::Value::from(value.as_str()));
        Sql::new("replace(").then(within()).sql(", ").text(quoted).sql(", '') <> ").then(within())
    };
    match test {
        Test::AnyOf(values) => Sql::any(values.iter().map(has).collect()),
        Test::NoneOf(values) => Sql::new("NOT ").clause(Sql::any(values.iter().map(has).collect())),
        Test::AllOf(values) => Sql::all(values.iter().map(has).collect()),
        Test::Null(yes) => Sql::new(sql).sql(if *yes { " = '[]'" } else { " <> '[]'" }),
        // What stands in the text of the list.
        test => text(&Sql::new(sql), test),
    }
}

fn flag(sql: &'static str, test: &Test) -> Sql {
    match test {
        Test::Is(true) => Sql::new(sql),
        Test::Is(false) => Sql::new("NOT (").sql(sql).sql(")"),
        _ => Sql::always(false),
    }
}

/// Only calls that count: one that two instrumentations saw is one call.
fn of_calls(column: &'static str, test: &Test) -> Sql {
    of_rows("observations.kind = 'GENERATION' AND observations.counted AND ", column, test)
}

/// One observation of the trace that is such a one and passes.
fn of_rows(such: &'static str, column: &'static str, test: &Test) -> Sql {
    let rows = "EXISTS (SELECT 1 FROM observations WHERE observations.project = traces.project \
         AND observations.trace_id = traces.trace_id AND ";
    Sql::new(rows).sql(such).clause(text(&Sql::new(column), test)).sql(")")
}

/// A number that no column holds is no fault of ours: whoever asks for it is told.
pub fn too_large(cause: Error) -> Error {
    match cause.failure() {
        Some(Failure::Overflow) => {
            Error::invalid("query", "comes to a number that is too large; ask for less at once")
        }
        _ => cause,
    }
}

fn of_trace(key: &'static str, project: ProjectKey, of: Sql) -> Sql {
    let traces = Sql::new(key).sql(" IN (SELECT traces.trace_id FROM traces WHERE traces.project = ");
    traces.whole(project.0).sql(" AND ").clause(of).sql(")")
}

fn of_score_trace(of: Sql) -> Sql {
    let judged = "EXISTS (SELECT 1 FROM traces WHERE traces.project = scores.project \
         AND traces.trace_id = scores.trace_id AND ";
    Sql::new(judged).clause(of).sql(")")
}

fn of_score_observation(of: Sql) -> Sql {
    let judged = "EXISTS (SELECT 1 FROM observations WHERE observations.project = scores.project \
         AND observations.trace_id = scores.trace_id AND observations.observation_id = scores.observation_id AND ";
    Sql::new(judged).clause(of).sql(")")
}

/// The name joined to nothing, so that its index is not taken for the one of traces: a name may have most of all scores.
const SCORES: &str = "FROM scores WHERE scores.project = traces.project AND scores.trace_id = traces.trace_id \
     AND scores.name || '' = ";

fn score_average(key: &str, test: &Test) -> Sql {
    let Test::Number(op, value) = test else { return Sql::always(false) };
    let average = Sql::new("(SELECT avg(scores.number) ").sql(SCORES).text(key);
    average.sql(format!(" AND scores.data_type = 'NUMERIC') {op} ")).real(*value)
}

/// Of the types that have a number, only this one has a range.
fn score_number(key: &str, test: &Test) -> Sql {
    let exists = Sql::new("EXISTS (SELECT 1 ").sql(SCORES).text(key);
    match test {
        Test::Null(false) => exists.sql(")"),
        Test::Range(least, most) => {
            let within = exists.sql(" AND scores.data_type = 'NUMERIC' AND scores.number >= ").real(*least);
            within.sql(" AND scores.number <= ").real(*most).sql(")")
        }
        _ => Sql::always(false),
    }
}

fn score_word(key: &str, test: &Test) -> Sql {
    let (not, values) = match test {
        Test::AnyOf(values) => ("", values),
        Test::NoneOf(values) => ("NOT ", values),
        _ => return Sql::always(false),
    };
    let exists = Sql::new(not).sql("EXISTS (SELECT 1 ").sql(SCORES).text(key);
    exists
        .sql(" AND scores.data_type = 'CATEGORICAL' AND ")
        .then(one_of(&Sql::new("scores.word"), values))
        .sql(")")
}

fn score_flag(key: &str, test: &Test) -> Sql {
    let Test::Is(yes) = test else { return Sql::always(false) };
    let exists = Sql::new("EXISTS (SELECT 1 ").sql(SCORES).text(key);
    let number = if *yes { 1.0 } else { 0.0 };
    exists.sql(" AND scores.data_type = 'BOOLEAN' AND scores.number = ").real(number).sql(")")
}
