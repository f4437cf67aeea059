//! Changes of a plan, block by block.
//!
//! Each is applied to the plan as it stands, so that two people who change different blocks hinder nobody; whoever changes
//! a block that somebody else changed since is told ([`Edit::Set`]). What a block has once become keeps its id, so no edit
//! loses progress. A block that is changed loses its source and is written anew; all others stay as the file has them.

use std::collections::HashMap;
use std::ops::Range;

use crate::carrying::carry;
use crate::model::{Asks, AssetRef, Block, Demands, Kind, OnlyIf, Order, Plan, Priority, When};
use crate::read;
use crate::read::words::{Part, part_of};
use crate::write::document_of;
use foundation::{Error, Result};

/// Where something is put.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// Before the block with this id.
    Before(String),
    /// Behind the block with this id.
    After(String),
    Start,
    End,
}

/// Which way a block goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    Up,
    Down,
}

/// One change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edit {
    /// The head: what the order is about.
    Head {
        title: String,
        order_type: String,
        priority: Priority,
        due: Option<When>,
        asset: Option<AssetRef>,
        isolation: bool,
    },
    /// One word of the head, whatever the others say by now.
    Priority(Priority),
    /// The same for the due day; none for no day.
    Due(Option<When>),
    /// How long it is meant to take, as the head says it: `4 h`; empty for nothing said.
    Estimate(String),
    /// The due day alone; `was` is the one that was seen.
    MoveDue {
        was: Option<When>,
        now: Option<When>,
    },
    /// What a block says and whether it is needed.
    Set {
        id: String,
        was: String,
        now: Changed,
    },
    Add {
        place: Place,
        block: Block,
    },
    /// A step moves with everything in it, an item with what stands below it.
    Move {
        id: String,
        way: Way,
    },
    /// The same to a place that may be far away, before or behind another block.
    Carry {
        id: String,
        to: Place,
    },
    /// A step goes with everything in it.
    Remove {
        id: String,
    },
    /// Blocks read from Markdown.
    Paste {
        place: Place,
        markdown: String,
    },
}

/// A block as it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed {
    pub text: String,
    pub kind: Kind,
    pub language: String,
    pub required: bool,
    pub ordered: bool,
    /// Of an item: what it asks for.
    pub asks: Asks,
    /// What else it asks for, as far as its kind can; none: as before.
    pub demands: Option<Demands>,
    pub depth: u8,
}

/// The plan of an order with a document. Where the order is older than documents, its texts get ids by their place, so that
/// a page and the change that comes from it name the same ones.
pub fn plan_of(order: &Order) -> Plan {
    let mut plan = Plan::of(order);
    if plan.document.is_empty() {
        plan.document = document_of(order);
        (plan.description, plan.sections) = (String::new(), Vec::new());
        let mut place = 0;
        plan.fill_ids(&mut || {
            place += 1;
            format!("text-{place}")
        });
    }
    plan
}

/// The plan with a change made.
pub fn apply(mut plan: Plan, edit: Edit, new_id: &mut dyn FnMut() -> String) -> Result<Plan> {
    match edit {
        Edit::Head { title, order_type, priority, due, asset, isolation } => {
            if title != plan.title {
                retitle(&mut plan.document, &title);
            }
            (plan.title, plan.order_type, plan.priority) = (title, order_type, priority);
            (plan.due, plan.asset, plan.isolation) = (due, asset, isolation);
        }
        Edit::Priority(priority) => plan.priority = priority,
        Edit::Due(due) => plan.due = due,
        Edit::Estimate(value) => crate::estimate::put(&mut plan.fields, &value),
        Edit::MoveDue { was, now } => {
            if plan.due != was {
                let day = plan.due.as_ref().map_or("no day", |due| due.raw.as_str());
                return Err(Error::refused(format!(
                    "Somebody changed the due day meanwhile: it is {day} now."
                )));
            }
            plan.due = now;
        }
        Edit::Set { id, was, now } => set(&mut plan.document, &id, &was, now)?,
        Edit::Add { place, block } => {
            if block.text.trim().is_empty() {
                return Err(Error::invalid("text", "write what it says"));
            }
            let at_foot = place == Place::End && block.kind == Kind::Item;
            let place = if at_foot { foot(&plan.document) } else { place };
            put(&mut plan.document, &place, vec![block])?;
        }
        Edit::Move { id, way } => shift(&mut plan.document, &id, way)?,
        Edit::Carry { id, to } => carry(&mut plan.document, &id, &to)?,
        Edit::Remove { id } => {
            let (from, to) = range_of(&plan.document, &id)?;
            plan.document.drain(from..to);
        }
        Edit::Paste { place, markdown } => put(&mut plan.document, &place, pasted(&markdown)?)?,
    }
    plan.fill_ids(new_id);
    Ok(plan)
}

fn retitle(document: &mut Vec<Block>, title: &str) {
    let is_headed = document.first().is_some_and(|block| block.kind == Kind::Head);
    match document.iter_mut().find(|block| block.kind == Kind::Title) {
        Some(block) => {
            title.clone_into(&mut block.text);
            (block.source, block.level) = (None, 1);
        }
        // A file whose front matter has the title needs no heading that says it again.
        None if is_headed => {}
        None => document.insert(0, Block { level: 1, ..Block::of(Kind::Title, title) }),
    }
}

fn set(document: &mut [Block], id: &str, was: &str, now: Changed) -> Result<()> {
    let Some(block) = document.iter_mut().find(|block| block.id == id) else {
        return Err(Error::refused(
            "Somebody took this part out of the plan meanwhile. What you typed is below.",
        ));
    };
    if lines_of(&block.text) != lines_of(was) && lines_of(&block.text) != lines_of(&now.text) {
        return Err(Error::refused(format!(
            "Somebody changed this part meanwhile. It now says: \"{}\". What you typed is kept in the form.",
            block.text
        )));
    }
    if now.text.trim().is_empty() {
        return Err(Error::invalid("text", "write what it says, or remove it"));
    }
    let same_kind = block.kind == now.kind;
    if !same_kind && !block.kind.choices().contains(&now.kind) {
        return Err(Error::invalid("kind", "this part cannot become that"));
    }
    let changed = Block {
        text: now.text.replace("\r\n", "\n").trim_end().to_owned(),
        kind: now.kind,
        language: now.language,
        required: now.required,
        ordered: now.ordered,
        asks: now.asks,
        demands: now.demands.unwrap_or_else(|| block.demands.clone()).fitting(now.kind),
        depth: now.depth,
        ..block.clone()
    };
    if changed != *block {
        // A step that had no heading gets one with its name.
        let unheaded = block.kind == Kind::Step && block.source.as_deref() == Some("");
        let level = if unheaded { 2 } else { changed.level };
        let reads_the_same = |block: &Block| {
            (block.text.clone(), block.kind, block.language.clone(), block.required, block.depth, block.level)
        };
        let changed = Block { level, ..changed };
        // What it asks for stands in no line of the file.
        *block = if reads_the_same(&changed) == reads_the_same(block) {
            changed
        } else {
            Block { source: None, mark: None, ..changed }
        };
    }
    Ok(())
}

fn lines_of(text: &str) -> Vec<&str> {
    text.trim_end().lines().map(str::trim_end).collect()
}

fn put(document: &mut Vec<Block>, place: &Place, blocks: Vec<Block>) -> Result<()> {
    let at = match place {
        Place::Start => {
            document.iter().take_while(|block| matches!(block.kind, Kind::Title | Kind::Head)).count()
        }
        Place::End => document.len(),
        Place::Before(id) => position(document, id)?,
        Place::After(id) => 1 + position(document, id)?,
    };
    end_line(document, at);
    document.splice(at..at, blocks);
    Ok(())
}

/// Where an item goes that is added at the end: into the last step, before the criteria and whatever else has a heading of
/// its own.
fn foot(document: &[Block]) -> Place {
    let Some(step) = document.iter().rposition(|block| block.kind == Kind::Step) else { return Place::End };
    let level = document.get(step).map_or(0, |block| block.level);
    let is_inside = |block: &Block| {
        let is_below = block.level == 0 || (level > 0 && block.level > level);
        let is_text_of_step = matches!(
            block.kind,
            Kind::Item
                | Kind::Point
                | Kind::Text
                | Kind::Code
                | Kind::Table
                | Kind::Warning
                | Kind::Picture
                | Kind::Section
        );
        is_below && is_text_of_step
    };
    let length = document.iter().skip(step + 1).take_while(|block| is_inside(block)).count();
    document.get(step + length).map_or(Place::End, |last| Place::After(last.id.clone()))
}

/// What follows a source that ends without a line end would stand on its line.
fn end_line(document: &mut [Block], at: usize) {
    let before = at.checked_sub(1).and_then(|before| document.get_mut(before));
    let source = before.and_then(|block| block.source.as_mut());
    if let Some(source) = source.filter(|it| !it.is_empty() && !it.ends_with(['\n', '\r'])) {
        source.push('\n');
    }
}

fn pasted(markdown: &str) -> Result<Vec<Block>> {
    Ok(written(&read::read_bytes(markdown.replace("\r\n", "\n").as_bytes())?))
}

/// What was read as parts of a plan that is written here: without the file's head, log and bytes, its title a heading.
pub fn written(reading: &read::Reading) -> Vec<Block> {
    reading
        .lines()
        .filter(|(kind, _)| !matches!(kind, Kind::Head | Kind::Record | Kind::Hidden))
        .map(|(kind, line)| {
            let kind = if kind == Kind::Title { Kind::Section } else { kind };
            Block { kind, id: String::new(), source: None, mark: None, ..line.block.clone() }
        })
        .filter(|block| !block.text.trim().is_empty())
        .collect()
}

/// What of a document is planned: without the fields of a head, a file's log and hidden comments, and the headings of those.
pub fn planned(document: Vec<Block>) -> Vec<Block> {
    let is_told = |kind: Kind| matches!(kind, Kind::Head | Kind::Record | Kind::Hidden);
    let kinds: Vec<Kind> = document.iter().map(|block| block.kind).collect();
    let heads = |at: usize, block: &Block| {
        let part = part_of(&block.text).filter(|_| block.kind == Kind::Section);
        matches!(part, Some(Part::Head | Part::Log | Part::Comments))
            && kinds.get(at + 1).is_some_and(|next| matches!(next, Kind::Head | Kind::Record))
    };
    let all = document.into_iter().enumerate();
    all.filter(|(at, block)| !is_told(block.kind) && !heads(*at, block)).map(|(_, block)| block).collect()
}

/// The parts of a plan as those of another one: with new ids, and conditions that name them.
pub fn as_new(document: Vec<Block>, new_id: &mut dyn FnMut() -> String) -> Vec<Block> {
    let names: HashMap<String, String> = document.iter().map(|block| (block.id.clone(), new_id())).collect();
    let renamed = |mut block: Block| {
        block.id = names.get(&block.id).cloned().unwrap_or_default();
        block.demands.only_if = block.demands.only_if.and_then(|only| {
            let item = names.get(&only.item)?.clone();
            Some(OnlyIf { item, ..only })
        });
        Block { source: None, mark: None, ..block }
    };
    document.into_iter().map(renamed).collect()
}

pub(crate) fn position(document: &[Block], id: &str) -> Result<usize> {
    let at = document.iter().position(|block| block.id == id);
    at.ok_or_else(|| Error::refused("Somebody took this part out of the plan meanwhile. Look at it again."))
}

/// A block with what belongs to it: a heading with everything until the next one as high, an entry with what is nested in it.
pub(crate) fn range_of(document: &[Block], id: &str) -> Result<(usize, usize)> {
    let from = position(document, id)?;
    let Some(first) = document.get(from) else { return Ok((from, from)) };
    let inside = |block: &Block| {
        if first.level > 0 {
            block.level == 0 || block.level > first.level
        } else {
            block.level == 0 && block.depth > first.depth && first.kind.is_entry()
        }
    };
    let length = document.iter().skip(from + 1).take_while(|block| inside(block)).count();
    Ok((from, from + 1 + length))
}

/// How many blocks stand in a block, and go where it goes.
pub fn parts_within(document: &[Block], id: &str) -> usize {
    range_of(document, id).map_or(0, |(from, to)| to - from - 1)
}

fn shift(document: &mut Vec<Block>, id: &str, way: Way) -> Result<()> {
    let (from, to) = range_of(document, id)?;
    let Some(first) = document.get(from).cloned() else { return Ok(()) };
    let target = match way {
        Way::Up => before(document, from, &first),
        Way::Down => after(document, to, &first),
    };
    let Some(target) = target else {
        return Err(Error::refused("It stands there already: there is nothing to pass on that side."));
    };
    move_run(document, from..to, target);
    Ok(())
}

/// Puts a run of blocks before the block that stands at a place outside it; the length of the document is its end.
pub(crate) fn move_run(document: &mut Vec<Block>, run: Range<usize>, at: usize) {
    let length = document.len();
    end_line(document, length);
    let at = if at > run.start { at - run.len() } else { at };
    let moved: Vec<Block> = document.drain(run).collect();
    document.splice(at..at, moved);
}

/// Where a block goes that passes the one before it.
fn before(document: &[Block], from: usize, first: &Block) -> Option<usize> {
    let above = document.iter().enumerate().take(from).rev();
    let passed = above.into_iter().find(|(_, block)| is_peer(block, first)).map(|(at, _)| at)?;
    let kept = document.get(passed).is_some_and(|block| matches!(block.kind, Kind::Title | Kind::Head));
    (!kept).then_some(passed)
}

/// Where it goes when it passes the one behind it.
fn after(document: &[Block], to: usize, first: &Block) -> Option<usize> {
    let next = document.get(to)?;
    if is_peer(next, first) {
        return range_of(document, &next.id).ok().map(|(_, end)| end);
    }
    // A block below a step goes over the heading into the next step.
    (first.level == 0).then_some(to + 1)
}

/// What a block passes in one move: a heading its like, everything else whatever is not nested deeper.
fn is_peer(block: &Block, first: &Block) -> bool {
    if first.level > 0 { block.level > 0 && block.level <= first.level } else { block.depth <= first.depth }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::any::ids;

    fn plan(markdown: &str) -> Plan {
        let order = read::read_bytes(markdown.as_bytes()).unwrap().into_order(&mut ids("b")).unwrap();
        Plan::of(&order)
    }

    fn texts(plan: &Plan) -> Vec<&str> {
        plan.document.iter().map(|block| block.text.as_str()).collect()
    }

    fn id_of(plan: &Plan, text: &str) -> String {
        plan.document.iter().find(|block| block.text == text).unwrap().id.clone()
    }

    const FILE: &str = "# T\n\n## One\n- [ ] a\n  - [ ] b\n- [ ] c\n\n## Two\n- [ ] d\n";

    #[test]
    fn the_due_day_is_changed_where_it_is_the_one_that_was_seen() {
        let (was, now) = (Some(When::read("2026-12-04")), Some(When::read("2026-12-05")));
        let seen = Plan { due: was.clone(), ..plan(FILE) };
        let edit = || Edit::MoveDue { was: was.clone(), now: now.clone() };
        let moved = apply(seen.clone(), edit(), &mut ids("n")).unwrap();
        assert_eq!((moved.due.clone(), texts(&moved)), (now.clone(), texts(&seen)));
        let refused = apply(moved, edit(), &mut ids("n")).unwrap_err();
        assert!(refused.to_string().contains("2026-12-05"), "{refused}");
    }

    #[test]
    fn a_step_moves_with_what_stands_in_it_and_an_item_with_what_is_below_it() {
        let one = plan(FILE);
        let id = id_of(&one, "One");
        let moved = apply(one.clone(), Edit::Move { id, way: Way::Down }, &mut ids("n")).unwrap();
        assert_eq!(texts(&moved), ["T", "Two", "d", "One", "a", "b", "c"]);
        let id = id_of(&one, "a");
        let moved = apply(one.clone(), Edit::Move { id, way: Way::Down }, &mut ids("n")).unwrap();
        assert_eq!(texts(&moved), ["T", "One", "c", "a", "b", "Two", "d"]);
        let id = id_of(&one, "d");
        let moved = apply(one.clone(), Edit::Move { id, way: Way::Up }, &mut ids("n")).unwrap();
        assert_eq!(moved.steps.len(), 2);
        assert_eq!(moved.steps[0].items.len(), 4, "it went over the heading into the step before");
        let last = id_of(&one, "Two");
        assert!(apply(one, Edit::Move { id: last, way: Way::Down }, &mut ids("n")).is_err());
    }

    #[test]
    fn a_changed_block_keeps_its_id_and_the_others_their_bytes() {
        let one = plan(FILE);
        let id = id_of(&one, "c");
        let now = Changed {
            text: "c, slowly".to_owned(),
            kind: Kind::Item,
            language: String::new(),
            required: false,
            ordered: false,
            asks: Asks::default(),
            demands: None,
            depth: 0,
        };
        let set = Edit::Set { id: id.clone(), was: "c".to_owned(), now: now.clone() };
        let changed = apply(one.clone(), set, &mut ids("n")).unwrap();
        assert!(
            changed.steps[0]
                .items
                .iter()
                .any(|item| item.id == id && item.text == "c, slowly" && !item.required)
        );
        let kept = changed.document.iter().filter(|block| block.source.is_some()).count();
        assert_eq!(kept, changed.document.len() - 1);
        let stale = Edit::Set { id, was: "what it was once".to_owned(), now };
        assert!(apply(one, stale, &mut ids("n")).is_err());
    }

    #[test]
    fn pasted_markdown_becomes_blocks_and_a_removed_step_takes_its_items() {
        let one = plan(FILE);
        let id = id_of(&one, "One");
        let gone = apply(one, Edit::Remove { id }, &mut ids("n")).unwrap();
        assert_eq!(texts(&gone), ["T", "Two", "d"]);
        let paste = Edit::Paste { place: Place::End, markdown: "## Three\n- [ ] e\n".to_owned() };
        let more = apply(gone, paste, &mut ids("n")).unwrap();
        assert_eq!(texts(&more), ["T", "Two", "d", "Three", "e"]);
        assert_eq!(more.steps.len(), 2);
    }

    #[test]
    fn an_item_added_at_the_end_stands_in_the_last_step_before_the_criteria() {
        let add = |plan: Plan, kind: Kind| {
            let block = Block::of(kind, "new");
            apply(plan, Edit::Add { place: Place::End, block }, &mut ids("n")).unwrap()
        };
        let criteria = format!("{FILE}\n## Completion Criteria\n- It hums\n");
        let item = add(plan(&criteria), Kind::Item);
        assert_eq!(
            texts(&item),
            ["T", "One", "a", "b", "c", "Two", "d", "new", "Completion Criteria", "It hums"]
        );
        assert_eq!(item.steps[1].items.len(), 2);
        let criterion = add(plan(&criteria), Kind::Criterion);
        assert_eq!(texts(&criterion).last(), Some(&"new"));
        assert_eq!(texts(&add(plan(FILE), Kind::Item)).last(), Some(&"new"));
        assert_eq!(texts(&add(plan("# T\n\nWords\n"), Kind::Item)).last(), Some(&"new"));
    }
}
