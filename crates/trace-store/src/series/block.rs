//! The sums of one step as readers keep them in memory: each name once, so that groups are told apart by numbers. Pure.
//!
//! What is asked for again and again, such as each agent's sums, is added up once and kept beside the rows: most questions name one
//! or two of the labels, and there are far fewer of those than of all that occur together.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::model::{MOST_LABELS, Sum};

/// Which name of each label, by its place among the names of the block.
type Ids = [u32; MOST_LABELS];

/// Names that are wanted, in the order of the labels; none where any will do.
pub type Wanted<'a> = [Option<&'a str>; MOST_LABELS];

/// A sum with its names.
type Row = (Ids, Sum);

/// Sums of one metric, of one step.
#[derive(Debug, Default)]
pub struct Block {
    start: i64,
    /// Of each label the names that occur.
    names: [Names; MOST_LABELS],
    rows: Vec<Row>,
    folded: Mutex<Folded>,
}

/// Rows that were added up over some labels, by the labels that are left (a bit for each).
#[derive(Debug, Default)]
struct Folded {
    /// None where it saves little.
    by: HashMap<u8, Option<Arc<[Row]>>>,
    /// What all of them take, in bytes: no more than the rows of the block itself.
    weight: usize,
}

#[derive(Clone, Debug, Default)]
struct Names {
    all: Vec<String>,
    places: HashMap<String, u32>,
}

impl Names {
    fn place(&mut self, name: String) -> u32 {
        let next = u32::try_from(self.all.len()).unwrap_or(u32::MAX);
        *self.places.entry(name).or_insert_with_key(|name| {
            self.all.push(name.clone());
            next
        })
    }

    fn name(&self, place: u32) -> &str {
        usize::try_from(place).ok().and_then(|place| self.all.get(place)).map_or("", String::as_str)
    }
}

impl Block {
    /// Nothing yet, of the step that begins at a microsecond.
    pub(super) fn new(start: i64) -> Self {
        Self { start, ..Self::default() }
    }

    /// Puts a sum to it. Of the same labels there may be several.
    pub(super) fn push(&mut self, labels: Vec<String>, sum: Sum) {
        let mut ids = Ids::default();
        for ((id, names), label) in ids.iter_mut().zip(&mut self.names).zip(labels) {
            *id = names.place(label);
        }
        self.rows.push((ids, sum));
    }

    /// The first microsecond of its step.
    pub fn start(&self) -> i64 {
        self.start
    }

    /// Its sums with their labels, of which there are `count`.
    pub(super) fn rows(&self, count: usize) -> impl Iterator<Item = (Vec<String>, &Sum)> {
        self.rows.iter().map(move |(ids, sum)| {
            let labels = ids.iter().zip(&self.names).take(count);
            (labels.map(|(id, names)| names.name(*id).to_owned()).collect(), sum)
        })
    }

    /// Adds up what is wanted in groups that are told apart by the labels at some places; each with its names, in the order of
    /// the places.
    pub fn groups<A: Default>(
        &self,
        wanted: &Wanted<'_>,
        by: &[usize],
        add: impl Fn(&mut A, &Sum),
    ) -> Vec<(Vec<&str>, A)> {
        let Some(wanted) = self.known(wanted) else { return Vec::new() };
        let named =
            (0..MOST_LABELS).filter(|at| by.contains(at) || wanted.get(*at).is_some_and(Option::is_some));
        let folded = self.folded(&named.collect::<Vec<_>>());
        let rows = folded.as_deref().unwrap_or(&self.rows);
        let (mut groups, mut places) = (Vec::<(Ids, A)>::new(), HashMap::<Ids, usize>::new());
        // Of one label, which is asked for most, the place of a group is found without a search.
        let mut places_of_one = vec![None; self.names_of(by).map_or(0, |names| names.all.len())];
        for (ids, sum) in rows.iter().filter(|(ids, _)| is_wanted(ids, &wanted)) {
            let (key, next) = (only(ids, by), groups.len());
            let place = match by {
                [] => 0,
                [one] => *ids
                    .get(*one)
                    .and_then(|id| places_of_one.get_mut(usize::try_from(*id).ok()?))
                    .map_or(&mut 0, |place| place.get_or_insert(next)),
                _ => *places.entry(key).or_insert(next),
            };
            if place == next {
                groups.push((key, A::default()));
            }
            if let Some((_, group)) = groups.get_mut(place) {
                add(group, sum);
            }
        }
        groups.into_iter().map(|(key, group)| (self.named(&key, by), group)).collect()
    }

    /// What it takes of memory at most, in bytes, about.
    pub(super) fn weight(&self) -> usize {
        let names = self.names.iter().flat_map(|names| &names.all).map(|name| 2 * name.len() + 80);
        2 * weight(&self.rows) + names.sum::<usize>()
    }

    /// The rows added up over all labels but these; none where that saves little, so that the rows themselves do.
    fn folded(&self, places: &[usize]) -> Option<Arc<[Row]>> {
        let mask = places.iter().fold(0, |mask: u8, place| mask | 1 << place);
        let mut folded = self.folded.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = folded.by.get(&mask) {
            return known.clone();
        }
        let rows = fold(&self.rows, places);
        let with = folded.weight + weight(&rows);
        let is_kept = rows.len() <= self.rows.len() / 2 && with <= weight(&self.rows);
        let kept: Option<Arc<[Row]>> = is_kept.then(|| rows.into());
        if is_kept {
            folded.weight = with;
        }
        folded.by.insert(mask, kept.clone());
        kept
    }

    fn names_of(&self, by: &[usize]) -> Option<&Names> {
        match by {
            [one] => self.names.get(*one),
            _ => None,
        }
    }

    /// Where the names stand that are wanted; none where one does not occur.
    fn known(&self, wanted: &Wanted<'_>) -> Option<[Option<u32>; MOST_LABELS]> {
        let mut known = [None; MOST_LABELS];
        for ((known, names), wanted) in known.iter_mut().zip(&self.names).zip(wanted) {
            if let Some(name) = wanted {
                *known = Some(*names.places.get(*name)?);
            }
        }
        Some(known)
    }

    fn named(&self, ids: &Ids, by: &[usize]) -> Vec<&str> {
        let name = |at: &usize| Some(self.names.get(*at)?.name(*ids.get(*at)?));
        by.iter().map(|at| name(at).unwrap_or_default()).collect()
    }
}

/// Adds rows up that have the same names at some places, in the order in which those occur.
fn fold(rows: &[Row], places: &[usize]) -> Vec<Row> {
    let (mut all, mut known) = (Vec::<Row>::new(), HashMap::<Ids, usize>::new());
    for (ids, sum) in rows {
        let (key, next) = (only(ids, places), all.len());
        let place = *known.entry(key).or_insert(next);
        if place == next {
            all.push((key, Sum::default()));
        }
        all.get_mut(place).into_iter().for_each(|(_, all)| all.add(sum));
    }
    all
}

/// What rows take of memory, in bytes, about.
fn weight(rows: &[Row]) -> usize {
    rows.iter().map(|(_, sum)| size_of::<Row>() + 16 * sum.buckets.iter().len()).sum()
}

fn is_wanted(ids: &Ids, wanted: &[Option<u32>; MOST_LABELS]) -> bool {
    ids.iter().zip(wanted).all(|(id, wanted)| wanted.is_none_or(|wanted| wanted == *id))
}

/// The same with 0 at all other places.
fn only(ids: &Ids, by: &[usize]) -> Ids {
    let mut key = Ids::default();
    for at in by {
        if let (Some(key), Some(id)) = (key.get_mut(*at), ids.get(*at)) {
            *key = *id;
        }
    }
    key
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn block() -> Block {
        let mut block = Block::new(7);
        for (agent, tenant, n) in [("b", "north", 1), ("a", "south", 2), ("b", "south", 4), ("b", "north", 8)]
        {
            let labels = [agent, "p", tenant].map(str::to_owned).to_vec();
            block.push(labels, Sum { n, ..Sum::default() });
        }
        block
    }

    fn told(wanted: Wanted<'_>, by: &[usize]) -> Vec<(String, i64)> {
        let block = block();
        let groups = block.groups(&wanted, by, |n: &mut i64, sum| *n += sum.n);
        groups.into_iter().map(|(names, n)| (names.join(" "), n)).collect()
    }

    fn of(groups: &[(&str, i64)]) -> Vec<(String, i64)> {
        groups.iter().map(|(names, n)| ((*names).to_owned(), *n)).collect()
    }

    #[test]
    fn groups_are_told_apart_by_the_labels_that_were_asked_for() {
        let any = Wanted::default();
        assert_eq!(told(any, &[]), of(&[("", 15)]));
        assert_eq!(told(any, &[0]), of(&[("b", 13), ("a", 2)]));
        assert_eq!(told(any, &[2, 0]), of(&[("north b", 9), ("south a", 2), ("south b", 4)]));
        assert_eq!(told(any, &[1]), of(&[("p", 15)]));
    }

    #[test]
    fn what_is_asked_for_again_is_told_from_what_was_added_up() {
        let mut block = Block::new(0);
        for at in 0..64_i64 {
            let names = [at % 2, at % 4, at % 32].map(|name| name.to_string());
            let buckets = [(usize::try_from(at % 3).unwrap(), 1)].into_iter().collect();
            block.push(names.to_vec(), Sum { n: at, sum: 2 * at, buckets, ..Sum::default() });
        }
        let ask = |wanted: Wanted<'_>, by: &[usize]| -> Vec<(String, Sum)> {
            let groups = block.groups(&wanted, by, |all: &mut Sum, sum| all.add(sum));
            groups.into_iter().map(|(names, sum)| (names.join(" "), sum)).collect()
        };
        let one = [None, Some("3"), None, None, None];
        for (wanted, by) in
            [(Wanted::default(), [0].as_slice()), (one, &[0, 2]), (one, &[]), (Wanted::default(), &[2])]
        {
            let mut expected: Vec<(String, Sum)> = Vec::new();
            for (names, sum) in block.rows(3).filter(|(names, _)| wanted[1].is_none_or(|it| it == names[1])) {
                let name = by.iter().map(|at| names[*at].clone()).collect::<Vec<_>>().join(" ");
                match expected.iter_mut().find(|(known, _)| *known == name) {
                    Some((_, all)) => all.add(sum),
                    None => expected.push((name, sum.clone())),
                }
            }
            assert_eq!((ask(wanted, by), ask(wanted, by)), (expected.clone(), expected), "{by:?}");
        }
        let folded = block.folded.lock().unwrap();
        let kept: Vec<(u8, usize)> =
            folded.by.iter().filter_map(|(mask, rows)| Some((*mask, rows.as_ref()?.len()))).collect();
        assert_eq!(BTreeMap::from_iter(kept), BTreeMap::from([(1, 2), (2, 4), (7, 32)]));
        assert_eq!(folded.by.len(), 4, "for the third alone there is no room any more");
        assert!(folded.weight <= weight(&block.rows));
    }

    #[test]
    fn what_is_not_wanted_is_in_no_group() {
        let south = [None, None, Some("south"), None, None];
        assert_eq!(told(south, &[0]), of(&[("a", 2), ("b", 4)]));
        assert_eq!(told([Some("nobody"), None, None, None, None], &[0]), of(&[]));
        assert_eq!((Block::new(7).start(), Block::new(7).weight()), (7, 0));
        assert!(block().weight() > 4 * size_of::<Sum>());
    }
}
