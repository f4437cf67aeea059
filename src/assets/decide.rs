//! What may happen to the tree and to meters. Pure.

use std::collections::{BTreeMap, BTreeSet};

use crate::foundation::{Error, FieldErrors, Result};

use super::model::{MeterKind, Value};

/// Levels of the tree, the topmost one counted.
pub const DEPTH: usize = 12;
/// Assets of one project.
pub const MOST: usize = 20_000;
/// Meters of one asset.
pub const METERS: usize = 40;

/// Which asset is a part of which: the parent by the asset; none for those at the top.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parents(pub BTreeMap<String, Option<String>>);

impl Parents {
    /// The asset and everything it is a part of, from itself up. A circle, which no action makes, ends it.
    pub fn line(&self, asset: &str) -> Vec<String> {
        let (mut line, mut at) = (Vec::new(), Some(asset.to_owned()));
        while let Some(one) = at.filter(|one| !line.contains(one)) {
            at = self.0.get(&one).cloned().flatten();
            line.push(one);
        }
        line
    }

    /// The asset and everything below it.
    pub fn below(&self, asset: &str) -> BTreeSet<String> {
        let mut children: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (child, parent) in &self.0 {
            if let Some(parent) = parent {
                children.entry(parent).or_default().push(child);
            }
        }
        let (mut found, mut next) = (BTreeSet::new(), vec![asset]);
        while let Some(one) = next.pop() {
            if found.insert(one.to_owned()) {
                next.extend(children.get(one).into_iter().flatten());
            }
        }
        found
    }

    /// Levels from the asset down, itself counted.
    fn height(&self, asset: &str) -> usize {
        let above = self.line(asset).len();
        self.below(asset).iter().map(|one| self.line(one).len()).max().unwrap_or(above) + 1 - above
    }

    /// Refuses one more asset below this one.
    pub fn may_add(&self, parent: Option<&str>) -> Result<()> {
        if self.0.len() >= MOST {
            return Err(Error::refused(format!("A project has {MOST} assets at most.")));
        }
        let depth = parent.map_or(0, |parent| self.line(parent).len());
        if depth < DEPTH { Ok(()) } else { Err(too_deep()) }
    }

    /// Refuses a move that would put an asset below itself, or too deep.
    pub fn may_move(&self, asset: &str, parent: Option<&str>) -> Result<()> {
        let Some(parent) = parent else { return Ok(()) };
        let line = self.line(parent);
        if line.iter().any(|above| above == asset) {
            return Err(Error::invalid(
                "parent",
                "an asset cannot be a part of itself or of one of its own parts",
            ));
        }
        if line.len() + self.height(asset) <= DEPTH { Ok(()) } else { Err(too_deep()) }
    }
}

fn too_deep() -> Error {
    Error::invalid("parent", format!("a tree of assets has {DEPTH} levels at most"))
}

/// What a new reading of a counter is held against: the value before where it showed less. Refused until somebody says why.
pub fn below_last(
    kind: MeterKind,
    value: &Value,
    last: Option<(i64, &str)>,
    reason: &str,
) -> Result<Option<String>> {
    let before = last.filter(|(millionths, _)| kind == MeterKind::Counter && value.millionths < *millionths);
    let Some((_, before)) = before else { return Ok(None) };
    if !reason.trim().is_empty() {
        return Ok(Some(before.to_owned()));
    }
    let mut errors = FieldErrors::default();
    errors.add(
        "value",
        format!("this is below the last reading ({before}); correct it, or say why it is right"),
    );
    errors.add("reason", "say why it shows less, to keep it");
    Err(Error::Invalid(errors))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(pairs: &[(&str, &str)]) -> Parents {
        let parent = |name: &str| Some(name.to_owned()).filter(|name| !name.is_empty());
        Parents(pairs.iter().map(|(child, of)| ((*child).to_owned(), parent(of))).collect())
    }

    #[test]
    fn no_asset_is_below_itself() {
        let plant = tree(&[("plant", ""), ("hall", "plant"), ("line", "hall"), ("store", "plant")]);
        for (asset, to, may) in [
            ("line", Some("store"), true),
            ("line", None, true),
            ("hall", Some("line"), false),
            ("hall", Some("hall"), false),
            ("plant", Some("store"), false),
            ("store", Some("line"), true),
        ] {
            assert_eq!(plant.may_move(asset, to).is_ok(), may, "{asset} to {to:?}");
        }
        assert_eq!(plant.line("line"), ["line", "hall", "plant"]);
        let below: Vec<String> = plant.below("hall").into_iter().collect();
        assert_eq!(below, ["hall", "line"]);
        assert_eq!(tree(&[("a", "b"), ("b", "a")]).line("a"), ["a", "b"], "a circle ends");
    }

    #[test]
    fn the_tree_has_so_many_levels_and_no_more() {
        let names: Vec<String> = (0..DEPTH).map(|level| format!("l{level:02}")).collect();
        let above = std::iter::once(String::new()).chain(names.iter().cloned());
        let pairs: Vec<(String, String)> = names.iter().cloned().zip(above).collect();
        let pairs: Vec<(&str, &str)> = pairs.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
        let mut deep = tree(&pairs);
        assert!(deep.may_add(Some("l10")).is_ok() && deep.may_add(Some("l11")).is_err());
        deep.0.insert("pair".to_owned(), None);
        deep.0.insert("part".to_owned(), Some("pair".to_owned()));
        assert!(deep.may_move("pair", Some("l09")).is_ok() && deep.may_move("pair", Some("l10")).is_err());
    }

    #[test]
    fn a_counter_that_shows_less_is_asked_about_once() {
        let value = |millionths| Value { text: String::new(), millionths, beyond: String::new() };
        let last = Some((10, "10"));
        for (kind, now, last, reason, expected) in [
            (MeterKind::Counter, 9, last, " ", None),
            (MeterKind::Counter, 9, last, "a new one", Some(Some("10".to_owned()))),
            (MeterKind::Counter, 10, last, "", Some(None)),
            (MeterKind::Counter, 9, None, "", Some(None)),
            (MeterKind::Gauge, 9, last, "", Some(None)),
        ] {
            assert_eq!(below_last(kind, &value(now), last, reason).ok(), expected, "{kind:?} {now} {reason}");
        }
    }
}
