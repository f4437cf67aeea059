//! A project's id and name, as clients and people see them.

use crate::foundation::Result;

use super::account::one_line;

/// A project's id outside: 1 to 100 characters on one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProjectId(String);

/// A project's name: 1 to 200 characters on one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProjectName(String);

impl ProjectId {
    /// Checks an id given in field `path`.
    pub fn parse(path: &str, text: &str) -> Result<Self> {
        one_line(path, text, 100).map(Self)
    }

    /// An id made of a name: letters and digits, the rest as single dashes.
    pub fn from_name(name: &ProjectName) -> Self {
        let kept: String =
            name.0.chars().take(60).map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
        let words: Vec<&str> = kept.split('-').filter(|word| !word.is_empty()).collect();
        let id = words.join("-").to_lowercase();
        Self(if id.is_empty() { "project".to_owned() } else { id })
    }

    /// The id.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl ProjectName {
    /// Checks a name given in field `path`.
    pub fn parse(path: &str, text: &str) -> Result<Self> {
        one_line(path, text, 200).map(Self)
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_made_of_the_letters_of_the_name() {
        let id = |name: &str| ProjectId::from_name(&ProjectName::parse("name", name).unwrap()).0;
        assert_eq!(id("  Plant 7 / East  "), "plant-7-east");
        assert_eq!(id("Łódź"), "d");
        assert_eq!(id("東京"), "project");
    }
}
