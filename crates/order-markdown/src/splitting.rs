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
}

/// Takes steps out. A step goes with the steps that stand below its heading; one step at least stays, and no condition may
/// be torn from the answer that it waits for.
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
    let (moved, rest): (Vec<Block>, Vec<Block>) =
        plan.document.into_iter().partition(|block| goes.contains(&block.id));
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
    Ok(Split { rest: plan, moved })
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
