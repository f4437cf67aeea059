//! Units: accounts that count as one where duties must be separate.
//!
//! Ties join: whoever is tied to somebody who is tied to a third is one with both.

use std::collections::{BTreeMap, BTreeSet};

/// The accounts that are one with somebody, themselves included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unit(BTreeSet<String>);

impl Unit {
    /// The unit of an account among these ties.
    pub fn of<'a>(account: &'a str, ties: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut groups = Groups::default();
        for (one, other) in ties {
            groups.join(one, other);
        }
        Self(groups.members_with(account))
    }

    /// Whether this account belongs to it. Nobody has the empty id.
    pub fn contains(&self, account: &str) -> bool {
        !account.is_empty() && self.0.contains(account)
    }

    /// Whether any of these accounts belongs to it.
    pub fn contains_any<'a>(&self, accounts: impl IntoIterator<Item = &'a str>) -> bool {
        accounts.into_iter().any(|account| self.contains(account))
    }

    /// Its accounts, in order of their ids.
    pub fn accounts(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }
}

/// Union-find over account ids: each points towards the first of its group.
#[derive(Default)]
struct Groups<'a>(BTreeMap<&'a str, &'a str>);

impl<'a> Groups<'a> {
    fn first_of(&self, account: &'a str) -> &'a str {
        let mut at = account;
        while let Some(next) = self.0.get(at).filter(|next| **next != at) {
            at = next;
        }
        at
    }

    fn join(&mut self, one: &'a str, other: &'a str) {
        let (one, other) = (self.enter(one), self.enter(other));
        self.0.insert(one.max(other), one.min(other));
    }

    fn enter(&mut self, account: &'a str) -> &'a str {
        let first = self.first_of(account);
        self.0.insert(account, first);
        first
    }

    fn members_with(&self, account: &'a str) -> BTreeSet<String> {
        let first = self.first_of(account);
        let others = self.0.keys().filter(|other| self.first_of(other) == first);
        others.copied().chain([account]).map(str::to_owned).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn unit(account: &str, ties: &[(u8, u8)]) -> Unit {
        let names: Vec<(String, String)> = ties.iter().map(|(a, b)| (a.to_string(), b.to_string())).collect();
        Unit::of(account, names.iter().map(|(a, b)| (a.as_str(), b.as_str())))
    }

    #[test]
    fn ties_join_makers_keys_and_persons_and_nobody_else() {
        let ties = [("relay", "sam"), ("sam", "sam-at-home"), ("bot", "sam-at-home"), ("dana", "scribe")];
        let sams = Unit::of("relay", ties);
        assert_eq!(sams.accounts().collect::<Vec<_>>(), ["bot", "relay", "sam", "sam-at-home"]);
        assert!(sams.contains_any(["dana", "sam"]) && !sams.contains_any(["dana", "scribe", ""]));
        assert_eq!(Unit::of("mei", ties).accounts().collect::<Vec<_>>(), ["mei"]);
        assert!(!Unit::of("", []).contains(""));
    }

    proptest! {
        #[test]
        fn it_is_one_relation_whatever_the_order_of_the_ties(
            ties in proptest::collection::vec((0_u8..12, 0_u8..12), 0..16),
            turned in any::<bool>(),
        ) {
            let mut other: Vec<(u8, u8)> = ties.iter().rev().copied().collect();
            if turned {
                other.iter_mut().for_each(|tie| *tie = (tie.1, tie.0));
            }
            for a in 0..12_u8 {
                let of_a = unit(&a.to_string(), &ties);
                prop_assert!(of_a.contains(&a.to_string()), "reflexive");
                prop_assert_eq!(&of_a, &unit(&a.to_string(), &other), "independent of order");
                for b in 0..12_u8 {
                    let of_b = unit(&b.to_string(), &ties);
                    let joined = of_a.contains(&b.to_string());
                    prop_assert_eq!(joined, of_b.contains(&a.to_string()), "symmetric");
                    prop_assert_eq!(joined, of_a == of_b, "transitive: one unit, seen from any of its accounts");
                }
            }
            for (a, b) in &ties {
                prop_assert!(unit(&a.to_string(), &ties).contains(&b.to_string()));
            }
        }
    }
}
