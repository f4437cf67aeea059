//! The filters of the list, as they stand in the address.

mod keyed;
mod lacking;

use chrono::{Days, NaiveDate, NaiveTime};

use crate::fields::{Condition, Entity, Field, PageFilter, PageRange, Test, TextTest};
use crate::foundation::page::Cursor;
use crate::foundation::{Error, Result, Timestamp};
use crate::traces::reads::listing::{From, ListFilter, MOST_TAGS};
use crate::web::Form;

/// What may be asked for beside the fields of the dictionary, in the order in which it stands in an address. An empty text
/// asks for nothing.
const OWN: &[&str] = &[
    "q",
    "range",
    "from",
    "to",
    "tag",
    "any_tag",
    "level",
    "errors",
    "llm",
    "linked",
    "lacks",
    "score",
    "min_score",
    "max_score",
    "key",
    "op",
    "value",
    "key2",
    "op2",
    "value2",
    "key3",
    "op3",
    "value3",
    "sort",
];

/// The same with the fields that the dictionary puts on the page.
fn names() -> impl Iterator<Item = &'static str> {
    let ranges = ranges().flat_map(|(_, range)| range.names);
    OWN.iter().copied().chain(fields().map(|(_, filter)| filter.name)).chain(ranges)
}

/// Fields that the page filters by their text.
pub(super) fn fields() -> impl Iterator<Item = (&'static Field, PageFilter)> {
    Entity::Traces.fields().iter().filter_map(|field| Some((field, field.page?)))
}

/// Fields that the page filters by a range.
pub(super) fn ranges() -> impl Iterator<Item = (&'static Field, PageRange)> {
    Entity::Traces.fields().iter().filter_map(|field| Some((field, field.range?)))
}

pub use keyed::OPERATORS;
pub use lacking::LACKS;

/// Orders beside that of the starts: as in the address, and the field whose most comes first.
const ORDERS: [(&str, &str); 3] = [("duration", "latency"), ("cost", "totalCost"), ("tokens", "totalTokens")];

/// Those that stand open on the page.
const IN_SIGHT: &[&str] = &[
    "q", "range", "errors", "llm", "sort", "key", "op", "value", "key2", "op2", "value2", "key3", "op3",
    "value3",
];

/// Time ranges that end now: as in the address, seconds, words.
pub const RANGES: &[(&str, i64, &str)] = &[
    ("1h", 3_600, "last hour"),
    ("24h", 86_400, "last 24 hours"),
    ("7d", 604_800, "last 7 days"),
    ("30d", 2_592_000, "last 30 days"),
];

/// The longest text of one filter, in bytes: as long as a name is stored, so that what a page links to is found.
const LONGEST: usize = 1_000;

/// What the list is asked for; only what is not empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filters(Vec<(&'static str, String)>);

/// Where in the list a page begins.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Place {
    /// At the beginning.
    #[default]
    Top,
    /// Below a row, in the order of start.
    Older(Cursor),
    /// After so many rows, in another order.
    Skip(i64),
    /// Below a place of the search index.
    Below(i64),
}

impl Filters {
    /// Reads the query of an address; NUL is refused by the name of its field.
    pub fn read(query: &str) -> Result<(Self, Place)> {
        let form = Form::parse(query.as_bytes())?;
        let mut filters = Self::default();
        for name in names() {
            let text = form.text(name);
            if text.len() > LONGEST {
                return Err(Error::invalid(name, format!("write at most {LONGEST} bytes")));
            }
            filters.set(name, text);
        }
        filters.drop_loose();
        let number = |name: &str| form.optional(name).map(|text| whole(text, name)).transpose();
        let place = match (form.optional("older"), number("skip")?, number("below")?) {
            (Some(cursor), ..) => Place::Older(Cursor::decode(cursor)?),
            (_, Some(skip), _) => Place::Skip(skip.clamp(0, 5_000)),
            (.., Some(below)) => Place::Below(below),
            _ => Place::Top,
        };
        Ok((filters, place))
    }

    /// One filter as typed; empty when it asks for nothing.
    pub fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| value)
    }

    /// Whether a switch is on, or a choice is this one.
    pub fn is(&self, name: &str, value: &str) -> bool {
        self.get(name) == value
    }

    fn set(&mut self, name: &'static str, value: &str) {
        self.0.retain(|(known, _)| *known != name);
        if !value.is_empty() {
            self.0.push((name, value.to_owned()));
        }
    }

    /// Whether anything is asked for, apart from the order.
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(|(name, _)| *name == "sort")
    }

    /// How many are on beside the search; a name with its test and value is one.
    pub fn on(&self) -> usize {
        const PARTS: [&str; 8] = ["q", "sort", "op", "op2", "op3", "value", "value2", "value3"];
        self.0.iter().filter(|(name, _)| !PARTS.contains(name)).count()
    }

    /// Whether anything stands in the fields that are folded away.
    pub fn has_more(&self) -> bool {
        self.0.iter().any(|(name, _)| !IN_SIGHT.contains(name))
    }

    /// What to look up; a fault names its field.
    pub fn wanted(&self, now: Timestamp) -> Result<ListFilter> {
        let mut conditions: Vec<Condition> = fields()
            .filter(|(_, filter)| !self.get(filter.name).is_empty())
            .map(|(field, filter)| {
                let text = self.get(filter.name).to_owned();
                Condition::new(field, Test::Text(filter.test, text))
            })
            .collect();
        for (field, PageRange { names: [least, most], digits, .. }) in ranges() {
            let (low, high) = (self.scaled(least, digits)?, self.scaled(most, digits)?);
            in_order(most, low, high)?;
            let tests = [low.map(|low| Test::Whole(">=", low)), high.map(|high| Test::Whole("<=", high))];
            conditions.extend(tests.into_iter().flatten().map(|test| Condition::new(field, test)));
        }
        let own = [
            ("tags", self.tags()?),
            ("level", self.text("level").map(|level| level.to_ascii_uppercase()).map(equals)),
            ("hasErrors", self.is("errors", "1").then_some(Test::Is(true))),
            ("hasModelCalls", self.is("llm", "1").then_some(Test::Is(true))),
        ];
        let own = own.into_iter().filter_map(|(name, test)| Condition::named(Entity::Traces, name, test?));
        conditions.extend(own);
        conditions.extend(self.lacks()?);
        conditions.extend(self.score()?);
        let (from, to) = (self.since(now)?, self.until()?);
        in_order("to", from, to)?;
        Ok(ListFilter { conditions, from, to, arrived: (None, None) })
    }

    fn text(&self, name: &str) -> Option<String> {
        Some(self.get(name).to_owned()).filter(|text| !text.is_empty())
    }

    fn score(&self) -> Result<Option<Condition>> {
        let (low, high) = (self.number("min_score")?, self.number("max_score")?);
        let Some(key) = self.text("score") else {
            let is_asked = low.is_some() || high.is_some();
            return if is_asked {
                Err(Error::invalid("score", "name the score that is meant"))
            } else {
                Ok(None)
            };
        };
        in_order("max_score", low, high)?;
        let test = match (low, high) {
            (None, None) => Test::Null(false),
            (least, most) => Test::Range(least.unwrap_or(f64::MIN), most.unwrap_or(f64::MAX)),
        };
        let condition = Condition::named(Entity::Traces, "score_values", test);
        Ok(condition.map(|condition| Condition { key, ..condition }))
    }

    /// The field whose most comes first; none for the usual order, that of the starts, and for one that is unknown.
    pub fn most_of(&self) -> Option<&'static Field> {
        let (_, field) = ORDERS.iter().find(|(name, _)| self.is("sort", name))?;
        Entity::Traces.field(field)
    }

    /// Whether traces must be linked to an order, or must not be.
    pub fn linked(&self) -> Option<bool> {
        match self.get("linked") {
            "yes" => Some(true),
            "no" => Some(false),
            _ => None,
        }
    }

    fn tags(&self) -> Result<Option<Test>> {
        let tags = self.get("tag").split(',').map(str::trim).filter(|tag| !tag.is_empty());
        let tags: Vec<String> = tags.map(str::to_owned).collect();
        if tags.len() > MOST_TAGS {
            return Err(Error::invalid("tag", format!("name at most {MOST_TAGS} tags, with commas between")));
        }
        let test = if self.is("any_tag", "1") { Test::AnyOf } else { Test::AllOf };
        Ok((!tags.is_empty()).then(|| test(tags)))
    }

    /// A decimal number in units of ten to the minus `digits`.
    fn scaled(&self, name: &'static str, digits: usize) -> Result<Option<i64>> {
        match self.get(name) {
            "" => Ok(None),
            text => scaled(text, digits).map(Some).ok_or_else(|| {
                let like = if digits == 0 {
                    "write a whole number such as 1500"
                } else {
                    "write a number such as 2.5"
                };
                Error::invalid(name, like)
            }),
        }
    }

    fn number(&self, name: &'static str) -> Result<Option<f64>> {
        match self.get(name) {
            "" => Ok(None),
            text => {
                let number = text.parse::<f64>().ok().filter(|number| number.is_finite());
                number.map(Some).ok_or_else(|| Error::invalid(name, "write a number such as 0.8"))
            }
        }
    }

    /// The first moment asked for.
    pub fn since(&self, now: Timestamp) -> Result<Option<Timestamp>> {
        let typed = moment(self.get("from"), "from", 0)?;
        let range = RANGES.iter().find(|(name, ..)| self.is("range", name));
        Ok(typed.or(range.map(|(_, seconds, _)| now.plus_micros(-seconds * 1_000_000))))
    }

    /// The first moment no longer asked for: midnight after the last day.
    pub fn until(&self) -> Result<Option<Timestamp>> {
        moment(self.get("to"), "to", 1)
    }

    /// What stands behind `?` for these filters.
    pub fn query(&self) -> String {
        serde_urlencoded::to_string(&self.0).unwrap_or_default()
    }

    /// The address of the list with these filters and one more word.
    pub fn address(&self, name: &str, value: &str) -> String {
        let mut pairs: Vec<(&str, &str)> =
            self.0.iter().map(|(name, value)| (*name, value.as_str())).collect();
        pairs.push((name, value));
        format!("/traces?{}", serde_urlencoded::to_string(pairs).unwrap_or_default())
    }

    /// The address of the list with one filter changed; an empty value takes it away.
    pub fn with(&self, name: &str, value: &str) -> String {
        let mut changed = self.clone();
        if let Some(known) = names().find(|known| *known == name) {
            changed.set(known, value);
        }
        match changed.query() {
            query if query.is_empty() => "/traces".to_owned(),
            query => format!("/traces?{query}"),
        }
    }

    /// The address of the page that begins at a place.
    pub fn at(&self, place: &Place) -> String {
        match place {
            Place::Top => self.with("", ""),
            Place::Older(cursor) => self.address("older", &cursor.encode()),
            Place::Skip(rows) => self.address("skip", &rows.to_string()),
            Place::Below(doc) => self.address("below", &doc.to_string()),
        }
    }
}

impl Place {
    /// The place for the database; search has its own.
    pub fn start(&self) -> From {
        match self {
            Self::Older(cursor) => From::Below(cursor.clone()),
            Self::Skip(rows) => From::Skip(*rows),
            Self::Top | Self::Below(_) => From::Top,
        }
    }
}

/// Refuses a range that ends before it begins, at the field of its end.
fn in_order<T: PartialOrd>(end: &'static str, low: Option<T>, high: Option<T>) -> Result<()> {
    match low.zip(high) {
        Some((low, high)) if low > high => Err(Error::invalid(end, "ends before it begins")),
        _ => Ok(()),
    }
}

/// What a filter is called on the page.
pub(super) fn label_of(name: &str) -> String {
    let field = fields().find(|(_, filter)| filter.name == name).map(|(_, filter)| filter.label.to_owned());
    let range = ranges().find_map(|(_, range)| {
        let end = range.names.iter().position(|known| *known == name)?;
        Some(format!("{}, {}", range.label, if end == 0 { "from" } else { "to" }))
    });
    let own = match name {
        "from" => "First day",
        "to" => "Last day",
        "tag" => "Tags",
        "lacks" => "A call names",
        "score" => "Score",
        "min_score" => "Score, from",
        "max_score" => "Score, to",
        "q" => "Search",
        "key" | "key2" | "key3" => "Name",
        "value" | "value2" | "value3" => "Value",
        "op" | "op2" | "op3" => "Test of the value",
        other => other,
    };
    field.or(range).unwrap_or_else(|| own.to_owned())
}

fn equals(text: String) -> Test {
    Test::Text(TextTest::Equals, text)
}

fn whole(text: &str, name: &str) -> Result<i64> {
    text.parse().map_err(|_| Error::invalid(name, "this is no place of a page"))
}

/// A comma is a decimal point, but between thousands where there are no decimals; blanks stand between thousands, as pages
/// write them.
fn scaled(text: &str, digits: usize) -> Option<i64> {
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let text = if digits == 0 { without_groups(&text)? } else { text.replace(',', ".") };
    let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
    let part = part.trim_end_matches('0');
    if whole.len() > 9 || part.len() > digits || (whole.is_empty() && part.is_empty()) {
        return None;
    }
    if !whole.bytes().chain(part.bytes()).all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let part: String = part.chars().chain(std::iter::repeat('0')).take(digits).collect();
    format!("0{whole}{part}").parse().ok()
}

/// A whole number without the commas or points between its thousands; `None` where they stand elsewhere.
fn without_groups(text: &str) -> Option<String> {
    let mut groups = text.split([',', '.']);
    let first = groups.next()?.to_owned();
    groups.try_fold(first, |number, group| (group.len() == 3 && !number.is_empty()).then(|| number + group))
}

/// A day, or a moment with its offset, as typed; a day counts from midnight UTC, `days` later.
fn moment(text: &str, field: &'static str, days: u64) -> Result<Option<Timestamp>> {
    if text.is_empty() {
        return Ok(None);
    }
    if let Some(at) = Timestamp::parse_rfc3339(text) {
        return Ok(Some(at));
    }
    let day = NaiveDate::parse_from_str(text, "%Y-%m-%d")
        .ok()
        .and_then(|day| day.checked_add_days(Days::new(days)));
    let day = day.ok_or_else(|| Error::invalid(field, "write a day as 2026-11-21"))?;
    Ok(Some(Timestamp(day.and_time(NaiveTime::MIN).and_utc().timestamp_micros())))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_795_251_600_000_000);

    #[test]
    fn the_address_of_the_next_page_keeps_the_filters() {
        let (filters, place) = Filters::read("q=a+%26+b&errors=1&user=&tag=x%3Dy&unknown=1").unwrap();
        assert_eq!(filters.on(), 2);
        assert_eq!((filters.get("q"), filters.is("errors", "1"), place), ("a & b", true, Place::Top));
        let cursor = Cursor { at: Timestamp(5), id: "t/1".to_owned() };
        for place in [Place::Older(cursor), Place::Skip(50), Place::Below(77)] {
            let address = filters.at(&place);
            let again = Filters::read(address.split_once('?').unwrap().1).unwrap();
            assert_eq!(again, (filters.clone(), place));
        }
        assert_eq!(filters.with("q", ""), "/traces?tag=x%3Dy&errors=1");
    }

    #[test]
    fn days_are_whole_and_inclusive_and_ranges_end_now() {
        let (filters, _) = Filters::read("from=2026-11-21&to=2026-11-21").unwrap();
        let (since, until) = (filters.since(NOW).unwrap().unwrap(), filters.until().unwrap().unwrap());
        assert_eq!(until.micros_since(since), 86_400_000_000);
        assert!(filters.has_more() && !filters.is_empty());
        let (filters, _) = Filters::read("range=1h").unwrap();
        assert_eq!(NOW.micros_since(filters.since(NOW).unwrap().unwrap()), 3_600_000_000);
    }

    #[test]
    fn numbers_are_exact() {
        let (filters, _) =
            Filters::read("min_s=2.5&max_cost=0.000000001&min_tokens=7&score=ok&min_score=-0.5").unwrap();
        let conditions = filters.wanted(NOW).unwrap().conditions;
        let tests: Vec<(&str, &str, Test)> =
            conditions.into_iter().map(|one| (one.field.name, one.key.leak() as &str, one.test)).collect();
        let expected = [
            ("latency", "", Test::Whole(">=", 2_500_000)),
            ("totalTokens", "", Test::Whole(">=", 7)),
            ("totalCost", "", Test::Whole("<=", 1)),
            ("score_values", "ok", Test::Range(-0.5, f64::MAX)),
        ];
        assert_eq!(tests, expected);
    }

    #[test]
    fn thousands_may_be_told_apart_as_pages_do_it() {
        for (text, digits, number) in [
            ("1143", 0, Some(1_143)),
            ("1 143", 0, Some(1_143)),
            ("1\u{a0}143", 0, Some(1_143)),
            ("1,143", 0, Some(1_143)),
            ("1.143.000", 0, Some(1_143_000)),
            ("1,5", 6, Some(1_500_000)),
            ("1 143.5", 6, Some(1_143_500_000)),
            (",143", 0, None),
            ("1,1,1", 6, None),
        ] {
            assert_eq!(scaled(text, digits), number, "{text:?}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_refused_by_field() {
        for (query, field) in [
            ("from=yesterday", "from"),
            ("to=2026-13-01", "to"),
            ("min_s=fast", "min_s"),
            ("max_cost=-1", "max_cost"),
            ("min_tokens=99999999999999999999", "min_tokens"),
            ("score=a&max_score=NaN", "max_score"),
            ("tag=a,b,c,d,e", "tag"),
            ("min_tokens=2.5", "min_tokens"),
            ("min_tokens=1,14", "min_tokens"),
            ("min_s=3&max_s=2", "max_s"),
            ("from=2026-11-22&to=2026-11-20", "to"),
            ("min_score=1", "score"),
            ("score=a&min_score=1&max_score=0", "max_score"),
            ("lacks=name", "lacks"),
        ] {
            let (filters, _) = Filters::read(query).unwrap();
            let Err(Error::Invalid(errors)) = filters.wanted(NOW) else { panic!("{query}") };
            assert!(errors.get(field).is_some(), "{query}");
        }
        assert!(Filters::read("q=a%00b").is_err());
        assert!(Filters::read("older=nonsense!").is_err());
        assert!(Filters::read(&format!("q={}", "x".repeat(1_000))).is_ok());
        assert!(Filters::read(&format!("q={}", "x".repeat(1_001))).is_err());
    }
}
