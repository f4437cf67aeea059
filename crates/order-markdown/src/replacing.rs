//! A whole plan in the place of the one that stands: what keeps its id keeps its ticks, and what reads as before keeps the
//! bytes of its file.

use std::collections::HashMap;

use crate::model::{Block, OnlyIf, Plan};
use foundation::{Error, FieldErrors, Result};

/// The plan `asked` as that of the order whose plan is `now`. Ids that are none of its blocks become new ones, and conditions that
/// name them follow. Refused where a block is to become what its kind cannot.
pub fn replaced(now: &Plan, asked: Plan, new_id: &mut dyn FnMut() -> String) -> Result<Plan> {
    let known: HashMap<&str, &Block> = now.document.iter().map(|block| (block.id.as_str(), block)).collect();
    let mut names: HashMap<String, String> = HashMap::new();
    let mut document = asked.document;
    for block in &mut document {
        if known.contains_key(block.id.as_str()) {
            continue;
        }
        let fresh = new_id();
        if !block.id.is_empty() {
            names.insert(block.id.clone(), fresh.clone());
        }
        block.id = fresh;
    }
    let mut faults = FieldErrors::default();
    for (at, block) in document.iter_mut().enumerate() {
        block.demands.only_if = block.demands.only_if.take().map(|only| {
            let item = names.get(&only.item).cloned().unwrap_or_else(|| only.item.clone());
            OnlyIf { item, ..only }
        });
        let Some(stood) = known.get(block.id.as_str()) else { continue };
        if stood.kind != block.kind && !stood.kind.choices().contains(&block.kind) {
            faults.add(
                format!("document[{at}].kind"),
                "this part cannot become that; give it as a new part, without its id",
            );
        }
        if reads_the_same(stood, block) {
            (block.source, block.mark) = (stood.source.clone(), stood.mark);
        }
    }
    if !faults.0.is_empty() {
        return Err(Error::Invalid(faults));
    }
    end_lines(&mut document);
    let mut plan = Plan { document, ..asked };
    plan.fill_ids(new_id);
    Ok(plan)
}

/// What a part asks for stands in no line of the file.
fn reads_the_same(one: &Block, other: &Block) -> bool {
    let read = |block: &Block| {
        (block.text.clone(), block.kind, block.language.clone(), block.required, block.depth, block.level)
    };
    read(one) == read(other)
}

/// What follows a source that ends without a line end would stand on its line.
fn end_lines(document: &mut [Block]) {
    let behind = document.len().saturating_sub(1);
    for source in document.iter_mut().take(behind).filter_map(|block| block.source.as_mut()) {
        if !source.is_empty() && !source.ends_with(['\n', '\r']) {
            source.push('\n');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::any::ids;
    use crate::model::{Asks, Kind};
    use crate::read;

    fn plan(markdown: &str) -> Plan {
        let order = read::read_bytes(markdown.as_bytes()).unwrap().into_order(&mut ids("b")).unwrap();
        Plan::of(&order)
    }

    /// As a program gets it: without the bytes of the file.
    fn sent(plan: &Plan) -> Plan {
        let document = plan.document.iter().map(|it| Block { source: None, mark: None, ..it.clone() });
        Plan { document: document.collect(), ..plan.clone() }
    }

    #[test]
    fn the_same_plan_sent_back_is_the_same_with_its_bytes() {
        let stood = plan("# T\n\n## One\n- [ ] a\n- [x] b\n\nWords.");
        assert_eq!(replaced(&stood, sent(&stood), &mut ids("n")).unwrap(), stood);
    }

    #[test]
    fn what_changed_is_written_anew_and_everything_else_keeps_its_bytes_and_its_id() {
        let stood = plan("# T\n\n## One\n- [ ] a\n- [ ] b");
        let mut asked = sent(&stood);
        let at = asked.document.iter().position(|block| block.text == "b").unwrap();
        asked.document[at].text = "b, slowly".to_owned();
        let mut extra = Block::of(Kind::Item, "c");
        extra.id = "mine".to_owned();
        extra.demands.only_if = Some(OnlyIf { item: "mine".to_owned(), answer: "yes".to_owned() });
        extra.asks = Asks::default();
        asked.document.push(extra);
        let plan = replaced(&stood, asked, &mut ids("n")).unwrap();
        let texts: Vec<&str> = plan.document.iter().map(|block| block.text.as_str()).collect();
        assert_eq!(texts, ["T", "One", "a", "b, slowly", "c"]);
        let kept = plan.document.iter().filter(|block| block.source.is_some()).count();
        assert_eq!(kept, 3);
        assert_eq!(plan.document[3].id, stood.document[at].id);
        let new = &plan.document[4];
        assert_ne!(new.id, "mine");
        assert_eq!(new.demands.only_if.as_ref().unwrap().item, new.id);
        assert_eq!(plan.steps[0].items.len(), 3);
    }

    #[test]
    fn a_part_does_not_become_what_it_cannot() {
        let stood = plan("# T\n\n## One\n- [ ] a\n");
        let mut asked = sent(&stood);
        let at = asked.document.iter().position(|block| block.kind == Kind::Step).unwrap();
        asked.document[at].kind = Kind::Code;
        let refused = replaced(&stood, asked, &mut ids("n")).unwrap_err().to_string();
        assert!(refused.contains(&format!("document[{at}].kind")), "{refused}");
    }
}
