//! The plan as it stands before whoever approves it: all that it asks for, and nothing of what was done.

use std::collections::BTreeMap;

use super::document::{self, Flow};
use super::facts::due_words;
use super::order::criteria;
use super::record::{self, SafetyView};
use super::rows::RowView;
use super::text::Html;
use super::view::OrderView;
use crate::work_orders::model::{AskKind, Asks, Assignee, Demands, Order, Target};
use crate::work_orders::pace;

/// Everything that is approved, in the order of its document.
pub(super) struct PlanShown {
    pub(super) size: String,
    /// Label and value: type, priority, due, assigned, asset.
    pub(super) facts: Vec<(&'static str, Html)>,
    pub(super) safety: Option<SafetyView>,
    pub(super) isolation: bool,
    pub(super) flow: Vec<Flow>,
    pub(super) criteria: Vec<RowView>,
    /// What each part asks for beyond its words, by its target.
    says: BTreeMap<String, Vec<String>>,
}

impl PlanShown {
    /// The plan of an order as it is now.
    pub(super) fn of(view: &OrderView) -> Self {
        let order = &view.order;
        let count = |count: usize, word: &str| format!("{count} {word}{}", if count == 1 { "" } else { "s" });
        let items = order.steps.iter().map(|step| step.items.len()).sum();
        Self {
            size: format!("{}, {}", count(order.steps.len(), "step"), count(items, "item")),
            facts: facts(view),
            safety: record::safety(view),
            isolation: order.isolation.required,
            flow: document::flow(view),
            criteria: criteria(view),
            says: says(order),
        }
    }

    /// What a part asks for, as a row names it.
    pub(super) fn says(&self, target: &str) -> &[String] {
        self.says.get(target).map_or(&[], Vec::as_slice)
    }

    /// What a step asks for.
    pub(super) fn says_of_step(&self, id: &str) -> &[String] {
        self.says(&Target::Step(id.to_owned()).to_string())
    }
}

fn facts(view: &OrderView) -> Vec<(&'static str, Html)> {
    let order = &view.order;
    let assigned = order.assignee.as_ref().map_or_else(|| "nobody yet".to_owned(), Assignee::marked_name);
    let mut facts = vec![
        ("Type", Html::text(if order.order_type.is_empty() { "none" } else { &order.order_type })),
        ("Priority", Html::text(order.priority.as_str())),
        ("Due", order.due.as_ref().map_or_else(|| Html::text("no day"), |due| due_words(view, due))),
        ("Assigned", Html::text(&assigned)),
    ];
    facts.extend(
        order.asset.as_ref().map(|asset| ("Asset", Html::text(&format!("{} {}", asset.name, asset.tag)))),
    );
    facts
}

fn says(order: &Order) -> BTreeMap<String, Vec<String>> {
    let mut says = BTreeMap::new();
    for step in &order.steps {
        let mut own = demanded(order, &step.demands);
        if !step.required {
            own.push("optional".to_owned());
        }
        if step.ordered {
            own.push("only after the steps before it".to_owned());
        }
        if step.demands.least_seconds > 0 {
            own.push(format!("takes at least {}", pace::words(i64::from(step.demands.least_seconds))));
        }
        says.insert(Target::Step(step.id.clone()).to_string(), own);
        for item in &step.items {
            let mut own: Vec<String> = answered_by(&item.asks).into_iter().collect();
            own.extend(demanded(order, &item.demands));
            says.insert(Target::Item(item.id.clone()).to_string(), own);
        }
    }
    for criterion in &order.criteria {
        let words = criterion.demands.evidence.words();
        let own = if words.is_empty() { vec![] } else { vec![format!("asks for {}", words.join(", "))] };
        says.insert(Target::Criterion(criterion.id.clone()).to_string(), own);
    }
    says
}

/// How an item is answered, where that is no tick: `A number, 20 to 80 °C, outside fails`.
fn answered_by(asks: &Asks) -> Option<String> {
    let mut words = vec![asks.kind.label().to_lowercase()];
    match asks.kind {
        AskKind::Tick => return None,
        AskKind::Choice => words.push(asks.options.join(" / ")),
        AskKind::Scan => words.push(asks.asset.clone()),
        AskKind::Number => {
            words.extend(Some(asks.limits()).filter(|limits| !limits.is_empty()));
            if !asks.least.is_empty() || !asks.most.is_empty() {
                words
                    .push(if asks.outside_fails { "outside fails" } else { "outside is flagged" }.to_owned());
            }
        }
        _ => {}
    }
    Some(words.join(", "))
}

fn demanded(order: &Order, demands: &Demands) -> Vec<String> {
    let mut words: Vec<String> =
        demands.only_if.as_ref().map(|only| order.only_if(only)).into_iter().collect();
    if demands.blocking {
        words.push("checkpoint: nothing after it before it is done".to_owned());
    }
    words
}
