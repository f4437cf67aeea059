//! What an address asks for: the time, and whose calls alone are looked at; and the addresses that lead on from there.

use std::collections::BTreeMap;

use crate::db::AnyConnection;
use crate::fleet::costs::period;
use crate::fleet::model::{Dimension, NONE, Named, Question};
use crate::foundation::{Asker, Error, Result, Timestamp};
use crate::state::App;
use crate::traces::recount::is_going_on;
use crate::web::format::shown;

/// The first page.
pub(crate) const FLEET: &str = "/fleet";
/// What was spent.
pub(crate) const COSTS: &str = "/fleet/costs";
/// Which calls do not say whose they are.
pub(crate) const IDENTITY: &str = "/fleet/identity";
/// What may be used, and what is left of it.
pub const BUDGETS: &str = "/fleet/budgets";

/// Which rules are broken.
pub const ALERTS: &str = "/fleet/alerts";

/// The pages of the fleet, as their tabs stand.
pub(crate) const PAGES: &[(&str, &str)] = &[
    ("Overview", FLEET),
    ("Personas", PERSONAS),
    ("Workflows", WORKFLOWS),
    ("Agents", AGENTS),
    ("Gates", GATES),
    ("Builds", BUILDS),
    ("Costs", COSTS),
    ("Budgets", BUDGETS),
    ("Alerts", ALERTS),
    ("Coverage", COVERAGE),
    ("Identity", IDENTITY),
    ("Handoffs", HANDOFFS),
    ("Rules", RULES),
];

/// Each entry of the tabs: label, address, nothing, whether it is this one.
pub type Tab = (&'static str, String, &'static str, bool);

/// Who passed work on to whom.
pub(crate) const HANDOFFS: &str = "/fleet/handoffs";
/// Which personas work, how long, and what they change to.
pub(crate) const PERSONAS: &str = "/fleet/personas";
/// What calls are recognised by.
pub(crate) const RULES: &str = "/fleet/rules";
/// How runs of agents ended.
pub(crate) const AGENTS: &str = "/fleet/agents";
/// How quality gates ended.
pub(crate) const GATES: &str = "/fleet/gates";
/// Runs of workflows, each as a build.
pub(crate) const BUILDS: &str = "/fleet/builds";
/// How runs of workflows went.
pub(crate) const WORKFLOWS: &str = "/fleet/workflows";

/// The pages of one name, by what it is of. Their addresses say the name itself under `name`.
const NAMED: [(Dimension, &str); 4] = [
    (Dimension::Agent, "/fleet/agent"),
    (Dimension::Persona, "/fleet/persona"),
    (Dimension::Tenant, "/fleet/tenant"),
    (Dimension::Workflow, "/fleet/workflow"),
];

/// The page of one name; none where what it is of has none.
pub(crate) fn page_of(of: Dimension) -> Option<&'static str> {
    NAMED.iter().find(|(dimension, _)| *dimension == of).map(|(_, path)| *path)
}

/// What a page is of.
fn of_page(path: &str) -> Option<&'static str> {
    NAMED.iter().find(|(_, page)| *page == path).map(|(of, _)| of.as_str())
}
/// Which share of the billed calls is traced.
pub(crate) const COVERAGE: &str = "/fleet/coverage";

/// A time that ends now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Range {
    /// As in the address.
    pub(crate) name: &'static str,
    pub(crate) words: &'static str,
    pub(crate) days: i64,
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
/// Bytes of a name: as long as one is stored, so that every name has its page.
const LONGEST: usize = 1_000;
/// Names that are filtered by.
const NAMES: [Dimension; 4] = [Dimension::Agent, Dimension::Persona, Dimension::Tenant, Dimension::Workflow];

/// What was asked for.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) range: Range,
    pub(crate) now: Timestamp,
    /// Names by what they are of; only those that narrow.
    names: BTreeMap<&'static str, String>,
    /// Whether older traces are still being counted, so that figures may lack some.
    pub(crate) is_counting: bool,
}

impl Asked {
    /// Reads the fields of an address; others are passed over.
    pub(crate) fn read(query: &BTreeMap<String, String>, now: Timestamp) -> Result<Self> {
        let word = query.get("range").map_or("", |word| word.trim());
        let range = RANGES.into_iter().find(|range| range.name == word);
        let range = match (word, range) {
            ("", _) => USUAL,
            (_, Some(range)) => range,
            _ => return Err(Error::invalid("range", "choose 24h, 7d, 30d or 90d")),
        };
        let mut names = BTreeMap::new();
        for of in NAMES.map(Dimension::as_str) {
            if let Some(name) = name_in(query, of)? {
                names.insert(of, name);
            }
        }
        Ok(Self { range, now, names, is_counting: false })
    }

    /// The same on the page of one name, which must be said.
    pub(crate) fn about(query: &BTreeMap<String, String>, of: Dimension, now: Timestamp) -> Result<Self> {
        let mut asked = Self::read(query, now)?;
        let missing = || Error::not_found("a page of no name");
        asked.names.insert(of.as_str(), name_in(query, "name")?.ok_or_else(missing)?);
        Ok(asked)
    }

    /// Reads what a page shows of sums, and whether they are whole.
    pub(crate) async fn look<T: Send + 'static>(
        &mut self,
        app: &App,
        read: impl FnOnce(&mut AnyConnection) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let both = move |conn: &mut AnyConnection| Ok((read(conn)?, is_going_on(conn)?));
        let (found, is_counting) = app.db.read(both).await?;
        self.is_counting = is_counting;
        Ok(found)
    }

    /// A name that narrows; empty for none.
    pub(crate) fn name(&self, of: &str) -> &str {
        self.names.get(of).map_or("", String::as_str)
    }

    /// Whether any name narrows.
    pub(crate) fn is_narrow(&self) -> bool {
        !self.names.is_empty()
    }

    /// What the database is asked.
    pub(crate) fn question(&self, who: &Asker) -> Question {
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

    /// From when to when it is asked for.
    pub(super) fn times(&self) -> (Timestamp, Timestamp) {
        period(self.range.days, self.now)
    }

    /// A page of the fleet with the same time and names.
    pub(crate) fn at(&self, path: &str) -> String {
        self.with(path, "", "")
    }

    /// The same with one field set, or taken away where it is empty.
    pub(crate) fn with(&self, path: &str, name: &str, value: &str) -> String {
        let mut fields: BTreeMap<&str, &str> =
            self.names.iter().map(|(name, value)| (*name, value.as_str())).collect();
        fields.insert("range", self.range.name);
        fields.insert(name, value);
        if let Some(own) = of_page(path).and_then(|of| fields.remove(of)) {
            fields.insert("name", own);
        }
        if fields.get("range") == Some(&USUAL.name) {
            fields.remove("range");
        }
        fields.retain(|name, value| !name.is_empty() && !value.is_empty());
        address(path, &fields)
    }

    /// The page over another time.
    pub(crate) fn over(&self, path: &str, word: &str) -> String {
        self.with(path, "range", word)
    }

    /// Whether this is the time that is shown.
    pub(crate) fn is_over(&self, word: &str) -> bool {
        self.range.name == word
    }

    /// The page of one name over the same time, with what else narrows; none where there is none.
    pub(crate) fn to(&self, of: Dimension, name: &str) -> Option<String> {
        page_of(of).map(|path| self.with(path, of.as_str(), name))
    }

    /// The page without what narrows it; that of one name stays that.
    pub(crate) fn bare(&self, here: &str) -> String {
        let own = of_page(here);
        let names = self.names.iter().filter(|(of, _)| Some(**of) == own);
        Self { names: names.map(|(of, name)| (*of, name.clone())).collect(), ..self.clone() }.at(here)
    }

    /// The name that the page is of; none where it is of all.
    pub(crate) fn own(&self, here: &str) -> Option<&str> {
        of_page(here).map(|of| self.name(of))
    }

    /// The pages of the fleet, of the same time and names.
    pub(crate) fn tabs(&self, here: &str) -> Vec<Tab> {
        PAGES.iter().map(|(label, path)| (*label, self.at(path), "", *path == here)).collect()
    }

    /// What may narrow the page further: label, name in the address, what stands there.
    pub(crate) fn fields(&self, here: &str) -> Vec<(&'static str, &'static str, &str)> {
        let labelled = NAMES.into_iter().zip(["Agent", "Persona", "Tenant", "Workflow"]);
        let all = labelled.map(|(of, label)| (label, of.as_str(), self.name(of.as_str())));
        all.filter(|(_, of, _)| of_page(here) != Some(*of)).collect()
    }

    /// What narrows, each with the page without it.
    pub(crate) fn chips(&self, here: &str) -> Vec<(&'static str, &str, String)> {
        self.fields(here)
            .into_iter()
            .filter(|(_, _, name)| !name.is_empty())
            .map(|(label, of, name)| (label, name, self.with(here, of, "")))
            .collect()
    }

    /// The traces behind a figure: of the same time and names, and what narrows it further.
    pub(crate) fn traces(&self, further: &[(&str, &str)]) -> String {
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

/// A name as an address says it.
fn name_in(query: &BTreeMap<String, String>, field: &'static str) -> Result<Option<String>> {
    let name = query.get(field).map_or("", |name| name.trim());
    if name.len() > LONGEST {
        return Err(Error::invalid(field, format!("write at most {LONGEST} bytes")));
    }
    Ok((!name.is_empty()).then(|| shown(name)))
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
        assert_eq!(long.traces(&[]), "/traces?from=2026-08-23T10%3A00%3A00.000000Z");
    }

    #[test]
    fn the_page_of_one_name_keeps_it_while_others_narrow() {
        let query = |pairs: &[(&str, &str)]| -> BTreeMap<String, String> {
            pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
        };
        let asked =
            Asked::about(&query(&[("name", "desk"), ("tenant", "north")]), Dimension::Agent, NOW).unwrap();
        let here = page_of(Dimension::Agent).unwrap();
        assert_eq!(asked.over(here, "24h"), "/fleet/agent?name=desk&range=24h&tenant=north");
        assert_eq!(asked.bare(here), "/fleet/agent?name=desk");
        assert_eq!(asked.at(FLEET), "/fleet?agent=desk&tenant=north");
        assert_eq!(asked.traces(&[]), "/traces?agent=desk&range=7d&tenant=north");
        assert_eq!(
            asked.to(Dimension::Tenant, "south").as_deref(),
            Some("/fleet/tenant?agent=desk&name=south")
        );
        assert_eq!(
            (asked.to(Dimension::Model, "m"), asked.own(here), asked.own(FLEET)),
            (None, Some("desk"), None)
        );
        let chips: Vec<&str> = asked.chips(here).into_iter().map(|(label, ..)| label).collect();
        assert_eq!((chips, asked.fields(here).len(), asked.fields(FLEET).len()), (vec!["Tenant"], 3, 4));
        assert!(Asked::about(&query(&[("agent", "desk")]), Dimension::Agent, NOW).is_err());
    }

    #[test]
    fn what_cannot_be_meant_is_refused() {
        assert!(asked(&[("range", "8d")]).is_err());
        assert!(asked(&[("agent", &"é".repeat(500))]).is_ok(), "a name as long as one is stored");
        assert!(asked(&[("agent", &"x".repeat(LONGEST + 1))]).is_err());
        let question = asked(&[("persona", "x")]).unwrap().question(&Asker::operator(ProjectKey(3)));
        assert_eq!((question.project, question.persona), (ProjectKey(3), Named::Is("x".to_owned())));
    }
}
