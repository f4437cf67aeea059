//! The filters of the list, as they stand in the address.

use chrono::{Days, NaiveDate, NaiveTime};

use crate::foundation::page::Cursor;
use crate::foundation::{Error, Result, Timestamp};
use crate::web::Form;

/// What the list is asked for; an empty text asks for nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filters {
    /// Part of a trace's name or its id.
    pub q: String,
    /// The user, exactly.
    pub user: String,
    /// The session, exactly.
    pub session: String,
    /// The environment, exactly.
    pub environment: String,
    /// A tag, exactly.
    pub tag: String,
    /// A model some generation used, exactly.
    pub model: String,
    /// Only traces with an error.
    pub errors: bool,
    /// The first day, as typed.
    pub from: String,
    /// The last day, as typed.
    pub to: String,
}

impl Filters {
    /// Reads the query of an address; NUL is refused by the name of its field.
    pub fn read(query: &str) -> Result<(Self, Option<Cursor>)> {
        let form = Form::parse(query.as_bytes())?;
        let text = |name| form.text(name).to_owned();
        let filters = Self {
            q: text("q"),
            user: text("user"),
            session: text("session"),
            environment: text("environment"),
            tag: text("tag"),
            model: text("model"),
            errors: form.text("errors") == "1",
            from: text("from"),
            to: text("to"),
        };
        let older = form.optional("older").map(Cursor::decode).transpose()?;
        Ok((filters, older))
    }

    /// The first moment asked for.
    pub fn since(&self) -> Result<Option<Timestamp>> {
        moment(&self.from, "from", 0)
    }

    /// The first moment no longer asked for: midnight after the last day.
    pub fn until(&self) -> Result<Option<Timestamp>> {
        moment(&self.to, "to", 1)
    }

    /// Whether anything is asked for.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether anything stands in the fields that are folded away.
    pub fn has_more(&self) -> bool {
        *self != Self { q: self.q.clone(), errors: self.errors, ..Self::default() }
    }

    /// The address of the page that begins below a row.
    pub fn older_than(&self, cursor: &Cursor) -> String {
        let mut pairs: Vec<(&str, String)> = [
            ("q", &self.q),
            ("user", &self.user),
            ("session", &self.session),
            ("environment", &self.environment),
            ("tag", &self.tag),
            ("model", &self.model),
            ("from", &self.from),
            ("to", &self.to),
        ]
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| (name, value.clone()))
        .collect();
        pairs.extend(self.errors.then(|| ("errors", "1".to_owned())));
        pairs.push(("older", cursor.encode()));
        format!("/traces?{}", serde_urlencoded::to_string(pairs).unwrap_or_default())
    }
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

    #[test]
    fn the_address_of_the_next_page_keeps_the_filters() {
        let (filters, older) = Filters::read("q=a+%26+b&errors=1&user=&tag=x%3Dy").unwrap();
        assert_eq!((filters.q.as_str(), filters.errors, older), ("a & b", true, None));
        let cursor = Cursor { at: Timestamp(5), id: "t/1".to_owned() };
        let address = filters.older_than(&cursor);
        let again = Filters::read(address.split_once('?').unwrap().1).unwrap();
        assert_eq!(again, (filters, Some(cursor)));
    }

    #[test]
    fn days_are_whole_and_inclusive() {
        let (filters, _) = Filters::read("from=2026-11-21&to=2026-11-21").unwrap();
        let (since, until) = (filters.since().unwrap().unwrap(), filters.until().unwrap().unwrap());
        assert_eq!(until.micros_since(since), 86_400_000_000);
        assert!(filters.has_more() && !filters.is_empty());
    }

    #[test]
    fn what_cannot_be_read_is_refused_by_field() {
        for (query, field) in [("from=yesterday", "from"), ("to=2026-13-01", "to")] {
            let (filters, _) = Filters::read(query).unwrap();
            let Err(Error::Invalid(errors)) = filters.since().and(filters.until()) else { panic!("{query}") };
            assert!(errors.get(field).is_some(), "{query}");
        }
        assert!(Filters::read("q=a%00b").is_err());
        assert!(Filters::read("older=nonsense!").is_err());
    }
}
