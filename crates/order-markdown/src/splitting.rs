//! Steps taken out of a plan with everything that stands in them, to become those of another order.

use std::collections::HashSet;

use crate::editing::range_of;
use crate::model::{Block, Kind, Plan};
use foundation::{Error, Result};

/// A plan in two parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Split {
    /// What stays.
    pub rest: Plan,
    /// What goes, in its order: steps with their items, texts and whatever else stands in them.
    pub moved: Vec<Block>,
    /// Criteria that stay and that hold for the new order as well.
    pub copied: Vec<Block>,
}

impl Split {
    /// What the new order is made of: the parts that go, then the criteria that both have.
    pub fn of_new(&self) -> impl Iterator<Item = &Block> {
        self.moved.iter().chain(&self.copied)
    }
}

/// Takes steps out. A step goes with the steps that stand below its heading; one step at least stays, and no condition may
/// be torn from the answer that it waits for. Completion criteria are of the whole work: those outside of what goes are copied,
/// and where all of them stand in it they stay as well, so that neither order is left without.
pub fn take_out(mut plan: Plan, steps: &[String]) -> Result<Split> {
    if steps.is_empty() {
        return Err(Error::invalid("step", "choose at least one step"));
    }
    let mut goes = HashSet::new();
    for id in steps {
        let is_step = plan.document.iter().any(|block| block.id == *id && block.kind == Kind::Step);
        if !is_step {
            return Err(Error::invalid(
                "step",
                "a chosen step is not in the plan any more: look at it again",
            ));
        }
        let (from, to) = range_of(&plan.document, id)?;
        goes.extend(plan.document.iter().take(to).skip(from).map(|block| block.id.clone()));
    }
    let (moved, rest) = parted(plan.document, &goes);
    if !rest.iter().any(|block| block.kind == Kind::Step) {
        return Err(Error::invalid(
            "step",
            "leave at least one step here; copy the order to have all of them twice",
        ));
    }
    check_conditions(&rest, &goes, true)?;
    check_conditions(&moved, &goes, false)?;
    plan.document = rest;
    // Every block has its id: nothing new stands in it.
    plan.reindex(&mut String::new);
    let copied = plan.document.iter().filter(|block| is_whole(block) && !goes.contains(&block.id));
    let copied = copied.cloned().collect();
    Ok(Split { rest: plan, moved, copied })
}

/// What goes and what stays. Criteria that all stand in what goes are in both: written here, under a heading of their own.
fn parted(document: Vec<Block>, goes: &HashSet<String>) -> (Vec<Block>, Vec<Block>) {
    let keeps = !document.iter().any(|block| is_whole(block) && !goes.contains(&block.id));
    let (mut moved, mut rest) = (Vec::new(), Vec::new());
    for block in document {
        if !goes.contains(&block.id) {
            rest.push(block);
            continue;
        }
        if keeps && is_whole(&block) {
            rest.push(Block { source: None, mark: None, ..block.clone() });
        }
        moved.push(block);
    }
    (moved, rest)
}

/// Whether it is said of the whole work.
fn is_whole(block: &Block) -> bool {
    block.kind == Kind::Criterion
}

/// What waits for an answer goes where the answer goes.
fn check_conditions(blocks: &[Block], goes: &HashSet<String>, are_torn: bool) -> Result<()> {
    let torn = blocks.iter().find(|block| {
        block.demands.only_if.as_ref().is_some_and(|only| goes.contains(&only.item) == are_torn)
    });
    torn.map_or(Ok(()), |block| {
        Err(Error::invalid(
            "step",
            format!(
                "\"{}\" is asked only after an answer of another step: move both steps or neither",
                block.text
            ),
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::any::ids;
    use crate::model::{Demands, OnlyIf};
    use crate::read;

    const FILE: &str = "# T\r\n\r\n## One\r\n- [ ] a\r\n\r\n```sh\r\nls\r\n```\r\n\r\n## Two\r\n- [ ] b\r\n\r\n## Three\r\n- [ ] c";

    fn plan() -> Plan {
        let order = read::read_bytes(FILE.as_bytes()).unwrap().into_order(&mut ids("b")).unwrap();
        Plan::of(&order)
    }

    fn id_of(plan: &Plan, text: &str) -> String {
        plan.document.iter().find(|block| block.text == text).unwrap().id.clone()
    }

    fn texts(blocks: &[Block]) -> Vec<&str> {
        blocks.iter().map(|block| block.text.as_str()).collect()
    }

    #[test]
    fn a_step_goes_with_what_stands_in_it_and_the_rest_keeps_its_bytes() {
        let plan = plan();
        let split = take_out(plan.clone(), &[id_of(&plan, "One"), id_of(&plan, "Three")]).unwrap();
        assert_eq!(texts(&split.moved), ["One", "a", "ls", "Three", "c"]);
        assert_eq!(split.rest.steps.len(), 1);
        let bytes: String = split.rest.document.iter().filter_map(|it| it.source.clone()).collect();
        assert_eq!(bytes, "# T\r\n\r\n## Two\r\n- [ ] b\r\n\r\n");
    }

    #[test]
    fn neither_order_is_left_without_a_criterion() {
        let with = |at: usize, text: &str, mut plan: Plan| {
            plan.document.insert(at, Block { id: text.to_owned(), ..Block::of(Kind::Criterion, text) });
            plan
        };
        let criteria = |blocks: &[Block]| -> Vec<String> {
            blocks.iter().filter(|it| is_whole(it)).map(|it| it.text.clone()).collect()
        };
        let end = plan().document.len();
        // All of them stand in what goes: they stay as well.
        let all = with(end, "tight", plan());
        let split = take_out(all.clone(), &[id_of(&all, "Three")]).unwrap();
        assert_eq!(
            (criteria(&split.rest.document), criteria(&split.moved)),
            (vec!["tight".to_owned()], vec!["tight".to_owned()])
        );
        assert_eq!((split.rest.criteria.len(), split.copied.len()), (1, 0));
        // They stand in what stays: they are copied.
        let split = take_out(all.clone(), &[id_of(&all, "Two")]).unwrap();
        assert_eq!((split.rest.criteria.len(), criteria(&split.moved).len()), (1, 0));
        assert_eq!(split.of_new().map(|it| it.text.as_str()).collect::<Vec<_>>(), ["Two", "b", "tight"]);
        // One goes with its step, the other holds for both.
        let both = with(end, "tight", with(1, "dry", plan()));
        let split = take_out(both.clone(), &[id_of(&both, "Three")]).unwrap();
        assert_eq!(criteria(&split.rest.document), ["dry"]);
        assert_eq!((criteria(&split.moved), texts(&split.copied)), (vec!["tight".to_owned()], vec!["dry"]));
    }

    #[test]
    fn no_step_an_unknown_one_and_all_of_them_are_refused() {
        let plan = plan();
        let all: Vec<String> = ["One", "Two", "Three"].iter().map(|text| id_of(&plan, text)).collect();
        for steps in [Vec::new(), vec!["nothing".to_owned()], vec![id_of(&plan, "a")], all] {
            assert!(take_out(plan.clone(), &steps).is_err(), "{steps:?}");
        }
    }

    #[test]
    fn a_condition_stays_with_its_answer() {
        let mut plan = plan();
        let (one, two) = (id_of(&plan, "One"), id_of(&plan, "Two"));
        let only_if = Some(OnlyIf { item: id_of(&plan, "a"), answer: "yes".to_owned() });
        let waits = plan.document.iter_mut().find(|block| block.text == "b").unwrap();
        waits.demands = Demands { only_if, ..Demands::default() };
        assert!(take_out(plan.clone(), std::slice::from_ref(&one)).is_err(), "its answer goes");
        assert!(take_out(plan.clone(), std::slice::from_ref(&two)).is_err(), "its answer stays");
        assert!(take_out(plan, &[one, two]).is_ok());
    }
}
