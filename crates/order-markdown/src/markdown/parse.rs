//! Reading an order from Markdown, tolerant in form and strict in size.
//!
//! Whatever has no place of its own is kept as a section, so nothing a person wrote gets lost.

use std::collections::HashSet;

use super::meta::{self, Fields};
use super::outline::{self, Bullet, Line, Part, fault, heading, is_rule, parts, without_rules};
use super::render::{self, read_footer};
use super::{header, lists, log, steps};
use crate::model::limits::{self, FILE_BYTES, ID_BYTES};
use crate::model::{Order, Section};
use foundation::{Error, Result};

/// Reads a file's bytes: at most 1 MiB of UTF-8, with or without a byte order mark.
pub fn parse_bytes(bytes: &[u8], new_id: &mut dyn FnMut() -> String) -> Result<Order> {
    check_size(bytes.len())?;
    let Ok(text) = std::str::from_utf8(bytes) else {
        return Err(Error::invalid("file", "the file is not UTF-8 text; save it as UTF-8"));
    };
    parse(text, new_id)
}

/// Reads an order. The order's own id stays empty unless the file carries one.
pub fn parse(text: &str, new_id: &mut dyn FnMut() -> String) -> Result<Order> {
    check_size(text.len())?;
    let lines = outline::lines(text.trim_start_matches('\u{feff}'))?;
    let mut reader = Reader::default();
    for part in parts(&lines, 2) {
        reader.take(&part)?;
    }
    let mut order = reader.finish()?;
    order.renumber();
    limits::check(&order)?;
    if let Some(line) = lines.iter().find(|line| line.text.contains('\0')) {
        return Err(fault(line.number, "a NUL character is not allowed in text; remove it"));
    }
    give_ids(&mut order, new_id);
    Ok(order)
}

fn check_size(bytes: usize) -> Result<()> {
    if bytes <= FILE_BYTES {
        return Ok(());
    }
    let message = format!("The file has {bytes} bytes; a work order has at most {FILE_BYTES}. Split it.");
    Err(Error::TooLarge(message.into()))
}

/// The form's own sections.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Header,
    Description,
    Steps,
    Parts,
    Safety,
    Criteria,
    Log,
    Comments,
    Other,
}

fn kind_of(title: &str) -> Kind {
    let letters: String = title.chars().filter(|c| c.is_alphanumeric()).collect();
    match letters.to_lowercase().as_str() {
        "header" | "details" => Kind::Header,
        "description" => Kind::Description,
        "steps" | "tasks" | "procedure" => Kind::Steps,
        "partsmaterialsrequired" | "partsmaterials" | "partsandmaterials" | "parts" | "materials" => {
            Kind::Parts
        }
        "partsrequired" | "materialsrequired" | "partsandmaterialsrequired" => Kind::Parts,
        "safetynotes" | "safety" => Kind::Safety,
        "completioncriteria" | "acceptancecriteria" | "criteria" => Kind::Criteria,
        "worklog" | "log" => Kind::Log,
        "comments" => Kind::Comments,
        _ => Kind::Other,
    }
}

/// Whether a heading is one of the form's own.
pub(super) fn is_known(title: &str) -> bool {
    kind_of(title) != Kind::Other
}

#[derive(Default)]
struct Reader {
    order: Order,
    comment: Fields,
    comment_line: usize,
}

impl Reader {
    fn take(&mut self, part: &Part<'_, '_>) -> Result<()> {
        let title = part.heading.and_then(|line| heading(&line, 2));
        // Our comment may stand behind the heading of a kept section.
        let bare = title.map(|title| meta::cut(title, 0).map_or(title, |(bare, _)| bare));
        let kind = bare.map_or(Kind::Header, kind_of);
        let body = self.cut_footer(part.body, kind);
        match kind {
            Kind::Header => self.take_header(body),
            Kind::Description => self.take_description(body),
            Kind::Steps => self.take_steps(body),
            Kind::Parts | Kind::Safety | Kind::Criteria => self.take_list(body, kind),
            Kind::Log => self.take_log(body),
            Kind::Comments => self.take_comments(body),
            Kind::Other => self.take_section(part, body),
        }
    }

    /// A rule and one line below it end the last section; the line is the footer.
    fn cut_footer<'a, 'l>(&mut self, body: &'l [Line<'a>], kind: Kind) -> &'l [Line<'a>] {
        let Some(rule) = body.iter().rposition(is_rule) else { return body };
        let below = body.get(rule + 1..).unwrap_or_default();
        let mut texts = below.iter().map(|line| line.text.trim()).filter(|text| !text.is_empty());
        let (Some(line), None) = (texts.next(), texts.next()) else { return without_rules(body) };
        let wrapped = line.len() >= 2 && read_footer(line) != line;
        if !wrapped && !matches!(kind, Kind::Log | Kind::Comments) {
            return body;
        }
        self.order.footer = Some(read_footer(line).to_owned());
        without_rules(body.get(..rule).unwrap_or_default())
    }

    fn take_header(&mut self, body: &[Line<'_>]) -> Result<()> {
        let mut rest = Vec::new();
        for line in header::read_table(body, &mut self.order)? {
            let (visible, comment) = meta::cut(line.text, line.number)?;
            if comment.is_empty() {
                rest.push(line);
            } else if visible.trim().is_empty() {
                self.comment = comment;
                self.comment_line = line.number;
            }
        }
        self.keep("Notes", &rest);
        Ok(())
    }

    fn take_description(&mut self, body: &[Line<'_>]) -> Result<()> {
        let goals = header::read_description(without_rules(body), &mut self.order);
        self.order.goals.extend(lists::read_entries(&goals)?);
        Ok(())
    }

    fn take_steps(&mut self, body: &[Line<'_>]) -> Result<()> {
        let cut = parts(without_rules(body), 3);
        for part in &cut {
            if part.heading.is_some() {
                self.order.steps.push(steps::read_step(part)?);
            } else if cut.len() == 1 && part.body.iter().any(has_text) {
                self.order.steps.push(steps::read_step_titled("Steps", Fields::new(), 1, part.body)?);
            } else {
                self.keep("Notes on the steps", part.body);
            }
        }
        Ok(())
    }

    fn take_list(&mut self, body: &[Line<'_>], kind: Kind) -> Result<()> {
        let (mut bullets, others) = outline::bullets(without_rules(body), kind == Kind::Criteria);
        // A line without a mark is an entry all the same.
        let bare = others.iter().filter(|line| has_text(line));
        bullets.extend(bare.map(|line| Bullet {
            number: line.number,
            first: line.text.trim(),
            rest: Vec::new(),
        }));
        bullets.sort_by_key(|bullet| bullet.number);
        match kind {
            Kind::Parts => self.order.parts.extend(lists::read_entries(&bullets)?),
            Kind::Safety => self.order.safety.notes.extend(lists::read_entries(&bullets)?),
            _ => self.order.criteria.extend(lists::read_criteria(&bullets)?),
        }
        Ok(())
    }

    fn take_log(&mut self, body: &[Line<'_>]) -> Result<()> {
        for part in parts(without_rules(body), 3) {
            if part.heading.is_some() {
                self.order.log.push(log::read_entry(&part)?);
            } else {
                self.keep("Notes on the log", part.body);
            }
        }
        Ok(())
    }

    fn take_comments(&mut self, body: &[Line<'_>]) -> Result<()> {
        for part in parts(without_rules(body), 3) {
            if part.heading.is_some() {
                self.order.comments.push(log::read_comment(&part)?);
            } else {
                self.keep("Notes on the comments", part.body);
            }
        }
        Ok(())
    }

    fn take_section(&mut self, part: &Part<'_, '_>, body: &[Line<'_>]) -> Result<()> {
        if let Some(line) = part.heading {
            self.order.sections.push(log::read_section(&line, without_rules(body))?);
        }
        Ok(())
    }

    /// Keeps text that stands where the form has no place for it.
    fn keep(&mut self, title: &str, lines: &[Line<'_>]) {
        let text = super::text::read_block(without_rules(lines));
        if !text.is_empty() {
            self.order.sections.push(Section { title: title.to_owned(), text });
        }
    }

    /// Adds what the head's comment says, where the visible head still is what was written for it.
    fn finish(mut self) -> Result<Order> {
        for key in render::ELSEWHERE {
            self.comment.remove(key);
        }
        let head = meta::settle(render::head_of(&self.order), self.comment, render::norm, self.comment_line)?;
        let mut order = self.order;
        let notes = std::mem::take(&mut order.safety.notes);
        let lists = Order { goals: order.goals, steps: order.steps, parts: order.parts, ..head };
        let mut order = Order {
            criteria: order.criteria,
            log: order.log,
            comments: order.comments,
            sections: order.sections,
            ..lists
        };
        order.safety.notes = notes;
        Ok(order)
    }
}

fn has_text(line: &Line<'_>) -> bool {
    !line.text.trim().is_empty()
}

/// Gives an id to whatever has none, an odd one, or one that occurred before.
fn give_ids(order: &mut Order, new_id: &mut dyn FnMut() -> String) {
    let mut seen = HashSet::new();
    let mut settle = |id: &mut String| {
        let odd = id.is_empty() || id.len() > ID_BYTES || !id.bytes().all(is_id_byte);
        if odd || seen.contains(id.as_str()) {
            *id = new_id();
        }
        seen.insert(id.clone());
    };
    let entries = [&mut order.goals, &mut order.parts, &mut order.safety.notes];
    entries.into_iter().flatten().for_each(|entry| settle(&mut entry.id));
    for step in &mut order.steps {
        settle(&mut step.id);
        step.ticks.0.iter_mut().for_each(|tick| settle(&mut tick.id));
        for item in &mut step.items {
            settle(&mut item.id);
            item.ticks.0.iter_mut().for_each(|tick| settle(&mut tick.id));
        }
    }
    for criterion in &mut order.criteria {
        settle(&mut criterion.id);
        criterion.ticks.0.iter_mut().for_each(|tick| settle(&mut tick.id));
    }
    order.log.iter_mut().for_each(|entry| settle(&mut entry.id));
    order.comments.iter_mut().for_each(|comment| settle(&mut comment.id));
}

fn is_id_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b':')
}
