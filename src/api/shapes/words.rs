//! Words of closed lists, as the rules have them.

use serde::{Deserialize, Serialize};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

use crate::budgets::model::{AtEnd, Period, Scope, Unit};
use crate::work_orders::model::{AskKind, HoldCode, Kind, LogKind, Outcome, Priority, RelationKind, Status};

/// A type for the words of a type of the rules; the words come from there.
macro_rules! words {
    ($(#[$about:meta])* $name:ident of $kind:ty: $all:expr) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub $kind);

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                one_of(&$all)
            }
        }

        impl ToSchema for $name {}
    };
}

fn one_of(words: &[&str]) -> RefOr<Schema> {
    let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
    ObjectBuilder::new().schema_type(Type::String).enum_values(Some(words)).into()
}

words! {
    /// Where an order stands.
    StatusWord of Status: Status::ALL.map(Status::as_str)
}

words! {
    /// How urgent an order is.
    PriorityWord of Priority: Priority::ALL.map(Priority::as_str)
}

words! {
    /// What a block of a plan is.
    KindWord of Kind: Kind::ALL.map(Kind::as_str)
}

words! {
    /// How an item is answered.
    AskWord of AskKind: AskKind::ALL.map(AskKind::as_str)
}

words! {
    /// What an order on hold waits for.
    HoldWord of HoldCode: HoldCode::ALL.map(HoldCode::as_str)
}

words! {
    /// How work ended.
    OutcomeWord of Outcome: [Outcome::Achieved, Outcome::Partial, Outcome::NotAchieved].map(Outcome::as_str)
}

words! {
    /// What sort of entry of the log it is.
    LogWord of LogKind: ["note", "progress", "waiting", "problem", "handover"]
}

words! {
    /// How another order hangs together with this one, where people say so.
    RelationWord of RelationKind: RelationKind::BY_HAND.map(|(_, word)| word)
}

words! {
    /// Whose calls a budget is about.
    BudgetScopeWord of Scope: Scope::ALL.map(Scope::as_str)
}

words! {
    /// What a budget counts: `money` is in dollars.
    BudgetUnitWord of Unit: Unit::ALL.map(Unit::as_str)
}

words! {
    /// For how long the amount of a budget is meant: `total` from the moment it was set.
    BudgetPeriodWord of Period: Period::ALL.map(Period::as_str)
}

words! {
    /// What a used-up budget is to do: `refuses` is of calls through the gateway; those that go past it go on.
    BudgetEndWord of AtEnd: AtEnd::ALL.map(AtEnd::as_str)
}

/// What somebody marks a step as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MarkWord {
    Open,
    Flagged,
    Failed,
    NotApplicable,
}

/// A body of evidence that words are quoted from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FieldWord {
    Input,
    Output,
    Metadata,
}

impl FieldWord {
    /// The word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Input => "input",
            Self::Output => "output",
            Self::Metadata => "metadata",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_that_is_told_reads_back() {
        fn held<T: Serialize + for<'de> Deserialize<'de> + PartialSchema>() {
            let schema = serde_json::to_value(T::schema()).unwrap();
            let words = schema["enum"].as_array().unwrap();
            assert!(words.len() > 1);
            for word in words {
                let read: T = serde_json::from_value(word.clone()).unwrap();
                assert_eq!(serde_json::to_value(&read).unwrap(), *word);
            }
        }
        held::<StatusWord>();
        held::<PriorityWord>();
        held::<KindWord>();
        held::<AskWord>();
        held::<HoldWord>();
        held::<OutcomeWord>();
        held::<LogWord>();
        held::<RelationWord>();
        held::<BudgetScopeWord>();
        held::<BudgetUnitWord>();
        held::<BudgetPeriodWord>();
        held::<BudgetEndWord>();
        held::<MarkWord>();
        held::<FieldWord>();
    }
}
