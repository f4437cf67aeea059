//! Public items say what they are. Rust's own `missing_docs` would ask the same of every field and variant, where a good name is
//! often all there is to say; so it is off, and this holds the items.

use std::fs;
use std::path::{Path, PathBuf};

use super::source::{app_files, files_below, is_test, pure_crates, without_tests};

/// What an item begins with, behind its visibility and words such as `const` or `async` before `fn`.
const ITEMS: &[&str] =
    &["fn ", "struct ", "enum ", "union ", "trait ", "type ", "const ", "static ", "mod ", "macro_rules! "];

#[test]
fn public_items_have_a_doc_comment() {
    let mut faults = Vec::new();
    for file in production_files() {
        let text = fs::read_to_string(&file).unwrap();
        let name = shown(&file);
        for (line, item) in undocumented(&text) {
            faults.push(format!("{name}:{line}: say above `{item}` what it is, in a comment with ///"));
        }
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn files_say_what_they_are_for() {
    let is_silent = |file: &PathBuf| !fs::read_to_string(file).unwrap().starts_with("//!");
    let faults: Vec<String> = production_files()
        .iter()
        .filter(|file| is_silent(file))
        .map(|file| {
            format!("{}:1: begin with a comment with //! that says what the file is for", shown(file))
        })
        .collect();
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

fn production_files() -> Vec<PathBuf> {
    let files =
        app_files().into_iter().chain(pure_crates().into_iter().flat_map(|folder| files_below(&folder)));
    files.filter(|file| !is_test(file)).collect()
}

fn shown(file: &Path) -> String {
    file.strip_prefix(env!("CARGO_MANIFEST_DIR")).unwrap_or(file).display().to_string()
}

/// The public items of a text without a doc comment, by line. The methods of a public trait are public without saying so;
/// a module in a file of its own is described in that file.
fn undocumented(text: &str) -> Vec<(usize, String)> {
    let numbered = (1..).zip(text.lines()).collect::<Vec<_>>();
    let lines = without_tests(numbered.into_iter());
    // The line that closes the public trait that is being read.
    let mut close: Option<String> = None;
    let mut found = Vec::new();
    for (at, (number, line)) in lines.iter().enumerate() {
        let words = line.trim_start();
        let indent = &line[..line.len() - words.len()];
        if close.as_deref() == Some(*line) {
            close = None;
        }
        let is_public = words.starts_with("pub ");
        let is_in_trait = close.as_ref().is_some_and(|close| indent.len() + 1 == close.len() + 4);
        let item = words.strip_prefix("pub ").unwrap_or(words);
        let is_item = (is_public || is_in_trait) && is_item(item) || is_exported_macro(&lines[..at], words);
        if is_item && !(words.starts_with("pub mod ") && words.ends_with(';')) && !is_documented(&lines[..at])
        {
            found.push((*number, name_of(words)));
        }
        if is_public && item.starts_with("trait ") && words.ends_with('{') {
            close = Some(format!("{indent}}}"));
        }
    }
    found
}

fn is_item(words: &str) -> bool {
    let plain =
        ["async ", "unsafe ", "const "].iter().fold(words, |rest, word| match rest.strip_prefix(word) {
            Some(after) if is_function(after) => after,
            _ => rest,
        });
    ITEMS.iter().any(|item| plain.starts_with(item))
}

fn is_function(words: &str) -> bool {
    ["fn ", "async fn ", "unsafe fn ", "async unsafe fn "].iter().any(|word| words.starts_with(word))
}

fn is_exported_macro(above: &[(usize, &str)], words: &str) -> bool {
    words.starts_with("macro_rules! ")
        && above.last().is_some_and(|(_, line)| line.contains("#[macro_export]"))
}

/// Whether a doc comment stands above, with nothing but attributes between; an attribute may take several lines.
fn is_documented(above: &[(usize, &str)]) -> bool {
    let mut is_inside = false;
    for (_, line) in above.iter().rev() {
        let words = line.trim();
        let begins = words.starts_with("#[");
        if words.starts_with("///") || words.starts_with("#[doc") || words.starts_with("$(#[") {
            return true;
        }
        if !begins && !is_inside && !words.ends_with(")]") {
            return false;
        }
        is_inside = !begins;
    }
    false
}

/// The item up to where its generics, arguments, type or body begin.
fn name_of(words: &str) -> String {
    words.split(['(', '<', '{', '=', ';', ':']).next().unwrap_or_default().trim().to_owned()
}

#[test]
fn what_has_no_doc_comment_is_found() {
    let text = r#"//! A file.

pub struct Bare;

/// With one.
#[derive(Clone)]
#[expect(
    dead_code,
    reason = "it shows"
)]
pub struct Told {
    pub field: u8,
}

impl Told {
    pub const fn quick(&self) -> u8 {
        0
    }

    fn own(&self) {}
}

pub mod elsewhere;

/// A trait.
pub trait Asks {
    fn one(&self);
    /// Told.
    fn two(&self);
}

fn private() {}

pub use elsewhere::Thing;

#[cfg(test)]
pub fn only_for_tests() {}

pub async fn last() {}
"#;
    let found: Vec<(usize, String)> = undocumented(text);
    let found: Vec<(usize, &str)> = found.iter().map(|(line, name)| (*line, name.as_str())).collect();
    assert_eq!(
        found,
        [(3, "pub struct Bare"), (16, "pub const fn quick"), (27, "fn one"), (39, "pub async fn last")]
    );
}
