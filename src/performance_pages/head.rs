//! What stands on top of the pages: the filters, which stand in the address.

use std::collections::BTreeMap;

use crate::fleet::model::NONE;
use crate::fleet_pages::asked::Asked;
use crate::foundation::{Result, Timestamp};

/// What the pages of personas and workflows narrow by.
const BOTH: [&str; 2] = ["persona", "workflow"];

/// One filter with everything it may be.
pub(super) struct Choice {
    pub(super) label: &'static str,
    /// As in the address.
    pub(super) name: &'static str,
    /// Value, words, whether it is chosen.
    pub(super) options: Vec<(String, String, bool)>,
}

/// A filter that is on: label, what it is, the page without it.
pub(super) struct Chip {
    pub(super) label: &'static str,
    pub(super) name: String,
    pub(super) href: String,
}

/// Reads the address of the pages of personas and workflows.
pub(super) fn read(query: &BTreeMap<String, String>, now: Timestamp) -> Result<Asked> {
    read_by(query, now, &BOTH)
}

/// Reads an address; names that a page cannot narrow by are passed over, so that no figure claims to be of them.
pub(super) fn read_by(query: &BTreeMap<String, String>, now: Timestamp, known: &[&str]) -> Result<Asked> {
    let known = query.iter().filter(|(name, _)| *name == "range" || known.contains(&name.as_str()));
    Asked::read(&known.map(|(name, value)| (name.clone(), value.clone())).collect(), now)
}

/// The filters with the names that occurred.
pub(super) fn choices(asked: &Asked, personas: Vec<String>, workflows: Vec<String>) -> Vec<Choice> {
    vec![choice(asked, "Persona", "persona", personas), choice(asked, "Workflow", "workflow", workflows)]
}

/// One filter with the names that occurred.
pub(super) fn choice(
    asked: &Asked,
    label: &'static str,
    name: &'static str,
    mut names: Vec<String>,
) -> Choice {
    let chosen = asked.name(name);
    if !chosen.is_empty() && chosen != NONE && !names.iter().any(|it| it == chosen) {
        names.push(chosen.to_owned());
    }
    let all = [(String::new(), "all".to_owned(), chosen.is_empty())];
    let none = [(NONE.to_owned(), "none given".to_owned(), chosen == NONE)];
    let named = names.into_iter().map(|it| (it.clone(), it.clone(), it == chosen));
    Choice { label, name, options: all.into_iter().chain(named).chain(none).collect() }
}

/// The filters that are on.
pub(super) fn chips(asked: &Asked, here: &str) -> Vec<Chip> {
    let chips = asked.chips(here).into_iter();
    chips.map(|(label, name, href)| Chip { label, name: name.to_owned(), href }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_a_page_narrows_by_is_kept_and_a_chosen_name_is_offered_though_it_did_not_occur() {
        let query = [("agent", "a"), ("persona", "gone"), ("range", "30d")];
        let query = query.map(|(name, value)| (name.to_owned(), value.to_owned())).into_iter().collect();
        let asked = read(&query, Timestamp(1_795_251_600_000_000)).unwrap();
        assert_eq!(asked.at("/x"), "/x?persona=gone&range=30d");
        let all = choices(&asked, vec!["here".to_owned()], Vec::new());
        let words: Vec<(&str, bool)> =
            all[0].options.iter().map(|(_, words, on)| (words.as_str(), *on)).collect();
        assert_eq!(words, [("all", false), ("here", false), ("gone", true), ("none given", false)]);
        assert_eq!(all[1].options.len(), 2);
        assert_eq!(chips(&asked, "/x")[0].href, "/x?range=30d");
    }
}
