//! The query of a reading request: every fault of it is collected, then answered at once.

use actix_web::HttpRequest;

use crate::foundation::{Error, FieldErrors, Result, Timestamp};

/// The longest value of one parameter other than a filter, in bytes.
const LONGEST: usize = 2_000;

/// Values of one repeated parameter.
const MOST: usize = 100;

/// The last page anybody may ask for.
const LAST_PAGE: i64 = 1_000_000;

/// A request's parameters and what is wrong with them.
#[derive(Debug, Default)]
pub struct Params {
    pairs: Vec<(String, String)>,
    /// What is wrong so far.
    pub faults: FieldErrors,
}

/// Which page of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    /// From 1.
    pub page: i64,
    /// Rows on it.
    pub limit: i64,
}

impl Page {
    /// Rows before it.
    pub fn offset(self) -> i64 {
        (self.page - 1).saturating_mul(self.limit)
    }
}

impl Params {
    /// Reads the query.
    pub fn of(request: &HttpRequest) -> Self {
        Self::read(request.query_string())
    }

    fn read(query: &str) -> Self {
        match serde_urlencoded::from_str(query) {
            Ok(pairs) => Self { pairs, faults: FieldErrors::default() },
            Err(cause) => {
                let mut faults = FieldErrors::default();
                faults.add("", format!("the query cannot be read: {cause}"));
                Self { pairs: Vec::new(), faults }
            }
        }
    }

    /// A value; an empty one counts as not given.
    pub fn text(&mut self, name: &str) -> Option<String> {
        self.given(name).filter(|value| !value.is_empty())
    }

    /// A value, empty or not.
    pub fn given(&mut self, name: &str) -> Option<String> {
        let value = self.pairs.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone())?;
        if value.len() > LONGEST {
            self.faults.add(name, format!("is longer than {LONGEST} bytes"));
            return None;
        }
        Some(value)
    }

    /// The filter as sent.
    pub fn filter(&self) -> Option<&str> {
        let found = self.pairs.iter().find(|(known, _)| known == "filter");
        found.map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    }

    /// All values of a parameter that may repeat.
    pub fn list(&mut self, name: &str) -> Vec<String> {
        let named = self.pairs.iter().filter(|(known, value)| known == name && !value.is_empty());
        let values: Vec<String> = named.map(|(_, value)| value.clone()).collect();
        if values.len() > MOST || values.iter().any(|value| value.len() > LONGEST) {
            self.faults.add(name, format!("takes {MOST} values of {LONGEST} bytes at most"));
            return Vec::new();
        }
        values
    }

    /// The same, where a single value may hold several, joined by commas.
    pub fn comma_list(&mut self, name: &str) -> Vec<String> {
        let values = self.list(name);
        match values.as_slice() {
            [one] => one.split(',').map(str::trim).filter(|v| !v.is_empty()).map(str::to_owned).collect(),
            _ => values,
        }
    }

    /// A moment.
    pub fn time(&mut self, name: &str) -> Option<Timestamp> {
        let text = self.text(name)?;
        let read = Timestamp::parse_leniently(&text);
        if read.is_none() {
            self.faults.add(name, "must be a moment as ISO 8601: 2026-11-21T09:30:00Z");
        }
        read
    }

    /// `true` or `false`.
    pub fn flag(&mut self, name: &str) -> Option<bool> {
        match self.text(name)?.as_str() {
            "true" | "True" | "1" => Some(true),
            "false" | "False" | "0" => Some(false),
            _ => {
                self.faults.add(name, "must be true or false");
                None
            }
        }
    }

    /// One of these words.
    pub fn word(&mut self, name: &str, known: &[&str]) -> Option<String> {
        let text = self.text(name)?;
        if known.contains(&text.as_str()) {
            return Some(text);
        }
        self.faults.add(name, format!("must be one of {}", known.join(", ")));
        None
    }

    /// Page and limit.
    pub fn page(&mut self, most: i64) -> Page {
        let page = self.whole("page", 1, LAST_PAGE).unwrap_or(1);
        Page { page, limit: self.whole("limit", 1, most).unwrap_or(50.min(most)) }
    }

    /// A whole number between two others.
    pub fn whole(&mut self, name: &str, least: i64, most: i64) -> Option<i64> {
        let text = self.text(name)?;
        let number = text.parse().ok().filter(|number| (least..=most).contains(number));
        if number.is_none() {
            self.faults.add(name, format!("must be a whole number from {least} to {most}"));
        }
        number
    }

    /// Nothing was wrong, or everything that was.
    pub fn finish(&mut self) -> Result<()> {
        std::mem::take(&mut self.faults).into_result()
    }

    /// Adds the faults of something read from a parameter.
    pub fn hear<T: Default>(&mut self, read: Result<T>) -> Result<T> {
        match read {
            Ok(value) => Ok(value),
            Err(Error::Invalid(faults)) => {
                self.faults.0.extend(faults.0);
                Ok(T::default())
            }
            Err(other) => Err(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_is_collected() {
        let mut params =
            Params::read("page=0&limit=101&fromTimestamp=yesterday&level=LOUD&ok=1&isRoot=maybe");
        params.page(100);
        params.time("fromTimestamp");
        params.word("level", &["ERROR"]);
        params.flag("isRoot");
        let Err(Error::Invalid(faults)) = params.finish() else { panic!("nothing was wrong") };
        let named: Vec<_> = faults.0.iter().map(|fault| fault.path.as_str()).collect();
        assert_eq!(named, ["page", "limit", "fromTimestamp", "level", "isRoot"]);
    }

    #[test]
    fn tags_come_repeated_or_joined() {
        for (query, wanted) in [
            ("tags=a&tags=b,c", vec!["a", "b,c"]),
            ("tags=a%2Cb", vec!["a", "b"]),
            ("tags=", vec![]),
            ("", vec![]),
        ] {
            assert_eq!(Params::read(query).comma_list("tags"), wanted, "{query}");
        }
    }
}
