//! What agent, persona, tenant, session, workflow, stage, gate and kind are read from, in every dialect, and handoffs,
//! tasks and the rest: one table, which readers look up and `/fleet/rules` shows.
//!
//! Clients of very different kinds write these by hand, so several spellings are read. What a newer version of the
//! table adds gives way to everything that an older one reads: a call that had a name keeps it. Kinds that two
//! frameworks tell by patterns (the classes of Haystack, the operations of the Vercel AI SDK) are told by the mapping.

mod table;

use std::collections::HashMap;
use std::sync::LazyLock;

use super::ObservationKind;
pub use table::RULES;

/// The number of the table: raised with every rule that is added.
pub const VERSION: u16 = 2;

/// What a rule finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Slot {
    Tenant,
    Agent,
    Persona,
    Workflow,
    Stage,
    /// The result of a quality gate.
    Gate,
    Session,
    User,
    Kind,
    /// That a step hands work from one agent to another.
    Handoff,
    HandoffSource,
    HandoffTarget,
    Strictness,
    HandoffResult,
    HandoffReasons,
    /// That a step is a task of a supervisor.
    Task,
    Decomposed,
    /// That a step puts a context together.
    Compilation,
    ModelTier,
    Plan,
    Memory,
    Skill,
    /// A judgement that an evaluator proposes: a score, never a verdict.
    Evaluation,
}

impl Slot {
    /// Every slot, in the order of the page.
    pub const ALL: [Self; 23] = [
        Self::Tenant,
        Self::Agent,
        Self::Persona,
        Self::Workflow,
        Self::Stage,
        Self::Gate,
        Self::Session,
        Self::User,
        Self::Kind,
        Self::Handoff,
        Self::HandoffSource,
        Self::HandoffTarget,
        Self::Strictness,
        Self::HandoffResult,
        Self::HandoffReasons,
        Self::Task,
        Self::Decomposed,
        Self::Compilation,
        Self::ModelTier,
        Self::Plan,
        Self::Memory,
        Self::Skill,
        Self::Evaluation,
    ];

    /// Its name in addresses and answers.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Tenant => "tenant",
            Self::Agent => "agent",
            Self::Persona => "persona",
            Self::Workflow => "workflow",
            Self::Stage => "stage",
            Self::Gate => "gate",
            Self::Session => "session",
            Self::User => "user",
            Self::Kind => "kind",
            Self::Handoff => "handoff",
            Self::HandoffSource => "handoff_source",
            Self::HandoffTarget => "handoff_target",
            Self::Strictness => "handoff_strictness",
            Self::HandoffResult => "handoff_result",
            Self::HandoffReasons => "handoff_reasons",
            Self::Task => "supervisor_task",
            Self::Decomposed => "supervisor_task_decomposed",
            Self::Compilation => "context_compilation",
            Self::ModelTier => "context_compilation_tier",
            Self::Plan => "plan",
            Self::Memory => "memory",
            Self::Skill => "skill",
            Self::Evaluation => "evaluation",
        }
    }

    /// What it is, on pages.
    pub fn words(self) -> &'static str {
        match self {
            Self::Tenant => "Tenant",
            Self::Agent => "Agent",
            Self::Persona => "Persona",
            Self::Workflow => "Workflow",
            Self::Stage => "Stage",
            Self::Gate => "Quality gate",
            Self::Session => "Session",
            Self::User => "User",
            Self::Kind => "Kind of a step",
            Self::Handoff => "Handoff",
            Self::HandoffSource => "Handoff: from",
            Self::HandoffTarget => "Handoff: to",
            Self::Strictness => "Handoff: how strict",
            Self::HandoffResult => "Handoff: valid or not",
            Self::HandoffReasons => "Handoff: reasons",
            Self::Task => "Supervisor task",
            Self::Decomposed => "Supervisor task: decomposed",
            Self::Compilation => "Context compilation",
            Self::ModelTier => "Context compilation: model tier",
            Self::Plan => "Plan",
            Self::Memory => "Memory",
            Self::Skill => "Skill",
            Self::Evaluation => "Evaluation, shown as a score",
        }
    }
}

/// Where a rule looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// An attribute of a span, before anything that is [`Self::Named`].
    Attribute,
    /// An attribute of a span that says that it is an agent.
    OfAgent,
    /// An attribute of the resource, after anything else.
    Resource,
    /// A key of metadata, an attribute of a span or of its resource, or a tag before its colon.
    Named,
    /// A key of metadata or an attribute of a span.
    Word,
    /// A field of an event of the Langfuse API, or of its trace.
    Field,
    /// The name of a span is this, or goes on after it with a dot, a colon, a slash or a blank.
    Is,
    /// The name of a span begins so.
    Begins,
    /// The name of a span begins so, and what follows is the value.
    Before,
    /// This value of an attribute.
    Value(&'static str),
    /// An event of a span, or a span, of this name.
    Event,
}

impl Place {
    /// Where that is, on pages.
    pub fn words(self) -> &'static str {
        match self {
            Self::Attribute => "attribute of a span",
            Self::OfAgent => "attribute of a span of kind agent",
            Self::Resource => "attribute of a resource",
            Self::Named => "metadata, tag, or attribute of a span or resource",
            Self::Word => "metadata, or attribute of a span",
            Self::Field => "field of the Langfuse API",
            Self::Is => "name of a span: this, or this and more",
            Self::Begins => "name of a span that begins so",
            Self::Before => "name of a span, what follows this",
            Self::Value(_) => "value of an attribute",
            Self::Event => "event of a span, or a span",
        }
    }

    /// The attribute whose value it is.
    pub fn attribute(self) -> Option<&'static str> {
        match self {
            Self::Value(attribute) => Some(attribute),
            _ => None,
        }
    }
}

/// One line of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    pub slot: Slot,
    pub place: Place,
    /// The key, the name or the value that is looked for.
    pub word: &'static str,
    /// What is found, as an example; of a kind, which one it is.
    pub example: &'static str,
    /// The version of the table that brought it.
    pub since: u16,
}

/// What attributes of their own say that a span is; the first that knows wins, in the order of the mapping.
pub const OPENINFERENCE: &str = "openinference.span.kind";
/// Operations of the OpenTelemetry conventions, compared in small letters and without underscores.
pub const OPERATION: &str = "gen_ai.operation.name";
/// The kinds of OpenLLMetry and Traceloop.
pub const TRACELOOP: &str = "traceloop.span.kind";
/// What older instrumentations of OpenLLMetry ask of a model.
pub const REQUEST: &str = "llm.request.type";
/// The word of a framework, in whichever attribute it keeps it (`span.type`, `mlflow.spanType`, …).
pub const FRAMEWORK: &str = "span.type";

/// What an attribute or a key of metadata stands for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Meaning {
    /// Whose name it holds, and since which version.
    pub slot: Option<(Slot, u16)>,
    /// Whether a handoff, a task and their like are told by it.
    pub is_word: bool,
}

/// The table, laid out to be asked.
struct Index {
    meanings: HashMap<&'static str, Meaning>,
    kinds: HashMap<(&'static str, String), ObservationKind>,
    /// By slot, in the order of the table.
    rules: Vec<Vec<&'static Rule>>,
}

static INDEX: LazyLock<Index> = LazyLock::new(|| {
    let mut index =
        Index { meanings: HashMap::new(), kinds: HashMap::new(), rules: vec![Vec::new(); Slot::ALL.len()] };
    for rule in RULES {
        if let Some(of_slot) = index.rules.get_mut(rule.slot as usize) {
            of_slot.push(rule);
        }
        match rule.place {
            Place::Named => index.meanings.entry(rule.word).or_default().slot = Some((rule.slot, rule.since)),
            Place::Word if !matches!(rule.slot, Slot::Session | Slot::User) => {
                index.meanings.entry(rule.word).or_default().is_word = true;
            }
            Place::Value(attribute) if rule.slot == Slot::Kind => {
                let kind = ObservationKind::parse(rule.example).unwrap_or_default();
                index.kinds.insert((attribute, plain(rule.word)), kind);
            }
            _ => {}
        }
    }
    index
});

/// What a name stands for, where it stands for something.
pub fn meaning(name: &str) -> Option<Meaning> {
    INDEX.meanings.get(name).copied()
}

/// The rules of a slot, in the order of the table.
pub fn of(slot: Slot) -> &'static [&'static Rule] {
    INDEX.rules.get(slot as usize).map_or(&[], Vec::as_slice)
}

/// The words of a slot that stand in one place.
pub fn words(slot: Slot, place: Place) -> impl Iterator<Item = &'static str> {
    of(slot).iter().filter(move |rule| rule.place == place).map(|rule| rule.word)
}

/// The kind that a value of an attribute stands for.
pub fn kind(attribute: &'static str, value: &str) -> Option<ObservationKind> {
    INDEX.kinds.get(&(attribute, plain(value))).copied()
}

/// Whether the value of an attribute tells this of a step.
pub fn is_value(slot: Slot, attribute: &str, value: &str) -> bool {
    let value = plain(value);
    let rules = of(slot).iter().filter(|rule| rule.place.attribute() == Some(attribute));
    rules.map(|rule| plain(rule.word)).any(|word| word == value)
}

/// Some write the words of the conventions without their marks: `InvokeAgent`.
fn plain(word: &str) -> String {
    word.to_ascii_lowercase().replace('_', "")
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_rule_stands_there_twice_and_none_is_newer_than_the_table() {
        let mut seen = HashSet::new();
        for rule in RULES {
            assert!((1..=VERSION).contains(&rule.since), "{rule:?}");
            assert!(!rule.word.is_empty() && !rule.example.is_empty(), "{rule:?}");
            assert!(
                seen.insert((rule.slot, format!("{:?}", rule.place), rule.word)),
                "{rule:?} is there twice"
            );
        }
        assert!(RULES.iter().any(|rule| rule.since == VERSION), "nothing is of this version");
    }

    #[test]
    fn every_slot_has_rules_and_a_name_stands_for_one_of_them_only() {
        for (place, slot) in Slot::ALL.into_iter().enumerate() {
            assert_eq!(slot as usize, place);
            assert!(!of(slot).is_empty(), "{slot:?}");
        }
        let mut named: HashMap<&str, Slot> = HashMap::new();
        for rule in RULES.iter().filter(|rule| rule.place == Place::Named) {
            assert_eq!(*named.entry(rule.word).or_insert(rule.slot), rule.slot, "{}", rule.word);
        }
    }

    #[test]
    fn kinds_are_those_of_the_table() {
        for rule in RULES.iter().filter(|rule| rule.slot == Slot::Kind) {
            let told = rule.place.attribute().and_then(|attribute| kind(attribute, rule.word));
            assert_eq!(told.map(ObservationKind::as_str), Some(rule.example), "{rule:?}");
        }
        assert_eq!(kind(OPERATION, "InvokeAgent"), Some(ObservationKind::Agent));
        assert_eq!(kind(OPERATION, "nap"), None);
        assert!(is_value(Slot::Plan, OPERATION, "Plan") && !is_value(Slot::Plan, TRACELOOP, "plan"));
    }
}
