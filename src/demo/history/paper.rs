//! A plan of the story, and the file that says it.

use std::fmt::Write as _;

use crate::demo::days::Days;
use crate::demo::shop;

/// A plan as somebody writes it.
pub(super) struct Paper {
    pub(super) title: &'static str,
    pub(super) kind: &'static str,
    pub(super) priority: &'static str,
    /// The code of its asset.
    pub(super) asset: &'static str,
    /// Working days from today.
    pub(super) due: i32,
    /// How long it is meant to take; empty where nobody said.
    pub(super) estimate: &'static str,
    pub(super) why: &'static str,
    /// Titles with their items; a step may have none.
    pub(super) steps: &'static [(&'static str, &'static [&'static str])],
    pub(super) criteria: &'static [&'static str],
    pub(super) safety: &'static [&'static str],
    /// What its places ask for, as an export writes it; empty where all are ticked.
    pub(super) asks: &'static str,
}

/// Nothing said yet, for the rest of a plan.
pub(super) const PLAIN: Paper = Paper {
    title: "",
    kind: "Corrective",
    priority: "MEDIUM",
    asset: "",
    due: 0,
    estimate: "",
    why: "",
    steps: &[],
    criteria: &[],
    safety: &[],
    asks: "",
};

impl Paper {
    /// The file, with its number.
    pub(super) fn file(&self, days: Days, number: &str) -> String {
        let mut text = format!("# {}\n\n## Header\n\n| Field | Value |\n|-------|-------|\n", self.title);
        let due = days.day(self.due);
        let asset = format!("{} ({})", shop::name_of(self.asset), self.asset);
        let head = [
            ("WO Number", number),
            ("Type", self.kind),
            ("Priority", self.priority),
            ("Due", due.as_str()),
            ("Asset", asset.as_str()),
        ];
        let estimate = Some(("Estimate", self.estimate)).filter(|(_, said)| !said.is_empty());
        for (field, value) in head.into_iter().chain(estimate) {
            let _ = writeln!(text, "| **{field}** | {value} |");
        }
        let _ = write!(text, "\n## Description\n\n{}\n", self.why);
        for ((title, items), place) in self.steps.iter().zip(1..) {
            let _ = write!(text, "\n## Step {place}: {title}\n\n");
            items.iter().for_each(|item| {
                let _ = writeln!(text, "- [ ] {item}");
            });
        }
        section(&mut text, "Safety Notes", self.safety);
        section(&mut text, "Completion Criteria", self.criteria);
        if !self.asks.is_empty() {
            let _ = write!(text, "\n<!-- What the parts of this work order ask for\n{}\n-->\n", self.asks);
        }
        text
    }
}

fn section(text: &mut String, heading: &str, points: &[&str]) {
    if points.is_empty() {
        return;
    }
    let _ = write!(text, "\n## {heading}\n\n");
    points.iter().for_each(|point| {
        let _ = writeln!(text, "- {point}");
    });
}
