//! Steps: a heading with a sign, notes, code and boxes.

use super::marks::{cut_box, cut_optional, cut_state, show_optional, show_state};
use super::meta::{self, Fields};
use super::outline::{self, Line, Part, heading, is_nested, opens_fence};
use super::text::{read_block, read_bullet, show_block, show_bullet, show_line};
use crate::model::{CodeBlock, Item, Materiality, Step, StepState, Tick, Ticks};
use foundation::Result;

pub(super) fn show_step(step: &Step) -> Result<String> {
    let comment = meta::comment(step, &norm_step(step)?, &["items", "code"])?;
    let mut shown = show_head(step, &comment);
    for code in &step.code {
        let comment = meta::comment(code, &norm_code(code)?, &[])?;
        let own_line = if comment.is_empty() { String::new() } else { format!("{}\n", comment.trim_start()) };
        shown.push_str(&show_code(code));
        shown.push_str(&own_line);
    }
    for item in &step.items {
        let comment = meta::comment(item, &norm_item(item)?, &[])?;
        shown.push_str(&show_item(item, &comment));
    }
    Ok(shown)
}

/// Heading and notes.
fn show_head(step: &Step, comment: &str) -> String {
    let (title, optional, sign) =
        (show_line(&step.title), show_optional(step.required), show_state(&step.state));
    let notes = show_block(&step.notes, false);
    let notes = if notes.trim().is_empty() { String::new() } else { format!("{notes}\n\n") };
    format!("### Step {}: {title}{optional} {sign}{comment}\n{notes}", step.position)
}

fn norm_step(step: &Step) -> Result<Step> {
    let shown = show_head(step, "");
    let lines = outline::lines(&shown)?;
    let title = lines.first().and_then(|line| heading(line, 3)).unwrap_or_default();
    let mut read = visible_step(title);
    read.notes = read_block(lines.get(1..).unwrap_or_default());
    Ok(read)
}

fn visible_step(title: &str) -> Step {
    let (title, state) = cut_state(title);
    let (title, position) = cut_position(title);
    let (title, required) = cut_optional(title);
    Step {
        id: String::new(),
        position,
        title: title.to_owned(),
        required,
        ordered: false,
        state: state.unwrap_or_default(),
        materiality: Materiality::Normal,
        ticks: Ticks::default(),
        notes: String::new(),
        code: Vec::new(),
        items: Vec::new(),
    }
}

/// Cuts `Step 3:` or `3.` off the start.
fn cut_position(title: &str) -> (&str, u32) {
    let word = title.get(..4).filter(|start| start.eq_ignore_ascii_case("step"));
    let rest = word.map_or(title, |_| title.get(4..).unwrap_or_default().trim_start());
    let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (number, after) = rest.split_at_checked(digits).unwrap_or(("", rest));
    let after = after.trim_start();
    let title_after = after.strip_prefix([':', '.', ')', '-', '–', '—']);
    match (number.parse(), title_after) {
        (Ok(number), Some(title_after)) => (title_after.trim(), number),
        (Ok(number), None) if word.is_some() => (after, number),
        _ => (title, 0),
    }
}

fn show_item(item: &Item, comment: &str) -> String {
    let sign = if item.ticks.is_ticked() { 'x' } else { ' ' };
    let (first, rest) = item.text.split_once('\n').unwrap_or((&item.text, ""));
    let rest = if rest.is_empty() { String::new() } else { format!("\n{rest}") };
    let text = format!("{}{}{rest}", show_line(first), show_optional(item.required));
    format!("- [{sign}] {}\n", show_bullet(&text, comment))
}

fn norm_item(item: &Item) -> Result<Item> {
    let shown = show_item(item, "");
    let body = Body::read(&outline::lines(&shown)?)?;
    let none = RawItem { number: 0, first: "", ticked: false, rest: Vec::new(), comment: Fields::new() };
    Ok(visible_item(body.items.first().unwrap_or(&none)))
}

fn visible_item(raw: &RawItem<'_>) -> Item {
    let (text, required) = cut_optional(raw.first.trim());
    let ticks = if raw.ticked { vec![Tick::imported("")] } else { Vec::new() };
    Item {
        id: String::new(),
        text: read_bullet(text, &raw.rest),
        required,
        materiality: Materiality::Normal,
        ticks: Ticks(ticks),
    }
}

fn show_code(code: &CodeBlock) -> String {
    let longest = code.text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    let language = show_line(&code.language).replace('`', "'");
    let text = if code.text.is_empty() { String::new() } else { format!("{}\n", code.text) };
    format!("{fence}{language}\n{text}{fence}\n")
}

fn norm_code(code: &CodeBlock) -> Result<CodeBlock> {
    let shown = show_code(code);
    let body = Body::read(&outline::lines(&shown)?)?;
    Ok(body.code.into_iter().next().unwrap_or_default())
}

/// Reads a step from its heading and the lines below it.
pub(super) fn read_step(part: &Part<'_, '_>) -> Result<Step> {
    let line = part.heading.unwrap_or(Line { number: 1, text: "", code: false });
    let (title, comment) = meta::cut(heading(&line, 3).unwrap_or_default(), line.number)?;
    read_step_titled(title, comment, line.number, part.body)
}

/// Reads a step whose title is known.
pub(super) fn read_step_titled(
    title: &str,
    mut comment: Fields,
    number: usize,
    lines: &[Line<'_>],
) -> Result<Step> {
    comment.remove("items");
    comment.remove("code");
    let body = Body::read(lines)?;
    let mut visible = visible_step(title);
    visible.notes = read_block(&body.notes);
    let mut step = meta::settle(visible, comment, norm_step, number)?;
    step.code = body.code;
    for mut raw in body.items {
        let comment = std::mem::take(&mut raw.comment);
        step.items.push(meta::settle(visible_item(&raw), comment, norm_item, raw.number)?);
    }
    // A sign on a step without items is itself the tick.
    if step.state == StepState::Done && step.items.is_empty() && !step.ticks.is_ticked() {
        step.ticks.0.push(Tick::imported(""));
    }
    Ok(step)
}

/// A box with its text, as found.
struct RawItem<'a> {
    number: usize,
    first: &'a str,
    ticked: bool,
    rest: Vec<&'a str>,
    comment: Fields,
}

/// The lines below a step's heading, sorted.
#[derive(Default)]
struct Body<'a> {
    notes: Vec<Line<'a>>,
    code: Vec<CodeBlock>,
    items: Vec<RawItem<'a>>,
    in_item: bool,
}

impl<'a> Body<'a> {
    fn read(lines: &[Line<'a>]) -> Result<Self> {
        let mut body = Self::default();
        let mut rest = lines;
        while let Some((line, after)) = rest.split_first() {
            rest = after;
            if line.code {
                let length = fence_length(line, after);
                let (inside, after) = after.split_at_checked(length).unwrap_or((after, &[]));
                rest = body.take_code(line, inside, after)?;
            } else {
                body.take_line(line)?;
            }
        }
        Ok(body)
    }

    /// Takes a fenced block and the comment below it, if there is one; gives back what follows.
    fn take_code<'l>(
        &mut self,
        opening: &Line<'a>,
        inside: &[Line<'a>],
        after: &'l [Line<'a>],
    ) -> Result<&'l [Line<'a>]> {
        self.in_item = false;
        let after = after.get(1..).unwrap_or_default();
        let code = read_code(opening, inside);
        let next = after.first().filter(|line| !line.code && line.text.trim_start().starts_with("<!-- tw "));
        let Some(line) = next else {
            self.code.push(code);
            return Ok(after);
        };
        let (_, comment) = meta::cut(line.text, line.number)?;
        self.code.push(meta::settle(code, comment, norm_code, line.number)?);
        Ok(after.get(1..).unwrap_or_default())
    }

    fn take_line(&mut self, line: &Line<'a>) -> Result<()> {
        let bare = line.text.trim_start();
        let boxed = outline::after_mark(bare, true).and_then(cut_box);
        if let Some((first, ticked)) = boxed {
            let (first, comment) = meta::cut(first, line.number)?;
            self.items.push(RawItem { number: line.number, first, ticked, rest: Vec::new(), comment });
            self.in_item = true;
            return Ok(());
        }
        match self.items.last_mut() {
            Some(item) if self.in_item && is_nested(line) => item.rest.push(line.text.trim()),
            _ => {
                self.in_item = false;
                self.notes.push(*line);
            }
        }
        Ok(())
    }
}

/// How many lines stand between an opening fence and its end.
fn fence_length(opening: &Line<'_>, after: &[Line<'_>]) -> usize {
    let fence = opens_fence(opening.text).unwrap_or("```");
    let mark = fence.chars().next().unwrap_or('`');
    let closes = |line: &&Line<'_>| {
        let text = line.text.trim();
        text.len() >= fence.len() && text.chars().all(|c| c == mark)
    };
    after.iter().take_while(|line| !closes(line)).count()
}

fn read_code(opening: &Line<'_>, inside: &[Line<'_>]) -> CodeBlock {
    let indent = opening.text.len() - opening.text.trim_start().len();
    let language = opening.text.trim_start().trim_start_matches(['`', '~']).trim();
    let bare = |line: &Line<'_>| {
        let blanks = line.text.chars().take(indent).take_while(|c| *c == ' ').count();
        line.text.get(blanks..).unwrap_or_default().to_owned()
    };
    let text = inside.iter().map(bare).collect::<Vec<_>>().join("\n");
    CodeBlock { language: language.to_owned(), text }
}
