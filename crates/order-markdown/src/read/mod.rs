//! Any Markdown that people keep as a checklist, read as an order.
//!
//! The document is kept as it is written: every byte stands in a block ([`blocks`]). What a block is for is told by its
//! form and by the headings above it; a person may say otherwise ([`Reading::retake`]). What a file claims about the
//! work (ticks, signs, status, people, times) is read too, so that it can be shown and held against itself; it counts
//! for nothing here.

pub mod blocks;
pub mod boxes;
pub mod cut;
pub mod head;
pub mod log;
pub mod pieces;
pub mod rows;
pub mod signs;
pub mod tabs;
pub mod words;

#[cfg(test)]
mod bombs;
#[cfg(test)]
mod tests;

use std::collections::{HashMap, HashSet};

use crate::asked;
use crate::model::limits::{self, FILE_BYTES};
use crate::model::{Block, Kind, Order, OrderNumber, Plan, StepState, Tick, Ticks};
use blocks::{Blocks, blocks_of};
use foundation::{Error, Result, nesting};
use signs::Sign;

/// A file as read, before anybody decides to take it.
#[derive(Debug)]
pub struct Reading {
    blocks: Blocks,
    text_title: String,
    /// Kinds that a person chose instead, by the place of the block.
    retaken: HashMap<usize, Kind>,
}

/// One block with the line it begins on and what the file says of it.
#[derive(Clone, Copy, Debug)]
pub struct Line<'a> {
    pub block: &'a Block,
    /// From 1.
    pub number: usize,
    /// The box or sign the file puts at it.
    pub claim: Option<Sign>,
}

/// How much of a file became what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Taken {
    pub steps: usize,
    pub items: usize,
    pub criteria: usize,
    pub safety: usize,
    pub code: usize,
    /// Boxes that the file has ticked.
    pub claimed: usize,
}

impl Taken {
    /// `2 steps`, `5 items`, ...
    pub fn counts(&self) -> [String; 5] {
        let counted =
            |count: usize, one: &str, many: &str| format!("{count} {}", if count == 1 { one } else { many });
        [
            counted(self.steps, "step", "steps"),
            counted(self.items, "item", "items"),
            counted(self.criteria, "criterion", "criteria"),
            counted(self.safety, "safety note", "safety notes"),
            counted(self.code, "code block", "code blocks"),
        ]
    }
}

/// Boxes that stay text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Kept {
    /// In code, in hidden comments and in HTML.
    pub boxes: usize,
}

/// Reads a file's bytes: at most 1 MiB of UTF-8, with or without a byte order mark.
pub fn read_bytes(bytes: &[u8]) -> Result<Reading> {
    if bytes.len() > FILE_BYTES {
        let size = bytes.len();
        let message = format!("The file has {size} bytes; a work order has at most {FILE_BYTES}. Split it.");
        return Err(Error::TooLarge(message.into()));
    }
    let Ok(text) = std::str::from_utf8(bytes) else {
        return Err(Error::invalid("file", "the file is not UTF-8 text; save it as UTF-8"));
    };
    read(text)
}

/// Reads a text.
pub fn read(text: &str) -> Result<Reading> {
    if text.trim_start_matches('\u{feff}').trim().is_empty() {
        return Err(Error::invalid("file", "the file is empty"));
    }
    if let Some(before) = text.split_once('\0').map(|(before, _)| before) {
        let line = 1 + blocks::lines_in(before);
        return Err(Error::invalid(
            format!("line {line}"),
            "a NUL character is not allowed in text; remove it",
        ));
    }
    if let Some(line) = nesting::too_deep(text) {
        let message = format!("quotes and lists nested deeper than {} cannot be read", nesting::DEEPEST);
        return Err(Error::invalid(format!("line {line}"), message));
    }
    let blocks = blocks_of(text);
    let text_title = title_of(&blocks);
    Ok(Reading { blocks, text_title, retaken: HashMap::new() })
}

/// The title a person would give it: what the file calls its title, its first heading, its first words.
fn title_of(read: &Blocks) -> String {
    let says = |block: &&Block| block.text.chars().any(char::is_alphanumeric);
    let heading = read.blocks.iter().find(|block| block.level > 0 && says(block));
    let first =
        read.blocks.iter().find(|block| !matches!(block.kind, Kind::Code | Kind::Picture) && says(block));
    let told = read.head.title.clone().or_else(|| heading.map(|block| block.text.clone()));
    let title =
        told.or_else(|| first.map(|block| block.text.clone())).unwrap_or_else(|| "Checklist".to_owned());
    let line = title.lines().next().unwrap_or_default().trim().trim_matches(['*', '#', ' ']);
    let short: String = line.chars().take(200).collect();
    if short.is_empty() { "Checklist".to_owned() } else { short }
}

/// The words that a file's name is made of; none where it only says what kind of file it is.
fn words_of(file: &str) -> Option<String> {
    let stem = file.rsplit(['/', '\\']).next().unwrap_or(file);
    let stem = stem.rsplit_once('.').map_or(stem, |(stem, _)| stem).replace("%20", " ");
    let words =
        stem.split(|c: char| c == '_' || c == '-' || c.is_whitespace()).filter(|word| !word.is_empty());
    let words = words.collect::<Vec<_>>().join(" ");
    let is_bare =
        ["readme", "index", "untitled", "document", "new", "file"].contains(&words.to_lowercase().as_str());
    let mut letters = words.chars();
    let first = letters.next().filter(|_| !is_bare && words.chars().any(char::is_alphabetic))?;
    Some(first.to_uppercase().chain(letters).take(200).collect())
}

impl Reading {
    /// Takes a block for something else than it looks like; only for what such a block may be.
    pub fn retake(&mut self, place: usize, kind: Kind) -> Result<()> {
        let block = self.blocks.blocks.get(place);
        let may = block.is_some_and(|block| block.kind.choices().contains(&kind));
        if !may {
            return Err(Error::invalid(format!("kind-{place}"), "this part of the file cannot become that"));
        }
        self.retaken.insert(place, kind);
        Ok(())
    }

    /// Makes an item of each point of a list that is nothing yet: for files without boxes.
    pub fn tick_points(&mut self) {
        let points = self.blocks.blocks.iter().enumerate().filter(|(_, block)| block.kind == Kind::Point);
        let points: Vec<usize> = points.map(|(place, _)| place).collect();
        self.retaken.extend(points.into_iter().map(|place| (place, Kind::Item)));
    }

    /// A file that gives itself no title, and has no heading or several alike, is called after its name.
    pub fn call_after(&mut self, file: &str) {
        let blocks = &self.blocks.blocks;
        let is_named =
            self.blocks.head.title.is_some() || blocks.iter().any(|block| block.kind == Kind::Title);
        let top = blocks.iter().map(|block| block.level).filter(|level| *level > 0).min();
        let is_one = top.is_some_and(|top| blocks.iter().filter(|block| block.level == top).count() == 1);
        if let Some(words) = words_of(file).filter(|_| !is_named && !is_one) {
            self.text_title = words;
        }
    }

    /// Every block as it will be taken, in the order of the file.
    pub fn lines(&self) -> impl Iterator<Item = (Kind, Line<'_>)> {
        let claims = self.blocks.claims.iter().copied();
        let rows = self.blocks.blocks.iter().zip(self.blocks.lines.iter().copied()).zip(claims);
        rows.enumerate().map(|(place, ((block, number), claim))| {
            let kind = self.retaken.get(&place).copied().unwrap_or(block.kind);
            (kind, Line { block, number, claim })
        })
    }

    /// What was not taken for what it looks like, each with its line, and what the head says that nobody knows.
    pub fn not_taken(&self) -> Vec<(usize, String)> {
        let mut all: Vec<(usize, String)> =
            self.blocks.notes.iter().chain(&self.blocks.head.faults).cloned().collect();
        all.sort();
        all
    }

    /// The number that the file gives itself.
    pub fn number(&self) -> Option<&OrderNumber> {
        self.blocks.head.number.as_ref()
    }

    /// The title a person would give it.
    pub fn title(&self) -> &str {
        &self.text_title
    }

    /// What its head says.
    pub fn head(&self) -> &head::Head {
        &self.blocks.head
    }

    /// Boxes that stand where nothing can be ticked.
    pub fn kept(&self) -> Kept {
        Kept { boxes: self.blocks.kept }
    }

    /// What becomes of it.
    pub fn taken(&self) -> Taken {
        let document =
            self.lines().map(|(kind, line)| Block { kind, source: None, ..line.block.clone() }).collect();
        let mut plan = Plan { document, ..Plan::default() };
        // An item without a heading above it brings a step of its own.
        plan.reindex(&mut String::new);
        let mut taken = Taken { steps: plan.steps.len(), ..Taken::default() };
        for (kind, line) in self.lines() {
            match kind {
                Kind::Item => taken.items += 1,
                Kind::Criterion => taken.criteria += 1,
                Kind::Safety => taken.safety += 1,
                Kind::Code => taken.code += 1,
                _ => {}
            }
            let ticked = matches!(kind, Kind::Item | Kind::Criterion) && line.claim == Some(Sign::Done);
            taken.claimed += usize::from(ticked);
        }
        taken
    }

    /// The order that the file claims to be: its states and ticks as the file has them.
    pub fn into_order(self, new_id: &mut dyn FnMut() -> String) -> Result<Order> {
        limits::check_length(self.blocks.blocks.len())?;
        let document: Vec<Block> =
            self.lines().map(|(kind, line)| Block { kind, ..line.block.clone() }).collect();
        let claims = self.blocks.claims.clone();
        let head = self.blocks.head.clone();
        let mut plan = Plan {
            title: self.text_title.clone(),
            order_type: head.order_type,
            priority: head.priority,
            due: head.due,
            asset: head.asset,
            fields: head.fields,
            document,
            ..Plan::default()
        };
        plan.document.iter_mut().for_each(|block| block.id = new_id());
        let claimed: HashMap<String, Sign> = plan
            .document
            .iter()
            .zip(claims)
            .filter_map(|(block, claim)| Some((block.id.clone(), claim?)))
            .collect();
        plan.reindex(new_id);
        if let Some(isolation) = asked::take(&mut plan.document) {
            plan.isolation = isolation;
            plan.reindex(new_id);
        }
        let mut order = Order::default();
        plan.put_into(&mut order);
        order.number = head.number.unwrap_or_default();
        order.status = head.status.unwrap_or_default();
        order.created = head.created.unwrap_or_default();
        order.assignee = head.assignee;
        claim(&mut order, &claimed, new_id);
        let section = |range: Option<(usize, usize)>| {
            range.map(|(from, to)| self.source_of(from, to)).unwrap_or_default()
        };
        order.log = log::entries(&section(self.blocks.log), new_id);
        order.comments = log::comments(&section(self.blocks.comments), new_id);
        limits::check(&order)?;
        Ok(order)
    }

    fn source_of(&self, from: usize, to: usize) -> String {
        let blocks = self.blocks.blocks.get(from..to).unwrap_or_default();
        blocks.iter().filter_map(|block| block.source.as_deref()).collect()
    }
}

/// Puts what the file claims at steps, items and criteria.
fn claim(order: &mut Order, claimed: &HashMap<String, Sign>, new_id: &mut dyn FnMut() -> String) {
    let done: HashSet<&str> =
        claimed.iter().filter(|(_, sign)| **sign == Sign::Done).map(|(id, _)| id.as_str()).collect();
    let mut tick = |ticks: &mut Ticks, id: &str| {
        if done.contains(id) {
            ticks.0.push(Tick::imported(new_id()));
        }
    };
    for step in &mut order.steps {
        for item in &mut step.items {
            tick(&mut item.ticks, &item.id);
        }
        if step.items.is_empty() {
            tick(&mut step.ticks, &step.id);
        }
        let reason = String::new();
        step.state = match claimed.get(&step.id) {
            Some(Sign::Done) => StepState::Done,
            Some(Sign::Failed) => StepState::Failed { reason },
            Some(Sign::Flagged) => StepState::Flagged { reason },
            Some(Sign::NotApplicable) => StepState::NotApplicable { reason },
            _ => StepState::Open,
        };
    }
    for criterion in &mut order.criteria {
        tick(&mut criterion.ticks, &criterion.id);
    }
}
