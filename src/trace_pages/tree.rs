//! The tree and waterfall of one trace: pure, linear in the number of spans whatever their parents say.
//!
//! A span whose parent never came stands at the top with a note; a ring of parents is cut at its earliest span.
//! Nothing is left out: every span given has one row.

use std::collections::HashMap;

/// The width of the waterfall, in the units of its SVG view box.
pub const WATERFALL: i64 = 1_000;
/// The narrowest bar that can be seen.
const NARROWEST: i64 = 6;

/// What the tree needs to know of a span. Times are UTC microseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Node<'a> {
    pub id: &'a str,
    pub parent: Option<&'a str>,
    pub start: Option<i64>,
    /// When it ended; absent while it runs, and for moments.
    pub end: Option<i64>,
    /// When its first token came.
    pub first: Option<i64>,
}

/// Why a span that names a parent stands at the top.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    ParentMissing,
    /// Following its parents leads round in a ring.
    Ring,
}

/// Where one span stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Its index among the nodes given.
    pub index: usize,
    /// 0 at the top.
    pub depth: usize,
    /// Why it stands at the top although it names a parent.
    pub cut: Option<Cut>,
    /// Left edge of its bar, 0 to [`WATERFALL`].
    pub x: i64,
    /// Width of its bar.
    pub width: i64,
    /// Where in the bar the first token came.
    pub mark: Option<i64>,
}

/// Puts every span in its place: depth first, earlier before later.
pub fn arrange(nodes: &[Node<'_>]) -> Vec<Place> {
    let scale = Scale::of(nodes);
    let family = Family::of(nodes);
    let mut walk =
        Walk { family: &family, seen: vec![false; nodes.len()], order: Vec::with_capacity(nodes.len()) };
    for root in &family.roots {
        walk.down_from(*root, family.cuts.get(root).copied());
    }
    // What no top leads to hangs in a ring.
    for index in &family.by_time {
        walk.down_from(*index, Some(Cut::Ring));
    }
    walk.order
        .into_iter()
        .filter_map(|(index, depth, cut)| {
            let node = nodes.get(index)?;
            let (x, width) = scale.bar(node);
            let mark = node.first.map(|first| scale.mark(first).clamp(x, x + width));
            Some(Place { index, depth, cut, x, width, mark })
        })
        .collect()
}

/// Who hangs from whom, each list in time order.
struct Family {
    by_time: Vec<usize>,
    roots: Vec<usize>,
    children: HashMap<usize, Vec<usize>>,
    cuts: HashMap<usize, Cut>,
}

impl Family {
    fn of(nodes: &[Node<'_>]) -> Self {
        let mut by_time: Vec<usize> = (0..nodes.len()).collect();
        by_time.sort_by_key(|index| nodes.get(*index).map(|node| (node.start.unwrap_or(i64::MAX), *index)));
        let mut at = HashMap::with_capacity(nodes.len());
        for (index, node) in nodes.iter().enumerate() {
            at.entry(node.id).or_insert(index);
        }
        let mut family = Self { by_time, roots: Vec::new(), children: HashMap::new(), cuts: HashMap::new() };
        for index in family.by_time.clone() {
            let parent = nodes.get(index).and_then(|node| node.parent).filter(|parent| !parent.is_empty());
            family.hang(index, parent, parent.and_then(|parent| at.get(parent)).copied());
        }
        family
    }

    fn hang(&mut self, index: usize, named: Option<&str>, parent: Option<usize>) {
        match (named, parent) {
            (None, _) => self.roots.push(index),
            (Some(_), None) => {
                self.roots.push(index);
                self.cuts.insert(index, Cut::ParentMissing);
            }
            (Some(_), Some(parent)) => self.children.entry(parent).or_default().push(index),
        }
    }
}

/// Visits each span once, without recursion: traces may be tens of thousands deep.
struct Walk<'a> {
    family: &'a Family,
    seen: Vec<bool>,
    order: Vec<(usize, usize, Option<Cut>)>,
}

impl Walk<'_> {
    fn down_from(&mut self, root: usize, cut: Option<Cut>) {
        let mut waiting = vec![(root, 0, cut)];
        while let Some((index, depth, cut)) = waiting.pop() {
            let Some(seen) = self.seen.get_mut(index) else { continue };
            if std::mem::replace(seen, true) {
                continue;
            }
            self.order.push((index, depth, cut));
            let children = self.family.children.get(&index).map(Vec::as_slice).unwrap_or_default();
            waiting.extend(children.iter().rev().map(|child| (*child, depth + 1, None)));
        }
    }
}

/// From microseconds to the waterfall's units.
#[derive(Clone, Copy, Debug)]
struct Scale {
    start: i64,
    length: i64,
}

impl Scale {
    fn of(nodes: &[Node<'_>]) -> Self {
        let start = nodes.iter().filter_map(|node| node.start).min().unwrap_or_default();
        let end = nodes.iter().filter_map(|node| node.end.max(node.start)).max().unwrap_or_default();
        Self { start, length: end.saturating_sub(start).max(1) }
    }

    fn bar(self, node: &Node<'_>) -> (i64, i64) {
        let Some(start) = node.start else { return (0, 0) };
        let end = node.end.unwrap_or(start).max(start);
        let x = self.units(start.saturating_sub(self.start)).min(WATERFALL - NARROWEST);
        let width = self.units(end.saturating_sub(start)).clamp(NARROWEST, WATERFALL - x);
        (x, width)
    }

    fn mark(self, at: i64) -> i64 {
        self.units(at.saturating_sub(self.start))
    }

    fn units(self, micros: i64) -> i64 {
        let units = i128::from(micros) * i128::from(WATERFALL) / i128::from(self.length);
        i64::try_from(units).unwrap_or(WATERFALL).clamp(0, WATERFALL)
    }
}

#[cfg(test)]
#[path = "tree_tests.rs"]
mod tests;
