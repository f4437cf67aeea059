//! The rules by which calls are recognised, as JSON.

use serde::Serialize;
use utoipa::ToSchema;

use crate::recognition::reads::InForce;
use trace_model::rules::{RULES, Rule, VERSION};
use wire::mapping::own_rules::OwnRule;

/// The rules in force.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RulesView {
    /// The version of the table.
    pub version: u16,
    /// The table of everybody.
    pub rules: Vec<RuleView>,
    /// The project's own rules: they name what the table does not.
    pub own: Vec<OwnRuleView>,
    /// How often the project's own rules were changed.
    pub own_version: i64,
}

/// One rule of the table.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RuleView {
    /// What it finds: `agent`, `kind`, `handoff_source`.
    pub finds: String,
    /// Where it looks, in words.
    pub place: String,
    /// The attribute whose value it looks at, where it does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attribute: Option<String>,
    /// The key, the name or the value that is looked for.
    pub word: String,
    /// What is found, as an example; of a kind, which one it is.
    pub example: String,
    /// The version of the table that brought it.
    pub since: u16,
}

/// One rule of the project.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct OwnRuleView {
    /// What it names: `tenant`, `agent`, `persona`, `workflow`, `stage` or `gate`.
    pub names: String,
    /// Where it looks: `metadata`, `tag` or `name`.
    pub source: String,
    /// The key, or how the tag or the name of the span begins.
    pub word: String,
}

impl RulesView {
    /// The table with a project's rules.
    pub fn of(in_force: InForce) -> Self {
        Self {
            version: VERSION,
            rules: RULES.iter().map(RuleView::of).collect(),
            own: in_force.rules.0.iter().map(OwnRuleView::of).collect(),
            own_version: in_force.last.map_or(0, |last| last.version),
        }
    }
}

impl RuleView {
    fn of(rule: &Rule) -> Self {
        Self {
            finds: rule.slot.as_str().to_owned(),
            place: rule.place.words().to_owned(),
            attribute: rule.place.attribute().map(str::to_owned),
            word: rule.word.to_owned(),
            example: rule.example.to_owned(),
            since: rule.since,
        }
    }
}

impl OwnRuleView {
    fn of(rule: &OwnRule) -> Self {
        Self {
            names: rule.names.slot().as_str().to_owned(),
            source: rule.source.as_str().to_owned(),
            word: rule.word.clone(),
        }
    }
}
