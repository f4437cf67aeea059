//! What an address asks for: the time, and whose calls alone are looked at; and the addresses that lead on from there.

use std::collections::BTreeMap;

use crate::fleet::costs::period;
use crate::fleet::model::{Dimension, NONE, Named, Question};
use crate::foundation::{Asker, Error, Result, Timestamp};

/// The first page.
pub(super) const FLEET: &str = "/fleet";
/// What was spent.
pub(super) const COSTS: &str = "/fleet/costs";
/// Which calls do not say whose they are.
pub(super) const IDENTITY: &str = "/fleet/identity";
/// What may be used, and what is left of it.
pub const BUDGETS: &str = "/fleet/budgets";

/// Which rules are broken.
pub const ALERTS: &str = "/fleet/alerts";

/// The pages of the fleet, as their tabs stand.
pub(super) const PAGES: [(&str, &str); 5] =
    [("Overview", FLEET), ("Costs", COSTS), ("Budgets", BUDGETS), ("Alerts", ALERTS), ("Identity", IDENTITY)];

/// Each entry of the tabs: label, address, nothing, whether it is this one.
pub type Tab = (&'static str, String, &'static str, bool);

/// A time that ends now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Range {
    /// As in the address.
    pub(super) name: &'static str,
    pub(super) words: &'static str,
    days: i64,
}

const fn range(name: &'static str, words: &'static str, days: i64) -> Range {
    Range { name, words, days }
}

/// The times to choose from.
const RANGES: [Range; 4] = [
    range("24h", "24 hours", 1),
    range("7d", "7 days", 7),
    range("30d", "30 days", 30),
    range("90d", "90 days", 90),
];
/// The one where nothing is said.
const USUAL: Range = range("7d", "7 days", 7);
/// The longest that the list of traces knows by its name.
const KNOWN_TO_TRACES: i64 = 30;
/// Characters of a name.
const LONGEST: usize = 300;
/// Names that are filtered by.
const NAMES: [Dimension; 4] = [Dimension::Agent, Dimension::Persona, Dimension::Tenant, Dimension::Workflow];

/// What was asked for.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    pub(super) range: Range,
    pub(super) now: Timestamp,
    /// Names by what they are of; only those that narrow.
    names: BTreeMap<&'static str, String>,
}

impl Asked {
    /// Reads the fields of an address; others are passed over.
    pub(super) fn read(query: &BTreeMap<String, String>, now: Timestamp) -> Result<Self> {
        let word = query.get("range").map_or("", |word| word.trim());
        let range = RANGES.into_iter().find(|range| range.name == word);
        let range = match (word, range) {
            ("", _) => USUAL,
            (_, Some(range)) => range,
            _ => return Err(Error::invalid("range", "choose 24h, 7d, 30d or 90d")),
        };
        let mut names = BTreeMap::new();
        for dimension in NAMES {
            let name = query.get(dimension.as_str()).map_or("", |name| name.trim());
            if name.chars().count() > LONGEST {
                return Err(Error::invalid(
                    dimension.as_str(),
                    format!("write at most {LONGEST} characters"),
                ));
            }
            if !name.is_empty() {
                names.insert(dimension.as_str(), name.replace('\0', "\u{fffd}"));
            }
        }
        Ok(Self { range, now, names })
    }

    /// A name that narrows; empty for none.
    pub(super) fn name(&self, of: &str) -> &str {
        self.names.get(of).map_or("", String::as_str)
    }

    /// Whether any name narrows.
    pub(super) fn is_narrow(&self) -> bool {
        !self.names.is_empty()
    }

    /// What the database is asked.
    pub(super) fn question(&self, who: &Asker) -> Question {
        let (from, to) = period(self.range.days, self.now);
        let named = |dimension: Dimension| Named::read(self.name(dimension.as_str()));
        Question {
            agent: named(Dimension::Agent),
            persona: named(Dimension::Persona),
            tenant: named(Dimension::Tenant),
            workflow: named(Dimension::Workflow),
            ..Question::of(who.project, from, to)
        }
    }

    /// A page of the fleet with the same time and names.
    pub(super) fn at(&self, path: &str) -> String {
        self.with(path, "", "")
    }

    /// The same with one field set, or taken away where it is empty.
    pub(super) fn with(&self, path: &str, name: &str, value: &str) -> String {
        let mut fields: BTreeMap<&str, &str> =
            self.names.iter().map(|(name, value)| (*name, value.as_str())).collect();
        fields.insert("range", self.range.name);
        fields.insert(name, value);
        if fields.get("range") == Some(&USUAL.name) {
            fields.remove("range");
        }
        fields.retain(|name, value| !name.is_empty() && !value.is_empty());
        address(path, &fields)
    }

    /// The page over another time.
    pub(super) fn over(&self, path: &str, word: &str) -> String {
        self.with(path, "range", word)
    }

    /// Whether this is the time that is shown.
    pub(super) fn is_over(&self, word: &str) -> bool {
        self.range.name == word
    }

    /// The pages of the fleet, of the same time and names.
    pub(super) fn tabs(&self, here: &str) -> [Tab; 5] {
        PAGES.map(|(label, path)| (label, self.at(path), "", path == here))
    }

    /// What narrows: label, name in the address, what stands there.
    pub(super) fn fields(&self) -> [(&'static str, &'static str, &str); 4] {
        let labels = ["Agent", "Persona", "Tenant", "Workflow"];
        let mut labels = labels.into_iter();
        NAMES.map(|of| (labels.next().unwrap_or_default(), of.as_str(), self.name(of.as_str())))
    }

    /// What narrows, each with the page without it.
    pub(super) fn chips(&self, here: &str) -> Vec<(&'static str, &str, String)> {
        self.fields()
            .into_iter()
            .filter(|(_, _, name)| !name.is_empty())
            .map(|(label, of, name)| (label, name, self.with(here, of, "")))
            .collect()
    }

    /// The traces behind a figure: of the same time and names, and what narrows it further.
    pub(super) fn traces(&self, further: &[(&str, &str)]) -> String {
        let since = period(self.range.days, self.now).0.to_rfc3339();
        let mut fields: BTreeMap<&str, &str> = BTreeMap::new();
        if self.range.days > KNOWN_TO_TRACES {
            fields.insert("from", &since);
        } else {
            fields.insert("range", self.range.name);
        }
        for (of, name) in &self.names {
            put(&mut fields, of, name);
        }
        for (of, name) in further {
            put(&mut fields, of, name);
        }
        // Days stand in the place of the time that ends now.
        if further.iter().any(|(of, _)| *of == "from") {
            fields.remove("range");
        }
        address("/traces", &fields)
    }
}

/// What is asked for by no name is what lacks it.
fn put<'a>(fields: &mut BTreeMap<&'a str, &'a str>, of: &'a str, name: &'a str) {
    if name == NONE {
        fields.remove(of);
        fields.insert("lacks", of);
    } else {
        fields.insert(of, name);
    }
}

fn address(path: &str, fields: &BTreeMap<&str, &str>) -> String {
    let query = serde_urlencoded::to_string(fields).unwrap_or_default();
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::foundation::ProjectKey;

    const NOW: Timestamp = Timestamp(1_795_251_600_000_000);

    fn asked(pairs: &[(&str, &str)]) -> Result<Asked> {
        let query = pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Asked::read(&query, NOW)
    }

    #[test]
    fn addresses_keep_the_time_and_the_names() {
        let plain = asked(&[("colour", "red")]).unwrap();
        assert_eq!([plain.at(FLEET), plain.traces(&[])], ["/fleet", "/traces?range=7d"]);
        let narrow =
            asked(&[("range", "30d"), ("agent", " a b "), ("tenant", NONE), ("persona", "")]).unwrap();
        assert_eq!(narrow.at(COSTS), "/fleet/costs?agent=a+b&range=30d&tenant=%28none%29");
        assert_eq!(narrow.over(FLEET, "24h"), "/fleet?agent=a+b&range=24h&tenant=%28none%29");
        assert_eq!(narrow.with(FLEET, "agent", ""), "/fleet?range=30d&tenant=%28none%29");
        assert_eq!(narrow.traces(&[("errors", "1")]), "/traces?agent=a+b&errors=1&lacks=tenant&range=30d");
        let day = narrow.traces(&[("from", "2026-11-20"), ("to", "2026-11-20"), ("agent", NONE)]);
        assert_eq!(day, "/traces?from=2026-11-20&lacks=agent&to=2026-11-20");
        let long = asked(&[("range", "90d")]).unwrap();
        assert_eq!(long.traces(&[]), "/traces?from=2026-08-23T09%3A00%3A00.000000Z");
    }

    #[test]
    fn what_cannot_be_meant_is_refused() {
        assert!(asked(&[("range", "8d")]).is_err());
        assert!(asked(&[("agent", &"x".repeat(LONGEST + 1))]).is_err());
        let question = asked(&[("persona", "x")]).unwrap().question(&Asker::operator(ProjectKey(3)));
        assert_eq!((question.project, question.persona), (ProjectKey(3), Named::Is("x".to_owned())));
    }
}
