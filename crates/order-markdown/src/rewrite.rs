//! The plan of an order as a changed text of it says.
//!
//! What stands in both texts keeps its id, what it asks for and what a person made of it; so ticks and answers stay. A block whose
//! words changed is the one that stood in its place. Boxes, signs, states, people and dates of the text are its word and change
//! nothing.

use std::collections::HashSet;

use crate::editing::plan_of;
use crate::merge::{Piece, longest, opened};
use crate::model::{Block, Kind, Order, Plan};
use crate::read::{self, head::Head};
use crate::write::{settled, written};
use foundation::{Error, Result};

/// The text of an order without what was recorded here below its plan. `text` is its whole export.
pub fn document_in(order: &Order, export: &str, text: &str) -> Result<String> {
    let end = written(&with_document(order)).end;
    let record = export.get(end..).unwrap_or_default();
    if let Some(document) = text.strip_suffix(record) {
        return Ok(document.to_owned());
    }
    let bare = record.trim();
    let found = text.split_once(bare).filter(|(_, after)| !after.contains(bare));
    found.map(|(before, after)| format!("{before}{}", after.trim_start_matches(['\n', '\r']))).ok_or_else(|| {
        Error::refused(
            "The file changes what is recorded below the plan (work log, comments, signatures). That is written on the order's \
             page; put those lines back and change the plan alone.",
        )
    })
}

/// Whether two texts have the same plan, whatever is ticked in them.
pub fn same_plan(one: &str, other: &str) -> bool {
    opened(one) == opened(other)
}

/// The plan that a text of the order's document says. Ids that the order has are kept; new parts have none.
pub fn rewritten(order: &Order, text: &str) -> Result<Plan> {
    let order = with_document(order);
    let before = written(&order);
    let was = read::read(before.text.get(..before.end).unwrap_or_default())?;
    let reading = read::read(text)?;
    let mut plan = Plan::of(&order);
    take_head(&mut plan, was.head(), reading.head());
    if was.title() != reading.title() {
        reading.title().clone_into(&mut plan.title);
    }
    let fresh: Vec<Block> =
        reading.lines().map(|(kind, line)| Block { kind, ..line.block.clone() }).collect();
    let ends = before.starts.iter().skip(1).copied().chain([before.end]);
    let sources: Vec<&str> = before
        .starts
        .iter()
        .zip(ends)
        .map(|(from, to)| before.text.get(*from..to).unwrap_or_default())
        .collect();
    plan.document = matched(&plan.document, &sources, fresh);
    Ok(plan)
}

fn with_document(order: &Order) -> Order {
    let mut order = order.clone();
    let plan = plan_of(&order);
    (order.document, order.description, order.sections) =
        (settled(&plan.document).into_owned(), plan.description, plan.sections);
    order
}

/// What the head says of the plan, where it says something else than before.
fn take_head(plan: &mut Plan, was: &Head, now: &Head) {
    if was.order_type != now.order_type {
        plan.order_type.clone_from(&now.order_type);
    }
    if was.priority != now.priority {
        plan.priority = now.priority;
    }
    if was.due != now.due {
        plan.due.clone_from(&now.due);
    }
    if was.asset != now.asset {
        plan.asset.clone_from(&now.asset);
    }
    if was.fields != now.fields {
        plan.fields.clone_from(&now.fields);
    }
}

/// The new blocks, each with what it had where it stood in the document before.
fn matched(old: &[Block], sources: &[&str], mut fresh: Vec<Block>) -> Vec<Block> {
    let words = |source: &str, mark: Option<u32>| {
        Piece::of(source, mark.and_then(|it| usize::try_from(it).ok())).words
    };
    let before: Vec<String> =
        old.iter().zip(sources).map(|(block, source)| opened_source(block, source, &words)).collect();
    let after: Vec<String> =
        fresh.iter().map(|block| words(block.source.as_deref().unwrap_or_default(), block.mark)).collect();
    let mut pairs = in_order(&before, &after);
    pairs.extend(elsewhere(&pairs, old, &fresh, |a, b| before.get(a) == after.get(b)));
    for (a, b) in &pairs {
        keep(old.get(*a), fresh.get_mut(*b), true);
    }
    let same = elsewhere(&pairs, old, &fresh, |a, b| alike(old.get(a), fresh.get(b), |x, y| x == y));
    pairs.extend(&same);
    let close = elsewhere(&pairs, old, &fresh, |a, b| {
        between(&pairs, a, b) && alike(old.get(a), fresh.get(b), are_close)
    });
    pairs.extend(&close);
    let last = elsewhere(&pairs, old, &fresh, |a, b| alone(&pairs, old, &fresh, a, b));
    pairs.extend(&last);
    for (a, b) in same.iter().chain(&close).chain(&last) {
        keep(old.get(*a), fresh.get_mut(*b), false);
    }
    with_unheaded(old, &pairs, fresh)
}

fn opened_source(block: &Block, source: &str, words: &impl Fn(&str, Option<u32>) -> String) -> String {
    if block.source.is_some() {
        return words(source, block.mark);
    }
    // What was written here is written with a blank line before it, and its box is where its words begin.
    opened(source.trim_start_matches(['\n', '\r'])).trim_end().to_owned()
}

/// Blocks that say the same, in the order of both.
fn in_order(before: &[String], after: &[String]) -> Vec<(usize, usize)> {
    let same =
        |a: usize, b: usize| before.get(a).is_some_and(|it| !it.is_empty()) && before.get(a) == after.get(b);
    let shorter = before.len().min(after.len());
    let head = (0..shorter).take_while(|at| same(*at, *at)).count();
    let tail = (1..=shorter - head).take_while(|back| same(before.len() - back, after.len() - back)).count();
    let (rows, columns) = (before.len() - head - tail, after.len() - head - tail);
    let middle = if rows.saturating_mul(columns) > 4_000_000 {
        Vec::new()
    } else {
        longest(rows, columns, |a, b| same(head + a, head + b))
    };
    let first = (0..head).map(|at| (at, at));
    let middle = middle.into_iter().map(|(a, b)| (head + a, head + b));
    let last = (1..=tail).rev().map(|back| (before.len() - back, after.len() - back));
    first.chain(middle).chain(last).collect()
}

/// Pairs among what has none yet.
fn elsewhere(
    pairs: &[(usize, usize)],
    old: &[Block],
    fresh: &[Block],
    fits: impl Fn(usize, usize) -> bool,
) -> Vec<(usize, usize)> {
    let taken: HashSet<usize> = pairs.iter().map(|(a, _)| *a).collect();
    let mut given: HashSet<usize> = pairs.iter().map(|(_, b)| *b).collect();
    let mut found = Vec::new();
    for a in (0..old.len()).filter(|a| !taken.contains(a)) {
        if let Some(b) = (0..fresh.len()).find(|b| !given.contains(b) && fits(a, *b)) {
            given.insert(b);
            found.push((a, b));
        }
    }
    found
}

fn alike(old: Option<&Block>, new: Option<&Block>, same: impl Fn(&str, &str) -> bool) -> bool {
    let (Some(old), Some(new)) = (old, new) else { return false };
    !old.text.is_empty()
        && (old.kind == new.kind || old.kind.choices().contains(&new.kind))
        && same(old.text.trim(), new.text.trim())
}

/// Whether two blocks stand between the same neighbours that were found.
fn between(pairs: &[(usize, usize)], a: usize, b: usize) -> bool {
    pairs.iter().all(|(x, y)| (*x < a) == (*y < b))
}

/// Half of the words of the longer one stand in both.
fn are_close(one: &str, other: &str) -> bool {
    let words = |text: &str| -> HashSet<String> {
        text.split(|c: char| !c.is_alphanumeric())
            .filter(|it| !it.is_empty())
            .map(str::to_lowercase)
            .collect()
    };
    let (one, other) = (words(one), words(other));
    one.intersection(&other).count() * 2 >= one.len().max(other.len()).max(1)
}

/// The only two of a kind that are left between the same neighbours: the words were written anew.
fn alone(pairs: &[(usize, usize)], old: &[Block], fresh: &[Block], a: usize, b: usize) -> bool {
    let Some(kind) = old.get(a).map(|block| block.kind) else { return false };
    if fresh.get(b).is_none_or(|block| block.kind != kind) || !between(pairs, a, b) {
        return false;
    }
    let left = |at: usize| !pairs.iter().any(|(x, _)| *x == at) && between_old(pairs, a, at);
    let new = |at: usize| !pairs.iter().any(|(_, y)| *y == at) && between(pairs, a, at);
    let olds = old.iter().enumerate().filter(|(at, block)| block.kind == kind && left(*at)).count();
    let news = fresh.iter().enumerate().filter(|(at, block)| block.kind == kind && new(*at)).count();
    olds == news
}

fn between_old(pairs: &[(usize, usize)], a: usize, other: usize) -> bool {
    pairs.iter().all(|(x, _)| (*x < a) == (*x < other))
}

/// What a block had. Where its bytes are the same, it also stays what a person made of it.
fn keep(old: Option<&Block>, new: Option<&mut Block>, is_same: bool) {
    let (Some(old), Some(new)) = (old, new) else { return };
    if is_same || old.kind.choices().contains(&new.kind) {
        new.kind = old.kind;
    }
    new.id.clone_from(&old.id);
    if new.kind == Kind::Item {
        new.asks.clone_from(&old.asks);
    }
    new.ordered = old.ordered;
    if is_same {
        (new.required, new.depth, new.level) = (old.required, old.depth, old.level);
    }
    if is_same && old.source.is_some() {
        new.text.clone_from(&old.text);
    }
}

/// Steps without a heading stand in no text; each is put back before the first item that was in it.
fn with_unheaded(old: &[Block], pairs: &[(usize, usize)], fresh: Vec<Block>) -> Vec<Block> {
    let mut before: Vec<(usize, Block)> = Vec::new();
    for (a, step) in
        old.iter().enumerate().filter(|(_, it)| it.kind == Kind::Step && it.source.as_deref() == Some(""))
    {
        let next = (a + 1..old.len()).find_map(|at| pairs.iter().find(|(x, _)| *x == at).map(|(_, y)| *y));
        if let Some(at) = next.filter(|at| fresh.get(*at).is_some_and(|block| block.kind == Kind::Item)) {
            before.push((at, step.clone()));
        }
    }
    let mut document = Vec::new();
    for (at, block) in fresh.into_iter().enumerate() {
        document.extend(before.iter().filter(|(place, _)| *place == at).map(|(_, step)| step.clone()));
        document.push(block);
    }
    document
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::editing::{Changed, Edit, apply};
    use crate::model::any::ids;
    use crate::model::{AskKind, Asks, Tick};
    use crate::write::write;

    const FILE: &str = "---\ntitle: T\npriority: low\n---\n# T\n\n- [ ] zero\n\n## One\n- [ ] a\n  - [ ] b\n- [ ] c\n\n## Two\n- [ ] d\n";

    fn taken(text: &str) -> Order {
        read::read(text).unwrap().into_order(&mut ids("b")).unwrap()
    }

    fn item(order: &Order, text: &str) -> String {
        let items = order.steps.iter().flat_map(|step| &step.items);
        items
            .into_iter()
            .find(|item| item.text == text)
            .unwrap_or_else(|| panic!("{text}: {order:?}"))
            .id
            .clone()
    }

    /// The order once a text of it was taken over.
    fn put(order: &Order, text: &str) -> Order {
        let mut plan = rewritten(order, text).unwrap();
        plan.fill_ids(&mut ids("new"));
        let mut after = order.clone();
        plan.put_into(&mut after);
        after
    }

    #[test]
    fn what_stays_keeps_its_id_and_what_is_changed_is_the_one_that_stood_there() {
        let order = taken(FILE);
        let text = FILE
            .replace("- [ ] c\n", "- [x] c, slowly\n- [ ] e\n")
            .replace("] zero", "] none")
            .replace("priority: low", "priority: high");
        let after = put(&order, &text);
        for (was, now) in [("a", "a"), ("b", "b"), ("c", "c, slowly"), ("d", "d"), ("zero", "none")] {
            assert_eq!(item(&after, now), item(&order, was), "{now}");
        }
        assert!(item(&after, "e").starts_with("new"));
        let ids = |order: &Order| order.steps.iter().map(|step| step.id.clone()).collect::<Vec<_>>();
        assert_eq!(ids(&after), ids(&order), "the step without a heading among them");
        assert_eq!(after.priority, crate::model::Priority::High);
        assert_eq!(write(&after), text.replace("[x]", "[ ]"), "a tick in a file is only its word");
    }

    #[test]
    fn a_part_that_moves_and_a_part_that_goes_are_told_apart() {
        let order = taken(FILE);
        let moved = FILE.replace(
            "## One\n- [ ] a\n  - [ ] b\n- [ ] c\n\n## Two\n- [ ] d\n",
            "## Two\n- [ ] d\n\n## One\n- [ ] c\n- [ ] a\n",
        );
        let after = put(&order, &moved);
        for text in ["a", "c", "d"] {
            assert_eq!(item(&after, text), item(&order, text), "{text}");
        }
        assert!(!after.steps.iter().flat_map(|step| &step.items).any(|it| it.text == "b"));
        assert_eq!(
            after.steps.last().map(|step| &step.id),
            order.steps.iter().find(|it| it.title == "One").map(|it| &it.id)
        );
    }

    #[test]
    fn what_an_item_asks_for_stays_and_so_does_what_was_written_here() {
        let order = taken(FILE);
        let now = Changed {
            text: "c in bar".to_owned(),
            kind: Kind::Item,
            language: String::new(),
            required: true,
            ordered: false,
            asks: Asks { kind: AskKind::Number, unit: "bar".to_owned(), ..Asks::default() },
            demands: None,
            depth: 0,
        };
        let id = item(&order, "c");
        let set = Edit::Set { id: id.clone(), was: "c".to_owned(), now };
        let plan = apply(Plan::of(&order), set, &mut ids("n")).unwrap();
        let mut changed = order.clone();
        plan.put_into(&mut changed);
        changed.steps.last_mut().unwrap().items[0].ticks.0.push(Tick::imported("t"));
        let text = write(&changed);
        let after = put(&changed, &text.replace("- [x] d\n", "- [x] d\n- [ ] e\n"));
        assert_eq!(item(&after, "c in bar"), id);
        let asked = after.item(&id).map(|(_, item)| item.asks.kind);
        assert_eq!(asked, Some(AskKind::Number));
        assert!(after.item(&item(&changed, "d")).unwrap().1.ticks.is_ticked());
        assert_eq!(rewritten(&order, FILE).unwrap(), Plan::of(&order), "the same text is no change");
    }

    #[test]
    fn what_is_recorded_here_is_no_part_of_the_plan_and_not_changed_by_a_file() {
        let mut order = taken(FILE);
        order.log.push(crate::model::LogEntry {
            id: "log".to_owned(),
            kind: crate::model::LogKind::of_title("Begun"),
            when: crate::model::When::default(),
            title: "Begun".to_owned(),
            lines: vec!["at last".to_owned()],
            author: None,
            by: Some(crate::model::Who::named("Kim".to_owned())),
            corrects: None,
        });
        let export = write(&order);
        assert_eq!(document_in(&order, &export, &export).unwrap(), FILE);
        let more = format!("{export}\n- [ ] more\n");
        assert_eq!(document_in(&order, &export, &more).unwrap().matches("[ ] more").count(), 1);
        assert!(!document_in(&order, &export, &more).unwrap().contains("at last"));
        assert!(document_in(&order, &export, &export.replace("at last", "never")).is_err());
    }
}
