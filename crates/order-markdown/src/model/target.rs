//! What can be ticked, judged and linked, in text form, and the references that people write.
//!
//! `item:ID`, `step:ID` and `criterion:ID` name a thing for machines; `WO-2026-001/3.2` (item 2 of step 3),
//! `WO-2026-001/3` and `WO-2026-001/C2` name it for people.

use std::fmt;
use std::str::FromStr;

use super::{Order, Target};
use foundation::{Error, Result};

/// What a written reference points at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Resolved {
    Order,
    Part(Target),
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = match self {
            Self::Item(_) => "item",
            Self::Step(_) => "step",
            Self::Criterion(_) => "criterion",
        };
        write!(f, "{word}:{}", self.id())
    }
}

impl FromStr for Target {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let wrong = || Error::invalid("target", "expected item:ID, step:ID or criterion:ID");
        let (word, id) = text.trim().split_once(':').ok_or_else(wrong)?;
        let id = id.to_owned();
        match word {
            _ if id.is_empty() => Err(wrong()),
            "item" => Ok(Self::Item(id)),
            "step" => Ok(Self::Step(id)),
            "criterion" => Ok(Self::Criterion(id)),
            _ => Err(wrong()),
        }
    }
}

impl Order {
    /// What a reference to this order points at; none when it names another order or nothing here.
    pub fn resolve(&self, reference: &str) -> Option<Resolved> {
        let reference = reference.trim();
        let (number, rest) = reference.split_once('/').unwrap_or((reference, ""));
        if !number.trim().eq_ignore_ascii_case(self.number.as_str()) {
            return None;
        }
        if rest.trim().is_empty() {
            Some(Resolved::Order)
        } else {
            self.resolve_part(rest).map(Resolved::Part)
        }
    }

    /// The part behind `3`, `3.2`, `C2` or a text form such as `item:ID`.
    pub fn resolve_part(&self, reference: &str) -> Option<Target> {
        let reference = reference.trim();
        if let Ok(target) = reference.parse::<Target>() {
            return self.ticks(&target).is_some().then_some(target);
        }
        if let Some(place) = reference.strip_prefix(['C', 'c']) {
            return Some(Target::Criterion(self.criteria.get(index(place)?)?.id.clone()));
        }
        let (step, item) = reference.split_once('.').map_or((reference, None), |(s, i)| (s, Some(i)));
        let step = self.steps.get(index(step)?)?;
        match item {
            Some(item) => Some(Target::Item(step.items.get(index(item)?)?.id.clone())),
            None => Some(Target::Step(step.id.clone())),
        }
    }

    /// The reference people write for a part: `WO-2026-001/3.2`.
    pub fn reference(&self, target: &Target) -> Option<String> {
        let place = match target {
            Target::Item(id) => self.steps.iter().zip(1..).find_map(|(step, s)| {
                let i = step.items.iter().position(|item| item.id == *id)?;
                Some(format!("{s}.{}", i + 1))
            }),
            Target::Step(id) => {
                self.steps.iter().position(|step| step.id == *id).map(|at| (at + 1).to_string())
            }
            Target::Criterion(id) => {
                self.criteria.iter().position(|it| it.id == *id).map(|at| format!("C{}", at + 1))
            }
        };
        Some(format!("{}/{}", self.number, place?))
    }
}

/// The zero-based index behind a one-based place.
fn index(place: &str) -> Option<usize> {
    place.trim().parse::<usize>().ok()?.checked_sub(1)
}
