//! What a client may filter by: columns with the tests they take, and the SQL of both.
//!
//! Metadata, bodies and prompts lie in packed pieces: their tests are run on what is read, see
//! [`Condition::holds_text`].

use crate::foundation::{ProjectKey, Timestamp};

use super::Clause;

/// What can be asked of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    /// Text: an SQL expression.
    Text(&'static str),
    /// A moment: an SQL expression in microseconds.
    Time(&'static str),
    /// A number: an SQL expression, and how many of its units make one of the API's.
    Number(&'static str, u32),
    /// A JSON list of strings.
    List(&'static str),
    /// Yes or no: an SQL condition.
    Flag(&'static str),
    /// A column of the observation's trace.
    OfTrace(&'static Self),
    /// Metadata by key.
    Metadata,
    /// The text of the input or output.
    Body(&'static str),
    /// The managed prompt's name.
    PromptName,
    /// The managed prompt's version.
    PromptVersion,
    /// The average of a trace's numeric scores by name.
    ScoreAverage,
    /// A trace's categorical scores by name.
    ScoreWord,
    /// A trace's boolean scores by name.
    ScoreFlag,
}

impl Column {
    /// The column itself, or the one of the trace that it stands for.
    pub fn inner(&'static self) -> &'static Self {
        if let Self::OfTrace(inner) = self { inner } else { self }
    }

    /// Whether a test of it names a key: of metadata, of scores.
    pub fn has_keys(self) -> bool {
        matches!(self, Self::Metadata | Self::ScoreAverage | Self::ScoreWord | Self::ScoreFlag)
    }
}

/// How text is compared; case counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextTest {
    /// Equal.
    Equals,
    /// Has it somewhere.
    Contains,
    /// Has it nowhere; so does what is not there.
    Lacks,
    /// Begins with it.
    Starts,
    /// Ends with it.
    Ends,
}

/// A test of one column.
#[derive(Clone, Debug, PartialEq)]
pub enum Test {
    /// Of text.
    Text(TextTest, String),
    /// One of these; of a list: it has one of these.
    AnyOf(Vec<String>),
    /// None of these.
    NoneOf(Vec<String>),
    /// Of a list: it has all of these.
    AllOf(Vec<String>),
    /// Of a number; the word is SQL.
    Number(&'static str, f64),
    /// Of a moment; the word is SQL.
    Time(&'static str, Timestamp),
    /// Of yes or no.
    Is(bool),
    /// Is not there, or is.
    Null(bool),
}

/// One condition of a filter.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    /// The column's name in the API.
    pub name: &'static str,
    /// The column.
    pub column: &'static Column,
    /// Which metadata or which score; empty for other columns.
    pub key: String,
    /// What must hold.
    pub test: Test,
}

impl Condition {
    /// As SQL; none when it can only be tested on what is read.
    pub fn clause(&self, project: ProjectKey) -> Option<Clause> {
        let clause = match self.column.inner() {
            Column::Text(sql) => text(sql, &self.test),
            Column::Time(sql) => time(sql, &self.test),
            Column::Number(sql, units) => number(sql, *units, &self.test),
            Column::List(sql) => list(sql, &self.test),
            Column::Flag(sql) => flag(sql, &self.test),
            Column::ScoreAverage => score_average(&self.key, &self.test),
            Column::ScoreWord => score_word(&self.key, &self.test),
            Column::ScoreFlag => score_flag(&self.key, &self.test),
            _ => return None,
        };
        if !matches!(self.column, Column::OfTrace(_)) {
            return Some(clause);
        }
        let of_trace = Clause::new(
            "observations.trace_id IN (SELECT traces.trace_id FROM traces WHERE traces.project = ",
        );
        Some(of_trace.whole(project.0).sql(" AND ").clause(clause).sql(")"))
    }

    /// Whether text, if there is any, passes.
    pub fn holds_text(&self, text: Option<&str>) -> bool {
        match &self.test {
            Test::Text(TextTest::Lacks, value) => text.is_none_or(|text| !text.contains(value.as_str())),
            Test::Text(test, value) => text.is_some_and(|text| holds(*test, text, value)),
            Test::AnyOf(values) => text.is_some_and(|text| values.iter().any(|value| value == text)),
            Test::NoneOf(values) => text.is_none_or(|text| values.iter().all(|value| value != text)),
            Test::AllOf(values) => text.is_some_and(|text| values.iter().all(|value| value == text)),
            Test::Number(op, value) => {
                text.and_then(|text| text.parse().ok()).is_some_and(|n| compares(n, op, *value))
            }
            Test::Is(yes) => text == Some(if *yes { "true" } else { "false" }),
            Test::Null(null) => text.is_none() == *null,
            Test::Time(..) => false,
        }
    }
}

fn holds(test: TextTest, text: &str, value: &str) -> bool {
    match test {
        TextTest::Equals => text == value,
        TextTest::Contains => text.contains(value),
        TextTest::Lacks => !text.contains(value),
        TextTest::Starts => text.starts_with(value),
        TextTest::Ends => text.ends_with(value),
    }
}

#[expect(clippy::float_cmp, reason = "equality is what was asked for")]
fn compares(number: f64, op: &str, value: f64) -> bool {
    match op {
        "=" => number == value,
        ">" => number > value,
        "<" => number < value,
        ">=" => number >= value,
        _ => number <= value,
    }
}

fn null(sql: &'static str, null: bool) -> Clause {
    Clause::new(sql).sql(if null { " IS NULL" } else { " IS NOT NULL" })
}

/// `replace` compares with case in both databases; LIKE does in one only.
fn text(sql: &'static str, test: &Test) -> Clause {
    match test {
        // Said once more where the index of such levels wants to hear it: values that are bound come too late for it.
        Test::Text(TextTest::Equals, value) if sql == "observations.level" && value != "DEFAULT" => {
            Clause::new("observations.level <> 'DEFAULT' AND observations.level = ").text(value)
        }
        Test::Text(TextTest::Equals, value) => Clause::new(sql).sql(" = ").text(value),
        Test::Text(TextTest::Lacks, value) if value.is_empty() => Clause::always(false),
        Test::Text(_, value) if value.is_empty() => null(sql, false),
        Test::Text(TextTest::Contains, value) => {
            Clause::new("replace(").sql(sql).sql(", ").text(value).sql(", '') <> ").sql(sql)
        }
        Test::Text(TextTest::Lacks, value) => Clause::any(vec![
            null(sql, true),
            Clause::new("replace(").sql(sql).sql(", ").text(value).sql(", '') = ").sql(sql),
        ]),
        Test::Text(TextTest::Starts, value) => {
            let head = Clause::new("substr(").sql(sql).sql(", 1, CAST(").whole(characters(value));
            head.sql(" AS INTEGER)) = ").text(value)
        }
        Test::Text(TextTest::Ends, value) => {
            let tail = Clause::new("length(").sql(sql).sql(") >= ").whole(characters(value));
            let tail = tail.sql(" AND substr(").sql(sql).sql(", length(").sql(sql).sql(") + 1 - CAST(");
            tail.whole(characters(value)).sql(" AS INTEGER)) = ").text(value)
        }
        Test::AnyOf(values) => Clause::one_of(sql, values),
        Test::NoneOf(values) => {
            Clause::any(vec![null(sql, true), Clause::new("NOT ").clause(Clause::one_of(sql, values))])
        }
        Test::Null(yes) => null(sql, *yes),
        _ => Clause::always(false),
    }
}

/// In characters, as both databases count; PostgreSQL's `substr` takes no `bigint`.
fn characters(value: &str) -> i64 {
    i64::try_from(value.chars().count()).unwrap_or(i64::MAX)
}

fn time(sql: &'static str, test: &Test) -> Clause {
    match test {
        Test::Time(op, at) => Clause::new(sql).sql(format!(" {op} ")).whole(at.0),
        Test::Null(yes) => null(sql, *yes),
        _ => Clause::always(false),
    }
}

fn number(sql: &'static str, units: u32, test: &Test) -> Clause {
    match test {
        Test::Number(op, value) => Clause::new(sql).sql(format!(" {op} ")).real(value * f64::from(units)),
        Test::Null(yes) => null(sql, *yes),
        _ => Clause::always(false),
    }
}

/// A tag stands in the list as a JSON string, quotes and all.
fn list(sql: &'static str, test: &Test) -> Clause {
    let has = |value: &String| {
        let quoted = serde_json::Value::from(value.as_str()).to_string();
        Clause::new("replace(").sql(sql).sql(", ").text(quoted).sql(", '') <> ").sql(sql)
    };
    match test {
        Test::AnyOf(values) => Clause::any(values.iter().map(has).collect()),
        Test::NoneOf(values) => Clause::new("NOT ").clause(Clause::any(values.iter().map(has).collect())),
        Test::AllOf(values) => Clause::all(values.iter().map(has).collect()),
        Test::Null(yes) => Clause::new(sql).sql(if *yes { " = '[]'" } else { " <> '[]'" }),
        _ => Clause::always(false),
    }
}

fn flag(sql: &'static str, test: &Test) -> Clause {
    match test {
        Test::Is(true) => Clause::new(sql),
        Test::Is(false) => Clause::new("NOT (").sql(sql).sql(")"),
        _ => Clause::always(false),
    }
}

const OF_TRACE: &str = "FROM scores WHERE scores.project = traces.project AND scores.trace_id = traces.trace_id \
     AND scores.name = ";

fn score_average(key: &str, test: &Test) -> Clause {
    let Test::Number(op, value) = test else { return Clause::always(false) };
    let average = Clause::new("(SELECT avg(scores.number) ").sql(OF_TRACE).text(key);
    average.sql(format!(" AND scores.data_type = 'NUMERIC') {op} ")).real(*value)
}

fn score_word(key: &str, test: &Test) -> Clause {
    let (not, values) = match test {
        Test::AnyOf(values) => ("", values),
        Test::NoneOf(values) => ("NOT ", values),
        _ => return Clause::always(false),
    };
    let exists = Clause::new(not).sql("EXISTS (SELECT 1 ").sql(OF_TRACE).text(key);
    exists
        .sql(" AND scores.data_type = 'CATEGORICAL' AND ")
        .clause(Clause::one_of("scores.word", values))
        .sql(")")
}

fn score_flag(key: &str, test: &Test) -> Clause {
    let Test::Is(yes) = test else { return Clause::always(false) };
    let exists = Clause::new("EXISTS (SELECT 1 ").sql(OF_TRACE).text(key);
    exists
        .sql(" AND scores.data_type = 'BOOLEAN' AND scores.number = ")
        .real(f64::from(u8::from(*yes)))
        .sql(")")
}
