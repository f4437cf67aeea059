//! Where a value comes from: flag, environment, secret file, TOML file or default, in that order.

use std::collections::BTreeMap;
use std::path::Path;

use crate::foundation::{Error, Result};

/// The origin of one value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// Given on the command line.
    Flag,
    /// An environment variable, by name.
    Environment(String),
    /// A file named by a `*_FILE` variable.
    SecretFile(String),
    /// The TOML file.
    File(String),
    Default,
}

impl std::fmt::Display for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Flag => f.write_str("flag"),
            Self::Environment(name) => write!(f, "environment {name}"),
            Self::SecretFile(name) => write!(f, "file named by {name}"),
            Self::File(path) => write!(f, "{path}"),
            Self::Default => f.write_str("default"),
        }
    }
}

/// One value in force.
#[derive(Clone, Debug)]
pub struct Setting {
    /// Dotted name, as in the TOML file.
    pub name: String,
    /// The value, or `(set)` for a secret.
    pub shown: String,
    pub source: Source,
}

/// All places values can come from.
#[derive(Clone, Debug, Default)]
pub struct Values {
    flags: BTreeMap<String, String>,
    environment: BTreeMap<String, String>,
    file: toml::Table,
    file_name: String,
    settings: Vec<Setting>,
}

impl Values {
    /// Flags, `TRACEWRIGHT_*` variables, and the TOML file named by `--config` or `TRACEWRIGHT_CONFIG`.
    pub fn from_process(flags: Vec<(&'static str, String)>) -> Result<Self> {
        let flags: BTreeMap<String, String> =
            flags.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        let environment: BTreeMap<String, String> =
            std::env::vars().filter(|(name, _)| name.starts_with("TRACEWRIGHT_")).collect();
        let path = flags.get("config").or_else(|| environment.get("TRACEWRIGHT_CONFIG")).cloned();
        let (file, file_name) = match path {
            Some(path) => (read_toml(Path::new(&path))?, path),
            None => (toml::Table::new(), String::new()),
        };
        Ok(Self { flags, environment, file, file_name, settings: Vec::new() })
    }

    /// Only these values, as if given by flags; for tests.
    pub fn of(flags: &[(&str, &str)]) -> Self {
        let flags = flags.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Self { flags, ..Self::default() }
    }

    /// A text with a default.
    pub fn text(&mut self, name: &str, default: &str) -> String {
        let (value, source) = self.find(name).unwrap_or_else(|| (default.to_owned(), Source::Default));
        self.note(name, value.clone(), source);
        value
    }

    /// A text that may be absent.
    pub fn optional(&mut self, name: &str) -> Option<String> {
        let found = self.find(name).filter(|(value, _)| !value.is_empty());
        let (shown, source) = found.clone().unwrap_or_else(|| ("(none)".to_owned(), Source::Default));
        self.note(name, shown, source);
        found.map(|(value, _)| value)
    }

    /// A secret that may be absent; it may come from the file that `NAME_FILE` names.
    pub fn secret(&mut self, name: &str) -> Result<Option<String>> {
        let found = match self.find(name).filter(|(value, _)| !value.is_empty()) {
            Some(found) => Some(found),
            None => self.secret_file(name)?,
        };
        let source = found.as_ref().map_or(Source::Default, |(_, source)| source.clone());
        let shown = if found.is_some() { "(set)" } else { "(none)" };
        self.note(name, shown.to_owned(), source);
        Ok(found.map(|(value, _)| value))
    }

    /// A number within bounds.
    pub fn number(&mut self, name: &str, default: u64, bounds: std::ops::RangeInclusive<u64>) -> Result<u64> {
        let text = self.text(name, &default.to_string());
        match text.replace('_', "").parse() {
            Ok(number) if bounds.contains(&number) => Ok(number),
            _ => {
                let expected =
                    format!("expected a number from {} to {}, got {text:?}", bounds.start(), bounds.end());
                Err(Error::invalid(name, expected))
            }
        }
    }

    /// `true`/`false` (also `1`/`0`, `yes`/`no`).
    pub fn switch(&mut self, name: &str, default: bool) -> Result<bool> {
        match self.text(name, if default { "true" } else { "false" }).as_str() {
            "true" | "1" | "yes" => Ok(true),
            "false" | "0" | "no" => Ok(false),
            other => Err(Error::invalid(name, format!("expected true or false, got {other:?}"))),
        }
    }

    /// Everything that was asked for, with its source.
    pub fn into_settings(self) -> Vec<Setting> {
        self.settings
    }

    fn find(&self, name: &str) -> Option<(String, Source)> {
        if let Some(value) = self.flags.get(name) {
            return Some((value.clone(), Source::Flag));
        }
        let variable = variable(name);
        if let Some(value) = self.environment.get(&variable) {
            return Some((value.clone(), Source::Environment(variable)));
        }
        let value = look_up(&self.file, name)?;
        Some((value, Source::File(self.file_name.clone())))
    }

    fn secret_file(&self, name: &str) -> Result<Option<(String, Source)>> {
        let variable = format!("{}_FILE", variable(name));
        let Some(path) = self.environment.get(&variable) else {
            return Ok(None);
        };
        let text = std::fs::read_to_string(path)
            .map_err(|e| Error::invalid(name, format!("cannot read {path}: {e}")))?;
        Ok(Some((text.trim_end_matches(['\r', '\n']).to_owned(), Source::SecretFile(variable))))
    }

    fn note(&mut self, name: &str, shown: String, source: Source) {
        self.settings.push(Setting { name: name.to_owned(), shown, source });
    }
}

/// `server.listen` is `TRACEWRIGHT_LISTEN`: the concern's name is for people, not for variables.
fn variable(name: &str) -> String {
    let bare = name.strip_prefix("server.").unwrap_or(name);
    format!("TRACEWRIGHT_{}", bare.replace(['.', '-'], "_").to_uppercase())
}

fn look_up(table: &toml::Table, name: &str) -> Option<String> {
    let key = name.replace('-', "_");
    let value = match key.split_once('.') {
        Some((section, leaf)) => table.get(section)?.as_table()?.get(leaf)?,
        None => table.get(&key)?,
    };
    Some(value.as_str().map_or_else(|| value.to_string(), str::to_owned))
}

fn read_toml(path: &Path) -> Result<toml::Table> {
    let text = std::fs::read_to_string(path)
        .map_err(|e| Error::invalid("config", format!("cannot read {}: {e}", path.display())))?;
    text.parse().map_err(|e| Error::invalid("config", format!("{}: {e}", path.display())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flag_wins_and_the_source_is_named() {
        let mut values = Values::of(&[("server.listen", "127.0.0.1:9")]);
        assert_eq!(values.text("server.listen", "127.0.0.1:8420"), "127.0.0.1:9");
        assert_eq!(values.text("data", "./data"), "./data");
        let settings = values.into_settings();
        assert_eq!(
            settings.iter().map(|s| s.source.clone()).collect::<Vec<_>>(),
            [Source::Flag, Source::Default]
        );
    }

    #[test]
    fn variables_carry_no_section_for_the_names_scripts_rely_on() {
        assert_eq!(variable("server.listen"), "TRACEWRIGHT_LISTEN");
        assert_eq!(variable("database-url"), "TRACEWRIGHT_DATABASE_URL");
        assert_eq!(variable("init.project-id"), "TRACEWRIGHT_INIT_PROJECT_ID");
    }
}
