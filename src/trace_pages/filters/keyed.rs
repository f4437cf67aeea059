//! Names with values among the filters: of metadata, attributes, resource, scope, events and links.

use crate::foundation::{Error, Result};
use crate::search::{KeyTest, Keyed};

use super::Filters;

/// Names with values: the name, what is asked, the value.
pub const KEYED: [[&str; 3]; 3] =
    [["key", "op", "value"], ["key2", "op2", "value2"], ["key3", "op3", "value3"]];

/// What may be asked of a value: as in the address, in words.
pub const OPERATORS: [(&str, &str); 4] =
    [("is", "is"), ("not", "is not"), ("contains", "contains"), ("exists", "is there")];

impl Filters {
    /// Names with what is asked of their values; a fault names its field.
    pub fn keyed(&self) -> Result<Vec<Keyed>> {
        let asked = KEYED.into_iter().filter(|[key, ..]| !self.get(key).is_empty());
        asked.map(|names| self.one_keyed(names)).collect()
    }

    /// A form sends the test beside an empty name too; it asks for nothing.
    pub(super) fn drop_loose(&mut self) {
        for [_, op, value] in
            KEYED.into_iter().filter(|[key, ..]| self.get(key).is_empty()).collect::<Vec<_>>()
        {
            self.set(op, "");
            self.set(value, "");
        }
    }

    fn one_keyed(&self, [key, op, value]: [&'static str; 3]) -> Result<Keyed> {
        let text = self.get(value).to_owned();
        let test = match (self.get(op), text.is_empty()) {
            ("exists", _) | ("" | "is", true) => KeyTest::Exists,
            ("" | "is", false) => KeyTest::Is(text),
            ("not", false) => KeyTest::IsNot(text),
            ("contains", false) => KeyTest::Contains(text),
            ("not" | "contains", true) => return Err(Error::invalid(value, "write the value that is meant")),
            _ => return Err(Error::invalid(op, "is no test of a value")),
        };
        let keyed = Keyed { key: self.get(key).to_owned(), test };
        if keyed.is_usable() {
            Ok(keyed)
        } else {
            Err(Error::invalid(key, "write a name with letters or digits"))
        }
    }

    /// The filters by name and value that are on: name, operator in words, value, the list without it.
    pub fn chips(&self) -> Vec<(&str, &'static str, &str, String)> {
        let asked = KEYED.into_iter().filter(|[key, ..]| !self.get(key).is_empty());
        asked
            .map(|[key, op, value]| {
                let mut without = self.clone();
                [key, op, value].into_iter().for_each(|name| without.set(name, ""));
                let words = match (self.get(op), self.get(value)) {
                    ("exists", _) | ("" | "is", "") => "is there",
                    (chosen, _) => {
                        OPERATORS.iter().find(|(name, _)| *name == chosen).map_or("is", |(_, words)| words)
                    }
                };
                let shown = if words == "is there" { "" } else { self.get(value) };
                (self.get(key), words, shown, without.with("", ""))
            })
            .collect()
    }

    /// The names of the first free place for a name with a value; none when all are taken.
    pub fn free_place(&self) -> Option<[&'static str; 3]> {
        KEYED.into_iter().find(|[key, ..]| self.get(key).is_empty())
    }

    /// Filters that the form keeps without a field of their own in sight.
    pub fn hidden(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let free = self.free_place().unwrap_or_default();
        let own = ["range", "sort", "errors", "llm"].into_iter().chain(KEYED.into_iter().flatten());
        own.filter(move |name| !free.contains(name))
            .map(|name| (name, self.get(name)))
            .filter(|(_, value)| !value.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(query: &str) -> Filters {
        Filters::read(query).unwrap().0
    }

    #[test]
    fn a_name_with_a_value_is_read_shown_and_taken_away_again() {
        let filters = read("key=site&op=contains&value=north&key3=plain&op2=is&q=x");
        assert_eq!(filters.free_place(), Some(["key2", "op2", "value2"]));
        let keyed = filters.keyed().unwrap();
        let test = KeyTest::Contains("north".to_owned());
        assert_eq!(keyed[0], Keyed { key: "site".to_owned(), test });
        assert_eq!(keyed[1], Keyed { key: "plain".to_owned(), test: KeyTest::Exists });
        let chips: Vec<_> = filters
            .chips()
            .into_iter()
            .map(|(key, op, value, _)| (key.to_owned(), op, value.to_owned()))
            .collect();
        assert_eq!(
            chips,
            [
                ("site".to_owned(), "contains", "north".to_owned()),
                ("plain".to_owned(), "is there", String::new())
            ]
        );
        assert_eq!(filters.chips()[0].3, "/traces?q=x&key3=plain");
        let hidden: Vec<_> = filters.hidden().map(|(name, _)| name).collect();
        assert_eq!(hidden, ["key", "op", "value", "key3"]);
        assert!(read("op=is&value=x").is_empty());
    }

    #[test]
    fn what_cannot_be_asked_names_its_field() {
        for (query, field) in
            [("key=a&op=contains", "value"), ("key=a&op=zz&value=b", "op"), ("key2=--&value2=b", "key2")]
        {
            let Err(Error::Invalid(faults)) = read(query).keyed() else { panic!("{query} was taken") };
            assert_eq!(faults.0[0].path, field, "{query}");
        }
    }
}
