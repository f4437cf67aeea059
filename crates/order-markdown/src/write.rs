//! An order as Markdown that any viewer shows as a person wrote it.
//!
//! What came from a file and was not changed here comes out byte for byte the same; a tick given here turns its own box,
//! a changed block is written anew in its place, and what was added here (log, comments, amendments) stands at the end.

mod head;
mod recorded;
mod settled;

use crate::asked;
use crate::model::{Block, Comment, Kind, LogEntry, Order, Step, StepState, Ticks};
use crate::read::boxes;
use crate::read::pieces::without_comments;
use crate::read::signs::{cut_end_sign, show_code};
use crate::read::words::{self, Part};
use crate::shield::{opens_record, shielded};
use recorded::{amendment_text, answers_text, assigned_text, decision_text, log_text, timed};
pub(crate) use settled::settled;

/// The order as Markdown.
pub fn write(order: &Order) -> String {
    written(order).text
}

/// An order as Markdown, with the places of its blocks.
pub struct Written {
    pub text: String,
    /// Where each block of the document begins, in bytes.
    pub starts: Vec<usize>,
    /// Where the document ends; behind it stands what was recorded here.
    pub end: usize,
}

/// The order as Markdown, with the places of its blocks.
pub fn written(order: &Order) -> Written {
    let made;
    let document = if order.document.is_empty() {
        made = document_of(order);
        &made
    } else {
        &order.document
    };
    let document = settled(document);
    let document: &[Block] = &document;
    let mut writer = Writer::new(order, document);
    writer.head(document);
    let is_current = |block: &Block| {
        asked::is_here(block)
            && block
                .source
                .as_deref()
                .is_some_and(|it| asked::is_current(it, document, order.isolation.required))
    };
    let mut starts = Vec::new();
    for block in document {
        starts.push(writer.out.len());
        if asked::is_here(block) && !is_current(block) {
            continue;
        }
        writer.block(block);
    }
    let end = writer.out.len();
    writer.record();
    if !document.iter().any(is_current)
        && let Some(comment) = asked::write(document, order.isolation.required)
    {
        writer.text(&comment);
    }
    Written { text: writer.out, starts, end }
}

/// The document of an order that has none: those made before orders kept theirs.
pub fn document_of(order: &Order) -> Vec<Block> {
    let mut blocks = vec![Block { level: 1, ..Block::of(Kind::Title, order.title.clone()) }];
    let section = |title: &str| Block { level: 2, ..Block::of(Kind::Section, title) };
    let entry = |kind: Kind, id: &str, text: &str| Block { id: id.to_owned(), ..Block::of(kind, text) };
    if !order.description.is_empty() {
        blocks.extend([section("Description"), Block::of(Kind::Text, order.description.clone())]);
    }
    blocks.extend(order.goals.iter().map(|goal| entry(Kind::Goal, &goal.id, &goal.text)));
    if !order.steps.is_empty() {
        blocks.push(section("Steps"));
    }
    for step in &order.steps {
        blocks.extend(step_blocks(step));
    }
    blocks.extend(order.parts.iter().map(|part| entry(Kind::Part, &part.id, &part.text)));
    blocks.extend(order.safety.notes.iter().map(|note| entry(Kind::Safety, &note.id, &note.text)));
    blocks.extend(order.criteria.iter().map(|it| entry(Kind::Criterion, &it.id, &it.text)));
    for it in &order.sections {
        blocks.extend([section(&it.title), Block::of(Kind::Text, it.text.clone())]);
    }
    blocks
}

fn step_blocks(step: &Step) -> Vec<Block> {
    let heading = Block {
        id: step.id.clone(),
        level: 3,
        required: step.required,
        ordered: step.ordered,
        ..Block::of(Kind::Step, step.title.clone())
    };
    let mut blocks = vec![heading];
    if !step.notes.is_empty() {
        blocks.push(Block::of(Kind::Text, step.notes.clone()));
    }
    blocks.extend(
        step.code.iter().map(|code| Block {
            language: code.language.clone(),
            ..Block::of(Kind::Code, code.text.clone())
        }),
    );
    blocks.extend(step.items.iter().map(|item| Block {
        id: item.id.clone(),
        required: item.required,
        asks: item.asks.clone(),
        ..Block::of(Kind::Item, item.text.clone())
    }));
    blocks
}

struct Writer<'a> {
    order: &'a Order,
    out: String,
    /// How lines end in the file.
    eol: &'static str,
    /// The part of the checklist that the last heading opened.
    part: Option<Part>,
    /// The kind and depth of what was written last.
    last: Option<(Kind, u8)>,
    steps: usize,
}

impl<'a> Writer<'a> {
    fn new(order: &'a Order, document: &[Block]) -> Self {
        let sources = document.iter().filter_map(|block| block.source.as_deref());
        let windows = sources.into_iter().any(|source| source.contains("\r\n"));
        let eol = if windows { "\r\n" } else { "\n" };
        Self { order, out: String::new(), eol, part: None, last: None, steps: 0 }
    }

    /// The title and the fields of an order that was written here; a file has its own.
    fn head(&mut self, document: &[Block]) {
        if document.iter().any(|block| block.source.is_some()) {
            return;
        }
        self.text(&format!("# {}", line(&self.order.title)));
        let rows: Vec<String> =
            fields(self.order).into_iter().map(|(label, value)| row(label, &value)).collect();
        let rows = rows.join("\n");
        self.text(&format!("## Header\n\n| Field | Value |\n|-------|-------|\n{rows}"));
    }

    fn block(&mut self, block: &Block) {
        match (&block.source, block.kind) {
            (Some(source), Kind::Head) => {
                self.out.push_str(&head::changed(self.order, source));
            }
            (Some(source), _) => {
                let turned = self.turned(block, source);
                self.out.push_str(&turned);
            }
            (None, Kind::Title) if self.last.is_some() || self.out.starts_with('#') => return,
            (None, _) => self.fresh(block),
        }
        if block.level > 0 && block.kind != Kind::Step {
            // What was written here under such a heading is no record, and its heading is written as words.
            let is_words = block.source.is_none() && opens_record(&block.text);
            let part = words::part_of(&block.text).filter(|_| !is_words);
            self.part = part.or(self.part.filter(|_| block.level > 2));
        }
        if block.kind == Kind::Step {
            self.steps += 1;
        }
        self.last = Some((block.kind, block.depth));
    }

    /// The source with its box as it stands now.
    fn turned(&self, block: &Block, source: &str) -> String {
        let (ticks, step) = match block.kind {
            Kind::Item => (self.order.item(&block.id).map(|(_, item)| &item.ticks), None),
            Kind::Criterion => (self.order.criterion(&block.id).map(|it| &it.ticks), None),
            Kind::Step => {
                let step = self.order.step(&block.id);
                (step.filter(|step| step.items.is_empty()).map(|step| &step.ticks), step)
            }
            _ => return source.to_owned(),
        };
        let ticked = ticks.is_some_and(Ticks::is_ticked) && !self.has_failed(block);
        let signed = step.map_or_else(|| source.to_owned(), |step| with_sign(source, step));
        if ticks.is_none() {
            return signed;
        }
        match block.mark.and_then(|at| usize::try_from(at).ok()) {
            Some(mark) => with_box(&signed, mark, ticked),
            None if ticked && block.kind != Kind::Step && !is_signed_done(&signed) => {
                let (marks, words) = signed.split_at(after_marks(&signed));
                format!("{marks}[x] {words}")
            }
            None => signed,
        }
    }

    /// Whether it was answered as not being as it should: its box stays open, and the answer stands in the record.
    fn has_failed(&self, block: &Block) -> bool {
        block.kind == Kind::Item && self.order.item(&block.id).is_some_and(|(_, item)| item.has_failed())
    }

    /// A block that has no source any more, or never had one.
    fn fresh(&mut self, block: &Block) {
        self.open_part(block.kind);
        let indent = "  ".repeat(usize::from(block.depth));
        let said = shielded(&block.text);
        let inside = |text: &str| text.lines().collect::<Vec<_>>().join(&format!("\n{indent}  "));
        let optional = if block.required { "" } else { " (optional)" };
        match block.kind {
            Kind::Step | Kind::Section | Kind::Title => {
                let hashes = "#".repeat(usize::from(block.level.clamp(1, 6)));
                let step = if block.kind == Kind::Step {
                    format!("Step {}: ", self.steps + 1)
                } else {
                    String::new()
                };
                let sign = self.order.step(&block.id).map(sign_of).unwrap_or_default();
                let heading = format!("{hashes} {step}{}{optional}{sign}", line(&block.text));
                self.text(&if block.kind == Kind::Section { shielded(&heading) } else { heading });
            }
            Kind::Item | Kind::Criterion => {
                let ticks = match block.kind {
                    Kind::Item => self.order.item(&block.id).map(|(_, item)| &item.ticks),
                    _ => self.order.criterion(&block.id).map(|it| &it.ticks),
                };
                let ticked = ticks.is_some_and(Ticks::is_ticked) && !self.has_failed(block);
                let mark = if ticked { "[x]" } else { "[ ]" };
                let mark = if block.kind == Kind::Criterion && mark == "[ ]" {
                    String::new()
                } else {
                    format!("{mark} ")
                };
                self.entry(block, &format!("{indent}- {mark}{}{optional}", inside(&said)));
            }
            Kind::Safety | Kind::Goal | Kind::Part | Kind::Point => {
                self.entry(block, &format!("{indent}- {}", inside(&said)));
            }
            Kind::Code => {
                let fence = fence_for(&block.text);
                self.text(&format!("{fence}{}\n{}\n{fence}", block.language, block.text));
            }
            Kind::Warning if !words::warns(&block.text) => {
                self.text(&format!("> [!WARNING]\n> {}", said.replace('\n', "\n> ")));
            }
            _ => self.text(&said),
        }
    }

    /// An entry of a list that stands under no heading of its kind gets one.
    fn open_part(&mut self, kind: Kind) {
        let title = match kind {
            Kind::Criterion => "Completion Criteria",
            Kind::Safety => "Safety Notes",
            Kind::Goal => "Goals",
            Kind::Part => "Parts/Materials Required",
            _ => return,
        };
        if self.part != Some(Part::Points(kind)) {
            self.text(&format!("## {title}"));
            self.part = Some(Part::Points(kind));
            self.last = None;
        }
    }

    fn entry(&mut self, block: &Block, text: &str) {
        let goes_on = self.last.is_some_and(|(kind, _)| kind == block.kind) && self.out.ends_with('\n');
        if goes_on && !self.out.ends_with(&format!("{0}{0}", self.eol)) {
            self.raw(text);
        } else {
            self.text(text);
        }
    }

    /// Writes a text as a block of its own: a blank line before it.
    fn text(&mut self, text: &str) {
        if !self.out.is_empty() {
            if !self.out.ends_with(['\n', '\r']) {
                self.out.push_str(self.eol);
            }
            if !self.out.ends_with("\n\n") && !self.out.ends_with("\r\n\r\n") {
                self.out.push_str(self.eol);
            }
        }
        self.raw(text);
    }

    fn raw(&mut self, text: &str) {
        for line in text.lines() {
            self.out.push_str(line.trim_end());
            self.out.push_str(self.eol);
        }
    }

    /// Log and comments written here, and what was said of the work after its end; those of a file stand in it.
    fn record(&mut self) {
        let is_file = !self.order.document.is_empty();
        let log: Vec<&LogEntry> =
            self.order.log.iter().filter(|entry| entry.by.is_some() || !is_file).collect();
        let comments: Vec<&Comment> =
            self.order.comments.iter().filter(|comment| !comment.by.id.is_empty() || !is_file).collect();
        let answers = answers_text(self.order);
        let assigned = assigned_text(self.order);
        if !log.is_empty() || answers.is_some() || assigned.is_some() {
            if self.part != Some(Part::Log) {
                self.text("## Work Log");
            }
            for entry in log {
                self.text(&log_text(entry));
            }
        }
        for told in assigned.into_iter().chain(answers) {
            self.text(&told);
        }
        let decisions = &self.order.delegation.decisions;
        if !comments.is_empty() || !self.order.amendments.is_empty() || !decisions.is_empty() {
            self.text("## Comments");
        }
        for comment in comments {
            let head = timed(&comment.when.raw, &comment.by.marked_name());
            self.text(&format!("{head}\n\n{}", shielded(&comment.text)));
        }
        for amendment in &self.order.amendments {
            self.text(&amendment_text(self.order, amendment));
        }
        for decision in decisions {
            self.text(&decision_text(self.order, decision));
        }
        // In a document the foot is a block like any other.
        if let Some(footer) = self.order.footer.as_ref().filter(|_| !is_file) {
            self.text("---");
            self.text(footer);
        }
    }
}

fn fields(order: &Order) -> Vec<(&str, String)> {
    let mut rows = vec![
        ("WO Number", order.number.to_string()),
        ("Type", order.order_type.clone()),
        ("Priority", order.priority.as_str().to_uppercase()),
        ("Status", order.status.shown()),
        ("Created", order.created.raw.clone()),
    ];
    rows.extend(order.due.as_ref().map(|due| ("Due", due.raw.clone())));
    rows.extend(order.assignee.as_ref().map(|it| ("Assigned To", show_code(&it.name, &it.code))));
    rows.extend(order.asset.as_ref().map(|it| ("Asset", show_code(&it.name, &it.tag))));
    rows.extend(order.fields.iter().map(|field| (field.name.as_str(), field.value.clone())));
    rows
}

fn row(label: &str, value: &str) -> String {
    let cell = |text: &str| line(text).replace('|', "\\|");
    format!("| **{}** | {} |", cell(label), cell(value))
}

/// One line: control characters and newlines become blanks.
fn line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect::<String>().trim().to_owned()
}

/// A step in which something failed is no step that went well.
fn sign_of(step: &Step) -> &'static str {
    match step.state {
        StepState::Open => "",
        StepState::Done if step.failed_items() > 0 => " ❌",
        StepState::Done => " ✅",
        StepState::Failed { .. } => " ❌",
        StepState::Flagged { .. } => " ⚠️",
        StepState::NotApplicable { .. } => " ➖",
    }
}

/// A heading whose sign says something else than what was done here gets the right one.
fn with_sign(source: &str, step: &Step) -> String {
    if step.state == StepState::Open {
        return source.to_owned();
    }
    let (heading, rest) = source.split_at(source.find(['\n', '\r']).unwrap_or(source.len()));
    let right = sign_of(step).trim();
    let bare = heading.trim_end();
    match cut_end_sign(bare) {
        Some((words, _)) => format!("{words}{right}{}{rest}", heading.get(bare.len()..).unwrap_or_default()),
        None => source.to_owned(),
    }
}

/// A text with the box that stands at a place as it should be.
fn with_box(source: &str, mark: usize, ticked: bool) -> String {
    let Some((before, rest)) = source.split_at_checked(mark) else { return source.to_owned() };
    match boxes::at_start(rest).filter(|found| found.is_ticked != ticked) {
        Some(found) => {
            let (sign, after) = rest.split_at(found.length);
            format!("{before}{}{after}", boxes::turned(sign))
        }
        None => source.to_owned(),
    }
}

/// Whether the reader takes a line of it for done by the sign at its end, behind which a comment may stand.
fn is_signed_done(source: &str) -> bool {
    let signed = |line: &str| line.trim_end().trim_end_matches('\u{fe0f}').ends_with(['✅', '☑', '✔']);
    source.lines().any(|line| signed(line) || signed(&without_comments(line)))
}

/// Where the words of a line begin: behind quote marks, indentation, a bullet or a number.
fn after_marks(source: &str) -> usize {
    let mut at = 0;
    loop {
        let rest = source.get(at..).unwrap_or_default();
        let blank = rest.len() - rest.trim_start_matches(['\u{feff}', ' ', '\t', '>']).len();
        let bare = rest.get(blank..).unwrap_or_default();
        let bullet = bare.strip_prefix(['-', '*', '+']).filter(|rest| rest.starts_with([' ', '\t']));
        let digits = bare.bytes().take_while(u8::is_ascii_digit).count();
        let number = bare.get(digits..).and_then(|rest| rest.strip_prefix(['.', ')'])).filter(|_| digits > 0);
        let hashes = bare.bytes().take_while(|byte| *byte == b'#').count();
        let mark = match (bullet, number) {
            (Some(_), _) => 1,
            (_, Some(_)) => digits + 1,
            _ => hashes,
        };
        at += blank + mark;
        if mark == 0 {
            return at;
        }
    }
}

fn fence_for(text: &str) -> String {
    let longest = text.lines().map(|line| line.trim_start().bytes().take_while(|b| *b == b'`').count()).max();
    "`".repeat(longest.unwrap_or(0).max(2) + 1)
}
