//! The claims that an order makes by its ticks and its completion criteria.
//!
//! A tick on an item is a claim, a tick on a step only where the step has no items, and a criterion is one from the day it
//! was written. Undoing withdraws a claim, it does not remove it.

use std::collections::BTreeMap;

use foundation::Timestamp;
use serde_json::{Value, json};

use super::plan::{id_of, patch};
use super::{Record, moment, text};

/// Weight of an item or step until somebody sets another.
const NORMAL: u32 = 1;
/// The same for a criterion.
const IMPORTANT: u32 = 2;

/// A claim as the order makes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Made {
    pub(super) id: String,
    /// `step`, `item` or `criterion`.
    pub(super) source: &'static str,
    pub(super) weight: u32,
    pub(super) made_at: Option<Timestamp>,
    pub(super) withdrawn_at: Option<Timestamp>,
}

#[derive(Clone, Debug)]
struct Tick {
    id: String,
    at: Option<Timestamp>,
    undone_at: Option<Timestamp>,
}

/// What can be ticked: by step and item, since an item that moves to another step begins anew there.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    Step(String),
    Item(String, String),
    Criterion(String),
}

#[derive(Clone, Debug, Default)]
struct Progress {
    ticks: Vec<Tick>,
    weight: Option<u32>,
}

/// The order as far as its claims go.
#[derive(Debug, Default)]
pub(super) struct Order {
    plan: Value,
    created: Option<Timestamp>,
    progress: BTreeMap<Place, Progress>,
}

impl Order {
    /// The order that these records of its stream make, oldest first.
    pub(super) fn of(records: &[&Record<'_>]) -> Self {
        let mut order = Self { plan: json!({}), ..Self::default() };
        for record in records {
            if let Some(data) = record.data() {
                order.apply(&record.leaf.kind, &data, record.at());
            }
        }
        order
    }

    fn apply(&mut self, kind: &str, data: &Value, at: Timestamp) {
        let about = |name: &str| text(data, name).unwrap_or_default();
        match kind {
            "work_order.created.v1" => {
                self.put_plan(data.get("plan").cloned().unwrap_or_default());
                self.created = Some(at);
            }
            "work_order.imported.v1" => self.import(data.get("order").unwrap_or(&Value::Null)),
            "work_order.plan_edited.v1" => {
                let mut plan = self.plan.clone();
                patch(&mut plan, data.get("changes").and_then(Value::as_array).map_or(&[], Vec::as_slice));
                self.put_plan(plan);
            }
            "work_order.item_ticked.v1" | "work_order.item_answered.v1" => {
                self.tick("item", about("item"), about("tick"), at);
            }
            "work_order.step_ticked.v1" => self.tick("step", about("step"), about("tick"), at),
            "work_order.criterion_met.v1" => self.tick("criterion", about("criterion"), about("tick"), at),
            "work_order.item_tick_undone.v1" => self.undo("item", about("item"), about("tick"), at),
            "work_order.step_tick_undone.v1" => self.undo("step", about("step"), about("tick"), at),
            "work_order.criterion_unmet.v1" => self.undo("criterion", about("criterion"), about("tick"), at),
            "work_order.materiality_set.v1" => self.set_weight(data),
            _ => {}
        }
    }

    /// Ticks and weights stay with what is still there.
    fn put_plan(&mut self, plan: Value) {
        self.plan = plan;
        let places = self.places();
        self.progress.retain(|place, _| places.contains(place));
    }

    fn import(&mut self, taken: &Value) {
        let part = |name: &str| taken.get(name).cloned().unwrap_or_default();
        *self =
            Self { plan: json!({ "steps": part("steps"), "criteria": part("criteria") }), ..Self::default() };
        self.created = taken.get("created").and_then(|created| moment(created, "from"));
        for (place, element) in elements(&self.plan) {
            let ticks = element.get("ticks").and_then(Value::as_array);
            let ticks = ticks.into_iter().flatten().map(|tick| Tick {
                id: id_of(tick).to_owned(),
                at: moment(tick, "at"),
                undone_at: tick.get("undone").and_then(|undone| moment(undone, "at")),
            });
            let weight = element.get("materiality").and_then(Value::as_u64);
            let weight = weight.and_then(|weight| u32::try_from(weight).ok());
            self.progress.insert(place, Progress { ticks: ticks.collect(), weight });
        }
    }

    fn places(&self) -> Vec<Place> {
        elements(&self.plan).into_iter().map(|(place, _)| place).collect()
    }

    /// The first place of that kind with this id.
    fn find(&self, kind: &str, id: &str) -> Option<Place> {
        let is_it = |place: &Place| match place {
            Place::Step(step) => kind == "step" && step == id,
            Place::Item(_, item) => kind == "item" && item == id,
            Place::Criterion(criterion) => kind == "criterion" && criterion == id,
        };
        self.places().into_iter().find(is_it)
    }

    fn tick(&mut self, kind: &str, id: &str, tick: &str, at: Timestamp) {
        let Some(place) = self.find(kind, id) else { return };
        let tick = Tick { id: tick.to_owned(), at: Some(at), undone_at: None };
        self.progress.entry(place).or_default().ticks.push(tick);
    }

    fn undo(&mut self, kind: &str, id: &str, tick: &str, at: Timestamp) {
        let Some(place) = self.find(kind, id) else { return };
        let ticks = &mut self.progress.entry(place).or_default().ticks;
        if let Some(found) = ticks.iter_mut().find(|it| it.id == tick) {
            found.undone_at = Some(at);
        }
    }

    fn set_weight(&mut self, data: &Value) {
        let Some(target) = data.get("target") else { return };
        let weight = data.get("to").and_then(Value::as_u64).and_then(|to| u32::try_from(to).ok());
        let place = text(target, "on").and_then(|on| self.find(on, text(target, "id").unwrap_or_default()));
        if let Some(place) = place {
            self.progress.entry(place).or_default().weight = weight;
        }
    }

    /// Every claim it makes or made.
    pub(super) fn claims(&self) -> Vec<Made> {
        let mut claims = Vec::new();
        let nothing = Progress::default();
        for (place, element) in elements(&self.plan) {
            let progress = self.progress.get(&place).unwrap_or(&nothing);
            match place {
                Place::Step(_) if !items(element).is_empty() => {}
                Place::Step(_) => claims.extend(progress.ticked("step")),
                Place::Item(..) => claims.extend(progress.ticked("item")),
                Place::Criterion(id) => claims.push(self.criterion(id, progress)),
            }
        }
        claims
    }

    fn criterion(&self, id: String, progress: &Progress) -> Made {
        let standing = progress.ticks.last().filter(|tick| tick.undone_at.is_none());
        Made {
            id,
            source: "criterion",
            weight: progress.weight.unwrap_or(IMPORTANT),
            made_at: standing.and_then(|tick| tick.at).or(self.created),
            withdrawn_at: None,
        }
    }
}

impl Progress {
    fn ticked(&self, source: &'static str) -> impl Iterator<Item = Made> {
        self.ticks.iter().map(move |tick| Made {
            id: tick.id.clone(),
            source,
            weight: self.weight.unwrap_or(NORMAL),
            made_at: tick.at,
            withdrawn_at: tick.undone_at,
        })
    }
}

fn list<'v>(value: &'v Value, name: &str) -> &'v [Value] {
    value.get(name).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn items(step: &Value) -> &[Value] {
    list(step, "items")
}

/// Everything in a plan that can be ticked, in the order of the page.
fn elements(plan: &Value) -> Vec<(Place, &Value)> {
    let mut found = Vec::new();
    for step in list(plan, "steps") {
        found.push((Place::Step(id_of(step).to_owned()), step));
        for item in items(step) {
            found.push((Place::Item(id_of(step).to_owned(), id_of(item).to_owned()), item));
        }
    }
    let criteria = list(plan, "criteria").iter();
    found.extend(criteria.map(|criterion| (Place::Criterion(id_of(criterion).to_owned()), criterion)));
    found
}
