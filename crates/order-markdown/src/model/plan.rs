//! The plan: what an author writes, without anything that happened.
//!
//! A plan replaces an order's plan by stable id: what has the same id keeps its ticks.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::{
    Asks, AssetRef, Block, CodeBlock, Criterion, Demands, Entry, Field, Item, Kind, Materiality, Order,
    Priority, Section, Step, StepState, Ticks, When,
};

/// Everything of an order that is decided before the work.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Plan {
    /// What it is about, in one line.
    pub title: String,
    /// The type as written.
    pub order_type: String,
    pub priority: Priority,
    pub description: String,
    pub goals: Vec<Entry>,
    pub due: Option<When>,
    pub asset: Option<AssetRef>,
    /// Header rows without a field of their own.
    pub fields: Vec<Field>,
    pub steps: Vec<PlanStep>,
    /// Parts and materials.
    pub parts: Vec<Entry>,
    pub safety: Vec<Entry>,
    /// The work is done under isolation: each person signs on and off.
    pub isolation: bool,
    /// What must hold when it is done.
    pub criteria: Vec<Entry>,
    pub sections: Vec<Section>,
    /// The plan as a person reads it; empty in orders older than it. Where it is there, the lists above are read off it.
    pub document: Vec<Block>,
}

/// A step as planned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PlanStep {
    /// Stable id; empty for a new step.
    pub id: String,
    pub title: String,
    /// Whether the order needs it.
    pub required: bool,
    /// Whether the required steps before it must be settled first.
    pub ordered: bool,
    pub notes: String,
    pub code: Vec<CodeBlock>,
    pub items: Vec<PlanItem>,
}

impl Default for PlanStep {
    fn default() -> Self {
        Self {
            id: String::new(),
            title: String::new(),
            required: true,
            ordered: false,
            notes: String::new(),
            code: Vec::new(),
            items: Vec::new(),
        }
    }
}

/// A check item as planned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PlanItem {
    /// Stable id; empty for a new item.
    pub id: String,
    pub text: String,
    /// Whether the step needs it.
    pub required: bool,
    /// How it is answered.
    pub asks: Asks,
}

impl Default for PlanItem {
    fn default() -> Self {
        Self { id: String::new(), text: String::new(), required: true, asks: Asks::default() }
    }
}

impl Plan {
    /// The plan inside an order.
    pub fn of(order: &Order) -> Self {
        Self {
            title: order.title.clone(),
            order_type: order.order_type.clone(),
            priority: order.priority,
            description: order.description.clone(),
            goals: order.goals.clone(),
            due: order.due.clone(),
            asset: order.asset.clone(),
            fields: order.fields.clone(),
            steps: order.steps.iter().map(PlanStep::of).collect(),
            parts: order.parts.clone(),
            safety: order.safety.notes.clone(),
            isolation: order.isolation.required,
            criteria: order.criteria.iter().map(entry_of).collect(),
            sections: order.sections.clone(),
            document: order.document.clone(),
        }
    }

    /// Gives an id to whatever has none.
    pub fn fill_ids(&mut self, new_id: &mut dyn FnMut() -> String) {
        if !self.document.is_empty() {
            self.document
                .iter_mut()
                .filter(|block| block.id.is_empty())
                .for_each(|block| block.id = new_id());
            self.reindex(new_id);
            return;
        }
        let items = self.steps.iter_mut().flat_map(|step| {
            let items = step.items.iter_mut().map(|item| &mut item.id);
            std::iter::once(&mut step.id).chain(items)
        });
        let lists = [&mut self.goals, &mut self.parts, &mut self.safety, &mut self.criteria];
        let entries = lists.into_iter().flatten().map(|entry| &mut entry.id);
        for id in items.chain(entries).filter(|id| id.is_empty()) {
            *id = new_id();
        }
    }

    /// Reads steps, items, criteria and the short lists off the document. An item that stands under no step gets one.
    pub fn reindex(&mut self, new_id: &mut dyn FnMut() -> String) {
        open_steps(&mut self.document, new_id);
        let of = |kind: Kind| {
            let blocks = self.document.iter().filter(move |block| block.kind == kind);
            blocks.map(|block| Entry { id: block.id.clone(), text: block.text.clone() }).collect::<Vec<_>>()
        };
        (self.goals, self.parts) = (of(Kind::Goal), of(Kind::Part));
        (self.safety, self.criteria) = (of(Kind::Safety), of(Kind::Criterion));
        self.steps = steps_in(&self.document);
    }

    /// Every id in the plan.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        let steps = self.steps.iter().flat_map(|step| {
            std::iter::once(step.id.as_str()).chain(step.items.iter().map(|item| item.id.as_str()))
        });
        let lists = [&self.goals, &self.parts, &self.safety, &self.criteria];
        steps.chain(lists.into_iter().flatten().map(|entry| entry.id.as_str()))
    }

    /// Puts the plan in the place of an order's plan; ticks stay with their ids.
    pub fn put_into(&self, order: &mut Order) {
        let plan = self.clone();
        order.title = plan.title;
        order.order_type = plan.order_type;
        order.priority = plan.priority;
        order.description = plan.description;
        order.goals = plan.goals;
        order.due = plan.due;
        order.asset = plan.asset;
        order.fields = plan.fields;
        order.parts = plan.parts;
        order.sections = plan.sections;
        order.document = plan.document;
        order.isolation.required = plan.isolation;
        put_safety(order, plan.safety);
        put_criteria(order, plan.criteria);
        put_steps(order, plan.steps);
        order.take_demands();
    }
}

impl PlanStep {
    fn of(step: &Step) -> Self {
        let item_of = |item: &Item| PlanItem {
            id: item.id.clone(),
            text: item.text.clone(),
            required: item.required,
            asks: item.asks.clone(),
        };
        Self {
            id: step.id.clone(),
            title: step.title.clone(),
            required: step.required,
            ordered: step.ordered,
            notes: step.notes.clone(),
            code: step.code.clone(),
            items: step.items.iter().map(item_of).collect(),
        }
    }

    /// A step with nothing done yet.
    fn fresh(self) -> Step {
        Step {
            id: self.id,
            position: 0,
            title: self.title,
            required: self.required,
            ordered: self.ordered,
            demands: Demands::default(),
            not_asked: false,
            released: None,
            state: StepState::Open,
            marked_by: None,
            materiality: Materiality::Normal,
            ticks: Ticks::default(),
            notes: self.notes,
            code: self.code,
            items: self.items.into_iter().map(PlanItem::fresh).collect(),
        }
    }
}

impl PlanItem {
    fn fresh(self) -> Item {
        Item {
            id: self.id,
            text: self.text,
            required: self.required,
            asks: self.asks,
            demands: Demands::default(),
            not_asked: false,
            released: None,
            materiality: Materiality::Normal,
            ticks: Ticks::default(),
            skipped: None,
        }
    }
}

/// Items need a step: where none is open, one without a heading is put before them.
fn open_steps(document: &mut Vec<Block>, new_id: &mut dyn FnMut() -> String) {
    let mut open: Option<u8> = None;
    let mut opened = Vec::with_capacity(document.len());
    for block in document.drain(..) {
        match block.kind {
            Kind::Step => open = Some(block.level),
            Kind::Title => open = None,
            Kind::Section if open.is_some_and(|level| block.level <= level) => open = None,
            Kind::Item if open.is_none() => {
                open = Some(DEEPEST);
                opened.push(Block {
                    id: new_id(),
                    level: DEEPEST,
                    source: Some(String::new()),
                    ..Block::of(Kind::Step, "Checklist")
                });
            }
            _ => {}
        }
        opened.push(block);
    }
    *document = opened;
}

/// The level of a step without a heading: any heading ends it.
const DEEPEST: u8 = 6;

fn steps_in(document: &[Block]) -> Vec<PlanStep> {
    let mut steps: Vec<PlanStep> = Vec::new();
    for block in document {
        match (block.kind, steps.last_mut()) {
            (Kind::Step, _) => steps.push(PlanStep {
                id: block.id.clone(),
                title: block.text.clone(),
                required: block.required,
                ordered: block.ordered,
                ..PlanStep::default()
            }),
            (Kind::Item, Some(step)) => step.items.push(PlanItem {
                id: block.id.clone(),
                text: block.text.clone(),
                required: block.required,
                asks: block.asks.clone(),
            }),
            _ => {}
        }
    }
    steps
}

fn entry_of(criterion: &Criterion) -> Entry {
    Entry { id: criterion.id.clone(), text: criterion.text.clone() }
}

fn put_safety(order: &mut Order, notes: Vec<Entry>) {
    let texts = |entries: &[Entry]| entries.iter().map(|entry| entry.text.clone()).collect::<Vec<_>>();
    if order.exists() && texts(&order.safety.notes) != texts(&notes) {
        order.safety.version += 1;
    }
    order.safety.notes = notes;
}

fn put_criteria(order: &mut Order, planned: Vec<Entry>) {
    let mut old: HashMap<String, Criterion> =
        order.criteria.drain(..).map(|criterion| (criterion.id.clone(), criterion)).collect();
    order.criteria = planned
        .into_iter()
        .map(|entry| match old.remove(&entry.id) {
            Some(criterion) => Criterion { text: entry.text, ..criterion },
            None => Criterion {
                id: entry.id,
                text: entry.text,
                demands: Demands::default(),
                materiality: Materiality::Important,
                ticks: Ticks::default(),
            },
        })
        .collect();
}

fn put_steps(order: &mut Order, planned: Vec<PlanStep>) {
    let mut old: HashMap<String, Step> = order.steps.drain(..).map(|step| (step.id.clone(), step)).collect();
    order.steps = planned
        .into_iter()
        .map(|plan| match old.remove(&plan.id) {
            Some(step) => put_step(step, plan),
            None => plan.fresh(),
        })
        .collect();
    order.renumber();
}

/// The state is worked out anew only when the set of items changed: an imported state stays as it came.
fn put_step(mut step: Step, plan: PlanStep) -> Step {
    let needs = |items: &[Item]| items.iter().map(|it| (it.id.clone(), it.required)).collect::<Vec<_>>();
    let before = needs(&step.items);
    let fresh = plan.fresh();
    let mut old: HashMap<String, Item> = step.items.drain(..).map(|item| (item.id.clone(), item)).collect();
    let items = fresh.items.into_iter().map(|item| match old.remove(&item.id) {
        Some(had) => Item { text: item.text, required: item.required, asks: item.asks, ..had },
        None => item,
    });
    step.items = items.collect();
    (step.title, step.notes, step.code) = (fresh.title, fresh.notes, fresh.code);
    (step.required, step.ordered) = (fresh.required, fresh.ordered);
    if needs(&step.items) != before {
        step.refresh();
    }
    step
}
