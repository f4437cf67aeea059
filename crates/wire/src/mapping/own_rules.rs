//! Rules that a project adds to the table of everybody's: they name a call where the table does not.
//!
//! What they find is never part of what an arrival says: it is worked out where rows are made, so it comes and goes with
//! the rules.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::identity::Identity;
use foundation::{Error, Result};
use trace_model::JsonMap;
use trace_model::rules::Slot;

/// Rules of one project.
pub const MOST: usize = 50;
/// Characters of a word.
pub const LONGEST: usize = 200;

/// What a rule names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Names {
    Tenant,
    Agent,
    Persona,
    Workflow,
    Stage,
    Gate,
}

impl Names {
    /// Everything that a rule may name.
    pub const ALL: [Self; 6] =
        [Self::Tenant, Self::Agent, Self::Persona, Self::Workflow, Self::Stage, Self::Gate];

    /// Its slot in the table.
    pub fn slot(self) -> Slot {
        match self {
            Self::Tenant => Slot::Tenant,
            Self::Agent => Slot::Agent,
            Self::Persona => Slot::Persona,
            Self::Workflow => Slot::Workflow,
            Self::Stage => Slot::Stage,
            Self::Gate => Slot::Gate,
        }
    }

    /// Reads its name in addresses and forms.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|names| names.slot().as_str() == word)
    }
}

/// Where a rule looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// A key of metadata: `team`, or `team.name` in the object `team`.
    Metadata,
    /// The beginning of a tag; the rest of it is the name.
    Tag,
    /// The beginning of a span's name; the rest of it is the name.
    Name,
}

impl Source {
    /// Every place.
    pub const ALL: [Self; 3] = [Self::Metadata, Self::Tag, Self::Name];

    /// Its name in addresses and forms.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Metadata => "metadata",
            Self::Tag => "tag",
            Self::Name => "name",
        }
    }

    /// Where that is, on pages.
    pub fn words(self) -> &'static str {
        match self {
            Self::Metadata => "metadata under the key",
            Self::Tag => "a tag that begins with",
            Self::Name => "the name of a span that begins with",
        }
    }

    /// Reads its name.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|source| source.as_str() == word)
    }
}

/// One rule.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct OwnRule {
    pub names: Names,
    pub source: Source,
    /// The key, or how the tag or the span's name begins.
    pub word: String,
}

impl OwnRule {
    /// A rule as somebody typed it.
    pub fn new(names: &str, source: &str, word: &str) -> Result<Self> {
        let names = Names::parse(names).ok_or_else(|| Error::invalid("names", "choose what is named"))?;
        let source =
            Source::parse(source).ok_or_else(|| Error::invalid("source", "choose where it stands"))?;
        let word = word.trim();
        if word.is_empty() || word.contains('\0') {
            return Err(Error::invalid("word", "write the key, or how the tag or the name begins"));
        }
        if word.chars().count() > LONGEST {
            return Err(Error::invalid("word", format!("write at most {LONGEST} characters")));
        }
        Ok(Self { names, source, word: word.to_owned() })
    }

    fn find(&self, name: &str, metadata: &JsonMap, tags: &[String]) -> Option<String> {
        let word = self.word.as_str();
        let found = match self.source {
            Source::Metadata => scalar(find(metadata, word)?)?,
            Source::Tag => tags.iter().find_map(|tag| rest(tag, word))?.to_owned(),
            Source::Name => rest(name, word)?.to_owned(),
        };
        Some(found).filter(|found| !found.is_empty())
    }
}

/// What follows a beginning, without the mark between the two.
fn rest<'t>(text: &'t str, begin: &str) -> Option<&'t str> {
    let rest = text.strip_prefix(begin)?.trim_start_matches([':', '=']).trim();
    (!rest.is_empty()).then_some(rest)
}

fn find<'m>(map: &'m JsonMap, key: &str) -> Option<&'m Value> {
    map.get(key).or_else(|| {
        let (first, rest) = key.split_once('.')?;
        find(map.get(first)?.as_object()?, rest)
    })
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.trim().to_owned()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}

/// The rules of a project; of one name what stands first comes first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ProjectRules(pub Vec<OwnRule>);

impl ProjectRules {
    /// The names that these rules find. Whoever asks takes those that the table did not find.
    pub fn apply(&self, name: &str, metadata: &JsonMap, tags: &[String]) -> Identity {
        let mut found = Identity::default();
        for rule in &self.0 {
            if let Some(value) = rule.find(name, metadata, tags) {
                found.put(rule.names.slot(), 1, &value);
            }
        }
        found
    }

    /// Whether there is nothing to find by.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Refuses more than a project may have, and one that is there twice.
    pub fn check(&self) -> Result<()> {
        if self.0.len() > MOST {
            return Err(Error::invalid("word", format!("a project has at most {MOST} rules of its own")));
        }
        let different: BTreeSet<&OwnRule> = self.0.iter().collect();
        if different.len() < self.0.len() {
            return Err(Error::invalid("word", "this rule is there already"));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn map(value: &Value) -> JsonMap {
        value.as_object().cloned().unwrap_or_default()
    }

    fn rules(lines: &[[&str; 3]]) -> ProjectRules {
        let rule = |[names, source, word]: &[&str; 3]| OwnRule::new(names, source, word).unwrap();
        ProjectRules(lines.iter().map(rule).collect())
    }

    #[test]
    fn a_rule_finds_what_stands_in_its_place() {
        let metadata =
            map(&json!({"team": {"name": "dairy", "size": 3}, "unit": " u7 ", "none": null, "blank": ""}));
        let tags = ["crew:night".to_owned(), "beta".to_owned()];
        for (rule, wanted) in [
            (["tenant", "metadata", "unit"], Some("u7")),
            (["tenant", "metadata", "team.name"], Some("dairy")),
            (["tenant", "metadata", "team.size"], Some("3")),
            (["tenant", "metadata", "team"], None),
            (["tenant", "metadata", "none"], None),
            (["tenant", "metadata", "blank"], None),
            (["tenant", "tag", "crew"], Some("night")),
            (["tenant", "tag", "crew:"], Some("night")),
            (["tenant", "tag", "beta"], None),
            (["tenant", "name", "job."], Some("pack")),
            (["tenant", "name", "pack"], None),
        ] {
            assert_eq!(
                rules(&[rule]).apply("job.pack", &metadata, &tags).tenant.as_deref(),
                wanted,
                "{rule:?}"
            );
        }
    }

    #[test]
    fn of_one_name_the_first_rule_that_finds_something_holds() {
        let metadata = map(&json!({"b": "second", "c": "third", "gate": true}));
        let rules = rules(&[
            ["agent", "metadata", "a"],
            ["agent", "metadata", "b"],
            ["agent", "metadata", "c"],
            ["gate", "metadata", "gate"],
        ]);
        let found = rules.apply("", &metadata, &[]);
        assert_eq!((found.agent.as_deref(), found.gate_result.as_deref()), (Some("second"), Some("true")));
        assert_eq!((found.tenant, found.persona), (None, None));
    }

    #[test]
    fn what_cannot_be_a_rule_is_refused() {
        let long = "x".repeat(LONGEST + 1);
        for [names, source, word] in [
            ["colour", "tag", "x"],
            ["agent", "body", "x"],
            ["agent", "tag", " "],
            ["agent", "tag", long.as_str()],
        ] {
            assert!(OwnRule::new(names, source, word).is_err(), "{names} {source} {word}");
        }
        assert!(rules(&[["agent", "tag", "x"], ["agent", "name", "x"]]).check().is_ok());
        assert!(rules(&[["agent", "tag", "x"], ["agent", "tag", " x "]]).check().is_err());
        let many: Vec<String> = (0..=MOST).map(|n| n.to_string()).collect();
        let many: Vec<[&str; 3]> = many.iter().map(|word| ["agent", "tag", word.as_str()]).collect();
        assert!(rules(&many).check().is_err());
        assert!(rules(&many[1..]).check().is_ok());
    }

    #[test]
    fn rules_are_stored_as_they_were_set() {
        let set = rules(&[["agent", "tag", "crew:"]]);
        let text = serde_json::to_string(&set).unwrap();
        assert_eq!(text, r#"[{"names":"agent","source":"tag","word":"crew:"}]"#);
        assert_eq!(serde_json::from_str::<ProjectRules>(&text).unwrap(), set);
    }
}
