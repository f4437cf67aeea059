//! The plan as it is read: its blocks in the order of the document, steps as cards among them.

use super::code::CodeView;
use super::rows::RowView;
use super::steps::StepView;
use super::view::OrderView;
use crate::web::markdown;
use crate::work_orders::model::{Block, CodeBlock, Kind, Order};
use crate::work_orders::read::words::{Part, announces_output, part_of};
use crate::work_orders::write::document_of;

/// A part of the plan on the page.
#[derive(Debug)]
pub enum Flow {
    Step(Box<StepView>),
    /// Texts under a heading, or under none.
    Section {
        title: String,
        anchor: String,
        parts: Vec<PartView>,
    },
}

/// What stands in a step or a section.
#[derive(Debug)]
pub enum PartView {
    /// Rendered Markdown, and how deep it stands in the list.
    Text {
        html: String,
        depth: u8,
    },
    Warning {
        html: String,
    },
    /// A heading inside a step.
    Heading(String),
    Code(CodeView),
    /// Something to tick.
    Row(Box<RowView>),
}

/// The plan of an order, in the order of its document.
pub fn flow(view: &OrderView) -> Vec<Flow> {
    let document = blocks_of(&view.order);
    let mut reader = Reader { view, flow: Vec::new(), run: Vec::new(), level: 0 };
    for block in &document {
        reader.take(block);
    }
    reader.flush();
    reader.flow.retain(|it| !is_bare(it));
    reader.flow
}

/// The blocks of an order; for one that has no document, those that its parts make.
pub fn blocks_of(order: &Order) -> Vec<Block> {
    if order.document.is_empty() { document_of(order) } else { order.document.clone() }
}

/// A heading whose points are shown elsewhere, or which only says that steps follow.
fn is_bare(flow: &Flow) -> bool {
    match flow {
        Flow::Step(_) => false,
        Flow::Section { title, parts, .. } => {
            parts.iter().all(is_rule) && (title.is_empty() || part_of(title).is_some())
        }
    }
}

/// A line across, which says nothing by itself.
fn is_rule(part: &PartView) -> bool {
    matches!(part, PartView::Text { html, .. } if html.trim().starts_with("<hr") && html.trim().len() < 8)
}

struct Reader<'a> {
    view: &'a OrderView,
    flow: Vec<Flow>,
    /// Texts that follow each other and are rendered as one.
    run: Vec<Block>,
    /// The level of the step that is open; 0 for none.
    level: u8,
}

impl Reader<'_> {
    fn take(&mut self, block: &Block) {
        match block.kind {
            Kind::Title | Kind::Head | Kind::Hidden | Kind::Record | Kind::Criterion | Kind::Safety => {
                self.flush();
            }
            Kind::Step => self.step(block),
            Kind::Section => self.section(block),
            Kind::Item => self.item(block),
            Kind::Code => {
                let code = CodeBlock { language: block.language.clone(), text: block.text.clone() };
                self.code(CodeView::of(&code));
            }
            Kind::Warning => self.push(PartView::Warning { html: markdown::render(&block.text) }),
            Kind::Goal => self.entry(block, "Goals"),
            Kind::Part => self.entry(block, "Parts and materials"),
            Kind::Point | Kind::Text | Kind::Table | Kind::Picture => self.run.push(block.clone()),
        }
    }

    fn step(&mut self, block: &Block) {
        self.flush();
        self.level = block.level.max(1);
        if let Some(step) = self.view.order.step(&block.id) {
            self.flow.push(Flow::Step(Box::new(StepView::of(self.view, step))));
        }
    }

    fn section(&mut self, block: &Block) {
        self.flush();
        if self.level > 0 && block.level > self.level {
            self.push(PartView::Heading(block.text.clone()));
            return;
        }
        self.level = 0;
        let anchor = format!("section-{}", self.flow.len());
        self.flow.push(Flow::Section { title: block.text.clone(), anchor, parts: Vec::new() });
    }

    fn item(&mut self, block: &Block) {
        if let Some((step, item)) = self.view.order.item(&block.id) {
            let row = super::steps::row_of(self.view, step, item, block.depth);
            self.push(PartView::Row(Box::new(row)));
        }
    }

    /// A block of code. One that is announced as the output of the block before it is shown with that one.
    fn code(&mut self, code: CodeView) {
        let announced = match self.run.as_slice() {
            [block] if announces_output(&block.text) => Some(block.text.trim().to_owned()),
            _ => None,
        };
        let before = match self.flow.last_mut() {
            Some(Flow::Step(step)) if self.level > 0 => step.parts.last_mut(),
            Some(Flow::Section { parts, .. }) if self.level == 0 => parts.last_mut(),
            _ => None,
        };
        match (announced, before) {
            (Some(words), Some(PartView::Code(before))) if before.output.is_none() => {
                self.run.clear();
                before.output = Some(Box::new((words, code)));
            }
            _ => self.push(PartView::Code(code)),
        }
    }

    /// An entry of a list that stands under no heading of its own is shown under one.
    fn entry(&mut self, block: &Block, title: &str) {
        let wanted = Some(Part::Points(block.kind));
        let stands =
            matches!(self.flow.last(), Some(Flow::Section { title, .. }) if part_of(title) == wanted);
        if !stands && self.run.last().is_none_or(|last| last.kind != block.kind) {
            self.section(&Block { level: 1, ..Block::of(Kind::Section, title) });
        }
        self.run.push(block.clone());
    }

    fn push(&mut self, part: PartView) {
        self.flush();
        match self.flow.last_mut() {
            Some(Flow::Step(step)) if self.level > 0 => step.parts.push(part),
            Some(Flow::Section { parts, .. }) if self.level == 0 => parts.push(part),
            _ => {
                let anchor = format!("section-{}", self.flow.len());
                self.flow.push(Flow::Section { title: String::new(), anchor, parts: vec![part] });
            }
        }
    }

    fn flush(&mut self) {
        if self.run.is_empty() {
            return;
        }
        let run = std::mem::take(&mut self.run);
        let depth = run.first().map_or(0, |block| block.depth);
        let html = markdown::render(&dedented(&run.iter().map(source_of).collect::<String>()));
        if !html.trim().is_empty() {
            self.push(PartView::Text { html, depth });
        }
    }
}

/// A block as Markdown.
fn source_of(block: &Block) -> String {
    let indent = "  ".repeat(usize::from(block.depth));
    match &block.source {
        Some(source) => source.clone(),
        None if block.kind.is_entry() => {
            format!("{indent}- {}\n", block.text.replace('\n', &format!("\n{indent}  ")))
        }
        None => format!("{}\n\n", block.text),
    }
}

/// Without the indentation that all lines share, so that what stood in a list is no code.
fn dedented(text: &str) -> String {
    let bare = |line: &str| line.len() - line.trim_start_matches(' ').len();
    let first = text.lines().find(|line| !line.trim().is_empty()).map_or(0, bare);
    let cut = |line: &'_ str| line.get(bare(line).min(first)..).unwrap_or_default().to_owned();
    text.lines().map(cut).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stood_in_a_list_is_no_code() {
        assert_eq!(dedented("    a\n      b\n\n  c"), "a\n  b\n\nc");
        let point = Block { depth: 1, ..Block::of(Kind::Point, "a\nb") };
        assert_eq!(source_of(&point), "  - a\n    b\n");
    }
}
