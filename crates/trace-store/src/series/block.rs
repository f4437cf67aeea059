//! The sums of one step as readers keep them in memory: each name once, so that groups are told apart by numbers. Pure.

use std::collections::HashMap;

use super::model::{MOST_LABELS, Sum};

/// Which name of each label, by its place among the names of the block.
type Ids = [u32; MOST_LABELS];

/// Names that are wanted, in the order of the labels; none where any will do.
pub type Wanted<'a> = [Option<&'a str>; MOST_LABELS];

/// Sums of one metric, of one step.
#[derive(Clone, Debug, Default)]
pub struct Block {
    start: i64,
    /// Of each label the names that occur.
    names: [Names; MOST_LABELS],
    rows: Vec<(Ids, Sum)>,
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
        let (mut groups, mut places) = (Vec::<(Ids, A)>::new(), HashMap::<Ids, usize>::new());
        // Of one label, which is asked for most, the place of a group is found without a search.
        let mut places_of_one = vec![None; self.names_of(by).map_or(0, |names| names.all.len())];
        for (ids, sum) in self.rows.iter().filter(|(ids, _)| is_wanted(ids, &wanted)) {
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

    /// What it takes of memory, in bytes, about.
    pub(super) fn weight(&self) -> usize {
        let names = self.names.iter().flat_map(|names| &names.all).map(|name| 2 * name.len() + 80);
        let rows = self.rows.iter().map(|(_, sum)| size_of::<(Ids, Sum)>() + 16 * sum.buckets.iter().len());
        rows.sum::<usize>() + names.sum::<usize>()
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
    fn what_is_not_wanted_is_in_no_group() {
        let south = [None, None, Some("south"), None, None];
        assert_eq!(told(south, &[0]), of(&[("a", 2), ("b", 4)]));
        assert_eq!(told([Some("nobody"), None, None, None, None], &[0]), of(&[]));
        assert_eq!((Block::new(7).start(), Block::new(7).weight()), (7, 0));
        assert!(block().weight() > 4 * size_of::<Sum>());
    }
}
