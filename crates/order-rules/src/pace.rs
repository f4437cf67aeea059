//! Steps that were done in less time than the plan asks for. Nothing is refused for that; somebody answers for it.
//!
//! A step begins with the last thing ticked elsewhere before anything in it was, or with the start of the work, and ends
//! with its last tick: whoever did one thing after the other cannot have begun it sooner.

use crate::model::demands::LONGEST;
use crate::model::{Order, Status, Step, StepState, Tick};
use foundation::Timestamp;

/// A step done too fast.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TooFast {
    pub step: String,
    pub position: u32,
    pub title: String,
    /// Seconds from its beginning to its last tick.
    pub took: i64,
    /// Seconds that the plan asks for.
    pub least: u32,
}

impl TooFast {
    /// Both figures in words: `took 12 s, at least 5 min are planned`.
    pub fn says(&self) -> String {
        let (took, least) = (words(self.took), words(i64::from(self.least)));
        format!("step {} took {took}, at least {least} are planned", self.position)
    }
}

/// A time in words: `45 s`, `5 min`, `1 h 30 min`.
pub fn words(seconds: i64) -> String {
    let (hours, minutes, rest) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    let parts = [(hours, "h"), (minutes, "min"), (rest, "s")];
    let said: Vec<String> =
        parts.iter().filter(|(count, _)| *count > 0).map(|(count, unit)| format!("{count} {unit}")).collect();
    if said.is_empty() { "0 s".to_owned() } else { said.join(" ") }
}

/// Reads a time as it is typed: `45 s`, `5 min`, `1 h 30 min`, `5` for minutes; nothing for none. A week at most.
pub fn read(text: &str) -> Option<u32> {
    let spaced = text.trim().to_lowercase().chars().fold(String::new(), |mut spaced, c| {
        if c.is_alphabetic() && spaced.ends_with(|last: char| last.is_ascii_digit()) {
            spaced.push(' ');
        }
        spaced.push(c);
        spaced
    });
    let mut words = spaced.split_whitespace();
    let mut seconds: u32 = 0;
    while let Some(count) = words.next() {
        let unit = match words.next().unwrap_or("min") {
            "s" | "sec" | "second" | "seconds" => 1,
            "m" | "min" | "minute" | "minutes" => 60,
            "h" | "hour" | "hours" => 3600,
            _ => return None,
        };
        seconds = count.parse::<u32>().ok()?.checked_mul(unit)?.checked_add(seconds)?;
    }
    (seconds <= LONGEST).then_some(seconds)
}

/// The steps that are done and were done too fast.
pub fn too_fast(order: &Order) -> Vec<TooFast> {
    let asked = order.steps.iter().filter(|step| step.demands.least_seconds > 0 && !step.not_asked);
    asked.filter_map(|step| of_step(order, step)).collect()
}

fn of_step(order: &Order, step: &Step) -> Option<TooFast> {
    if step.state != StepState::Done {
        return None;
    }
    let own = times(step);
    let (first, last) = (own.iter().min()?, own.iter().max()?);
    let others = order.steps.iter().filter(|other| other.id != step.id).flat_map(times);
    let started = order.transitions.iter().filter(|it| it.to == Status::InProgress).map(|it| it.at);
    let begun = others.chain(started).filter(|at| at <= first).max().unwrap_or(*first);
    let took = last.micros_since(begun) / 1_000_000;
    (took < i64::from(step.demands.least_seconds)).then(|| TooFast {
        step: step.id.clone(),
        position: step.position,
        title: step.title.clone(),
        took,
        least: step.demands.least_seconds,
    })
}

/// When the standing ticks in a step were made here.
fn times(step: &Step) -> Vec<Timestamp> {
    let items = step.asked_items().filter_map(|item| item.ticks.current());
    let ticks = items.chain(step.ticks.current());
    ticks.filter(|tick: &&Tick| !tick.is_unattested()).filter_map(|tick| tick.at).collect()
}
