//! The prices of a project, ready to be asked: who costs what, at which moment.
//!
//! Among the prices that match a name at a moment, a project's own come first, then exact names before patterns, those
//! for one provider before those for all, later dates before earlier, and later tables before older. What a name
//! matches is remembered, so the usual question costs one look into a table.

use std::collections::HashMap;
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, PoisonError};

use lru::LruCache;
use regex::Regex;

use super::matching::{Forms, compile, forms, is_provider};
use super::model::PriceRow;
use foundation::Timestamp;

/// Names whose matches are remembered.
const REMEMBERED: NonZeroUsize = NonZeroUsize::MIN.saturating_add(1_023);
/// The longest name that is remembered as sent.
const LONGEST: usize = 300;

/// Prices of one scope by what they match.
#[derive(Default)]
pub struct Index {
    rows: Vec<Arc<PriceRow>>,
    by_id: HashMap<String, usize>,
    by_name: HashMap<String, Vec<usize>>,
    patterns: Vec<(Regex, usize)>,
}

impl Index {
    /// Indexes rows; a pattern that cannot be compiled matches nothing.
    pub fn new(rows: Vec<PriceRow>) -> Self {
        let mut index = Self::default();
        for (place, row) in rows.into_iter().map(Arc::new).enumerate() {
            index.by_id.insert(row.id.clone(), place);
            for name in &row.price.names {
                index.by_name.entry(name.clone()).or_default().push(place);
            }
            let pattern = row.price.pattern.as_deref().and_then(|pattern| compile(pattern).ok());
            index.patterns.extend(pattern.map(|pattern| (pattern, place)));
            index.rows.push(row);
        }
        index
    }

    fn row(&self, place: usize) -> Option<&Arc<PriceRow>> {
        self.rows.get(place)
    }

    /// Every row that matches, with how closely: 0 as sent, 1 without prefixes, 2 without dates, 3 by pattern.
    fn matches(&self, forms: &Forms) -> Vec<(u8, Arc<PriceRow>)> {
        let mut found: Vec<(u8, usize)> = Vec::new();
        for (closeness, name) in [(0, &forms.full), (1, &forms.bare), (2, &forms.undated)] {
            let places = self.by_name.get(name).into_iter().flatten();
            found.extend(places.map(|place| (closeness, *place)));
        }
        for (pattern, place) in &self.patterns {
            if pattern.is_match(&forms.full) || pattern.is_match(&forms.bare) {
                found.push((3, *place));
            }
        }
        found
            .into_iter()
            .filter_map(|(closeness, place)| Some((closeness, Arc::clone(self.row(place)?))))
            .collect()
    }
}

/// What a name matches, best first.
#[derive(Debug)]
struct Matched {
    full: String,
    rows: Vec<Arc<PriceRow>>,
}

/// The prices in force for a project.
#[derive(Default)]
pub struct Book {
    general: Arc<Index>,
    own: Index,
    remembered: Option<Mutex<LruCache<String, Arc<Matched>>>>,
}

impl std::fmt::Debug for Book {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Book({} general, {} own)", self.general.rows.len(), self.own.rows.len())
    }
}

impl Book {
    /// A book of everybody's prices and a project's own.
    pub fn new(general: Arc<Index>, own: Vec<PriceRow>) -> Self {
        Self { general, own: Index::new(own), remembered: Some(Mutex::new(LruCache::new(REMEMBERED))) }
    }

    /// The price of a call.
    pub fn find(&self, model: &str, provider: Option<&str>, at: Timestamp) -> Option<Arc<PriceRow>> {
        if model.len() > LONGEST {
            return None;
        }
        let matched = self.matched(model);
        let fits = |row: &&Arc<PriceRow>| {
            row.price.holds_at(at)
                && row.price.provider.as_deref().is_none_or(|it| is_provider(it, provider, &matched.full))
        };
        matched.rows.iter().find(fits).map(Arc::clone)
    }

    /// A price by its id, in force or not.
    pub fn row(&self, id: &str) -> Option<&Arc<PriceRow>> {
        let in_index = |index: &Index| index.by_id.get(id).copied();
        match in_index(&self.own) {
            Some(place) => self.own.row(place),
            None => self.general.row(in_index(&self.general)?),
        }
    }

    fn matched(&self, model: &str) -> Arc<Matched> {
        let Some(remembered) = &self.remembered else { return Arc::new(self.search(model)) };
        let lock = || remembered.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = lock().get(model) {
            return Arc::clone(known);
        }
        // Not under the lock: patterns take their time, and two may well find the same.
        let found = Arc::new(self.search(model));
        lock().put(model.to_owned(), Arc::clone(&found));
        found
    }

    fn search(&self, model: &str) -> Matched {
        let Some(forms) = forms(model) else { return Matched { full: String::new(), rows: Vec::new() } };
        // A project that prices `gpt-4o` means that name; only everybody's prices reach over dates.
        let own = self.own.matches(&forms).into_iter().filter(|(closeness, _)| *closeness != 2);
        let general = self.general.matches(&forms);
        let mut found: Vec<(u8, Arc<PriceRow>)> = own.chain(general).collect();
        found.sort_by_key(|(closeness, row)| {
            let price = &row.price;
            let from = price.from.unwrap_or(Timestamp(i64::MIN));
            let later = std::cmp::Reverse((from, row.version));
            (!row.is_own, *closeness, price.provider.is_none(), later)
        });
        Matched { full: forms.full, rows: found.into_iter().map(|(_, row)| row).collect() }
    }
}

#[cfg(test)]
#[path = "book_tests.rs"]
mod tests;
