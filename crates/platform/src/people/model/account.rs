//! Accounts: ids, codes, names and mail addresses, checked when they come in.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::foundation::{ActorKind, Asker, Error, Result};

/// An account's opaque id (`UUIDv7`), the only thing about it that a ledger leaf names.
#[derive(
    Clone,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    diesel_derive_newtype::DieselNewType,
)]
#[serde(transparent)]
pub struct AccountId(pub String);

impl AccountId {
    /// The account of whoever asks.
    pub fn of(asker: &Asker) -> Self {
        Self(asker.actor.id.clone())
    }
}

impl fmt::Display for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A person or a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccountKind {
    /// Signs in with mail address and password.
    Human,
    /// Comes with an API key; never signs in.
    Agent,
}

impl AccountKind {
    /// The stored word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Human => "human",
            Self::Agent => "agent",
        }
    }

    /// Reads the stored word; anything unknown is an agent, which may do less.
    pub fn from_stored(word: &str) -> Self {
        if word == "human" { Self::Human } else { Self::Agent }
    }

    /// The same as stamped on events.
    pub fn actor_kind(self) -> ActorKind {
        match self {
            Self::Human => ActorKind::Human,
            Self::Agent => ActorKind::Agent,
        }
    }
}

/// `USR-001`: a short code read aloud and printed; never used again for anybody else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct UserCode(pub u32);

impl UserCode {
    /// The code after all those already given.
    pub fn next(given: impl IntoIterator<Item = String>) -> Self {
        let last = given.into_iter().filter_map(|code| Self::parse(&code)).map(|code| code.0).max();
        Self(last.unwrap_or(0).saturating_add(1))
    }

    /// Reads `USR-` and digits.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix("USR-")?;
        if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        digits.parse().ok().map(Self)
    }
}

impl fmt::Display for UserCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "USR-{:03}", self.0)
    }
}

/// A printed name: 1 to 200 characters on one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonName(String);

impl PersonName {
    /// Checks a name given in field `path`.
    pub fn parse(path: &str, text: &str) -> Result<Self> {
        one_line(path, text, 200).map(Self)
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A mail address in lower case; what stands before the `@` is the provider's business.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Email(String);

impl Email {
    /// Checks an address given in field `path`: one `@` with something on both sides, no blanks, 254 bytes at most.
    pub fn parse(path: &str, text: &str) -> Result<Self> {
        let wrong = || Error::invalid(path, "expected an email address such as ann@example.com");
        let text = text.trim();
        if text.len() > 254 || text.chars().any(|c| c.is_whitespace() || c.is_control()) {
            return Err(wrong());
        }
        let (local, domain) = text.split_once('@').ok_or_else(wrong)?;
        if local.is_empty() || domain.is_empty() || domain.contains('@') {
            return Err(wrong());
        }
        Ok(Self(text.to_lowercase()))
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Checks a password to be set: 8 to 1000 characters (NIST SP 800-63B asks for length, not for kinds of characters).
pub fn check_new_password(path: &str, password: &str) -> Result<()> {
    if password.contains('\0') {
        return Err(Error::invalid(path, "a password cannot contain NUL"));
    }
    match password.chars().count() {
        0..8 => Err(Error::invalid(path, "use at least 8 characters; a few words do well")),
        8..=1000 => Ok(()),
        _ => Err(Error::invalid(path, "use at most 1000 characters")),
    }
}

/// Trims and checks a text of one line.
pub(super) fn one_line(path: &str, text: &str, longest: usize) -> Result<String> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Error::invalid(path, "cannot be empty"));
    }
    if text.len() > longest * 4 || text.chars().count() > longest {
        return Err(Error::invalid(path, format!("use at most {longest} characters")));
    }
    if text.chars().any(char::is_control) {
        return Err(Error::invalid(path, "cannot contain line breaks, NUL or other control characters"));
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn codes_count_on_from_the_highest_ever_given() {
        let given = ["USR-001", "USR-009", "someone", "USR-", "USR-1x"].map(str::to_owned);
        assert_eq!(UserCode::next(given).to_string(), "USR-010");
        assert_eq!(UserCode::next([]).to_string(), "USR-001");
        assert_eq!(UserCode(1234).to_string(), "USR-1234");
    }

    #[test]
    fn mail_addresses_are_folded_and_nonsense_is_refused() {
        assert_eq!(Email::parse("email", " Ann@Example.COM ").unwrap().as_str(), "ann@example.com");
        for bad in ["", "ann", "@x", "ann@", "a@b@c", "a b@c", "a\0@c", &format!("{}@c", "a".repeat(300))] {
            assert!(Email::parse("email", bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn names_are_one_line_of_bounded_length_and_the_field_is_named() {
        assert_eq!(PersonName::parse("name", " <b>Ann</b> ").unwrap().as_str(), "<b>Ann</b>");
        for bad in ["", "  ", "a\0b", "a\nb", &"x".repeat(201), &"x".repeat(1 << 20)] {
            let Err(Error::Invalid(errors)) = PersonName::parse("name", bad) else { panic!("took {bad:?}") };
            assert!(errors.get("name").is_some());
        }
    }

    #[test]
    fn passwords_need_length_only() {
        assert!(check_new_password("password", "seven77").is_err());
        assert!(check_new_password("password", "eight888").is_ok());
        assert!(check_new_password("password", "żółw żółw").is_ok());
        assert!(check_new_password("password", "nul\0nul\0nul").is_err());
        assert!(check_new_password("password", &"x".repeat(1001)).is_err());
    }

    proptest! {
        #[test]
        fn a_code_reads_back(number in 1u32..) {
            prop_assert_eq!(UserCode::parse(&UserCode(number).to_string()), Some(UserCode(number)));
        }

        #[test]
        fn whatever_is_taken_as_a_name_has_no_control_characters(text in any::<String>()) {
            if let Ok(name) = PersonName::parse("name", &text) {
                prop_assert!(!name.as_str().is_empty());
                prop_assert!(!name.as_str().chars().any(char::is_control));
            }
        }
    }
}
