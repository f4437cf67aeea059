//! A part of a plan carried to another place, as by hand: a heading between headings as high, everything else between what
//! is not nested deeper, so that nothing is torn apart.

use crate::editing::{Place, move_run, position, range_of};
use crate::model::{Block, Kind};
use foundation::{Error, Result};

/// Carries a block with what belongs to it before or behind another one.
pub(crate) fn carry(document: &mut Vec<Block>, id: &str, to: &Place) -> Result<()> {
    let (from, end) = range_of(document, id)?;
    let Some(first) = document.get(from).cloned() else { return Ok(()) };
    let (target, is_before) = match to {
        Place::Before(target) => (position(document, target)?, true),
        Place::After(target) => (position(document, target)?, false),
        Place::Start | Place::End => {
            return Err(Error::invalid("to", "say before or behind which part it goes"));
        }
    };
    let at = if first.level > 0 {
        between_headings(document, target, is_before, first.level)
    } else {
        between_entries(document, target, is_before, first.depth)
    };
    if (from..=end).contains(&at) || (from..end).contains(&target) {
        return Err(Error::refused("It stands there already, or it would go into itself."));
    }
    let kept = document.iter().take_while(|block| matches!(block.kind, Kind::Title | Kind::Head)).count();
    if at < kept {
        return Err(Error::refused("Nothing stands above the title."));
    }
    move_run(document, from..end, at);
    Ok(())
}

/// A heading goes before or behind the section that holds the place, and below a higher heading to the first place there.
fn between_headings(document: &[Block], target: usize, is_before: bool, level: u8) -> usize {
    let is_as_high = |block: &Block| block.level > 0 && block.level <= level && block.kind != Kind::Title;
    let held = document.iter().take(target + 1).rposition(is_as_high);
    let next = || {
        let below = document.iter().skip(target + 1);
        below.take_while(|block| !is_as_high(block)).count() + target + 1
    };
    match held.and_then(|at| Some((at, document.get(at)?))) {
        Some((at, _)) if is_before => at,
        Some((at, holder)) if holder.level == level => {
            range_of(document, &holder.id).map_or(at, |(_, end)| end)
        }
        _ => next(),
    }
}

/// What is nested stays with what it is nested in.
fn between_entries(document: &[Block], target: usize, is_before: bool, depth: u8) -> usize {
    let is_nested = |block: &Block| block.level == 0 && block.kind.is_entry() && block.depth > depth;
    let above = document.iter().take(target + 1).rev().take_while(|block| is_nested(block)).count();
    let holder = target.saturating_sub(above);
    if is_before {
        return holder;
    }
    let below = document.iter().skip(holder + 1).take_while(|block| is_nested(block)).count();
    holder + 1 + below
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::editing::{Edit, apply};
    use crate::model::Plan;
    use crate::model::any::ids;
    use crate::read;

    const FILE: &str =
        "# T\n\nAbout\n\n## One\n- [ ] a\n  - [ ] b\n- [ ] c\n\n## Two\n- [ ] d\n\n## Three\n- [ ] e";

    fn plan() -> Plan {
        let order = read::read_bytes(FILE.as_bytes()).unwrap().into_order(&mut ids("b")).unwrap();
        Plan::of(&order)
    }

    fn carried(what: &str, to: impl Fn(String) -> Place, target: &str) -> Result<String> {
        let plan = plan();
        let id = |text: &str| plan.document.iter().find(|block| block.text == text).unwrap().id.clone();
        let edit = Edit::Carry { id: id(what), to: to(id(target)) };
        let plan = apply(plan.clone(), edit, &mut ids("n"))?;
        Ok(plan.document.iter().map(|block| block.text.as_str()).collect::<Vec<_>>().join(" "))
    }

    #[test]
    fn a_step_goes_between_steps_wherever_it_is_let_go() {
        for (to, expected) in [
            ("One", "T About Three e One a b c Two d"),
            ("c", "T About Three e One a b c Two d"),
            ("Two", "T About One a b c Three e Two d"),
        ] {
            assert_eq!(carried("Three", Place::Before, to).unwrap(), expected, "before {to}");
        }
        for to in ["One", "b"] {
            assert_eq!(
                carried("Three", Place::After, to).unwrap(),
                "T About One a b c Three e Two d",
                "behind {to}"
            );
        }
        assert_eq!(carried("Two", Place::After, "About").unwrap(), "T About Two d One a b c Three e");
        assert_eq!(carried("One", Place::After, "e").unwrap(), "T About Two d Three e One a b c");
    }

    #[test]
    fn an_item_takes_what_is_nested_in_it_and_tears_nothing_apart() {
        assert_eq!(carried("a", Place::After, "d").unwrap(), "T About One c Two d a b Three e");
        assert_eq!(carried("d", Place::After, "a").unwrap(), "T About One a b d c Two Three e");
        assert_eq!(carried("d", Place::Before, "b").unwrap(), "T About One d a b c Two Three e");
        assert_eq!(carried("e", Place::After, "Two").unwrap(), "T About One a b c Two e d Three");
        assert_eq!(carried("b", Place::Before, "d").unwrap(), "T About One a c Two b d Three e");
    }

    #[test]
    fn what_stands_there_already_or_would_go_into_itself_is_refused() {
        for (what, to) in [("a", "b"), ("a", "a"), ("One", "c"), ("c", "b")] {
            assert!(carried(what, Place::After, to).is_err(), "{what} behind {to}");
        }
        assert!(carried("c", Place::Before, "T").is_err(), "nothing stands above the title");
        assert!(carried("Two", Place::Before, "Three").is_err());
    }

    #[test]
    fn the_bytes_of_what_was_not_carried_stay_and_the_last_line_gets_an_end() {
        let plan = plan();
        let id = |text: &str| plan.document.iter().find(|block| block.text == text).unwrap().id.clone();
        let edit = Edit::Carry { id: id("e"), to: Place::Before(id("d")) };
        let plan = apply(plan.clone(), edit, &mut ids("n")).unwrap();
        let bytes: String = plan.document.iter().filter_map(|it| it.source.clone()).collect();
        assert!(bytes.ends_with("## Two\n- [ ] e\n- [ ] d\n\n## Three\n"), "{bytes}");
    }
}
