//! What a table becomes, before it is taken.

use order_tables::{Meaning, Shape, Sheet};

use super::files::why;
use crate::foundation::Timestamp;
use crate::foundation::ids::new_id;
use crate::work_orders::actions::import::Choices;
use crate::work_orders::model::{Kind, Order, Priority};
use crate::work_orders::read::Taken;

/// Rows and drafts that are shown; the rest is taken like them.
const MOST: usize = 50;

/// A table as it will be taken.
pub struct TableView {
    pub shape: Shape,
    pub columns: Vec<ColumnView>,
    pub rows: Vec<(usize, Vec<String>)>,
    /// Rows that are not shown.
    pub more: usize,
    /// `2 steps`, `5 items`, ...
    pub counts: Vec<String>,
    pub claimed: usize,
    pub not_taken: Vec<(usize, String)>,
    /// What stands in the way.
    pub fault: Option<String>,
    pub drafts: Vec<DraftView>,
    pub more_drafts: usize,
    /// Of a checklist.
    pub title: String,
    pub order_type: String,
    pub priority: &'static str,
    pub due: String,
    pub criteria: String,
}

/// A column.
pub struct ColumnView {
    pub name: String,
    pub meaning: Meaning,
}

/// An order of a list, or a step of a checklist with its items.
pub struct DraftView {
    pub title: String,
    pub words: Vec<String>,
}

impl TableView {
    /// A table with a person's choices.
    pub fn of(sheet: &Sheet, choices: &Choices, due: &str, now: Timestamp) -> Self {
        let rows = sheet.rows();
        let shown = rows.iter().take(MOST).map(|row| (row.line, row.cells.clone()));
        let columns = sheet.columns().map(|(name, meaning)| ColumnView { name: name.to_owned(), meaning });
        let mut view = Self {
            shape: sheet.shape(),
            columns: columns.collect(),
            rows: shown.collect(),
            more: rows.len().saturating_sub(MOST),
            counts: Vec::new(),
            claimed: 0,
            not_taken: Vec::new(),
            fault: None,
            drafts: Vec::new(),
            more_drafts: 0,
            title: choices.title.clone().unwrap_or_default(),
            order_type: choices.order_type.clone().unwrap_or_default(),
            priority: choices.priority.unwrap_or(Priority::Medium).as_str(),
            due: due.to_owned(),
            criteria: if choices.criteria.is_empty() && choices.title.is_none() {
                "Every required item is done".to_owned()
            } else {
                choices.criteria.join("\n")
            },
        };
        view.fill(sheet, now);
        view
    }

    fn fill(&mut self, sheet: &Sheet, now: Timestamp) {
        let made = match sheet.orders(&mut || new_id(now)) {
            Ok(made) => made,
            Err(cause) => return self.fault = Some(why(cause)),
        };
        self.not_taken = made.iter().flat_map(|it| it.not_taken.clone()).collect();
        if self.shape == Shape::Checklist {
            for it in made {
                let criteria = it.taken.criteria + self.criteria.lines().count();
                self.counts = Taken { criteria, ..it.taken }.counts().into_iter().take(3).collect();
                self.claimed = it.taken.claimed;
                if self.title.is_empty() {
                    self.title.clone_from(&it.order.title);
                }
                self.drafts = steps(&it.order);
            }
        } else {
            let many = made.len();
            self.counts = vec![if many == 1 { "1 draft".to_owned() } else { format!("{many} drafts") }];
            self.drafts = made.iter().map(|it| order(&it.order)).collect();
        }
        self.more_drafts = self.drafts.len().saturating_sub(MOST);
        self.drafts.truncate(MOST);
    }

    /// Whether a row is an item.
    pub fn is_checklist(&self) -> bool {
        self.shape == Shape::Checklist
    }
}

/// The steps of a checklist with what stands in each.
fn steps(order: &Order) -> Vec<DraftView> {
    let mut steps: Vec<DraftView> = Vec::new();
    for block in &order.document {
        match (block.kind, steps.last_mut()) {
            (Kind::Step, _) => steps.push(DraftView { title: block.text.clone(), words: Vec::new() }),
            (Kind::Item, Some(step)) => {
                let optional = if block.required { "" } else { " (optional)" };
                let asks = match block.asks.kind {
                    crate::work_orders::model::AskKind::Tick => String::new(),
                    kind => format!(" — {}{}", kind.label(), limits(&block.asks)),
                };
                step.words.push(format!("{}{optional}{asks}", block.text));
            }
            (Kind::Point, Some(step)) => step.words.push(format!("· {}", block.text)),
            _ => {}
        }
    }
    steps
}

fn limits(asks: &crate::work_orders::model::Asks) -> String {
    let range = match (asks.least.as_str(), asks.most.as_str()) {
        ("", "") => String::new(),
        (least, "") => format!(" from {least}"),
        ("", most) => format!(" up to {most}"),
        (least, most) => format!(" {least} to {most}"),
    };
    let unit = if asks.unit.is_empty() { String::new() } else { format!(" {}", asks.unit) };
    format!("{range}{unit}{}", asks.options.join(" / "))
}

fn order(order: &Order) -> DraftView {
    let mut words = vec![order.priority.as_str().to_owned()];
    words.extend(order.due.as_ref().map(|due| format!("due {}", due.raw)));
    words.extend(order.asset.as_ref().map(|asset| asset.name.clone()));
    words.extend(Some(order.order_type.clone()).filter(|it| !it.is_empty()));
    DraftView { title: order.title.clone(), words }
}
