//! What an address asks for: the period, and which orders alone are counted.

use std::collections::BTreeMap;

use crate::db::AnyConnection;
use crate::figures::period::Period;
use crate::figures::reads::{Narrowed, Question, accounts, with_below};
use crate::foundation::{Asker, Error, Result, Timestamp};
use crate::people::reads::{Member, members};

/// Fields that an address may have; the others are left out.
const KNOWN: [&str; 8] = ["by", "last", "from", "to", "type", "asset", "assignee", "unit"];
/// Characters of one field.
const LONGEST: usize = 300;
/// What an address says for orders that were given to nobody.
const NOBODY: &str = "nobody";

/// The page of all figures.
pub(super) const FIGURES: &str = "/work-orders/figures";

/// What was asked for.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    fields: BTreeMap<String, String>,
    pub(super) period: Period,
}

/// A filter that can be taken away.
pub(super) struct FilterChip {
    pub(super) name: &'static str,
    pub(super) value: String,
    /// The figures without it.
    pub(super) href: String,
}

impl Asked {
    /// Reads the fields of an address.
    pub(super) fn read(query: &BTreeMap<String, String>, now: Timestamp) -> Result<Self> {
        let mut fields = BTreeMap::new();
        for (name, value) in query.iter().filter(|(name, _)| KNOWN.contains(&name.as_str())) {
            let value = value.trim().replace('\0', "");
            if value.chars().count() > LONGEST {
                return Err(Error::invalid(name, format!("write at most {LONGEST} characters")));
            }
            if !value.is_empty() {
                fields.insert(name.clone(), value);
            }
        }
        Ok(Self { period: Period::read(&fields, now)?, fields })
    }

    /// A field as it stands in the address; empty where it is not set.
    pub(super) fn value(&self, name: &str) -> &str {
        self.fields.get(name).map_or("", String::as_str)
    }

    /// The same question at another path, with fields set or, where they are empty, taken away.
    pub(super) fn address(&self, path: &str, set: &[(&str, &str)]) -> String {
        let mut fields: BTreeMap<&str, &str> =
            self.fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        fields.extend(set.iter().copied());
        fields.retain(|_, value| !value.is_empty());
        let query = serde_urlencoded::to_string(&fields).unwrap_or_default();
        if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
    }

    /// The same filters over so many weeks or months up to today.
    pub(super) fn over(&self, by: &str, last: &str) -> String {
        self.address(FIGURES, &[("by", by), ("last", last), ("from", ""), ("to", "")])
    }

    /// The question that the database is asked.
    pub(super) fn question(&self, conn: &mut AnyConnection, who: &Asker) -> Result<Question> {
        let given = |name: &str| Some(self.value(name)).filter(|value| !value.is_empty());
        let with_unit = given("unit").is_some();
        let assignees = match given("assignee") {
            None => None,
            Some(NOBODY) => Some(vec![String::new()]),
            Some("me") => Some(accounts(conn, who.id(), with_unit)?),
            Some(account) => Some(accounts(conn, account, with_unit)?),
        };
        let assets = given("asset").map(|code| with_below(conn, who.project, code)).transpose()?;
        let narrowed = Narrowed { order_type: given("type").map(str::to_owned), assets, assignees };
        Ok(Question::about(who.project, &self.period, narrowed))
    }

    /// The filters with the figures without each; `people` say who an account is.
    pub(super) fn chips(&self, people: &[(String, String)]) -> Vec<FilterChip> {
        let mut chips = Vec::new();
        let mut add = |name, field: &str, value: String| {
            let href = self.address(FIGURES, &[(field, "")]);
            chips.push(FilterChip { name, value, href });
        };
        if !self.value("type").is_empty() {
            add("Type", "type", self.value("type").to_owned());
        }
        if !self.value("asset").is_empty() {
            add("Asset", "asset", format!("{} and below", self.value("asset")));
        }
        let assignee = self.value("assignee");
        if !assignee.is_empty() {
            let named = people.iter().find(|(id, _)| id == assignee).map(|(_, words)| words.clone());
            let plain = if [NOBODY, "me"].contains(&assignee) { assignee } else { "somebody" };
            add("Assigned", "assignee", named.unwrap_or_else(|| plain.to_owned()));
        }
        if !self.value("unit").is_empty() && !assignee.is_empty() {
            add("With", "unit", "whoever counts as one with them".to_owned());
        }
        chips
    }
}

/// Who may have work in a project: account and name, by code.
pub(super) fn people(conn: &mut AnyConnection, who: &Asker) -> Result<Vec<(String, String)>> {
    let is_here = |member: &Member| !member.roles.is_empty();
    let members = members(conn, who.project)?.into_iter().filter(is_here);
    let named = |it: Member| {
        let words = format!("{} ({})", it.account.marked_name(), it.account.code);
        (it.account.id.0, words)
    };
    Ok(members.map(named).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(pairs: &[(&str, &str)]) -> Result<Asked> {
        let query = pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Asked::read(&query, Timestamp(1_795_251_600_000_000))
    }

    #[test]
    fn the_address_keeps_what_narrows_it_and_what_is_not_known_is_left_out() {
        let asked = asked(&[("type", " Repair "), ("x", "1"), ("asset", ""), ("last", "4")]).unwrap();
        assert_eq!(asked.address(FIGURES, &[]), "/work-orders/figures?last=4&type=Repair");
        assert_eq!(asked.address("/x", &[("type", ""), ("only", "in")]), "/x?last=4&only=in");
        assert_eq!(asked.over("month", "12"), "/work-orders/figures?by=month&last=12&type=Repair");
        let chips = asked.chips(&[]);
        assert_eq!(
            chips.iter().map(|chip| chip.href.as_str()).collect::<Vec<_>>(),
            ["/work-orders/figures?last=4"]
        );
    }

    #[test]
    fn what_no_person_types_is_refused() {
        assert!(asked(&[("type", &"x".repeat(LONGEST + 1))]).is_err());
        assert!(asked(&[("q", &"x".repeat(LONGEST + 1))]).is_ok());
        assert!(asked(&[("from", "2026-11-20"), ("to", "2026-11-01")]).is_err());
    }
}
