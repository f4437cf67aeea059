//! The dictionary: every field of traces, observations and scores that somebody may filter, sort, group or measure by, or
//! read on a page, with its SQL.
//!
//! One table serves the lists of the API and of the pages, the metrics, the sums by hour and what a trace's page says of it;
//! so a field that is added here is known to all of them. Names are those of Langfuse's API where it has one. Pure.

mod condition;
mod json;
mod measure;
mod observations;
mod reads;
mod scores;
mod traces;

pub use condition::{Condition, Test, TextTest, day, month, too_large};
pub use json::{Fault, JsonCondition, read_conditions};
pub use measure::{Measure, Sums};
pub(crate) use observations::{INPUT_ONCE, OUTPUT_ONCE, TOKENS_ONCE};
pub use reads::{ObservationRow, TraceRow};

/// Whose fields, and so which table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entity {
    Traces,
    Observations,
    Scores,
}

/// What a field is, as SQL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value {
    Text(&'static str),
    /// The texts `True` and `False`.
    Truth(&'static str),
    /// Microseconds since 1970.
    Time(&'static str),
    /// A number, and how many of its units make one of the API's.
    Number(&'static str, u32),
    /// A JSON list of strings.
    List(&'static str),
    /// A condition.
    Flag(&'static str),
    /// A text of the calls of models in a trace, by its column: a test passes where one of them passes it.
    OfCalls(&'static str),
    /// A text of whatever stands in a trace, by its column: a test passes where one observation passes it.
    OfRows(&'static str),
    /// The month of a moment, `YYYY-MM`.
    Month(&'static str),
    /// The day of a moment, `YYYY-MM-DD`.
    Day(&'static str),
    /// Metadata by key; in packed pieces.
    Metadata,
    /// The input or output; in packed pieces.
    Body,
    /// The managed prompt's name; in packed pieces.
    PromptName,
    /// The managed prompt's version; in packed pieces.
    PromptVersion,
    /// The average of a trace's numeric scores by name.
    ScoreAverage,
    /// A trace's numeric scores by name, each by itself.
    ScoreNumber,
    /// A trace's categorical scores by name.
    ScoreWord,
    /// A trace's boolean scores by name.
    ScoreFlag,
    /// Only measured.
    Nothing,
}

impl Value {
    /// Whether it is tested on what is read, because no column holds it.
    pub fn is_read(self) -> bool {
        matches!(self, Self::Metadata | Self::Body | Self::PromptName | Self::PromptVersion)
    }

    /// Whether a test of it names a key: of metadata, of scores.
    pub fn has_keys(self) -> bool {
        matches!(
            self,
            Self::Metadata | Self::ScoreAverage | Self::ScoreNumber | Self::ScoreWord | Self::ScoreFlag
        )
    }
}

/// Whether rows are grouped by a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grouping {
    No,
    /// Into few groups.
    Few,
    /// Into about as many groups as there are rows.
    Many,
}

/// A filter of the page of traces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PageFilter {
    /// What stands beside the field.
    pub label: &'static str,
    /// Its name in the address.
    pub name: &'static str,
    pub test: TextTest,
}

/// A range among the filters of the page of traces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PageRange {
    pub label: &'static str,
    /// The names of its ends in the address: at least, at most.
    pub names: [&'static str; 2],
    /// Digits behind the point that one unit of the column has.
    pub digits: usize,
}

/// How a page reads a field from the row that it has anyway.
#[derive(Clone, Copy, Debug)]
pub enum Shown {
    No,
    OfTrace(fn(&TraceRow) -> Option<&str>),
    OfObservation(fn(&ObservationRow) -> Option<&str>),
}

/// One field.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    pub name: &'static str,
    /// Other names, in small letters without blanks and underscores.
    pub aliases: &'static [&'static str],
    /// Whose row holds it; a list of observations may be filtered by fields of their traces.
    pub of: Entity,
    pub value: Value,
    /// Whether lists take it in a filter.
    pub is_filter: bool,
    /// Whether lists are sorted by it.
    pub is_order: bool,
    pub grouping: Grouping,
    /// The column that sums by hour keep it in, where they do; the rows' own has the same name.
    pub hour: Option<&'static str>,
    pub measure: Option<Measure>,
    pub page: Option<PageFilter>,
    pub range: Option<PageRange>,
    /// What it is called on a page, and where it is read from.
    pub label: &'static str,
    pub shown: Shown,
}

impl Field {
    const fn new(of: Entity, name: &'static str, value: Value) -> Self {
        Self {
            name,
            aliases: &[],
            of,
            value,
            is_filter: false,
            is_order: false,
            grouping: Grouping::No,
            hour: None,
            measure: None,
            page: None,
            range: None,
            label: "",
            shown: Shown::No,
        }
    }

    const fn also(self, aliases: &'static [&'static str]) -> Self {
        Self { aliases, ..self }
    }

    const fn filter(self) -> Self {
        Self { is_filter: true, ..self }
    }

    const fn order(self) -> Self {
        Self { is_order: true, ..self }
    }

    const fn group(self) -> Self {
        Self { grouping: Grouping::Few, ..self }
    }

    const fn group_many(self) -> Self {
        Self { grouping: Grouping::Many, ..self }
    }

    const fn hour(self, column: &'static str) -> Self {
        Self { hour: Some(column), ..self }
    }

    const fn measure(self, measure: Measure) -> Self {
        Self { measure: Some(measure), ..self }
    }

    const fn on_page(self, label: &'static str, name: &'static str, test: TextTest) -> Self {
        Self { page: Some(PageFilter { label, name, test }), ..self }
    }

    const fn range_on_page(self, label: &'static str, names: [&'static str; 2], digits: usize) -> Self {
        Self { range: Some(PageRange { label, names, digits }), ..self }
    }

    const fn shown(self, label: &'static str, shown: Shown) -> Self {
        Self { label, shown, ..self }
    }

    /// The value in a trace's row, when it has one and a page shows it.
    pub fn of_trace<'a>(&self, row: &'a TraceRow) -> Option<&'a str> {
        match self.shown {
            Shown::OfTrace(read) => read(row).filter(|text| !text.is_empty()),
            _ => None,
        }
    }

    /// The same in an observation's row.
    pub fn of_observation<'a>(&self, row: &'a ObservationRow) -> Option<&'a str> {
        match self.shown {
            Shown::OfObservation(read) => read(row).filter(|text| !text.is_empty()),
            _ => None,
        }
    }

    /// The SQL order by this field, rows that are alike in it by the trace's id; `None` when lists are not sorted by it.
    pub fn order_sql(&self, descending: bool) -> Option<String> {
        let sql = match self.value {
            _ if !self.is_order => return None,
            Value::Text(sql) | Value::Time(sql) | Value::Number(sql, _) => sql,
            // A constant: all are alike, so they come as they do anyway.
            _ => return Some(NEWEST.to_owned()),
        };
        let direction = if descending { "DESC" } else { "ASC" };
        Some(format!("{sql} {direction}, traces.trace_id {direction}"))
    }
}

/// Traces in the order of their start.
pub const NEWEST: &str = "traces.start_at DESC, traces.trace_id DESC";

impl Entity {
    /// Its table.
    pub fn table(self) -> &'static str {
        match self {
            Self::Traces => "traces",
            Self::Observations => "observations",
            Self::Scores => "scores",
        }
    }

    /// The moment of its rows.
    pub fn time(self) -> &'static str {
        match self {
            Self::Traces => "traces.start_at",
            Self::Observations => "observations.start_at",
            Self::Scores => "scores.at",
        }
    }

    /// All that is known of it.
    pub fn fields(self) -> &'static [Field] {
        match self {
            Self::Traces => traces::FIELDS,
            Self::Observations => observations::FIELDS,
            Self::Scores => scores::FIELDS,
        }
    }

    /// The field with this name, in any spelling: `startTime`, `start_time`, `Start Time`.
    pub fn field(self, name: &str) -> Option<&'static Field> {
        let plain =
            |text: &str| text.chars().filter(|c| !matches!(c, ' ' | '_')).collect::<String>().to_lowercase();
        let asked = plain(name);
        self.fields()
            .iter()
            .find(|field| plain(field.name) == asked || field.aliases.contains(&asked.as_str()))
    }

    /// The names of the fields that fit, for whoever named another.
    pub fn names(self, fits: impl Fn(&Field) -> bool) -> String {
        let names = self.fields().iter().filter(|field| fits(field)).map(|field| field.name);
        names.collect::<Vec<_>>().join(", ")
    }

    /// The fields that sums by hour keep, with their columns.
    pub fn hours(self) -> impl Iterator<Item = &'static str> {
        self.fields().iter().filter(move |field| field.of == self).filter_map(|field| field.hour)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_means_one_field() {
        for entity in [Entity::Traces, Entity::Observations, Entity::Scores] {
            let mut seen = std::collections::BTreeSet::new();
            for field in entity.fields() {
                let plain = field.name.replace('_', "").to_lowercase();
                for name in std::iter::once(plain.as_str()).chain(field.aliases.iter().copied()) {
                    assert!(seen.insert(name.to_owned()), "{entity:?} {name}");
                    assert_eq!(entity.field(name).unwrap().name, field.name);
                }
            }
        }
    }

    #[test]
    fn spelling_does_not_matter() {
        for name in ["startTime", "start_time", "Start Time", "timestamp"] {
            assert_eq!(Entity::Observations.field(name).unwrap().name, "startTime", "{name}");
        }
        assert!(Entity::Traces.field("nobody").is_none());
    }

    #[test]
    fn sums_by_hour_are_kept_by_columns_of_the_same_name() {
        for entity in [Entity::Traces, Entity::Observations] {
            for field in entity.fields().iter().filter(|field| field.hour.is_some()) {
                let column = format!("{}.{}", entity.table(), field.hour.unwrap());
                let Value::Text(sql) = field.value else { panic!("{} is no text", field.name) };
                assert!(sql == column || sql == format!("coalesce({column}, 'default')"), "{sql}");
            }
        }
    }

    #[test]
    fn every_use_of_a_field_fits_its_value() {
        for field in
            [Entity::Traces, Entity::Observations, Entity::Scores].into_iter().flat_map(Entity::fields)
        {
            let is_grouped = field.grouping != Grouping::No;
            let groups = matches!(
                field.value,
                Value::Text(_) | Value::Truth(_) | Value::List(_) | Value::Month(_) | Value::Day(_)
            );
            assert!(!is_grouped || groups, "{} cannot be grouped by", field.name);
            let is_text = matches!(field.value, Value::Text(_) | Value::OfCalls(_) | Value::OfRows(_));
            assert!(field.page.is_none() || is_text, "{} has no text to look for", field.name);
            assert!(field.range.is_none() || matches!(field.value, Value::Number(..)), "{}", field.name);
            let used = field.is_filter || is_grouped || field.measure.is_some();
            assert!(used, "{} serves nobody", field.name);
        }
    }
}
