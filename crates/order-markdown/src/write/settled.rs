//! The order in which a document is written where its own cannot be read back.
//!
//! An item that was added behind the criteria, or behind another list that has a heading of its own, belongs to the step above
//! them. Under that heading it would be read as a criterion or as a new step, and lose what it asks for: it is written at the end
//! of its step. What came from a file stays where it stands.

use std::borrow::Cow;

use crate::model::{Block, Kind};
use crate::read::words::{Part, part_of};

/// The document with such items at the end of their step; everything else in its order.
pub(crate) fn settled(document: &[Block]) -> Cow<'_, [Block]> {
    let places = places(document);
    if places.is_sorted() {
        return Cow::Borrowed(document);
    }
    Cow::Owned(places.into_iter().filter_map(|at| document.get(at).cloned()).collect())
}

/// The place of each block in the document, in the order in which they are written.
fn places(document: &[Block]) -> Vec<usize> {
    let mut order: Vec<usize> = Vec::with_capacity(document.len());
    // The late items of the step that is open, and where it ends.
    let mut late: Vec<usize> = Vec::new();
    let mut step: Option<u8> = None;
    let (mut end, mut is_passed) = (0, false);
    for (at, block) in document.iter().enumerate() {
        let is_outer = block.level > 0 && step.is_none_or(|level| block.level <= level);
        if block.kind == Kind::Step || is_outer && !heads_a_list(block) {
            order.splice(end..end, late.drain(..));
            step = (block.kind == Kind::Step).then_some(block.level);
            is_passed = false;
        }
        is_passed |= is_outer && heads_a_list(block) || is_listed(block.kind);
        if step.is_some() && is_passed && block.kind == Kind::Item && block.source.is_none() {
            late.push(at);
            continue;
        }
        order.push(at);
        if !is_passed {
            end = order.len();
        }
    }
    order.splice(end..end, late);
    order
}

/// Whether a block is an entry of a list that has a heading of its own.
fn is_listed(kind: Kind) -> bool {
    matches!(kind, Kind::Criterion | Kind::Safety | Kind::Goal | Kind::Part)
}

fn heads_a_list(block: &Block) -> bool {
    block.kind == Kind::Section && matches!(part_of(&block.text), Some(Part::Points(_)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(word: &str) -> Block {
        let (kind, level) = match word.split('-').next().unwrap_or_default() {
            "step" => (Kind::Step, 2),
            "item" | "file" => (Kind::Item, 0),
            "criterion" => (Kind::Criterion, 0),
            "part" => (Kind::Part, 0),
            "criteria" => return Block { level: 2, ..Block::of(Kind::Section, "Completion Criteria") },
            "notes" => (Kind::Section, 2),
            _ => (Kind::Text, 0),
        };
        let source = word.starts_with("file").then(|| "- [ ] x\n".to_owned());
        Block { level, source, ..Block::of(kind, word) }
    }

    #[test]
    fn an_item_behind_the_criteria_is_written_in_its_step() {
        for (document, written) in [
            ("step-1 item-1 criterion item-2", "step-1 item-1 item-2 criterion"),
            (
                "step-1 item-1 criteria criterion item-2 text item-3",
                "step-1 item-1 item-2 item-3 criteria criterion text",
            ),
            ("step-1 part item-1 step-2 item-2", "step-1 item-1 part step-2 item-2"),
            ("step-1 item-1 text item-2 criterion", "step-1 item-1 text item-2 criterion"),
            ("step-1 notes item-1", "step-1 notes item-1"),
            ("criterion item-1", "criterion item-1"),
            ("criterion step-1 item-1", "criterion step-1 item-1"),
            ("step-1 criterion file-1", "step-1 criterion file-1"),
            ("step-1 criterion notes item-1", "step-1 criterion notes item-1"),
            ("", ""),
        ] {
            let document: Vec<Block> = document.split_whitespace().map(block).collect();
            let wanted: Vec<String> = written.split_whitespace().map(|word| block(word).text).collect();
            let settled: Vec<String> = settled(&document).iter().map(|it| it.text.clone()).collect();
            assert_eq!(settled, wanted);
        }
    }
}
