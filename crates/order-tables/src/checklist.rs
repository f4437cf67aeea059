//! A checklist: rows become items below the steps that they name.

use foundation::{Error, Result};
use order_markdown::model::{Block, Kind, Order, Plan, limits};
use order_markdown::read::Taken;

use crate::meanings::Meaning;
use crate::names::{bare, is_column};
use crate::table::Row;
use crate::{Made, Sheet, claimed, shape, values};

/// The order that the table is.
pub(crate) fn order(sheet: &Sheet, new_id: &mut dyn FnMut() -> String) -> Result<Made> {
    let mut reader =
        Reader { sheet, blocks: Vec::new(), step: String::new(), done: Vec::new(), notes: Vec::new() };
    reader.head();
    for row in sheet.rows() {
        reader.row(row, new_id);
    }
    let Reader { blocks, done, notes, .. } = reader;
    let mut taken = Taken::default();
    for block in &blocks {
        match block.kind {
            Kind::Item => taken.items += 1,
            Kind::Step => taken.steps += 1,
            _ => {}
        }
    }
    taken.claimed = done.len();
    if taken.items == 0 {
        return Err(Error::invalid("file", "no row has words for an item; say which column has them"));
    }
    let title = blocks.first().map(|block| block.text.clone()).unwrap_or_default();
    let mut plan = Plan { title, document: blocks, ..Plan::default() };
    plan.fill_ids(new_id);
    taken.steps = plan.steps.len();
    let mut order = Order::default();
    plan.put_into(&mut order);
    for item in order.steps.iter_mut().flat_map(|step| &mut step.items) {
        if done.contains(&item.id) {
            item.ticks.0.push(claimed(new_id));
        }
    }
    limits::check(&order)?;
    Ok(Made { order, taken, source: sheet.bytes.clone(), line: 1, not_taken: notes })
}

struct Reader<'a> {
    sheet: &'a Sheet,
    blocks: Vec<Block>,
    /// The step that the rows belong to.
    step: String,
    /// Items that the file says are done.
    done: Vec<String>,
    notes: Vec<(usize, String)>,
}

impl Reader<'_> {
    /// The name of the file, or the one cell above the names; what else stands there is kept as text.
    fn head(&mut self) {
        if let Some(register) = shape::register(&self.sheet.table) {
            let words =
                format!("this looks like a list of {}; each row becomes an item to check", register.label());
            self.notes.push((self.sheet.table.line, words));
        }
        let above = &self.sheet.table.above;
        let alone = above.first().filter(|row| row.filled().count() == 1);
        let title = alone.and_then(|row| row.filled().next()).map_or(self.sheet.name.clone(), line);
        self.blocks.push(Block { level: 1, ..Block::of(Kind::Title, title) });
        for row in above.iter().skip(usize::from(alone.is_some())) {
            let words: Vec<&str> = row.filled().collect();
            self.blocks.push(Block::of(Kind::Text, words.join(" · ")));
        }
    }

    fn row(&mut self, row: &Row, new_id: &mut dyn FnMut() -> String) {
        if let Some(remark) = remark(row) {
            if remark.chars().any(char::is_alphanumeric) {
                self.blocks.push(Block::of(Kind::Text, remark));
            }
            return;
        }
        let words = words_of(self.sheet, row).to_owned();
        let step = self.sheet.said(row, Meaning::Step).to_owned();
        // A row that says one thing in another column is a heading of its own.
        let heading =
            (words.is_empty() && step.is_empty() && row.filled().count() == 1).then(|| row.filled().next());
        let step = heading.flatten().map_or(step, str::to_owned);
        if !step.is_empty() && step != self.step {
            self.step.clone_from(&step);
            self.blocks.push(Block { level: 2, ..Block::of(Kind::Step, line(&step)) });
        }
        if words.is_empty() {
            if step.is_empty() {
                self.notes.push((row.line, "the row has no words for an item".to_owned()));
            }
            return;
        }
        self.item(row, words, new_id);
    }

    fn item(&mut self, row: &Row, words: String, new_id: &mut dyn FnMut() -> String) {
        let said = |meaning| self.sheet.said(row, meaning);
        let (asks, fault) = values::asks(
            said(Meaning::Asks),
            said(Meaning::Options),
            [Meaning::Unit, Meaning::Least, Meaning::Most].map(said),
        );
        let required =
            self.sheet.all(row, Meaning::Required).all(|(name, value)| values::is_required(name, value));
        let id = new_id();
        let state = said(Meaning::Done).to_owned();
        if values::is_done(&state) {
            self.done.push(id.clone());
        }
        let mut below = Vec::new();
        if !values::is_done(&state) && !values::is_open(&state) {
            below.extend(self.sheet.all(row, Meaning::Done).map(|(name, value)| format!("{name}: {value}")));
        }
        for meaning in [Meaning::Expected, Meaning::Assignee, Meaning::Notes] {
            let said = self.sheet.all(row, meaning).filter(|(_, value)| *value != words);
            below.extend(said.map(|(name, value)| format!("{name}: {value}")));
        }
        self.notes.extend(fault.map(|fault| (row.line, fault)));
        self.blocks.push(Block { id, required, asks, ..Block::of(Kind::Item, words) });
        self.blocks
            .extend(below.into_iter().map(|words| Block { depth: 1, ..Block::of(Kind::Point, words) }));
    }
}

/// The words of an item: what is to be done, else the fault for which nobody has said yet what to do.
fn words_of<'a>(sheet: &'a Sheet, row: &'a Row) -> &'a str {
    let fault = || sheet.all(row, Meaning::Notes).find(|(name, _)| is_column("issue", &bare(name)));
    Some(sheet.said(row, Meaning::Item))
        .filter(|words| !words.is_empty())
        .or_else(|| fault().map(|(_, value)| value))
        .unwrap_or_default()
}

/// What a row says that some programs pass by: a line that begins with `#`.
fn remark(row: &Row) -> Option<&str> {
    let alone = row.filled().next().filter(|_| row.filled().count() == 1);
    alone.and_then(|cell| cell.strip_prefix('#')).map(|cell| cell.trim_matches(['#', ' ']))
}

/// One line of a text.
fn line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(200).collect()
}
