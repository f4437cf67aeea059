//! Which rows of a tree one answer shows: pure. A page is never longer than its budget, whatever the trace.
//!
//! What is asked for is opened first (the way to the chosen span, spans opened by hand), then levels from the top until
//! the budget is used. A closed row says how many spans lie under it; many siblings come in windows. Filters lift what
//! they keep: a span hangs from its nearest kept ancestor.

use std::collections::{HashMap, HashSet, VecDeque};

use super::tree::Place;

/// Siblings shown at once.
pub const WINDOW: usize = 200;
/// Deeper than this, the way down begins near its end.
const DEEP: usize = 150;
/// How much of a long way down is shown.
const LAST_STEPS: usize = 100;

/// How a row stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fold {
    /// Nothing hangs from it.
    Leaf,
    /// What hangs from it follows.
    Open,
    /// What hangs from it is not shown.
    Closed,
}

/// One row of an answer. Positions are places in the outline's order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutlineRow {
    Span {
        place: Place,
        /// How many spans lie under it.
        under: usize,
        fold: Fold,
    },
    /// Siblings before or after a window.
    More {
        /// The position of their parent; none at the top.
        parent: Option<usize>,
        /// Where the window with them begins.
        from: usize,
        /// How many there are on that side.
        count: usize,
        /// Whether they stand before the window.
        before: bool,
        depth: usize,
    },
    /// The way down begins further up.
    Above {
        /// How many levels are left out.
        levels: usize,
    },
}

/// What is chosen, open, closed and windowed in a tree, by positions.
#[derive(Clone, Debug, Default)]
pub struct TreeState {
    pub chosen: Option<usize>,
    /// Opened by hand.
    pub open: Vec<usize>,
    /// Closed by hand.
    pub closed: HashSet<usize>,
    /// Where windows of siblings begin, by parent.
    pub from: HashMap<Option<usize>, usize>,
}

/// Keeps some places; what is kept hangs from its nearest kept ancestor.
pub fn lift(places: Vec<Place>, keep: impl Fn(usize) -> bool) -> Vec<Place> {
    // For each depth of the way down: how many kept spans lie above.
    let mut kept_above: Vec<usize> = Vec::new();
    let mut kept = Vec::new();
    for place in places {
        kept_above.truncate(place.depth);
        let above = kept_above.last().copied().unwrap_or_default();
        let is_kept = keep(place.index);
        kept_above.push(above + usize::from(is_kept));
        if is_kept {
            kept.push(Place { depth: above, ..place });
        }
    }
    kept
}

/// Places in reading order, with what hangs from what.
pub struct Outline {
    places: Vec<Place>,
    /// One past the last position under each.
    end: Vec<usize>,
    parent: Vec<Option<usize>>,
}

impl Outline {
    /// Reads the order: a place hangs from the last one before it that is less deep.
    pub fn new(places: Vec<Place>) -> Self {
        let mut end = vec![places.len(); places.len()];
        let mut parent = vec![None; places.len()];
        let mut way: Vec<usize> = Vec::new();
        for (position, place) in places.iter().enumerate() {
            while way.len() > place.depth {
                if let Some(left) = way.pop().and_then(|left| end.get_mut(left)) {
                    *left = position;
                }
            }
            if let Some(slot) = parent.get_mut(position) {
                *slot = way.last().copied();
            }
            way.push(position);
        }
        Self { places, end, parent }
    }

    /// How many places there are.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// The place at a position.
    pub fn place(&self, position: usize) -> Option<&Place> {
        self.places.get(position)
    }

    fn end_of(&self, position: usize) -> usize {
        self.end.get(position).copied().unwrap_or(self.places.len())
    }

    fn under(&self, position: usize) -> usize {
        self.end_of(position).saturating_sub(position + 1)
    }

    fn children(&self, parent: Option<usize>) -> Vec<usize> {
        let (mut at, end) = parent.map_or((0, self.len()), |parent| (parent + 1, self.end_of(parent)));
        let mut children = Vec::new();
        while at < end {
            children.push(at);
            at = self.end_of(at);
        }
        children
    }

    /// The way from the top down to a position, itself last.
    fn way_to(&self, position: usize) -> Vec<usize> {
        let above = |at: &usize| self.parent.get(*at).copied().flatten();
        let mut way: Vec<usize> = std::iter::successors(Some(position), above).collect();
        way.reverse();
        way
    }

    /// The rows of a page: about `budget` of them.
    pub fn page(&self, state: &TreeState, budget: usize) -> Vec<OutlineRow> {
        let deepest =
            state.chosen.iter().chain(&state.open).map(|at| self.way_to(*at)).find(|way| way.len() > DEEP);
        let top = deepest.and_then(|way| way.get(way.len() - LAST_STEPS).copied());
        let mut cut = Cut::new(self, state, budget);
        match top {
            Some(top) => cut.show_alone(top),
            None => cut.open(None, None),
        }
        for at in state.chosen.iter().chain(&state.open) {
            cut.open_way(&self.way_to(*at), top);
        }
        for at in &state.open {
            cut.open(Some(*at), None);
        }
        cut.open_levels(None);
        cut.rows(top)
    }

    /// The rows under a position, from the given sibling on: what opening a row loads.
    pub fn below(&self, parent: Option<usize>, from: usize, budget: usize) -> Vec<OutlineRow> {
        let state = TreeState { from: HashMap::from([(parent, from)]), ..TreeState::default() };
        let mut cut = Cut::new(self, &state, budget);
        cut.open(parent, None);
        cut.open_levels(parent);
        let mut rows = Vec::new();
        cut.emit_children(parent, &mut rows);
        // Whoever asks for the next siblings has those before.
        rows.retain(|row| !matches!(row, OutlineRow::More { parent: of, before: true, .. } if *of == parent));
        rows
    }
}

/// Rows being chosen.
struct Cut<'a> {
    outline: &'a Outline,
    state: &'a TreeState,
    budget: usize,
    used: usize,
    /// Open parents with the children shown: all of them, and the window.
    opened: HashMap<Option<usize>, (Vec<usize>, usize)>,
}

impl<'a> Cut<'a> {
    fn new(outline: &'a Outline, state: &'a TreeState, budget: usize) -> Self {
        Self { outline, state, budget, used: 0, opened: HashMap::new() }
    }

    fn show_alone(&mut self, top: usize) {
        self.used += 1;
        self.opened.insert(None, (vec![top], 0));
    }

    /// Opens a parent at the window asked for, else at the one with `through` in it.
    fn open(&mut self, parent: Option<usize>, through: Option<usize>) {
        if self.opened.contains_key(&parent) || parent.is_some_and(|at| self.state.closed.contains(&at)) {
            return;
        }
        let children = self.outline.children(parent);
        if children.is_empty() {
            return;
        }
        let through = through.and_then(|at| children.binary_search(&at).ok()).map(|at| at / WINDOW * WINDOW);
        let requested = self.state.from.get(&parent).copied().filter(|from| *from < children.len());
        let from = through.filter(|_| requested.is_none()).or(requested).unwrap_or_default();
        self.used += WINDOW.min(children.len() - from);
        self.opened.insert(parent, (children, from));
    }

    fn open_way(&mut self, way: &[usize], top: Option<usize>) {
        let first = way.first().copied();
        if top.is_none() {
            // The first window holds the way's first step unless another was asked for.
            if let Some((children, from)) = self.opened.get_mut(&None)
                && !self.state.from.contains_key(&None)
                && let Some(at) = first.and_then(|first| children.binary_search(&first).ok())
            {
                *from = at / WINDOW * WINDOW;
            }
        }
        let inside = way.iter().skip_while(|at| top.is_some_and(|top| **at != top));
        let steps: Vec<usize> = inside.copied().collect();
        for pair in steps.windows(2) {
            if let [parent, child] = pair {
                self.open(Some(*parent), Some(*child));
            }
        }
    }

    /// Opens level by level while the budget lasts.
    fn open_levels(&mut self, from: Option<usize>) {
        let mut waiting: VecDeque<usize> = self.window(from).into();
        while let Some(at) = waiting.pop_front() {
            if self.used >= self.budget {
                break;
            }
            if !self.opened.contains_key(&Some(at)) && self.outline.under(at) > 0 {
                let children = self.outline.children(Some(at)).len().min(WINDOW);
                if self.used + children > self.budget {
                    continue;
                }
                self.open(Some(at), None);
            }
            waiting.extend(self.window(Some(at)));
        }
    }

    fn window(&self, parent: Option<usize>) -> Vec<usize> {
        self.opened
            .get(&parent)
            .map(|(children, from)| children.iter().skip(*from).take(WINDOW).copied().collect())
            .unwrap_or_default()
    }

    fn rows(&self, top: Option<usize>) -> Vec<OutlineRow> {
        let mut rows = Vec::new();
        let levels = top.and_then(|top| self.outline.place(top)).map_or(0, |place| place.depth);
        if levels > 0 {
            rows.push(OutlineRow::Above { levels });
        }
        self.emit_children(None, &mut rows);
        rows
    }

    /// Rows in reading order, without recursion: a way down may be long.
    fn emit_children(&self, parent: Option<usize>, rows: &mut Vec<OutlineRow>) {
        enum Todo {
            Span(usize),
            Row(OutlineRow),
        }
        let todo_under = |parent: Option<usize>| -> Vec<Todo> {
            let Some((children, from)) = self.opened.get(&parent) else { return Vec::new() };
            let depth =
                children.first().and_then(|at| self.outline.place(*at)).map_or(0, |place| place.depth);
            let after = children.len().saturating_sub(from + WINDOW);
            let more =
                |from, count, before| Todo::Row(OutlineRow::More { parent, from, count, before, depth });
            let earlier = (*from > 0).then(|| more(from.saturating_sub(WINDOW), *from, true));
            let later = (after > 0).then(|| more(from + WINDOW, after, false));
            let spans = children.iter().skip(*from).take(WINDOW).map(|at| Todo::Span(*at));
            earlier.into_iter().chain(spans).chain(later).collect()
        };
        let mut waiting: Vec<Todo> = todo_under(parent).into_iter().rev().collect();
        while let Some(todo) = waiting.pop() {
            match todo {
                Todo::Row(row) => rows.push(row),
                Todo::Span(at) => {
                    rows.extend(self.row(at));
                    waiting.extend(todo_under(Some(at)).into_iter().rev());
                }
            }
        }
    }

    fn row(&self, at: usize) -> Option<OutlineRow> {
        let under = self.outline.under(at);
        let fold = match under {
            0 => Fold::Leaf,
            _ if self.opened.contains_key(&Some(at)) => Fold::Open,
            _ => Fold::Closed,
        };
        Some(OutlineRow::Span { place: *self.outline.place(at)?, under, fold })
    }
}

#[cfg(test)]
#[path = "slice_tests.rs"]
mod tests;
