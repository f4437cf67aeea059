//! Whose an observation is where it does not say it itself: as the nearest above it says, else as the trace as a whole.

use std::collections::{HashMap, HashSet};

/// Tenant, agent, persona, workflow and stage.
pub type Names<'a> = [Option<&'a str>; 5];
/// The same, as they are stored.
pub type Who = [Option<String>; 5];

/// An observation in the tree of its trace: where it hangs and what it says itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Node<'a> {
    /// The one it hangs from, which may not be there.
    pub parent: Option<&'a str>,
    pub own: Names<'a>,
}

impl Node<'_> {
    /// Whether it says nothing of anybody.
    pub fn is_silent(&self) -> bool {
        self.own.iter().all(Option::is_none)
    }
}

/// The names as they are stored.
pub fn owned(names: Names<'_>) -> Who {
    names.map(|name| name.map(str::to_owned))
}

/// The mark of a name by its place: 1, 2, 4, 8, 16.
pub fn bit(place: usize) -> i16 {
    1_i16 << place
}

/// Everybody's names, found by climbing from each to the top once. It depends on the tree alone: observations that hang from each
/// other in a circle have nobody above them but the trace.
#[derive(Debug)]
pub struct Lineage<'a> {
    all: &'a HashMap<&'a str, Node<'a>>,
    of_trace: Names<'a>,
    found: HashMap<&'a str, Names<'a>>,
}

impl<'a> Lineage<'a> {
    /// Climbs from all of a trace's observations, by id; `of_trace` is what the trace says as a whole.
    pub fn over(all: &'a HashMap<&'a str, Node<'a>>, of_trace: Names<'a>) -> Self {
        let mut lineage = Self { all, of_trace, found: HashMap::with_capacity(all.len()) };
        all.keys().for_each(|id| lineage.reach(id));
        lineage
    }

    /// An observation's names, and the bits of those that it does not say itself; none for one that is not there.
    pub fn names(&self, id: &str) -> Option<(Names<'a>, i16)> {
        let (names, node) = (self.found.get(id)?, self.all.get(id)?);
        let mut inherited = 0;
        for (place, (name, own)) in names.iter().zip(node.own).enumerate() {
            if name.is_some() && own.is_none() {
                inherited |= bit(place);
            }
        }
        Some((*names, inherited))
    }

    /// Upwards to the first that is known, to the top or to where the way closes in a circle; then down again.
    fn reach(&mut self, id: &'a str) {
        let (all, mut above) = (self.all, self.of_trace);
        let (mut way, mut on_way, mut here) = (Vec::new(), HashSet::new(), Some(id));
        while let Some((id, node)) = here.and_then(|id| all.get_key_value(id)) {
            if let Some(known) = self.found.get(id) {
                above = *known;
                break;
            }
            if !on_way.insert(*id) {
                self.leave_circle(&mut way, id);
                above = self.found.get(id).copied().unwrap_or(self.of_trace);
                break;
            }
            way.push(*id);
            here = node.parent;
        }
        for id in way.into_iter().rev() {
            above = self.below(id, above);
            self.found.insert(id, above);
        }
    }

    /// Those of a circle have the trace above them, wherever it was entered.
    fn leave_circle(&mut self, way: &mut Vec<&'a str>, first: &str) {
        let place = way.iter().position(|id| *id == first).unwrap_or_default();
        for id in way.split_off(place) {
            let names = self.below(id, self.of_trace);
            self.found.insert(id, names);
        }
    }

    fn below(&self, id: &str, above: Names<'a>) -> Names<'a> {
        let mut names = self.all.get(id).map(|node| node.own).unwrap_or_default();
        for (name, above) in names.iter_mut().zip(above) {
            *name = name.or(above);
        }
        names
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Id, parent, and what it says: tenant, agent, persona; empty for nothing.
    type Line = (&'static str, &'static str, [&'static str; 3]);

    fn said(word: &'static str) -> Option<&'static str> {
        Some(word).filter(|word| !word.is_empty())
    }

    fn names([tenant, agent, persona]: [&'static str; 3]) -> Names<'static> {
        [said(tenant), said(agent), said(persona), None, None]
    }

    fn shown(lines: &[Line], of_trace: [&'static str; 3]) -> String {
        let node = |line: &Line| (line.0, Node { parent: said(line.1), own: names(line.2) });
        let all: HashMap<&str, Node<'_>> = lines.iter().map(node).collect();
        let lineage = Lineage::over(&all, names(of_trace));
        let mut ids: Vec<&str> = all.keys().copied().collect();
        ids.sort_unstable();
        let line = |id: &&str| {
            let ([tenant, agent, persona, ..], bits) = lineage.names(id).unwrap();
            let word = |name: Option<&str>| name.unwrap_or("-").to_owned();
            format!("{id}={},{},{}:{bits}", word(tenant), word(agent), word(persona))
        };
        ids.iter().map(line).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_call_is_of_whom_the_nearest_above_it_names() {
        const NOBODY: [&str; 3] = ["", "", ""];
        let table: &[(&str, &[Line], [&'static str; 3], &str)] = &[
            ("nobody", &[("a", "", NOBODY), ("b", "a", NOBODY)], NOBODY, "a=-,-,-:0 b=-,-,-:0"),
            (
                "a run and its calls",
                &[("a", "", ["acme", "planner", ""]), ("b", "a", NOBODY), ("c", "b", ["", "", "qa"])],
                NOBODY,
                "a=acme,planner,-:0 b=acme,planner,-:3 c=acme,planner,qa:3",
            ),
            (
                "stages in roles of their own",
                &[
                    ("w", "", ["", "ci", ""]),
                    ("s1", "w", ["", "", "dev"]),
                    ("s2", "w", ["", "", "ops"]),
                    ("x", "s2", NOBODY),
                ],
                NOBODY,
                "s1=-,ci,dev:2 s2=-,ci,ops:2 w=-,ci,-:0 x=-,ci,ops:6",
            ),
            (
                "the trace names who no span does",
                &[("a", "", NOBODY), ("b", "a", ["", "tool", ""])],
                ["acme", "planner", ""],
                "a=acme,planner,-:3 b=acme,tool,-:1",
            ),
            ("a parent that never came", &[("b", "gone", NOBODY)], ["acme", "", ""], "b=acme,-,-:1"),
            (
                "a circle, and what hangs from it",
                &[
                    ("a", "b", ["t", "", ""]),
                    ("b", "a", ["", "g", ""]),
                    ("c", "a", NOBODY),
                    ("d", "d", NOBODY),
                ],
                ["", "", "p"],
                "a=t,-,p:4 b=-,g,p:4 c=t,-,p:5 d=-,-,p:4",
            ),
        ];
        for (what, lines, of_trace, wanted) in table {
            assert_eq!(shown(lines, *of_trace), *wanted, "{what}");
        }
    }
}
