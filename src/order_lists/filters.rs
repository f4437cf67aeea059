//! What an address asks of the list: filters, the order of rows, a kept view and the place of the page.
//!
//! The address is the whole state of the page. It is read into one form (known names, no empty values, several states as one list), so that
//! the same question has the same address wherever it comes from: a form, a view or a chip that was taken away.

use std::collections::BTreeMap;

use super::due_days::{self, NO_DAY};
use crate::foundation::{Asker, Error, Result, Timestamp};
use crate::web::zone::Reading;
use crate::web::{Principal, format};
use crate::work_orders::model::{Priority, Status};
use crate::work_orders::reads::Filter;
use crate::work_orders::reads::sorted::{Place, Sort};

/// What an address says for orders that were given to nobody.
const NOBODY: &str = "nobody";
/// What it says for every state in which something is still to do.
pub(super) const OPEN: &str = "open";
/// Characters of one filter, and of all that stands behind `?`: what somebody types, not what a program could send.
const LONGEST: usize = 300;
const LONGEST_QUERY: usize = 2_000;
/// One day, in microseconds.
const DAY: i64 = 86_400_000_000;

/// The filters, in the order in which their chips stand.
const NAMES: [(&str, &str); 10] = [
    ("q", "Words"),
    ("status", "Status"),
    ("priority", "Priority"),
    ("type", "Type"),
    ("assignee", "Assigned"),
    ("asset", "Asset"),
    ("due", "Due"),
    ("overdue", "Due"),
    ("failed", "Steps"),
    ("changed", "Plan"),
];

/// What an address asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Asked {
    /// By their names; of several states one text with commas.
    filters: BTreeMap<String, String>,
    pub(super) sort: Sort,
    /// The kept view that the reader came from.
    pub(super) view: Option<String>,
    pub(super) after: Option<Place>,
}

/// A filter that can be taken away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct FilterChip {
    pub(super) name: &'static str,
    pub(super) value: String,
    /// The list without it.
    pub(super) href: String,
}

impl FilterChip {
    /// Whether it is what was typed in the search field.
    pub(super) fn is_words(&self) -> bool {
        NAMES.first().is_some_and(|(_, name)| self.name == *name)
    }
}

impl Asked {
    /// Reads the pairs of an address. What it does not know is left out; a sort, a state or a place that was not made here is refused.
    pub(super) fn read(pairs: &[(String, String)]) -> Result<Self> {
        let mut asked = Self::default();
        for (name, value) in pairs {
            let value = value.trim();
            if value.chars().count() > LONGEST && NAMES.iter().any(|(known, _)| known == name) {
                return Err(Error::invalid(name, format!("write at most {LONGEST} characters")));
            }
            match name.as_str() {
                _ if value.is_empty() => {}
                "sort" => asked.sort = known("sort", Sort::read(value))?,
                "view" => asked.view = Some(value.to_owned()),
                "after" => asked.after = Some(Place::decode(value)?),
                "status" => asked.add_states(value)?,
                "due" if value == "late" => drop(asked.filters.insert("overdue".to_owned(), "1".to_owned())),
                // As the form sends what a calendar led to.
                "due" if value.starts_with("late-") => {
                    let day = value.trim_start_matches("late-").to_owned();
                    drop(asked.filters.insert("overdue".to_owned(), day));
                }
                name if NAMES.iter().any(|(known, _)| *known == name) => {
                    asked.filters.insert(name.to_owned(), value.to_owned());
                }
                _ => {}
            }
        }
        Ok(asked)
    }

    /// Reads what stands behind `?`.
    pub(super) fn parse(query: &str) -> Result<Self> {
        if query.len() > LONGEST_QUERY {
            let words = format!("these filters are longer than {LONGEST_QUERY} characters; leave some out");
            return Err(Error::invalid("query", words));
        }
        let pairs: Vec<(String, String)> = serde_urlencoded::from_str(query)
            .map_err(|_| Error::invalid("query", "these filters were not made here"))?;
        Self::read(&pairs)
    }

    fn add_states(&mut self, words: &str) -> Result<()> {
        let states = self.filters.entry("status".to_owned()).or_default();
        for word in words.split(',').map(str::trim).filter(|word| !word.is_empty()) {
            if word != OPEN {
                known("status", Status::read(word))?;
            }
            if !states.split(',').any(|known| known == word) {
                let between = if states.is_empty() { "" } else { "," };
                states.push_str(between);
                states.push_str(word);
            }
        }
        Ok(())
    }

    /// The same, come to from a kept view or from none.
    pub(super) fn of_view(self, view: Option<&str>) -> Self {
        Self { view: view.map(str::to_owned), ..self }
    }

    /// A filter as it stands in the address; empty where it is not set.
    pub(super) fn value(&self, name: &str) -> &str {
        self.filters.get(name).map_or("", String::as_str)
    }

    /// The states that are asked for, as the address has them.
    pub(super) fn states(&self) -> impl Iterator<Item = &str> {
        self.value("status").split(',').filter(|word| !word.is_empty())
    }

    pub(super) fn is_narrowed(&self) -> bool {
        !self.filters.is_empty()
    }

    /// Whether two addresses narrow the list to the same.
    pub(super) fn is_same_question(&self, other: &Self) -> bool {
        self.filters == other.filters
    }

    /// The filters as what stands behind `?`.
    pub(super) fn query(&self) -> String {
        encoded(&self.pairs())
    }

    fn pairs(&self) -> Vec<(&str, &str)> {
        self.filters.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
    }

    /// The list with these filters in this order, from its top; as a page or as a file.
    pub(super) fn address(&self, path: &str) -> String {
        let mut pairs = self.pairs();
        if self.sort != Sort::default() {
            pairs.push(("sort", self.sort.as_str()));
        }
        if let Some(view) = &self.view {
            pairs.push(("view", view));
        }
        joined(path, &encoded(&pairs))
    }

    /// The same page of the list further down.
    pub(super) fn address_after(&self, place: &Place) -> String {
        let address = self.address(LIST);
        let between = if address.contains('?') { '&' } else { '?' };
        format!("{address}{between}after={}", place.encode())
    }

    /// The same filters in another order, from the top.
    pub(super) fn sorted(&self, sort: Sort) -> String {
        Self { sort, ..self.clone() }.address(LIST)
    }

    /// Each filter with the list without it; `name_of` says who an account is.
    pub(super) fn chips(&self, name_of: impl Fn(&str) -> Option<String>, now: Timestamp) -> Vec<FilterChip> {
        let mut chips = Vec::new();
        for (key, name) in NAMES {
            let value = self.value(key);
            if key == "status" {
                chips.extend(self.states().map(|state| FilterChip {
                    name,
                    value: state_words(state),
                    href: self.without_state(state).address(LIST),
                }));
            } else if !value.is_empty() {
                let words = words_of(key, value, &name_of, now);
                chips.push(FilterChip { name, value: words, href: self.without(key).address(LIST) });
            }
        }
        chips
    }

    fn without(&self, name: &str) -> Self {
        let mut rest = self.clone();
        rest.filters.remove(name);
        rest
    }

    fn without_state(&self, state: &str) -> Self {
        let rest: Vec<&str> = self.states().filter(|other| *other != state).collect();
        let mut asked = self.without("status");
        if !rest.is_empty() {
            asked.filters.insert("status".to_owned(), rest.join(","));
        }
        asked
    }

    /// What the list is narrowed to, for whoever asks.
    pub(super) fn filter(&self, who: &Principal, now: Timestamp) -> Result<Filter> {
        let given = |name: &str| Some(self.value(name)).filter(|value| !value.is_empty());
        let assignee = given("assignee");
        let account = assignee.filter(|word| *word != NOBODY);
        let due_between = due_days::asked(self.value("due"))?;
        let due_within = given("due").filter(|word| *word != NO_DAY && due_between.is_none());
        let due_within = due_within.map(|word| known("due", due_window(word, now))).transpose()?;
        let mut statuses = self.statuses()?;
        // One state has an index of its own.
        let status = if statuses.len() == 1 { statuses.pop() } else { None };
        Ok(Filter {
            status,
            statuses,
            priority: given("priority").map(|word| known("priority", Priority::read(word))).transpose()?,
            order_type: given("type").map(str::to_owned),
            assignee: account.map(|word| if word == "me" { who.actor.id.clone() } else { word.to_owned() }),
            unassigned: assignee == Some(NOBODY),
            words: given("q").unwrap_or_default().to_owned(),
            overdue_at: given("overdue").map(|_| now),
            due_before: given("overdue").map(late_before).transpose()?.flatten(),
            due_within,
            due_between,
            without_day: given("due") == Some(NO_DAY),
            asset_tag: given("asset").map(str::to_owned),
            has_failed: given("failed").is_some(),
            plan_changed: given("changed").is_some(),
            ..Filter::seen_by(who)
        })
    }

    fn statuses(&self) -> Result<Vec<Status>> {
        let mut statuses: Vec<Status> = Vec::new();
        for word in self.states() {
            if word == OPEN {
                statuses.extend(open_states());
            } else {
                statuses.push(known("status", Status::read(word))?);
            }
        }
        // Each once, whichever words name it.
        Ok(Status::ALL.into_iter().filter(|status| statuses.contains(status)).collect())
    }
}

/// What filters and order of the list ask for, as pairs of its address, for whoever asks otherwise than by the page: the filter, the
/// order of the rows, and the place where a page of them begins.
pub fn asked_for(
    pairs: &[(String, String)],
    who: &Asker,
    now: Timestamp,
) -> Result<(Filter, Sort, Option<Place>)> {
    let asked = Asked::read(pairs)?;
    let filter = asked.filter(&Principal(who.clone()), now)?;
    Ok((filter, asked.sort, asked.after))
}

/// The address of the list.
pub(super) const LIST: &str = "/work-orders";

/// The states in which something is still to do.
fn open_states() -> impl Iterator<Item = Status> {
    Status::ALL.into_iter().filter(|status| !status.is_done() && !status.is_final())
}

/// A path with what stands behind `?`, if anything does.
pub(super) fn joined(path: &str, query: &str) -> String {
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

fn encoded(pairs: &[(&str, &str)]) -> String {
    // Pairs of texts can always be written.
    serde_urlencoded::to_string(pairs).unwrap_or_default()
}

fn known<T>(field: &'static str, found: Option<T>) -> Result<T> {
    found.ok_or_else(|| Error::invalid(field, "this word is not known; choose one of the list"))
}

/// `today` or `week` (today and the six days after it), as the moments between which open work ends. A day is a day in every zone; which
/// one is today is the reader's.
fn due_window(word: &str, now: Timestamp) -> Option<(Timestamp, Timestamp)> {
    let days = match word {
        "today" => 1,
        "week" => 7,
        _ => return None,
    };
    let midnight = Reading::default().begins(Reading::current().date(now));
    Some((midnight, midnight.plus_micros(days * DAY)))
}

/// `overdue` is any word for all that is late, and a day for what is late from before it.
fn late_before(word: &str) -> Result<Option<(Timestamp, Timestamp)>> {
    if !word.contains('-') {
        return Ok(None);
    }
    let from = due_days::between(due_days::read_day("overdue", word)?, 1, Reading::current());
    Ok(Some((from.days.0, from.moments.0)))
}

/// What an address narrows the board and the calendar to: the filters of the list.
pub(super) fn filter_of(query: &BTreeMap<String, String>, who: &Principal, now: Timestamp) -> Result<Filter> {
    let pairs: Vec<(String, String)> =
        query.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
    Asked::read(&pairs)?.filter(who, now)
}

fn state_words(word: &str) -> String {
    Status::read(word)
        .filter(|_| word != OPEN)
        .map_or_else(|| word.to_owned(), |status| status.label().to_owned())
}

fn words_of(key: &str, value: &str, name_of: &impl Fn(&str) -> Option<String>, now: Timestamp) -> String {
    match (key, value) {
        ("overdue", day) => match due_days::read_day("overdue", day) {
            Ok(day) => {
                format!("late, from before {}", Reading::default().day(Reading::default().begins(day), now))
            }
            Err(_) => "late".to_owned(),
        },
        ("due", "week") => "within 7 days".to_owned(),
        ("due", NO_DAY) => "no day".to_owned(),
        ("due", day) => match due_days::read_day("due", day) {
            Ok(day) => Reading::default().day(Reading::default().begins(day), now),
            Err(_) => format::shown(day),
        },
        ("failed", _) => "with a failed step".to_owned(),
        ("changed", _) => "changed since approval".to_owned(),
        ("assignee", "me" | NOBODY) => value.to_owned(),
        ("assignee", account) => name_of(account).unwrap_or_else(|| "one account".to_owned()),
        _ => format::shown(value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(query: &str) -> Asked {
        Asked::parse(query).unwrap()
    }

    #[test]
    fn the_same_question_has_one_address() {
        for (query, address) in [
            ("", "/work-orders"),
            ("q=&status=&sort=due&after=", "/work-orders"),
            ("x=1&q=+pump+", "/work-orders?q=pump"),
            ("status=draft&status=on_hold", "/work-orders?status=draft%2Con_hold"),
            ("status=draft,draft", "/work-orders?status=draft"),
            ("due=late", "/work-orders?overdue=1"),
            ("due=late-2026-11-16", "/work-orders?overdue=2026-11-16"),
            ("sort=number&priority=high", "/work-orders?priority=high&sort=number"),
            ("view=v1&failed=1", "/work-orders?failed=1&view=v1"),
        ] {
            assert_eq!(asked(query).address(LIST), address, "{query}");
        }
        assert!(Asked::parse("sort=best").is_err() && Asked::parse("after=0").is_err());
    }

    #[test]
    fn each_filter_is_taken_away_by_itself() {
        let asked = asked("status=open,closed&asset=FIL-1&sort=number&q=a+b");
        let chips = asked.chips(|_| None, Timestamp(0));
        let shown: Vec<(&str, &str, &str)> =
            chips.iter().map(|chip| (chip.name, chip.value.as_str(), chip.href.as_str())).collect();
        assert_eq!(
            shown,
            [
                ("Words", "a b", "/work-orders?asset=FIL-1&status=open%2Cclosed&sort=number"),
                ("Status", "open", "/work-orders?asset=FIL-1&q=a+b&status=closed&sort=number"),
                ("Status", "Closed", "/work-orders?asset=FIL-1&q=a+b&status=open&sort=number"),
                ("Asset", "FIL-1", "/work-orders?q=a+b&status=open%2Cclosed&sort=number"),
            ]
        );
    }

    #[test]
    fn days_are_windows_that_end_with_them() {
        let noon = Timestamp(12 * 3_600_000_000);
        for (word, window) in [("today", Some((0, DAY))), ("week", Some((0, 7 * DAY))), ("soon", None)] {
            let found = due_window(word, noon).map(|(after, until)| (after.0, until.0));
            assert_eq!(found, window, "{word}");
        }
    }

    #[test]
    fn late_is_all_that_is_late_or_what_is_late_from_before_a_day() {
        let noon = Timestamp::parse_rfc3339("2026-11-21T12:00:00Z").unwrap();
        for (query, begins, words) in [
            ("overdue=1", None, "late"),
            ("overdue=yes", None, "late"),
            ("overdue=2026-11-16", Some("2026-11-16T00:00:00Z"), "late, from before Mon 16 Nov"),
        ] {
            let begins = begins.map(|at| Timestamp::parse_rfc3339(at).unwrap());
            let asked = asked(query);
            assert_eq!(late_before(asked.value("overdue")).unwrap(), begins.map(|at| (at, at)), "{query}");
            let chips = asked.chips(|_| None, noon);
            assert_eq!(chips.first().map(|chip| chip.value.as_str()), Some(words), "{query}");
        }
        assert!(late_before("2027-02-29").is_err());
    }

    #[test]
    fn what_no_person_types_is_refused_at_once() {
        let states = (0..20_000).map(|number| format!("s{number}")).collect::<Vec<_>>().join(",");
        let pairs = |name: &str, value: String| [(name.to_owned(), value)];
        assert!(Asked::read(&pairs("status", states)).is_err());
        assert!(Asked::read(&pairs("q", "a ".repeat(1_000))).is_err());
        assert!(Asked::read(&pairs("q", "a".repeat(LONGEST))).is_ok());
        assert!(Asked::read(&pairs("q", "ж".repeat(LONGEST))).is_ok(), "characters, as its words say");
        assert!(Asked::read(&pairs("q", "ж".repeat(LONGEST + 1))).is_err());
        assert!(Asked::parse(&format!("q={}", "%61".repeat(LONGEST_QUERY))).is_err());
    }

    #[test]
    fn open_is_every_state_with_something_to_do() {
        let statuses = asked("status=open,draft").statuses().unwrap();
        assert_eq!(
            statuses,
            [Status::Draft, Status::Submitted, Status::Approved, Status::InProgress, Status::OnHold]
        );
        assert!(Asked::parse("status=lost").is_err());
    }
}
